"""Chapters in the workroom: begun, saved part by part, taken away and put back; what fields offer."""

import pytest
from django.urls import reverse

from oralhistory.interviews import chapters, writing
from oralhistory.places.models import Subject
from tests import world as worlds
from tests.clock import NOON


@pytest.fixture
def interview(world, tmp_path):
    return worlds.transcribed(world, tmp_path)


@pytest.fixture
def browser(world, at_the_desk_of):
    return at_the_desk_of(world.interviewer)


@pytest.fixture
def chapter(interview, world):
    parts = {"title": "La imprenta", "subjects": ["Exilio"], "places": [["Managua", "NI"]]}
    return chapters.begin(interview, 4250, parts=parts, by=world.interviewer.agent, at=NOON)


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def save(browser, interview, chapter, part, **fields):
    seen = writing.mark(chapters.value(chapter, part))
    data = {"of": chapter.pk, "part": part, f"seen_{part}": seen, **fields}
    return browser.post(of("chapter_part", interview), data)


def test_a_chapter_begins_where_the_sound_is_and_has_no_title_yet(interview, browser):
    answer = browser.post(of("chapters", interview), {"start": "0:03.500"}, headers={"HX-Request": "true"})

    made = interview.chapters.get(start_ms=3500)
    assert made.title == ""
    assert f'id="chapter-{made.pk}"' in answer.content.decode()
    assert "data-new" in answer.content.decode()
    taken = browser.post(of("chapters", interview), {"start": "3.5"}, headers={"HX-Request": "true"})
    assert (taken.status_code, taken.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")


def test_subjects_and_places_are_written_with_semicolons(interview, chapter, browser):
    Subject.objects.update(name_en="Exile")

    subjects = save(browser, interview, chapter, "subjects", subjects="exile; Imprenta clandestina")
    places = save(browser, interview, chapter, "places", places="Managua; San Salvador (SV)")

    assert subjects.json()["fields"] == {"subjects": "Exilio; Imprenta clandestina"}
    assert places.json()["fields"] == {"places": "Managua (NI); San Salvador (SV)"}
    assert chapters.value(chapter, "places") == [["Managua", "NI"], ["San Salvador", "SV"]]


def test_a_chapter_that_was_moved_says_where_it_begins_now(interview, chapter, browser):
    answer = save(browser, interview, chapter, "start", start="0:06.100")

    assert answer.json()["start_ms"] == 6100
    onto = save(browser, interview, interview.chapters.get(start_ms=6100), "start", start="0:00")
    assert onto.status_code == 400


def test_what_was_taken_away_is_put_back_whole(interview, chapter, browser):
    gone = browser.post(of("chapters", interview), {"do": "remove", "of": chapter.pk})
    assert gone.context["gone"]["title"] == "La imprenta"
    assert interview.chapters.count() == 1

    browser.post(of("chapters", interview), {"do": "restore", **gone.context["gone"]})

    back = interview.chapters.get(start_ms=4250)
    values = [chapters.value(back, part) for part in ("title", "subjects", "places")]
    assert values == ["La imprenta", ["Exilio"], [["Managua", "NI"]]]


def test_without_scripts_a_whole_chapter_is_saved_with_one_button(interview, chapter, browser):
    seen = {f"seen_{part}": writing.mark(chapters.value(chapter, part)) for part in chapters.PARTS}
    form = {"do": "write", "of": chapter.pk, "start": "0:05", "title": "Otra", "synopsis": "Breve.", **seen}

    answer = browser.post(of("chapters", interview), form)

    assert answer.status_code == 302
    chapter.refresh_from_db()
    assert (chapter.start_ms, chapter.title, chapter.subjects.count()) == (5000, "Otra", 0)


def test_the_places_of_a_passage_are_not_told_to_whoever_has_not_opened_the_text(
    interview, chapter, browser, world, at_the_desk_of
):
    address = f"{of('chapter_places', interview)}?of={chapter.pk}"
    interview.chapters.exclude(pk=chapter.pk).delete()
    chapter.places.clear()
    segments = interview.sessions.get().recordings.get().transcripts.get().segments
    segments.filter(index=3).update(text="Nos fuimos a Managua.")

    assert "Managua (NI)" in browser.get(address).content.decode()
    assert "Managua" not in at_the_desk_of(world.archivist).get(address).content.decode()


def test_fields_offer_what_the_register_and_the_atlas_know(interview, chapter, browser):
    subjects = browser.get(reverse("workroom:subject_suggest"), {"q": "exi"}).content.decode()
    places = browser.get(reverse("workroom:place_suggest"), {"q": "managu"}).content.decode()

    assert 'value="Exilio"' in subjects
    assert 'value="Managua (NI)"' in places
    assert browser.get(reverse("workroom:subject_suggest"), {"q": "e"}).content.decode().strip() == ""


def test_archivists_rename_and_merge_subjects_and_others_read(
    interview, chapter, browser, world, at_the_desk_of
):
    page = reverse("workroom:subject", args=["exilio"])
    names = {"es": "Destierro", "en": "Exile", "pt": "Exílio"}
    browser.post(page, names)
    assert Subject.objects.get().name == "Exilio"

    archivist = at_the_desk_of(world.archivist)
    archivist.post(page, names)
    assert "Destierro" in browser.get(reverse("workroom:subjects")).content.decode()
    Subject.objects.create(slug="fuga", name="Fuga")
    answer = archivist.post(reverse("workroom:subject", args=["fuga"]), {"do": "merge", "into": "exile"})

    assert answer.headers["Location"].endswith("/subjects/exilio/")
    assert archivist.get(reverse("workroom:subject", args=["fuga"])).status_code == 302
