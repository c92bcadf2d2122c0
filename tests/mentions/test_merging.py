"""Two records made one, and two again: no mention and no decision is lost on the way."""

import random
from dataclasses import replace

import pytest

from oralhistory.lib.agents import Agent
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.mentions import decisions, deprecating, merging, splitting
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.organizations import cataloging, descriptions, histories, public, registry
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.models import Merge, Name, Organization, Relation, Revision
from oralhistory.provenance import events
from tests.clock import NOON
from tests.mentions import spoken

ARCHIVIST = Agent("user", "archivist1")
STATES = ("suggested", "accepted", "rejected")


def record(slug, *names, publication="public", **options):
    forms = (NameForm(f"Nombre de {slug}", "authorized"), *names)
    made = cataloging.save(Description(id=slug, names=forms, **options), by=ARCHIVIST, at=NOON).organization
    Organization.objects.filter(pk=made.pk).update(publication=publication)
    return now(slug)


def now(slug):
    return Organization.objects.get(slug=slug)


def described(slug):
    return descriptions.describe([now(slug)])[0]


def merge(source, target, **options):
    return merging.merge(now(source), now(target), by=ARCHIVIST, at=NOON, **options)


def unmerge(done):
    return merging.unmerge(done, by=ARCHIVIST, at=NOON)


@pytest.fixture
def two(db):
    record("ally")
    record("front", NameForm("FN", "acronym"), country="SV", history="La del frente.")
    record(
        "copy",
        NameForm("FN", "acronym"), NameForm("el Frentito", "other"), NameForm("frentico", "heard_as"),
        country="SV", kind="armed", founded=PartialDate(1980, 10), history="La de la copia.",
        places=(Place("Morazán", "SV"),), identifiers=(("wikidata", "Q1"),), sources=(Citation("Acta"),),
        ties=(Tie("ally", "ally", "pacto"), Tie("related", "front")),
    )  # fmt: skip


@pytest.fixture
def transcripts(two, django_user_model):
    person = django_user_model.objects.create_user("i@example.org", "", name="I")
    return [spoken.transcript(person) for _ in range(3)]


def test_the_record_that_remains_has_what_both_had(two):
    merge("copy", "front")

    joined = described("front")
    assert joined.name == "Nombre de front"
    assert joined.of_kind("acronym") == ("FN",)
    assert set(joined.of_kind("other")) == {"Nombre de copy", "el Frentito"}
    assert joined.of_kind("heard_as") == ("frentico",)
    assert (joined.kind, joined.founded, joined.history) == ("armed", PartialDate(1980, 10), "La del frente.")
    assert (joined.places, joined.identifiers) == ((Place("Morazán", "SV"),), (("wikidata", "Q1"),))
    assert joined.sources == (Citation("Acta"),)
    assert joined.ties == (Tie("ally", "ally", "pacto"),)
    assert described("ally").tied("ally") == ("front",)
    assert Relation.objects.count() == 1


def test_of_two_statements_the_one_that_was_chosen_stands(two):
    plan = merging.plan(now("copy"), now("front"), taken=["history"])
    assert [(each.field, each.ours, each.theirs, each.taken) for each in plan.joined.conflicts] == [
        ("history", "La del frente.", "La de la copia.", True)
    ]

    merge("copy", "front", taken=["history"])

    assert described("front").history == "La de la copia."


def test_its_address_leads_on_and_the_matcher_knows_one_record(two):
    merge("copy", "front")

    assert public.find("copy").slug == "front"
    assert {each.id for each in registry.authorities()} == {"front", "ally"}


def test_what_was_never_open_does_not_lead_anywhere(two):
    Organization.objects.filter(slug="copy").update(publication="internal")
    merge("copy", "front")
    assert public.find("copy") is None


