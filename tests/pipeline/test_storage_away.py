"""No storage answers (drill D10): work waits, who sends is told, what is public is read, what must be hidden is hidden."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oralhistory.files.models import MediaFile
from oralhistory.intake import uploads
from oralhistory.jobs.models import Job
from oralhistory.pipeline import acts, steps, tasks
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import NOON
from tests.files import keeping
from tests.servers.process import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def lose_storages(settings):
    """From now on both are in S3, and nobody is there; what they were before."""

    def lose():
        before = settings.STORAGES
        nobody = {"endpoint_url": f"http://127.0.0.1:{free_port()}", "access_key": "a", "secret_key": "b"}
        away = keeping.somewhere(**nobody, tries=1)
        settings.STORAGES = {**before, "masters": away, "access": away}
        return before

    return lose


def work_once():
    for job in list(Job.objects.filter(state=Job.State.DUE).order_by("pk")):
        Job.objects.filter(pk=job.pk).update(due_at=NOON)
        tasks.work(job_id=job.pk)


def test_a_recording_waits_for_its_master_and_is_then_read(world, lose_storages, settings, tmp_path):
    settings.ASR_ENGINE = "fake"
    path = worlds.sound(tmp_path)
    now = timezone.now()
    recording = uploads.receive(worlds.draft(world), path, name="x", by=world.interviewer, at=now)
    job = steps.recording_arrived(recording, at=now)
    before = lose_storages()

    for _each in range(4):
        work_once()

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DUE, 0)
    assert "almacenamiento" in job.reason
    settings.STORAGES = before
    work_once()
    recording.refresh_from_db()
    assert recording.state == Recording.State.READY


def test_who_sends_a_recording_in_a_form_is_told_and_nothing_is_on_record(world, lose_storages, tmp_path):
    interview, desk = worlds.draft(world), Client()
    desk.force_login(world.interviewer)
    lose_storages()
    file = SimpleUploadedFile("x.wav", worlds.sound(tmp_path).read_bytes())

    answer = desk.post(
        reverse("workroom:upload", args=[interview.public_id]), {"recording": file, "sitting": "1"}
    )

    assert answer.status_code == 503
    assert "El almacenamiento" in answer.content.decode()
    assert not MediaFile.objects.exists()
    assert not Recording.objects.exists()


@pytest.mark.django_db(transaction=True)  # the index is purged outside one
def test_testimonies_are_read_and_taken_down_and_the_files_go_later(
    world, lose_storages, settings, client, tmp_path
):
    interview = worlds.published(world, tmp_path)
    address = reverse("reading_room:testimony", args=[interview.public_id])
    texts = ["/", "/testimonies/", "/search/?q=calles", address, f"{address}transcript.vtt"]
    before = lose_storages()

    assert [client.get(each).status_code for each in texts] == [200] * len(texts)
    acts.take_down(interview, by=world.archivist.agent, at=timezone.now())
    work_once()

    assert [client.get(each).status_code for each in texts[3:]] == [410, 410]
    job = Job.objects.get(kind="clean up")
    assert (job.state, job.attempts) == (Job.State.DUE, 0)
    settings.STORAGES = before
    assert keeping.kept("access")
    work_once()
    assert keeping.kept("access") == []
