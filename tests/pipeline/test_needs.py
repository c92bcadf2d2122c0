"""A dependency is lost (drill D24): the work waits and says so, nothing is opened, and it goes on by itself."""

import time

import pytest
from django.urls import reverse
from django.utils import timezone

from oralhistory.consent import agreements
from oralhistory.consent.models import Agreement
from oralhistory.files import sandbox
from oralhistory.intake import uploads
from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.lib import ffmpeg
from oralhistory.pipeline import health, needs, steps, tasks
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Transcript
from tests import world as worlds
from tests.clock import NOON

PATIENCE = 60  # seconds


def arrive(world, folder):
    interview = worlds.draft(world)
    path = worlds.sound(folder)
    now = timezone.now()
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=now)
    steps.recording_arrived(recording, at=now)
    return interview


def work_once():
    """What a worker does in a minute: all that is due or waits for something, once."""
    Job.objects.filter(state=Job.State.DUE).update(due_at=NOON)
    for job in list(Job.objects.filter(state=Job.State.DUE).order_by("pk")):
        tasks.work(job_id=job.pk)


def work_off():
    while Job.objects.filter(state=Job.State.DUE).exists():
        work_once()


@pytest.mark.django_db
def test_without_isolation_that_is_required_no_file_is_opened_and_the_pages_say_why(
    settings, client, tmp_path, broken_isolation
):
    settings.MEDIA_ISOLATION, settings.ASR_ENGINE = "required", "fake"
    world = worlds.build()
    interview = arrive(world, tmp_path)

    for _ in range(5):
        work_once()

    job = Job.objects.get()
    assert (job.kind, job.state, job.attempts) == ("ingest", Job.State.DUE, 0)
    assert "no permission to make a new namespace" in job.reason
    recording = Recording.objects.get()
    assert (recording.state, recording.refusal) == (Recording.State.ARRIVED, "")
    assert not recording.renditions.exists()
    for user, address in (
        (world.interviewer, reverse("workroom:desk")),
        (world.interviewer, reverse("workroom:interview", args=[interview.public_id])),
        (world.sysadmin, reverse("workroom:health")),
    ):
        client.force_login(user)
        assert "no permission to make a new namespace" in client.get(address).content.decode()

    broken_isolation.unlink()
    if not sandbox.probe().isolated:
        pytest.skip("isolation does not work on this machine")
    work_off()

    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED
    assert health.waits() == []


@pytest.mark.django_db
def test_with_limits_alone_the_health_page_warns(settings, client, tmp_path, broken_isolation):
    settings.MEDIA_ISOLATION, settings.ASR_ENGINE = "preferred", "fake"
    world = worlds.build()
    arrive(world, tmp_path)

    work_once()

    assert Recording.objects.get().state == Recording.State.READY
    assert health.unisolated()[0] == 1
    client.force_login(world.sysadmin)
    page = client.get(reverse("workroom:health")).content.decode()
    assert page.count('<p class="warning">') == 2  # what this machine lacks, and what was read so
    (warning,) = needs.warnings()
    assert "no permission to make a new namespace" in warning


@pytest.mark.django_db
def test_weights_that_are_missing_are_waited_for(settings, tmp_path):
    """After the reading, which is not done again; and where an agreement starts it."""
    settings.ASR_ENGINE, settings.ASR_MODEL = "faster-whisper", str(tmp_path / "model")
    world = worlds.build()
    interview = arrive(world, tmp_path)
    waiting = worlds.draft(world, lines=[])
    path = worlds.sound(tmp_path)
    second = uploads.receive(waiting, path, name="x", by=world.interviewer, at=NOON)
    steps.recording_arrived(second, at=NOON)
    work_once()
    agreements.add(
        waiting, agreements.FOR_THE_ARCHIVE, kind=Agreement.Kind.PARTICIPATION, signed_on=NOON.date(),
        by=world.interviewer, at=NOON,
    )  # fmt: skip
    steps.transcribe_what_waits(waiting, by=world.interviewer.agent, at=NOON)

    for _ in range(4):
        work_once()

    asked = Job.objects.filter(kind="transcribe")
    assert {(job.state, job.attempts) for job in asked} == {(Job.State.DUE, 0)}
    assert asked.count() == 2
    assert all("model.bin" in job.reason for job in asked)
    assert {job.state for job in Job.objects.filter(kind="ingest")} == {Job.State.DONE}

    settings.ASR_ENGINE = "fake"
    work_off()

    assert Transcript.objects.count() == 2
    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED


@pytest.mark.django_db(transaction=True)
def test_a_worker_says_what_it_lacks_when_it_starts_and_goes_on_when_it_is_there(
    environment, start_worker, tmp_path, broken_isolation
):
    """No ffmpeg, no isolation: nothing is started anew but what was missing."""
    program = tmp_path / "ffmpeg"
    environment |= {
        "PATH": str(broken_isolation.parent),
        "IMAGEIO_FFMPEG_EXE": str(program),
        "MEDIA_ISOLATION": "required",
    }
    interview = arrive(worlds.build(), tmp_path)

    worker = start_worker()

    wait_for(lambda: "namespace" in Job.objects.get(kind="ingest").reason)
    log = worker.log.read_text()
    assert "It waits for isolation" in log
    assert "It waits for ffmpeg" in log
    broken_isolation.unlink()
    ask_again()
    wait_for(lambda: "ffmpeg" in Job.objects.get(kind="ingest").reason)
    assert Job.objects.get(kind="ingest").attempts <= 1  # at this moment it may be at work
    program.symlink_to(ffmpeg.binary())
    ask_again()
    wait_for(lambda: not Job.objects.open().exists())
    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED


def ask_again():
    """A minute later."""
    wait_for(lambda: Job.objects.filter(state=Job.State.DUE).update(due_at=NOON, sent_at=None))


def wait_for(condition):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError([(job.kind, job.state, job.reason) for job in Job.objects.all()])