def test_both_say_what_happened_and_who_did_it(two):
    merge("copy", "front", why="la misma acta")

    for slug in ("copy", "front"):
        last = Revision.objects.filter(organization__slug=slug).last()
        assert (last.action, last.agent, last.why) == ("merged", str(ARCHIVIST), "la misma acta")
    (event,) = [each for each in events.of(now("copy")) if each.kind == "organization merged"]
    assert event.outcome == "organization:front"


def test_every_mention_moves_with_its_decision(transcripts):
    made = [
        spoken.mention(each, now(slug), state=state)
        for each in transcripts
        for slug in ("copy", "front")
        for state in STATES
    ]
    merge("copy", "front")

    assert spoken.where() == {each.pk: ("front", each.state) for each in made}


def test_what_is_undecided_is_no_longer_offered_the_record_that_went(transcripts):
    first = spoken.mention(transcripts[0], now("ally"), alternatives=["copy", "front"])
    second = spoken.mention(transcripts[0], now("copy"), alternatives=["front", "ally"])
    done = merge("copy", "front")

    def offered(each):
        return [row["organization"] for row in Mention.objects.get(pk=each.pk).alternatives]

    assert (offered(first), offered(second)) == (["front"], ["ally"])
    unmerge(done)
    assert (offered(first), offered(second)) == (["copy", "front"], ["front", "ally"])


def test_whom_the_machine_meant_goes_along_so_that_a_decision_taken_back_leads_to_the_record_that_remains(
    transcripts,
):
    mention = spoken.mention(transcripts[0], now("copy"), state="accepted")
    Mention.objects.update(proposed="copy")
    done = merge("copy", "front")
    mention.refresh_from_db()
    assert decisions.reopen(mention).organization.slug == "front"

    unmerge(done)
    mention.refresh_from_db()
    assert (mention.proposed, mention.organization.slug) == ("copy", "copy")
    split("copy", "new", mentions={splitting.groups(now("copy"))[0].key})
    mention.refresh_from_db()
    assert mention.proposed == "new"


def test_refusals_add_up_and_come_apart_again(two):
    for slug, times in (("copy", 2), ("front", 1)):
        NegativeForm.objects.create(
            interview_code="abc", folded="el frente", organization=now(slug), times=times
        )

    def counted():
        return sorted(NegativeForm.objects.values_list("organization__slug", "times"))

    done = merge("copy", "front")
    assert counted() == [("front", 3)]
    unmerge(done)
    assert counted() == [("copy", 2), ("front", 1)]


def test_merging_once_more_moves_only_what_came_since(transcripts):
    first = spoken.mention(transcripts[0], now("copy"))
    done = merge("copy", "front")
    late = spoken.mention(transcripts[1], now("copy"))
    before = Revision.objects.count()

    assert merge("copy", "front") == done
    assert Revision.objects.count() == before
    assert {slug for slug, _state in spoken.where().values()} == {"front"}
    unmerge(Merge.objects.get())
    assert spoken.where() == {first.pk: ("copy", "suggested"), late.pk: ("copy", "suggested")}


def test_a_chain_leads_to_its_end_and_comes_back_link_by_link(two):
    first = merge("copy", "front")
    second = merge("front", "ally")
    assert {now("copy").merged_into.slug, now("front").merged_into.slug} == {"ally"}
    assert public.find("copy").slug == "ally"
    with pytest.raises(merging.MergedOnward):
        unmerge(first)

    unmerge(second)
    assert now("copy").merged_into.slug == "front"
    unmerge(first)
    assert now("copy").merged_into is None


