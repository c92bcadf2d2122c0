"""Real workers on a real broker: from an upload to suggestions, killed on the way."""

import time

import pytest
from django.utils import timezone

from oralhistory.intake import uploads
from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.pipeline import sample, steps
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording, Rendition
from oralhistory.transcripts.models import Transcript
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120  # seconds until a run must have come to its end; slow machines are not the failure sought here


def send_in(world):
    """The demo's five minutes, as an upload."""
    interview = worlds.draft(world)
    now = timezone.now()
    recording = uploads.receive(
        interview, sample.FOLDER / "testimonio-demo.opus", name="x.opus", by=world.interviewer, at=now
    )
    steps.recording_arrived(recording, at=now)
    return interview


def wait_for(condition):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError([(job.kind, job.state, job.reason) for job in Job.objects.all()])


def all_done():
    return (
        Transcript.objects.exists()
        and Job.objects.filter(kind="find mentions").exists()
        and not Job.objects.open().exists()
    )


def test_a_worker_takes_a_recording_all_the_way(start_worker):
    interview = send_in(worlds.build())

    start_worker()
    wait_for(all_done)

    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED
    assert {job.state for job in Job.objects.all()} == {"done"}
    assert Recording.objects.get().duration_ms == pytest.approx(311_959, abs=50)
    assert events.verify() > 0


def test_workers_that_are_killed_leave_a_transcript_like_any_other(start_worker, environment):
    environment["LEASE_SECONDS"] = "3"
    world = worlds.build()
    send_in(world)

    for moment in ("ingest", "plan"):
        worker = start_worker()
        wait_for(lambda moment=moment: Job.objects.filter(kind=moment).exclude(state="due").exists())
        worker.kill()
    start_worker()
    wait_for(all_done)
    killed = Transcript.objects.get()

    send_in(world)
    wait_for(lambda: Transcript.objects.count() == 2)
    undisturbed = Transcript.objects.exclude(pk=killed.pk).get()
    assert killed.text_sha256 == undisturbed.text_sha256
    assert Rendition.objects.filter(recording=killed.recording).count() == 1
