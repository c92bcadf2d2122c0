"""Learning from decisions how sure the matcher may be."""

import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from oralhistory.lib.agents import MACHINE
from oralhistory.mentions import decisions, refitting, scorers, suggesting
from oralhistory.mentions.calibration import BY_HAND, EVEN, FLOOR, Calibration, sigmoid
from oralhistory.mentions.matching import MATCHER_VERSION, Matcher
from oralhistory.mentions.models import Mention, Scorer
from oralhistory.mentions.refitting import Decided
from oralhistory.organizations.models import Organization
from tests import world as worlds
from tests.clock import NOON
from tests.mentions.test_matching import LIST


@pytest.fixture
def world(db):
    return worlds.build()


def answers(count=800, interviews=10, slope=0.5, unlisted=-1.0, seed=1):
    """Decisions as moderators would make them if the matcher were too sure, most of all of what is not in the list."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        listed = chance.random() < 0.8
        odds = chance.uniform(-1.2, 4.0)
        right = chance.random() < sigmoid(slope * odds + (0 if listed else unlisted))
        kind = "acronym" if listed else "unlisted"
        made.append(Decided(f"i{number % interviews}", kind, listed, odds, right))
    return made


def test_a_matcher_that_is_too_sure_is_corrected_on_interviews_it_has_not_seen():
    fit = refitting.fit(answers(4000), in_force=BY_HAND)

    assert fit.report.after.error < 0.05 < fit.report.before.error
    assert fit.report.after.brier < fit.report.before.brier
    assert fit.calibration.slope < BY_HAND.slope
    assert fit.calibration.odds(1.0, "unlisted", listed=False) < fit.calibration.odds(
        1.0, "acronym", listed=True
    )


def test_interviews_and_not_mentions_are_set_aside():
    made = answers()

    report = refitting.fit(made, in_force=BY_HAND).report

    counts = {each.interview: sum(other.interview == each.interview for other in made) for each in made}
    assert report.fitted_on + report.measured_on == len(made)
    assert report.measured_on % counts["i0"] == 0
    assert 0 < report.measured_on < report.fitted_on


def test_the_same_decisions_give_the_same_fit():
    assert refitting.fit(answers(), in_force=BY_HAND) == refitting.fit(answers(), in_force=BY_HAND)


@pytest.mark.parametrize("made", [answers(499), answers(800, interviews=3), []])
def test_few_decisions_are_refused(made):
    with pytest.raises(refitting.TooFewDecisions):
        refitting.fit(made, in_force=BY_HAND)


def test_what_was_fitted_is_in_force_only_when_adopted_and_counts_up(db):
    fit = refitting.fit(answers(), in_force=BY_HAND)
    assert scorers.in_force() == BY_HAND
    assert scorers.version_of(scorers.in_force()) == MATCHER_VERSION

    refitting.adopt(fit, by=MACHINE, at=NOON)
    again = refitting.adopt(fit, by=MACHINE, at=NOON)

    calibration = scorers.in_force()
    assert again.version == calibration.version == 2
    assert calibration.slope == fit.calibration.slope
    assert calibration.shifts == fit.calibration.shifts
    assert scorers.version_of(calibration) == f"{MATCHER_VERSION}+s2"
    assert again.report["after"]["brier"] == fit.report.after.brier
    assert again.adopted_by_agent == str(MACHINE)


def test_what_is_no_better_is_not_adopted(db):
    fit = refitting.fit(answers(), in_force=refitting.fit(answers(), in_force=BY_HAND).calibration)

    with pytest.raises(refitting.NotBetter):
        refitting.adopt(fit, by=MACHINE, at=NOON)

    assert not Scorer.objects.exists()


@pytest.mark.parametrize("calibration", [Calibration(0.1, -6.0), Calibration(3.0, 6.0), BY_HAND])
def test_limits_of_the_design_hold_whatever_was_learned(calibration):
    segments = [
        "Entré al Partido Socialista Unificado de México.",
        "Pero el partido no quería eso.",
        "Otros eran de Sendero Luminoso.",
    ]

    found = {
        each.surface: each.score
        for each in Matcher(LIST).find(segments, country="MX", calibration=calibration)
    }

    assert found["Partido Socialista Unificado de México"] >= FLOOR
    assert found["Sendero Luminoso"] >= FLOOR
    assert found["el partido"] <= EVEN
    assert max(found.values()) <= 0.99


def test_the_scorer_in_force_scores_and_its_version_stays_on_each_suggestion(world, tmp_path):
    worlds.in_review(world, tmp_path)
    before = Mention.objects.first()
    transcript = before.transcript
    refitting.adopt(refitting.fit(answers(), in_force=BY_HAND), by=MACHINE, at=NOON)

    suggesting.suggest(transcript)

    after = Mention.objects.get(segment=before.segment_id, start=before.start)
    assert before.matcher_version == MATCHER_VERSION
    assert after.matcher_version == f"{MATCHER_VERSION}+s1"
    assert after.odds == before.odds
    assert after.score != before.score


def test_a_decision_counts_for_what_was_proposed(world, tmp_path):
    worlds.in_review(world, tmp_path)
    first, second, *_ = Mention.objects.all()
    decisions.accept(first, by=MACHINE, at=NOON)
    decisions.reject(second, by=MACHINE, at=NOON)

    right, wrong = refitting.decided()

    assert (right.right, right.odds, right.kind) == (True, first.odds, first.kind)
    assert (wrong.right, wrong.odds) == (False, second.odds)


def test_choosing_another_counts_against_the_proposed_and_for_the_chosen(world, tmp_path):
    worlds.in_review(world, tmp_path)
    mention = Mention.objects.first()
    other = Organization.objects.exclude(pk=mention.organization_id).first()
    mention.alternatives = [{"organization": other.slug, "score": 0.2}]
    mention.save()
    decisions.accept(mention, by=MACHINE, at=NOON, organization=other)

    against, for_it = refitting.decided()

    assert (against.right, against.odds) == (False, mention.odds)
    assert (for_it.right, for_it.listed) == (True, True)
    assert for_it.odds == pytest.approx(-1.386, abs=0.001)


def test_one_that_was_not_in_the_list_is_right_where_none_of_the_candidates_was_meant(world, tmp_path):
    worlds.in_review(world, tmp_path)
    mention = Mention.objects.first()
    organization, mention.organization, mention.proposed = mention.organization, None, ""
    mention.save()
    decisions.accept(mention, by=MACHINE, at=NOON, organization=organization)

    [answer] = refitting.decided()

    assert (answer.right, answer.listed) == (True, False)


def test_the_command_says_how_few_decisions_there_are(db):
    with pytest.raises(CommandError, match="0 decisions in 0 interviews: 500"):
        call_command("refit_mentions", stdout=StringIO())


def test_the_command_knows_whose_decision_it_is(db):
    with pytest.raises(CommandError, match="no account"):
        call_command("refit_mentions", "--by", "nobody@example.org", stdout=StringIO())
