"""A disk is full (drill D07): work waits for room, nothing half-made is kept, what must be hidden is hidden."""

import os
import shutil
import subprocess

import pytest
from django.utils import timezone

from oralhistory.files.models import MediaFile
from oralhistory.intake import uploads
from oralhistory.jobs.models import Job
from oralhistory.notices.models import Notice
from oralhistory.pipeline import keeping, steps, tasks
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import DAY, NOON

pytestmark = pytest.mark.django_db
KIB = 1 << 10


@pytest.fixture
def small_disk(tmp_path, settings):
    """A real one of 4 MiB, for what is being made."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place]
    if os.getuid() != 0 or subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("Only root can make a small disk, and not in every container.")
    settings.TEMPORARY_DIR = place
    yield place
    subprocess.run(["umount", place], check=True)


def test_sysadmins_hear_of_a_disk_before_it_is_full_and_once_a_week(small_disk):
    world = worlds.build()
    disk = shutil.disk_usage(small_disk).total

    for used in (70, 81, 85, 91):
        (small_disk / "filler").write_bytes(bytes(disk * used // 100))
        keeping.tell_of_full_disks(at=NOON)
    Notice.objects.update(read_at=NOON)
    keeping.tell_of_full_disks(at=NOON + 6 * DAY)
    keeping.tell_of_full_disks(at=NOON + 8 * DAY)

    told = Notice.objects.filter(subject="storage:temporary").order_by("pk")
    assert {each.user for each in told} == {world.sysadmin}
    assert [each.text.partition(" %")[0][-2:] for each in told] == ["80", "90", "90"]


# Of what is made of eight seconds, nothing fits; the first file does; all but the last do.
@pytest.mark.parametrize("left", [0, 160 * KIB, 280 * KIB])
def test_a_recording_waits_for_room_and_is_then_read_whole(small_disk, settings, tmp_path, left):
    settings.ASR_ENGINE = "fake"
    world = worlds.build()
    path = worlds.sound(tmp_path)
    now = timezone.now()
    recording = uploads.receive(worlds.draft(world), path, name=path.name, by=world.interviewer, at=now)
    filler = small_disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - left))
    job = steps.recording_arrived(recording, at=now)

    tasks.work(job_id=job.pk)

    job.refresh_from_db()
    recording.refresh_from_db()
    assert (job.state, job.attempts, recording.state) == (Job.State.DUE, 0, Recording.State.ARRIVED)
    assert "lleno" in job.reason
    assert list(small_disk.iterdir()) == [filler]
    assert MediaFile.objects.get() == recording.master

    filler.unlink()
    Job.objects.update(due_at=NOON)
    tasks.work(job_id=job.pk)

    recording.refresh_from_db()
    assert recording.state == Recording.State.READY
    assert recording.duration_ms == worlds.SOUND_SECONDS * 1000
