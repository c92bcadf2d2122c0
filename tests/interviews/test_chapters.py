"""Chapters: begun, written part by part, moved."""

import pytest

from oralhistory.interviews import chapters, writing
from oralhistory.interviews.models import Chapter
from oralhistory.places.models import Place, Subject
from oralhistory.provenance.models import Event
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def interview(world):
    return worlds.draft(world)  # with a chapter at its beginning


@pytest.fixture
def by(world):
    return {"by": world.interviewer.agent, "at": NOON}


def write(chapter, values, by, seen=None):
    marks = seen or {part: writing.mark(chapters.value(chapter, part)) for part in values}
    return chapters.write(chapter, values, seen=marks, **by)


def test_a_chapter_gets_subjects_of_the_register_and_places_with_their_countries(interview, by):
    chapter = chapters.begin(interview, 5000, **by)

    write(chapter, {"subjects": ["Exilio", "éxilio"], "places": [["Managua", "NI"], ["Managua", ""]]}, by)

    assert list(Subject.objects.values_list("name", flat=True)) == ["Exilio"]
    assert chapters.value(chapter, "subjects") == ["Exilio"]
    assert chapters.value(chapter, "places") == [["Managua", ""], ["Managua", "NI"]]
    assert Place.objects.filter(name="Managua").count() == 2


def test_a_moved_chapter_keeps_what_it_says_and_the_event_tells_both_moments(interview, by):
    chapter = chapters.begin(interview, 5000, parts={"title": "La imprenta"}, **by)

    write(chapter, {"start": 6500}, by)

    chapter.refresh_from_db()
    assert (chapter.start_ms, chapter.title) == (6500, "La imprenta")
    assert Event.objects.get(kind="chapter moved").outcome == "5000: 6500"


def test_no_two_chapters_begin_at_one_moment(interview, by):
    chapter = chapters.begin(interview, 5000, **by)

    with pytest.raises(chapters.MomentTaken):
        chapters.begin(interview, 5000, **by)
    with pytest.raises(chapters.MomentTaken):
        write(chapter, {"start": 0}, by)

    assert sorted(interview.chapters.values_list("start_ms", flat=True)) == [0, 5000]


def test_a_title_that_somebody_else_gave_meanwhile_stays(interview, by):
    chapter = chapters.begin(interview, 5000, **by)
    opened = {part: writing.mark(chapters.value(chapter, part)) for part in ("title", "synopsis")}
    write(chapter, {"title": "De otra mano"}, by)

    written = write(chapter, {"title": "Mío", "synopsis": "Algo."}, by, seen=opened)

    assert written == writing.Written(("synopsis",), {"title": "De otra mano"})
    kept = Chapter.objects.get(pk=chapter.pk)
    assert (kept.title, kept.synopsis) == ("De otra mano", "Algo.")
