"""Following a recording while it is heard: each piece, the time left, and only what is new."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from oralhistory.intake import uploads
from oralhistory.interviews.models import Interview, State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.workroom import progressing
from tests import world as worlds
from tests.clock import MINUTE
from tests.pipeline import long_recording

PIECES = 36


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch):
    """Else the time left is forecast anew every half minute, which a test may run into."""
    monkeypatch.setattr(progressing, "ANEW", 10**10)


@pytest.fixture
def interview(world, tmp_path):
    return worlds.uploaded(world, tmp_path)


@pytest.fixture
def recording(interview):
    return Recording.objects.of(interview).get()


@pytest.fixture
def transcription(recording):
    return long_recording.planned(recording, at=timezone.now() - 60 * MINUTE)


class Viewer:
    """Somebody who looks at the page, and whose browser asks for what is new."""

    def __init__(self, browser, interview):
        self.browser, self.address = browser, reverse("workroom:progress", args=[interview.public_id])
        self.page = browser.get(self.address).content.decode()
        self.mark = self._mark(self.page)

    @staticmethod
    def _mark(html):
        found = re.search(r'hx-get="([^"]*\?mark=[^"]*)"', html)
        return found and found[1]

    def ask(self):
        answer = self.browser.get(self.mark, headers={"HX-Request": "true"})
        self.mark = self._mark(answer.content.decode()) or self.mark
        return answer


@pytest.fixture
def look(world, at_the_desk_of, interview):
    return lambda: Viewer(at_the_desk_of(world.interviewer), interview)


def test_each_piece_says_how_it_stands_without_a_script(transcription, look):
    start = timezone.now()
    long_recording.hear(transcription, 0, at=start - 9 * MINUTE)
    long_recording.hear(transcription, 1, at=start - MINUTE, batches=1)
    dead = transcription.chunks.get(index=2).job
    leases.bury(leases.take(dead.pk, at=start), "Se cortó la luz.", at=start)

    page = look().page

    said = [" ".join(text.split()) for text in re.findall(r'id="piece-[^>]*>.*?<span>(.*?)</span>', page)]
    assert said[:4] == [
        "0:00–5:00: oído", "5:00–10:00: oyéndose, 33 %", "10:00–15:00: falló. Se cortó la luz.", "15:00–20:00: en espera",
    ]  # fmt: skip
    assert len(said) == PIECES
    assert "Oído: 1 · Oyéndose: 1 · En espera: 33 · Falló: 1" in page
    assert "10:00–15:00.</strong> Se cortó la luz." in page


def test_a_second_attempt_is_said(transcription, look):
    job = transcription.chunks.get(index=0).job
    now = timezone.now()
    leases.take(job.pk, at=now - 9 * MINUTE)
    leases.free_expired(at=now)
    leases.take(job.pk, at=now)

    assert "oyéndose, 0 %, intento 2" in " ".join(look().page.split())


def test_nothing_is_sent_while_nothing_moves(transcription, look):
    viewer = look()

    answer = viewer.ask()

    assert (answer.status_code, answer.content) == (204, b"")


def test_only_what_is_new_is_sent(transcription, look):
    now = timezone.now()
    long_recording.hear(transcription, 0, at=now - 9 * MINUTE)
    viewer = look()
    long_recording.hear(transcription, 1, at=now - 2 * MINUTE, batches=1)

    html = viewer.ask().content.decode()

    assert re.findall(r'id="piece-[^"]*-(\d+)"', html) == ["1"]
    times = re.findall(r"<time>(.*?)</time>", html)
    assert times[0] == "5:00"
    assert all("5:00" <= time <= "6:40" for time in times)
    assert viewer.ask().status_code == 204


def test_text_comes_once_and_all_of_it(transcription, look):
    viewer, now = look(), timezone.now()
    told = []
    for place in range(4):
        long_recording.hear(transcription, place, at=now - (5 - place) * 2 * MINUTE)
        told += re.findall(r"<time>(.*?)</time>", viewer.ask().content.decode())

    everything = look().page
    assert told == sorted(set(told), key=lambda time: [int(part) for part in time.split(":")])
    assert told[0] == "0:00"
    assert told[-1] in everything


def test_text_that_came_before_the_pieces_were_on_the_page_is_not_lost(look, recording):
    Job.objects.create(
        kind="transcribe",
        subject=recording.subject,
        queue="asr",
        due_at=timezone.now(),
        created_at=timezone.now(),
    )
    viewer = look()
    assert "strip" not in re.findall('<ol class="([a-z]*)"', viewer.page)
    transcription = long_recording.planned(recording, at=timezone.now() - MINUTE)
    long_recording.hear(transcription, 0, at=timezone.now() - MINUTE / 2, batches=1)

    html = viewer.ask().content.decode()

    assert "strip" in re.findall('<ol class="([a-z]*)"', html)
    assert "<time>0:00</time>" in html


@pytest.mark.parametrize("reason", ["", "Se me pidió"])
def test_who_must_give_a_reason_sees_the_text_after_giving_it(
    world, at_the_desk_of, transcription, interview, reason
):
    Interview.objects.filter(pk=interview.pk).update(state=State.TRANSCRIBED)
    browser = at_the_desk_of(world.archivist)
    if reason:
        browser.post(
            reverse("workroom:reason", args=[interview.public_id]), {"for": "read_raw_text", "reason": reason}
        )
    viewer = Viewer(browser, interview)
    long_recording.hear(transcription, 0, at=timezone.now() - 2 * MINUTE)

    html = viewer.ask().content.decode()

    assert "piece-" in html
    assert ("volantes" in html, "so-far" in viewer.page) == (bool(reason), bool(reason))


def test_when_it_ends_the_page_comes_anew(transcription, look):
    viewer = look()
    Job.objects.open().update(state=Job.State.CANCELLED)

    assert viewer.ask().headers["HX-Refresh"] == "true"


def test_when_another_part_of_the_page_is_to_be_seen_it_comes_anew(transcription, look, interview):
    Interview.objects.filter(pk=interview.pk).update(state=State.DRAFT)
    viewer = look()
    assert "so-far" not in viewer.page
    # It has been read, and is heard now.
    Interview.objects.filter(pk=interview.pk).update(state=State.UPLOADED)

    assert viewer.ask().headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    "stands", ["", "nonsense", ":::", "a:1w1.-5.999999999999999999999w1", "a:" + "w." * 35 + "9x", "a,b,c"]
)
@pytest.mark.parametrize("parts", ["uploaded-1-1,", ""])
def test_a_mark_that_somebody_made_up_is_answered(transcription, look, parts, stands):
    viewer = look()
    assert "?mark=uploaded-1-1%2C" in viewer.mark

    answer = viewer.browser.get(viewer.address, {"mark": parts + stands}, headers={"HX-Request": "true"})

    assert answer.status_code in (200, 204)


def test_three_hours_are_followed_with_few_queries_and_few_bytes(transcription, look):
    """Before, each look of each viewer joined the whole text anew: at the end of three hours, 430 windows every 2 s."""
    viewer = look()
    now = timezone.now() - timedelta(hours=1)
    sent, queries = [], []
    for place in range(PIECES - 1):
        long_recording.hear(transcription, place, at=now)
        with CaptureQueriesContext(connection) as asked:
            sent.append(len(viewer.ask().content))
        queries.append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            assert viewer.ask().status_code == 204
        assert len(asked) <= 15

    assert max(queries) <= 24
    # Five minutes of text and what stands around them: it does not grow with what was heard before.
    assert max(sent) <= 1.1 * min(sent)
    assert sum(sent) < PIECES * 8_000


def test_looking_costs_the_same_for_one_recording_and_for_three(
    world, interview, transcription, look, tmp_path
):
    def queries():
        viewer = look()
        with CaptureQueriesContext(connection) as asked:
            viewer.ask()
        return len(asked)

    one = queries()
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        path = worlds.sound(tmp_path / str(number))
        more = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=timezone.now())
        renditions.make(more, at=timezone.now())
        long_recording.planned(more, at=timezone.now())

    assert queries() == one
