"""A film arrives: it is heard at once, and its video is made beside that."""

import pytest

from oralhistory.intake import uploads
from oralhistory.jobs.models import Job
from oralhistory.notices import desk
from oralhistory.pipeline import following, steps
from oralhistory.recordings import renditions, videos
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import NOON
from tests.recordings.films import film

pytestmark = pytest.mark.django_db


def arrived(world, source):
    interview = worlds.draft(world, lines=[])
    recording = uploads.receive(interview, source, name="a.mp4", by=world.interviewer, at=NOON)
    steps.recording_arrived(recording, at=NOON)
    steps.ingest(Job.objects.get(kind="ingest"), clock=lambda: NOON)
    return recording


def test_the_video_is_a_step_of_its_own_on_the_processor_s_queue(tmp_path):
    recording = arrived(worlds.build(), film(tmp_path / "a.mp4", seconds=1))
    job = Job.objects.get(kind=videos.JOB)
    assert (job.queue, job.subject, job.state) == ("cpu", recording.subject, Job.State.DUE)
    recording.refresh_from_db()
    assert recording.state == Recording.State.READY
    names = [step.name for step in following.of(recording, at=NOON).steps]
    assert names[:2] == ["read", videos.JOB]

    steps.STEPS[job.kind](job)

    assert renditions.current(recording).staff_video is not None
    assert steps.show(renditions.current(recording), at=NOON) is None


def test_pictures_that_cannot_be_shown_are_told_to_the_interviewer(tmp_path):
    world = worlds.build()
    source = film(tmp_path / "a.mov", "-c:v", "mjpeg", "-c:a", "pcm_s16le", size="8200x16", seconds=1)
    arrived(world, source)

    steps.make_video(Job.objects.get(kind=videos.JOB), clock=lambda: NOON)

    assert any(
        "too large" in notice.text or "demasiado" in notice.text for notice in desk.unread(world.interviewer)
    )


def test_a_sound_has_no_such_step(tmp_path):
    arrived(worlds.build(), worlds.sound(tmp_path))

    assert not Job.objects.filter(kind=videos.JOB).exists()