def test_undoing_gives_back_what_was_and_keeps_what_was_done_since(transcripts):
    before = {slug: described(slug) for slug in ("copy", "front", "ally")}
    moved, own = (spoken.mention(transcripts[0], now(slug), state="accepted") for slug in ("copy", "front"))
    done = merge("copy", "front")
    cataloging.save(replace(described("front"), mandate="Añadido después"), by=ARCHIVIST, at=NOON)
    later = spoken.mention(transcripts[1], now("front"))
    unmerge(done)

    assert described("copy") == before["copy"]
    assert described("front") == replace(before["front"], mandate="Añadido después")
    assert described("ally") == before["ally"]
    assert spoken.where() == {
        moved.pk: ("copy", "accepted"), own.pk: ("front", "accepted"), later.pk: ("front", "suggested"),
    }  # fmt: skip
    assert unmerge(done).slug == "copy"  # once more changes nothing
    assert described("front").mandate == "Añadido después"


def test_what_a_hidden_interview_taught_stays_hidden_in_the_record_that_remains(two):
    Organization.objects.filter(slug="copy").update(learned_from="abcdefghijk2", withheld=True)
    Organization.objects.filter(slug="front").update(kind="party")

    merge("copy", "front", taken=["history", "kind"])

    record = public.find("front")
    assert "Frentito" not in str(record)
    assert "copy" not in str(record)
    assert (record.history, record.kind, record.founded) == ("La del frente.", "party", None)
    (whole,) = public.descriptions_of(["front"])
    assert (whole.places, whole.identifiers, whole.sources, whole.ties) == ((), (), (), ())
    assert public.find("copy") is None


@pytest.mark.parametrize(
    ("source", "target", "refusal"),
    [("front", "front", merging.NotTheSame), ("gone", "front", merging.NotCurrent), ("front", "gone", merging.NotCurrent)],
)  # fmt: skip
def test_what_cannot_be_merged_is_refused(two, source, target, refusal):
    record("gone")
    deprecating.deprecate(now("gone"), because="no existió", by=ARCHIVIST, at=NOON)
    with pytest.raises(refusal):
        merge(source, target)


def test_a_merge_of_what_was_changed_since_it_was_shown_is_refused(two):
    versions = merging.plan(now("copy"), now("front")).versions
    cataloging.save(replace(described("copy"), history="Otra"), by=ARCHIVIST, at=NOON)
    with pytest.raises(merging.Overtaken):
        merge("copy", "front", expected=versions)
    assert now("copy").merged_into is None


# Splitting


def split(slug, new, **share):
    return splitting.split(
        now(slug), Description(id=new, names=(NameForm(f"Nombre de {new}", "authorized"),)),
        splitting.Share(**share), by=ARCHIVIST, at=NOON, why="eran dos",
    )  # fmt: skip


def test_what_was_chosen_goes_to_the_new_record_and_the_rest_stays(two):
    whole = described("copy")
    split("copy", "new", names=[2], ties=[0], sources=[0], places=[0])

    old, new = described("copy"), described("new")
    assert [each.text for each in new.names] == ["Nombre de new", "el Frentito"]
    assert (new.ties, new.sources, new.places) == (whole.ties[:1], whole.sources, whole.places)
    assert [each.text for each in old.names] == ["Nombre de copy", "FN", "frentico"]
    assert (old.ties, old.sources, old.places, old.history) == (whole.ties[1:], (), (), whole.history)
    assert now("new").publication == "internal"
    for each in ("copy", "new"):
        assert Revision.objects.filter(organization__slug=each).last().action == "split"


def test_mentions_go_by_form_and_interview(transcripts):
    for each in transcripts[:2]:
        for surface, state in (("FN", "accepted"), ("fn", "suggested"), ("el frente", "rejected")):
            spoken.mention(each, now("copy"), surface, state)
    first = transcripts[0].recording.session.interview.public_id
    found = {(each.interview, each.folded): each for each in splitting.groups(now("copy"))}
    group = found[first, "fn"]
    assert (group.accepted, group.undecided, group.rejected) == (1, 1, 0)

    split("copy", "new", mentions={group.key})

    assert sorted(Mention.objects.filter(organization__slug="new").values_list("surface", "transcript")) == [
        ("FN", transcripts[0].pk), ("fn", transcripts[0].pk),
    ]  # fmt: skip
    assert Mention.objects.filter(organization__slug="copy").count() == 4


