"""What the editor in the browser asks of the archive: the text in one piece, and that edits be kept."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from oralhistory.consent import access
from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.lib import ids
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Edit, Transcript
from tests import world as worlds


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def recording(interview):
    return Recording.objects.of(interview).get()


@pytest.fixture
def desk(world, at_the_desk_of, recording):
    return Desk(at_the_desk_of(world.moderator), world.moderator, recording)


class Desk:
    """An open editor: what it knows, and what it sends."""

    def __init__(self, browser, user, recording):
        self.browser, self.user, self.recording = browser, user, recording
        self.given = self.get("segments").json()
        self.version, self.number = self.given["version"], self.given["number"]

    def get(self, name, **query):
        return self.browser.get(self.address(name), query)

    def address(self, name):
        interview = self.recording.session.interview
        return reverse(f"workroom:{name}", args=[interview.public_id, self.recording.code])

    def send(self, *edits, cue=""):
        body = {
            "number": self.number, "version": self.version, "user": self.user.code, "cue": cue, "edits": edits,
        }  # fmt: skip
        return self.browser.post(self.address("edits"), json.dumps(body), content_type="application/json")

    def text(self, place, text):
        segment = self.given["segments"][place]
        return {
            "code": f"{ids.public_id()}{ids.public_id()}", "kind": "text", "cue": segment["cue"], "text": text,
            "seen": {segment["cue"]: segment["text"]},
        }  # fmt: skip


def texts(recording):
    return [row.text for row in versions.current(recording).segments.all()]


def test_the_text_comes_in_one_piece_with_what_is_to_be_seen_in_it(desk):
    segment = desk.given["segments"][1]

    assert [each["text"] for each in desk.given["segments"]] == worlds.TEXTS
    assert segment["words"][:6] == [0, 0, segment["words"][2], 3, segment["words"][4], segment["words"][5]]
    start, end, _pk, state, slug, *_times = segment["mentions"][0]
    assert (state, slug) == ("suggested", "fmln-sv")
    assert segment["text"][start:end].startswith("Frente")


def test_what_is_redacted_is_told_and_never_kept_by_a_cache(desk, world, interview):
    worlds.redact_the_secret(world, interview)

    answer = desk.get("segments")

    assert answer.json()["segments"][2]["cut"] == [[0, len(worlds.SECRET)]]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_edits_are_kept_once_and_told_with_the_segments_as_they_stand(desk, recording):
    edit = desk.text(3, "Llenábamos las calles.")

    for _time in range(2):
        answer = desk.send(edit).json()
        assert answer["answers"] == [{"code": edit["code"], "why": ""}]
        assert [each["text"] for each in answer["segments"]] == ["Llenábamos las calles."]

    assert texts(recording)[3] == "Llenábamos las calles."
    assert versions.current(recording).kind == Transcript.Kind.WORKING
    assert (Edit.objects.count(), Event.objects.filter(kind=access.TEXT_EDITED).count()) == (1, 1)


def test_the_second_editor_sees_the_first_and_what_they_wrote(
    desk, world, at_the_desk_of, recording, interview
):
    Assignment.objects.create(interview=interview, user=world.other_moderator)
    other = Desk(at_the_desk_of(world.other_moderator), world.other_moderator, recording)
    cue = desk.given["segments"][0]["cue"]
    desk.send(desk.text(0, "Buenas noches."), cue=cue)

    theirs = other.text(0, "Buenos días.")
    answer = other.send(theirs).json()

    assert answer["others"] == [{"name": world.moderator.name, "cue": cue}]
    assert answer["answers"] == [{"code": theirs["code"], "why": "overtaken"}]
    assert [each["text"] for each in answer["segments"]] == ["Buenas noches."]
    assert texts(recording)[0] == "Buenas noches."


def test_nobody_keeps_an_edit_that_somebody_else_wrote_on_this_page(desk, world, recording):
    desk.user = world.other_moderator

    assert desk.send(desk.text(0, "Buenas noches.")).status_code == 401
    assert texts(recording) == worlds.TEXTS


def test_without_a_session_an_edit_is_answered_with_a_status_and_no_page(desk):
    desk.browser = Client()

    answer = desk.send(desk.text(0, "Buenas noches."))

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/plain; charset=utf-8")


def test_a_text_that_was_signed_takes_no_edit(desk, interview, recording):
    Interview.objects.filter(pk=interview.pk).update(state=State.APPROVED)

    assert desk.send(desk.text(0, "Buenas noches.")).status_code == 409
    assert texts(recording) == worlds.TEXTS


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{}", '{"edits": 1}', '{"edits": [1]}', '{"version": 1, "number": 0, "edits": [{"kind": "text"}]}',
        '{"version": "x", "number": 0, "edits": []}',
    ],
)  # fmt: skip
def test_what_no_editor_sends_is_refused(desk, body):
    answer = desk.browser.post(desk.address("edits"), body, content_type="application/json")

    assert answer.status_code == 400


def test_an_edit_that_cannot_be_kept_keeps_no_other_waiting(desk, recording):
    endless = desk.text(0, "a" * 100_001)

    answers = desk.send(endless, desk.text(1, "Buenas noches.")).json()["answers"]

    assert [each["why"] for each in answers if each["code"] == endless["code"]] == ["malformed"]
    assert texts(recording)[:2] == [worlds.TEXTS[0], "Buenas noches."]


def test_the_waveform_comes_from_near_minute_by_minute(desk):
    peaks = desk.get("nearer", block=0).json()["peaks"]

    assert len(peaks) == worlds.SOUND_SECONDS * 20
    loud = peaks[2 * worlds.SECONDS_EACH * 20 + 5 : 3 * worlds.SECONDS_EACH * 20 - 5]
    assert min(loud) > 2 * max(peaks[: worlds.SECONDS_EACH * 20])
    assert desk.get("nearer", block=7).json()["peaks"] == []


@pytest.mark.parametrize("copies", [1, 3])
def test_the_text_takes_few_queries_whatever_its_length(desk, recording, django_assert_num_queries, copies):
    rows = list(versions.current(recording).segments.all())
    for number in range(4, 4 * copies):
        row = rows[number % 4]
        row.pk, row.index, row.cue_id = None, number, ids.cue_id()
        row.save()

    with django_assert_num_queries(18):
        desk.get("segments")
