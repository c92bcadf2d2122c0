"""S3 refuses, hangs, cuts, lies (drill D10): nothing is said to be kept that is not, and work goes on when it is over."""

import contextlib
import hashlib

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from oralhistory.files.models import MediaFile
from oralhistory.files.s3 import S3Storage
from oralhistory.intake.models import Arrival, Upload
from oralhistory.jobs.models import Job
from oralhistory.pipeline import tasks
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import NOON
from tests.files import keeping
from tests.intake.sender import PIECE, encoded
from tests.servers import faults

pytestmark = pytest.mark.django_db
BUCKET = "drills"
MIB = 1 << 20
TRIES = 2


@pytest.fixture(scope="module")
def bucket(s3):
    """With an object in it: the first one of a bucket takes SeaweedFS seconds, and longer on a busy machine."""
    s3.make_bucket(BUCKET)
    patient = keeping.in_bucket(s3, BUCKET, "", read_timeout=10, tries=10)
    S3Storage(**patient["OPTIONS"]).save("first", ContentFile(b"first"))


@pytest.fixture
def line(s3, bucket, settings, tmp_path):
    """Masters in S3, behind a line on which things go wrong when told."""
    with faults.before(s3.endpoint) as between:
        options = {"endpoint_url": between.endpoint, "read_timeout": 30, "tries": TRIES}
        keeping.use(settings, "masters", keeping.in_bucket(s3, BUCKET, tmp_path.name, **options))
        yield between


@contextlib.contextmanager
def patience_for(fault, settings):
    """Who meets silence waits for half a second; a machine that is busy may take longer than that to answer."""
    before = settings.STORAGES
    if fault == "silence":
        impatient = {**before["masters"]["OPTIONS"], "read_timeout": 0.5}
        keeping.use(settings, "masters", {**before["masters"], "OPTIONS": impatient})
    yield
    settings.STORAGES = before


class Desk:
    def __init__(self, world):
        self.client, self.interview = Client(), worlds.draft(world)
        self.client.force_login(world.interviewer)

    def ask(self, method, url, body=b"", **headers):
        named = {"Tus-Resumable": "1.0.0"} | {
            name.replace("_", "-"): str(value) for name, value in headers.items()
        }
        return self.client.generic(method, url, body, content_type=PIECE if body else "", headers=named)

    def begin(self, content, **metadata):
        collection = reverse("workroom:arrivals", args=[self.interview.public_id])
        answer = self.ask("POST", collection, Upload_Length=len(content), Upload_Metadata=encoded(metadata))
        return answer.headers["Location"]

    def send(self, url, content, start=0):
        return self.ask("PATCH", url, content[start:], Upload_Offset=start)


@pytest.fixture
def desk():
    return Desk(worlds.build())


@pytest.fixture
def sound(tmp_path):
    """In S3 a part and a rest."""
    return worlds.sound(tmp_path).read_bytes() + np.random.default_rng(8).bytes(9 * MIB)


def work_once():
    for job in Job.objects.filter(state=Job.State.DUE, kind="take in"):
        Job.objects.filter(pk=job.pk).update(due_at=NOON)
        tasks.work(job_id=job.pk)


def asked(line, method):
    return sum(each.startswith(f"{method} ") for each in line.seen)


@pytest.mark.parametrize("fault", ["slow down", "silence", "refuse", "denied"])
def test_a_piece_that_could_not_be_stored_is_not_said_to_be_and_is_sent_again(
    line, desk, sound, settings, fault
):
    half = 100_000
    content = sound[: 2 * half]
    url = desk.begin(content, sha256=hashlib.sha256(content).hexdigest())
    assert desk.send(url, content[:half]).status_code == 204
    line.clear()
    line.plan("PUT", fault)

    with patience_for(fault, settings):
        answer = desk.send(url, content, half)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "almacenamiento" in answer.content.decode()
    assert asked(line, "PUT") == (1 if fault == "denied" else TRIES)
    assert desk.ask("HEAD", url).headers["Upload-Offset"] == str(half)
    line.clear()
    assert desk.send(url, content, half).status_code == 204
    work_once()
    assert keeping.read("masters", Recording.objects.get().master.key) == content


# Putting it together, its answer lost; reading it back; the last copy. A flip is what no server notices.
@pytest.mark.parametrize(
    ("method", "fault", "times"),
    [
        ("POST", "slow down", 9), ("POST", "cut", 1), ("GET", "cut", 9), ("GET", "silence", 9), ("GET", "flip", 1),
        ("HEAD", "denied", 9), ("PUT", "slow down", 9),
    ],
)  # fmt: skip
def test_nothing_is_a_master_before_it_was_read_back_and_lies_where_it_belongs(
    line, desk, sound, settings, method, fault, times
):
    url = desk.begin(sound, sha256=hashlib.sha256(sound).hexdigest())
    assert desk.send(url, sound).status_code == 204
    line.clear()
    line.plan(method, fault, times)

    with patience_for(fault, settings):
        work_once()

    job = Job.objects.get(kind="take in")
    if (method, fault) != ("POST", "cut"):  # it was put together: asked again, S3 says so
        assert (job.state, job.attempts) == (Job.State.DUE, 0)
        assert job.reason
        assert Arrival.objects.get().state == Arrival.State.WHOLE
        assert not MediaFile.objects.exists()
        assert not Upload.objects.exists()
        assert asked(line, method) <= 2 * TRIES
    line.clear()
    work_once()
    master = Recording.objects.get().master
    assert master.sha256 == hashlib.sha256(sound).hexdigest()
    assert keeping.kept("masters") == [master.key]
    assert keeping.read("masters", master.key) == sound


@pytest.mark.parametrize("declared", [True, False])
def test_a_bit_that_flips_while_it_is_read_back_refuses_nothing_and_names_nothing(
    line, desk, sound, declared
):
    whole_part = sound[: 8 * MIB]  # nothing is fetched but to be compared
    sha256 = hashlib.sha256(whole_part).hexdigest()
    url = desk.begin(whole_part, **({"sha256": sha256} if declared else {}))
    assert desk.send(url, whole_part).status_code == 204
    line.plan("GET", "flip", times=1)

    work_once()

    assert Arrival.objects.get().state == Arrival.State.WHOLE
    assert not MediaFile.objects.exists()
    work_once()
    assert Recording.objects.get().master.sha256 == sha256


def test_parts_that_s3_has_not_as_it_said_are_asked_for_again_from_the_sender(line, desk, sound):
    line.plan("PUT", "other tag")
    url = desk.begin(sound)
    assert desk.send(url, sound).status_code == 204
    line.clear()

    work_once()

    arrival = Arrival.objects.get()
    assert arrival.state == Arrival.State.REFUSED
    assert arrival.refusal
    assert not MediaFile.objects.exists()