def test_the_authorized_name_stays_where_it_is(two):
    with pytest.raises(splitting.KeepsItsName):
        split("copy", "new", names=[0])
    assert not Organization.objects.filter(slug="new").exists()


def test_part_of_a_hidden_record_is_hidden(two):
    Organization.objects.filter(slug="copy").update(learned_from="abcdefghijk2", withheld=True)
    made = split("copy", "new")
    assert (made.learned_from, made.withheld) == ("abcdefghijk2", True)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_merged_and_split_no_mention_is_lost(transcripts, seed):
    """Merges, splits and undoings in any order: every mention keeps its decision, and undone merges give all back."""
    chance = random.Random(seed)
    for each in transcripts:
        for _ in range(6):
            spoken.mention(each, now(chance.choice(["copy", "front", "ally"])), chance.choice(["FN", "el frente"]), chance.choice(STATES))  # fmt: skip
    decided = {pk: state for pk, (_slug, state) in spoken.where().items()}
    undo = []
    for step in range(6):
        current = [each.slug for each in Organization.objects.current().order_by("slug")]
        if chance.random() < 0.4 or len(current) < 2:
            slug = chance.choice(current)
            keys = [each.key for each in splitting.groups(now(slug))]
            split(slug, f"new-{step}", mentions=set(chance.sample(keys, len(keys) // 2)))
            undo = []  # what came before cannot be compared any more
        else:
            source, target = chance.sample(current, 2)
            undo.append((spoken.where(), merge(source, target)))
        assert {pk: state for pk, (_slug, state) in spoken.where().items()} == decided
        assert not Mention.objects.exclude(organization__merged_into=None).exists()
    for before, done in reversed(undo):
        unmerge(done)
        assert spoken.where() == before


def test_what_was_split_off_comes_back_by_merging(transcripts):
    for each in transcripts:
        spoken.mention(each, now("copy"), "FN", "accepted")
    before, whole = spoken.where(), described("copy")
    split("copy", "new", names=[2], sources=[0], mentions={splitting.groups(now("copy"))[0].key})
    merge("new", "copy")

    assert spoken.where() == before
    back = described("copy")
    assert {*back.names} == {*whole.names, NameForm("Nombre de new", "other")}
    assert back.sources == whole.sources


# Deprecating


def test_a_deprecated_record_is_neither_matched_nor_offered_nor_public(transcripts):
    spoken.mention(transcripts[0], now("copy"))
    kept = spoken.mention(transcripts[0], now("copy"), state="accepted")

    gone = deprecating.deprecate(
        now("copy"), because="Es una invención.", replacements=["front"], by=ARCHIVIST, at=NOON
    )

    assert gone == 1
    assert spoken.where() == {kept.pk: ("copy", "accepted")}
    assert "copy" not in {each.id for each in registry.authorities()}
    assert public.find("copy") is None
    assert "front" in described("copy").tied("successor")
    with pytest.raises(deprecating.AlreadySo):
        deprecating.deprecate(now("copy"), because="otra vez", by=ARCHIVIST, at=NOON)

    deprecating.reinstate(now("copy"), by=ARCHIVIST, at=NOON)
    assert public.find("copy").slug == "copy"
    assert [each.revision.action for each in histories.steps(now("copy"))][:2] == ["reinstated", "deprecated"]


def test_a_record_is_not_deprecated_without_a_reason(two):
    with pytest.raises(deprecating.NeedsAReason):
        deprecating.deprecate(now("copy"), because="  ", by=ARCHIVIST, at=NOON)


def test_a_form_remembered_for_a_record_moves_too(two):
    Name.objects.create(organization=now("copy"), kind="heard_as", text="frentiko", source="decided")
    merge("copy", "front")
    assert "frentiko" in described("front").of_kind("heard_as")
