"""Real workers on a real broker: from an upload to suggestions, killed on the way."""

import time

import numpy as np
import pytest
from celery import Celery
from django.utils import timezone

from oralhistory.intake import uploads
from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.pipeline import steps
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording, Rendition
from oralhistory.transcripts.models import Chunk, Transcript
from tests import world as worlds
from tests.recordings import sounds

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 240  # seconds until a run must have come to its end; slow machines are not the failure sought here
SECONDS = 480  # two chunks


@pytest.fixture
def sound(tmp_path):
    """Ticks, no two alike: the fake engine hears other words in each, and they are encoded in no time."""
    rate = 16_000
    samples = np.zeros((SECONDS * 2, rate // 2))
    samples[:, : rate // 4] = np.linspace(0.05, 0.5, len(samples))[:, None]
    return sounds.write(tmp_path / "long.flac", samples.ravel(), rate)


def send_in(world, sound):
    interview = worlds.draft(world)
    now = timezone.now()
    recording = uploads.receive(interview, sound, name="x.flac", by=world.interviewer, at=now)
    steps.recording_arrived(recording, at=now)
    return interview


def wait_for(condition):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError([(job.kind, job.state, job.reason) for job in Job.objects.all()])


def all_done(transcripts):
    return (
        Transcript.objects.count() == transcripts
        and Job.objects.filter(kind="find mentions").count() == transcripts
        and not Job.objects.open().exists()
    )


def test_workers_that_are_killed_leave_a_transcript_like_any_other(
    start_worker, environment, broker_url, sound
):
    environment["LEASE_SECONDS"] = "3"
    world = worlds.build()
    send_in(world, sound)

    for moment in ("ingest", "plan"):
        worker = start_worker()
        wait_for(lambda moment=moment: Job.objects.filter(kind=moment).exclude(state="due").exists())
        worker.kill()
    start_worker()
    with Celery(broker=broker_url, set_as_current=False) as app:
        assert len(app.control.ping(timeout=1)) == 1  # those that were killed are gone
    wait_for(lambda: all_done(1))
    killed = Transcript.objects.get()

    interview = send_in(world, sound)
    wait_for(lambda: all_done(2))
    interview.refresh_from_db()
    undisturbed = Transcript.objects.exclude(pk=killed.pk).get()
    assert interview.state == State.TRANSCRIBED
    assert {job.state for job in Job.objects.all()} == {"done"}
    assert Recording.objects.of(interview).get().duration_ms == SECONDS * 1000
    assert Chunk.objects.filter(transcription=undisturbed.transcription).count() == 2
    assert undisturbed.segments.count() > 10
    assert events.verify() > 0
    assert killed.text_sha256 == undisturbed.text_sha256
    assert Rendition.objects.filter(recording=killed.recording).count() == 1
