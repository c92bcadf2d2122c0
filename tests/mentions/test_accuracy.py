"""What must not get worse. The sets are slices; the whole ones are measured with evaluate_mentions."""

import json

import pytest

from oralhistory.mentions import evaluation
from oralhistory.mentions.matching import PROPOSED, Matcher
from tests.mentions.conftest import DATA, authorities

# What was heard of the demo's testimony, by organizations: nothing of the MIR, the EGP, the FAR and the URNG is left
# in the text ("M.I.E.", "del eje", "la CFAR", "la un").
HEARD = {
    "jcm-mx", "pcm-mx", "up-cl", "ps-cl", "casa-chile-mx", "cmspa-mx", "montoneros-ar", "erp-ar", "copesal-mx",
    "sme-mx", "stunam-mx", "crm-sv", "fdr-sv", "fmln-sv", "fpl-sv", "cispes", "cgup-mx", "orpa-gt", "pgt-gt",
    "dfs-mx", "lc23s-mx", "brigada-blanca-mx", "eureka-mx", "sri", "comintern", "psum-mx",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Matcher:
    return Matcher(authorities(DATA / "organizations_made.csv"))


@pytest.mark.parametrize(("level", "least"), [("clean", 0.97), ("mild", 0.95), ("heavy", 0.92)])
@pytest.mark.parametrize("short_forms", [False, True])
def test_made_interviews_reach_the_aim(made, level, least, short_forms):
    find = evaluation.by_matcher(made)
    golds = list(evaluation.read_gold(DATA / f"dev_{level}.jsonl"))

    tally = evaluation.total([evaluation.strict(gold, find(gold), short_forms=short_forms) for gold in golds])

    assert tally.f1 >= least
    assert tally.precision >= 0.96


def test_the_testimony_of_the_demo_is_understood(matcher):
    [gold] = evaluation.read_gold(DATA / "testimony.json")

    tally = evaluation.strict(gold, evaluation.by_matcher(matcher)(gold), short_forms=False)

    assert tally.recall == 1.0
    assert tally.wrong == 0


def test_of_what_whisper_heard_of_it_most_is_found_and_nothing_invented(matcher):
    segments = json.loads((DATA / "testimony_heard.json").read_text(encoding="utf-8"))["segments"]

    found = matcher.find(
        [segment["text"] for segment in segments], country="MX", starts_ms=[s["start_ms"] for s in segments]
    )
    named = {mention.organization for mention in found if mention.score >= PROPOSED} - {None}

    assert named >= HEARD
    assert named - HEARD <= {"erp-sv", "oposicion-mx"}


def test_everyday_talk_has_no_organizations(matcher):
    passages = (DATA / "without_organizations.txt").read_text(encoding="utf-8").split("\n\n")

    found = [mention for passage in passages for mention in matcher.find(passage.split("\n"), country="MX")]

    assert [(mention.surface, mention.organization) for mention in found if mention.score >= PROPOSED] == []
