"""How the public reads editions."""

import pytest
from django.utils import timezone

from oralhistory.editions import catalog, public, speaking
from oralhistory.editions.models import Edition, EditionMention
from tests import many_editions
from tests.factories import EditionFactory, OrganizationFactory, StandingFactory, VeilFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def records():
    """Of the organizations that these testimonies speak of; a name without an open record is only a word."""
    for slug in ("fmln-sv", "mir-cl", "pcm-mx", "copesal-mx"):
        OrganizationFactory(slug=slug)


def test_the_present_edition_is_found_and_no_other():
    first = EditionFactory(title="Primera", segments=["Uno."])
    second = EditionFactory(standing=first.standing, number=2, title="Segunda", segments=["Dos."])
    found = public.find(first.public_id)
    assert (found.pk, found.title) == (second.pk, "Segunda")
    assert [segment.text for segment in public.segments(found)] == ["Dos."]


def test_what_was_never_published_is_not_found():
    edition = EditionFactory(public=False)
    assert public.find(edition.public_id) is None
    assert public.find("neverexisted") is None


def test_a_withdrawal_is_said_only_where_that_is_allowed():
    spoken = EditionFactory(standing=StandingFactory(withdrawn_at=timezone.now(), tombstone=True))
    silent = EditionFactory(standing=StandingFactory(withdrawn_at=timezone.now(), tombstone=False))
    with pytest.raises(public.Withdrawn):
        public.find(spoken.public_id)
    assert public.find(silent.public_id) is None
    assert public.newest(5) == []
    assert catalog.browse({}).pks == []


def test_a_veil_takes_the_whole_segment_and_all_that_was_written_about_the_testimony():
    edition = EditionFactory(
        pull_quote="«Ramiro vivía ahí.»",
        summary="Sobre Ramiro.",
        chapters=[{"start_ms": 0, "title": "Ramiro", "synopsis": ""}],
        photographs=[{"small": {"key": "a.jpg"}, "caption": "Con Ramiro", "credit": "Rosa"}],
        segments=[
            "Antes.",
            {"text": "Ramiro era del MIR.", "mentions": [("MIR", "mir-cl")]},
            {"text": "Después, el MIR.", "mentions": [("MIR", "mir-cl")]},
        ],
    )
    VeilFactory(edition=edition, start_ms=19_400, end_ms=19_450)
    found = public.find(edition.public_id)
    assert (found.pull_quote, found.summary, found.chapters, found.audio_key, found.peaks) == (
        "",
        "",
        [],
        "",
        [],
    )
    assert found.photographs == [{"small": {"key": "a.jpg"}, "caption": "", "credit": "Rosa"}]
    assert public.sound_is_withheld(found)
    texts = [
        (segment.text, segment.withheld, len(public.mentions_of(segment)))
        for segment in public.segments(found)
    ]
    assert texts == [("Antes.", False, 0), ("", True, 0), ("Después, el MIR.", False, 1)]
    assert public.tally(["mir-cl"]).moments == 1
    assert catalog.spoken_of() == {"mir-cl": (1, 1)}
    cues = [(edition.public_id, segment.cue_id) for segment in edition.segments.all()]
    assert public.open_cues(cues) == {cues[0], cues[2]}
    assert public.around(found, cues[1][1]) is None
    before, _here, _after = public.around(found, cues[2][1])
    assert before.text == ""
    assert public.featured([found]) is None
    assert Edition.objects.get().pull_quote  # nothing was written


def test_moments_go_testimony_by_testimony_in_the_order_of_telling():
    mention = [("FMLN", "fmln-sv")]
    older = EditionFactory(
        title="A",
        segments=[{"text": "El FMLN.", "mentions": mention}, "Nada.", {"text": "FMLN", "mentions": mention}],
    )
    newer = EditionFactory(title="B", segments=[{"text": "FMLN, FMLN.", "mentions": mention * 2}])
    found = public.moments(["fmln-sv"])
    assert [(moment.edition.pk, moment.start_ms) for moment in found] == [
        (newer.pk, 0),
        (older.pk, 0),
        (older.pk, 20_000),
    ]
    assert found[1].quotation == [("El ", False), ("FMLN", True), (".", False)]
    assert public.moments(["fmln-sv"], start=1, number=1)[0].edition.pk == older.pk


