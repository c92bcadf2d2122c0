"""The ficha's sums and indexes, and the places that a passage names."""

import pytest

from oralhistory.consent import agreements, themes
from oralhistory.consent.models import Theme, Use
from oralhistory.interviews import chapters
from oralhistory.recordings.models import Recording
from oralhistory.review import describing_checks, fichas, places_heard
from oralhistory.review.models import NamedPerson
from oralhistory.review.people_named import decisions
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def interview(world, tmp_path):
    found = worlds.transcribed(world, tmp_path)
    worlds.accept_everything(world, found)
    return found


@pytest.fixture
def by(world):
    return {"by": world.interviewer.agent, "at": NOON}


def test_minutes_tracks_and_pages_are_counted(interview):
    transcript = versions.current(Recording.objects.of(interview).get())
    transcript.segments.filter(index=0).update(text=" ".join(["palabra"] * 301))

    ficha = fichas.of(interview, at=NOON)

    assert (ficha.duration_ms, ficha.tracks, ficha.pages) == (worlds.SOUND_SECONDS * 1000, 1, 2)
    (sitting,) = ficha.sittings
    assert (sitting.place, sitting.country, sitting.tracks) == ("Ciudad de México", "MX", 1)
    assert ficha.people[0] == ("narrator", "Elena")
    assert {page for entry in ficha.names if entry.beside for _ms, page in entry.at} == {2}


def test_names_and_places_stand_in_one_index_and_subjects_in_the_language_of_the_page(interview, by):
    parts = {"title": "Calles", "subjects": ["Exilio"], "places": [["Managua", "NI"]]}
    chapter = chapters.begin(interview, 2000, parts=parts, **by)
    chapter.subjects.update(name_en="Exile")

    ficha = fichas.of(interview, at=NOON, language="en")

    assert [(each.name, each.country) for each in ficha.names] == [
        ("Comité Permanente de Solidaridad con América Latina", "MX"),
        ("Elena", ""),
        ("Frente Farabundo Martí para la Liberación Nacional", "SV"),
        ("Managua", "NI"),
        ("Ramiro", ""),
    ]
    assert [(each.name, each.at) for each in ficha.subjects] == [("Exile", ((2000, 1),))]


def test_what_is_redacted_stands_in_no_index_and_its_chapter_keeps_its_place(interview, world, by):
    worlds.redact_the_secret(world, interview)  # from the fourth second to the sixth
    parts = {"title": "Aquello", "subjects": ["Exilio"], "places": [["Managua", "NI"]]}
    chapters.begin(interview, 4500, parts=parts, **by)

    ficha = fichas.of(interview, at=NOON)

    assert [each.title for each in ficha.chapters] == ["El principio", "Aquello"]
    assert ficha.subjects == ()
    assert "Managua" not in [each.name for each in ficha.names]


def names(interview):
    return [each.name for each in fichas.of(interview, at=NOON).names]


def test_people_whose_name_is_kept_stand_in_the_index_and_others_do_not(interview, by):
    (person,) = NamedPerson.objects.filter(interview=interview, name__startswith="Ramiro")
    assert person.name in names(interview)

    decisions.decide(person, decisions.Verdict(NamedPerson.Decision.CUT, kind=person.kind), **by)

    assert person.name not in names(interview)


def test_what_speaks_of_a_theme_that_a_paper_closes_stands_in_no_index(interview, by):
    committee = "Comité Permanente de Solidaridad con América Latina"
    assert committee in names(interview)

    themes.mark(interview, 6_000, 8_000, Theme.FAMILY, **by)
    agreements.narrow(interview, [agreements.Line(Use.TEXT, denied=True, theme=Theme.FAMILY)], **by)

    assert committee not in names(interview)


def test_what_is_missing_leads_to_where_it_is_written(interview):
    interview.summary = ""
    interview.save()

    found = {(page, part) for _sentence, page, part in describing_checks.lacks(interview)}

    assert {("description", "summary"), ("description", "reasons"), ("description", "people")} <= found
    assert not any(page in ("sittings", "chapters") for page, _part in found)


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("Para mí fue Managua; como decía, en la Ciudad de México.", ["Managua", "Ciudad de México"]),
        ("De San Salvador fuimos a Chile y a Cuba.", ["San Salvador", "Chile", "Cuba"]),
        ("Para entonces. Como siempre. La libertad, con Elena y Ramiro.", []),
    ],
)
def test_places_are_told_from_words_that_begin_a_sentence(said, places):
    assert [each.name for each in places_heard.in_text(said)] == places


def test_a_chapter_is_offered_the_places_of_its_own_passage(interview, by):
    transcript = versions.current(Recording.objects.of(interview).get())
    transcript.segments.filter(index=0).update(text="De Managua no hablo.")
    transcript.segments.filter(index=3).update(text="Nos fuimos a Nicaragua, a Managua, a Managua.")
    chapter = chapters.begin(interview, 6000, parts={"places": [["Nicaragua", "NI"]]}, **by)

    assert [(each.name, each.country) for each in places_heard.suggest(chapter)] == [("Managua", "NI")]
