"""From a new interview to its text, as an interviewer does it."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from oralhistory.consent import grants
from oralhistory.consent.models import Audience, Use
from oralhistory.interviews.models import Interview, State
from oralhistory.jobs.models import Job
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import NOON

NEW = {
    "title": "Elena", "new_collection": "Exilio", "narrator": "Elena", "attribution": "pseudonym",
    "held_on": "2024-03-12", "place": "Ciudad de México", "main_language": "es", "other_languages": ["en"],
    "main_country": "MX", "other_countries": ["SV"], "summary": "Tradujo e imprimió.",
}  # fmt: skip
PAPER = {
    "kind": "recording", "signed_on": "2024-03-20", "archive": ["preserve", "transcribe_local"], "open_to_all": "on",
    "attribution": "pseudonym", "tombstone": "on", "reason": "En su casa.",
}  # fmt: skip


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def test_a_new_interview_is_made_with_its_narrator_its_sitting_and_its_recording(
    world, at_the_desk_of, tmp_path
):
    browser = at_the_desk_of(world.interviewer)
    with worlds.sound(tmp_path).open("rb") as file:
        answer = browser.post(reverse("workroom:new_interview"), {**NEW, "recording": file})

    interview = Interview.objects.get()
    assert answer.headers["Location"] == of("interview", interview)
    assert (interview.languages, interview.countries) == (["es", "en"], ["MX", "SV"])
    assert interview.collection.title == "Exilio"
    assert interview.participations.get().person.shown_name == "Elena"
    assert interview.sessions.get().held_on == date(2024, 3, 12)
    recording = Recording.objects.of(interview).get()
    assert Job.objects.get(kind="ingest").subject == recording.subject


def test_a_form_that_is_not_filled_in_says_so_and_keeps_nothing(world, at_the_desk_of):
    answer = at_the_desk_of(world.interviewer).post(reverse("workroom:new_interview"), {"title": "Elena"})

    assert answer.status_code == 400
    assert not Interview.objects.exists()


def test_only_an_interviewer_begins_an_interview(world, at_the_desk_of):
    assert at_the_desk_of(world.archivist).get(reverse("workroom:new_interview")).status_code == 403


def test_a_file_that_is_no_recording_is_refused_in_words(world, at_the_desk_of, tmp_path):
    interview = worlds.draft(world)
    text = Path(tmp_path, "tape.wav")
    text.write_text("no sound at all")
    with text.open("rb") as file:
        answer = at_the_desk_of(world.interviewer).post(
            of("upload", interview), {"recording": file, "sitting": "1"}
        )

    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not Recording.objects.exists()


def test_an_agreement_in_plain_sentences_becomes_its_grants(world, at_the_desk_of):
    interview = worlds.draft(world, lines=[])
    data = {**PAPER, "closed_from": "0:04", "closed_to": "0:06"}

    answer = at_the_desk_of(world.interviewer).post(of("agreements", interview), data)

    assert answer.status_code == 302
    terms = grants.in_force(interview, at=NOON)
    assert terms.allows(Use.TEXT)
    assert terms.allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM)
    assert not terms.allows(Use.AI_TRAINING)
    assert {use for use, spans in terms.closed_spans.items() if spans == ((4000, 6000),)} == {
        Use.TEXT,
        Use.AUDIO,
        Use.VIDEO,
    }


def test_photographs_and_moving_pictures_are_ticked_apart(world, at_the_desk_of):
    interview = worlds.draft(world, lines=[])
    browser = at_the_desk_of(world.interviewer)
    page = browser.get(of("agreements", interview)).content.decode()
    given = PAPER | {"open_to_all": "", "public": ["still"]}

    browser.post(of("agreements", interview), given)

    assert "Cualquier persona puede ver las fotografías</label>" in page
    assert "Cualquier persona puede ver el video, si se filmó</label>" in page
    assert grants.in_force(interview, at=NOON).public_uses() == [Use.STILL]


def test_an_agreement_starts_the_transcription_that_waited_for_it(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path, lines=[])
    assert not Job.objects.filter(kind="plan").exists()

    at_the_desk_of(world.interviewer).post(of("agreements", interview), PAPER)

    assert Job.objects.filter(kind="plan").count() == 1


def test_an_agreement_that_is_withdrawn_takes_the_testimony_down(world, at_the_desk_of, tmp_path):
    interview = worlds.published(world, tmp_path)
    paper = interview.agreements.get()

    at_the_desk_of(world.archivist).post(of("agreement_withdrawal", interview), {"agreement": paper.pk})

    interview.refresh_from_db()
    assert interview.state == State.WITHDRAWN
    assert Job.objects.filter(kind="clean up").count() == 1
    assert (
        at_the_desk_of(world.archivist)
        .get(reverse("reading_room:testimony", args=[interview.public_id]))
        .status_code
        == 410
    )


def test_what_runs_can_be_stopped_and_started_again(world, at_the_desk_of, tmp_path, settings):
    settings.ASR_ENGINE = "fake"
    interview = worlds.uploaded(world, tmp_path)
    code = Recording.objects.of(interview).get().code
    browser = at_the_desk_of(world.interviewer)

    browser.post(of("transcribe", interview), {"recording": code, "do": "start", "engine": "fake"})
    assert Job.objects.open().filter(kind="plan").count() == 1
    assert 'hx-trigger="every 2s"' in browser.get(of("progress", interview)).content.decode()
    browser.post(of("transcribe", interview), {"recording": code, "do": "cancel"})

    assert not Job.objects.open().exists()
    assert "hx-trigger" not in browser.get(of("progress", interview)).content.decode()


def test_what_failed_is_on_the_desk_with_its_reason_and_can_be_tried_again(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path)
    subject = Recording.objects.of(interview).get().subject
    job = Job.objects.create(
        kind="ingest", subject=subject, queue="io", state="dead", reason="The file is cut off.",
        due_at=NOON, created_at=NOON, finished_at=NOON,
    )  # fmt: skip
    browser = at_the_desk_of(world.interviewer)
    assert "The file is cut off." in browser.get(reverse("workroom:desk")).content.decode()
    assert (
        "The file is cut off."
        not in at_the_desk_of(world.other_interviewer).get(reverse("workroom:desk")).content.decode()
    )

    assert (
        at_the_desk_of(world.other_interviewer).post(reverse("workroom:try_again", args=[job.pk])).status_code
        == 404
    )
    browser.post(reverse("workroom:try_again", args=[job.pk]))

    job.refresh_from_db()
    assert job.state == Job.State.DUE


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_questions_whatever_its_length(
    world, at_the_desk_of, number, django_assert_num_queries
):
    for _each in range(number):
        worlds.draft(world)
    browser = at_the_desk_of(world.archivist)
    browser.get(reverse("workroom:interviews"))
    with django_assert_num_queries(12):
        browser.get(reverse("workroom:interviews"))