def test_without_the_grant_to_quote_a_moment_has_no_words():
    EditionFactory(uses=["text", "audio"], segments=[{"text": "El FMLN.", "mentions": [("FMLN", "fmln-sv")]}])
    [moment] = public.moments(["fmln-sv"])
    assert moment.quotation == []


def test_spoken_of_beside_counts_testimonies():
    both = [{"text": "FMLN y MIR", "mentions": [("FMLN", "fmln-sv"), ("MIR", "mir-cl")]}]
    EditionFactory(segments=both)
    EditionFactory(segments=both)
    EditionFactory(segments=[{"text": "PCM", "mentions": [("PCM", "pcm-mx")]}])
    assert speaking.beside(catalog.of_today(), ["fmln-sv"]) == [("mir-cl", 2)]


@pytest.mark.parametrize("by_year", [False, True])
def test_moments_that_are_counted_on_the_shelf_are_those_that_the_database_finds(by_year):
    many_editions.make(30, organizations=5, seed=7)
    VeilFactory(edition=Edition.objects.order_by("pk").first(), start_ms=0, end_ms=30_000)
    shelf = catalog.of_today()
    for slug in ("org-0", "org-1", "org-4", "nobody"):
        whole = public.moments([slug], number=1000, by_year=by_year)
        assert speaking.tally(shelf, [slug]) == public.tally([slug])
        for start in (0, 3, 17, len(whole)):
            part = speaking.moments(shelf, [slug], start=start, number=7, by_year=by_year)
            assert [(each.cue_id, each.year) for each in part] == [
                (each.cue_id, each.year) for each in whole[start : start + 7]
            ], (slug, start)


def test_a_passage_that_names_it_twice_is_one_moment_beside_another_testimony_that_does():
    twice = [{"text": "El FMLN, el Frente.", "mentions": [("FMLN", "fmln-sv"), ("Frente", "fmln-sv")]}]
    for edition in (EditionFactory(segments=twice), EditionFactory(segments=twice)):
        second = EditionMention.objects.filter(segment__edition=edition).last()
        EditionMention.objects.filter(pk=second.pk).update(start_ms=second.start_ms + 900)
    found = speaking.moments(catalog.of_today(), ["fmln-sv"], start=0, number=9)
    marked = ["FMLN", "Frente"]
    assert [[text for text, named in each.quotation if named] for each in found] == [marked, marked]


def test_what_names_an_organization_by_two_of_its_slugs_is_one_moment():
    both = [{"text": "FMLN y MIR", "mentions": [("FMLN", "fmln-sv"), ("MIR", "mir-cl")]}]
    EditionFactory(segments=both)
    shelf = catalog.of_today()
    assert speaking.tally(shelf, ["fmln-sv", "mir-cl"]).moments == 1
    assert len(speaking.moments(shelf, ["fmln-sv", "mir-cl"], start=0, number=9)) == 1


def test_counts_of_a_facet_are_what_choosing_it_shows():
    EditionFactory(countries=["MX", "SV"], languages=["es"])
    EditionFactory(countries=["MX"], languages=["en"])
    EditionFactory(countries=["CL"], languages=["es"])
    chosen = {"language": "es"}
    facets = {facet.name: facet.choices for facet in catalog.browse(chosen).facets}
    assert {choice.value: choice.testimonies for choice in facets["language"]} == {"es": 2, "en": 1}
    for choice in facets["country"]:
        assert len(catalog.browse({**chosen, "country": choice.value}).pks) == choice.testimonies
