"""A worker that cannot hear takes no work that needs it, says so, and goes on when it can."""

import importlib.util
import io
import time

import ctranslate2
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from oralhistory.intake import uploads
from oralhistory.jobs.models import Ability, Job
from oralhistory.pipeline import steps, tasks
from oralhistory.transcripts import sound, transcribing, weights
from oralhistory.transcripts.engines import fake, registry, self_test
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.models import Transcript
from tests import world as worlds
from tests.clock import NOON

ENGINES = [
    pytest.param(
        "faster-whisper",
        marks=pytest.mark.skipif(ctranslate2.get_cuda_device_count() > 0, reason="There is a GPU."),
    ),
    pytest.param(
        "openai-whisper",
        marks=[
            pytest.mark.openai,
            pytest.mark.skipif(not importlib.util.find_spec("whisper"), reason="without the extra `openai`"),
        ],
    ),
]
CLIP_SAMPLES = sound.samples_in(self_test.CLIP)


class Ear(fake.Fake):
    """An engine that is deaf while it is told to be, and counts how often it was asked for the known clip."""

    name = "ear"
    deaf = False
    tests = 0

    def transcribe(self, windows, on_window, **options):
        if [len(window) for window in windows] == [CLIP_SAMPLES]:
            type(self).tests += 1
            on_window(WindowResult() if self.deaf else WindowResult(words=spoken(), text=self_test.SAID))
        else:
            super().transcribe(windows, on_window, **options)


ENGINE = Ear


def spoken():
    return tuple(fake.Word(at, at + 1, word, 1.0) for at, word in enumerate(self_test.SAID.split()))


@pytest.fixture(autouse=True)
def ear(settings, monkeypatch):
    monkeypatch.setitem(registry.MODULES, "ear", __name__)
    monkeypatch.setattr(Ear, "deaf", False)
    monkeypatch.setattr(Ear, "tests", 0)
    settings.ASR_ENGINE, settings.ASR_MODEL = "ear", "base"
    transcribing._engine.cache_clear()


def arrive(world, folder):
    interview = worlds.draft(world)
    path = worlds.sound(folder)
    now = timezone.now()
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=now)
    steps.recording_arrived(recording, at=now)
    return interview


def work_once():
    Job.objects.filter(state=Job.State.DUE).update(due_at=NOON)
    for job in list(Job.objects.filter(state=Job.State.DUE).order_by("pk")):
        tasks.work(job_id=job.pk)


def work_off():
    while Job.objects.filter(state=Job.State.DUE).exists():
        work_once()


@pytest.mark.django_db
def test_a_deaf_worker_kills_no_job_and_goes_on_when_it_hears(monkeypatch, client, tmp_path):
    monkeypatch.setattr(Ear, "deaf", True)
    world = worlds.build()
    arrive(world, tmp_path)
    for _ in range(6):
        work_once()

    job = Job.objects.get(kind="hear")
    assert (job.state, job.attempts) == (Job.State.DUE, 0)
    assert "no oye" in job.reason
    client.force_login(world.sysadmin)
    assert "ear no encuentra palabras" in client.get(reverse("workroom:health")).content.decode()

    monkeypatch.setattr(Ear, "deaf", False)
    work_off()
    assert Transcript.objects.exists()
    assert "no oye" not in client.get(reverse("workroom:health")).content.decode()


@pytest.mark.django_db
def test_a_machine_is_tested_once_for_an_engine_model_weights_and_device(monkeypatch):
    for languages in (["es"], ["en"], ["pt", "es"]):
        transcribing.prepare(transcribing.spec_for(languages), at=NOON)
        transcribing._engine.cache_clear()  # another process of the same machine
    assert Ear.tests == 1

    transcribing.prepare(transcribing.spec_for([], model="small"), at=NOON)
    assert Ear.tests == 2
    monkeypatch.setenv("ASR_DEVICE", "cuda")
    transcribing.prepare(transcribing.spec_for([]), at=NOON)
    assert Ear.tests == 3


@pytest.mark.django_db
def test_the_command_says_whether_this_machine_hears_and_what_waits_learns_why(monkeypatch, tmp_path):
    arrive(worlds.build(), tmp_path)
    work_once()
    work_once()
    waiting = Job.objects.get(kind="hear")
    out = io.StringIO()
    monkeypatch.setattr(Ear, "deaf", True)

    with pytest.raises(CommandError):
        call_command("can_hear", stdout=out)

    assert "ear finds no words in a clip of speech" in out.getvalue()
    waiting.refresh_from_db()
    assert "no oye" in waiting.reason

    Ability.objects.create(machine="another", what="hear ear base", checked_at=timezone.now())
    Job.objects.update(reason="")
    with pytest.raises(CommandError):
        call_command("can_hear", stdout=out)
    waiting.refresh_from_db()
    assert waiting.reason == ""  # the other one will take it

    monkeypatch.setattr(Ear, "deaf", False)
    call_command("can_hear", stdout=out)
    assert "can hear" in out.getvalue()


@pytest.mark.django_db
def test_a_device_that_refuses_the_model_is_waited_for(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(Ear, "load", lambda self, spec: int("no CUDA-capable device is detected"))
    arrive(worlds.build(), tmp_path)
    for _ in range(5):
        work_once()

    job = Job.objects.get(kind="hear")
    assert (job.state, job.attempts) == (Job.State.DUE, 0)
    assert "ASR_DEVICE" in job.reason
    assert "CUDA-capable" not in job.reason


@pytest.mark.django_db
@pytest.mark.parametrize("engine", ENGINES)
def test_a_gpu_that_is_not_there_is_said_with_what_to_do(engine, settings, monkeypatch):
    monkeypatch.setenv("ASR_DEVICE", "cuda")
    settings.ASR_ENGINE = engine
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("can_hear", stdout=out)

    assert f"ASR_DEVICE is cuda, and {engine} finds no GPU." in out.getvalue()
    assert "ASR_DEVICE=cpu" in out.getvalue()


@pytest.mark.django_db
def test_a_library_that_is_missed_only_when_it_is_used_is_waited_for(monkeypatch, tmp_path):
    """As cuBLAS and cuDNN are."""
    monkeypatch.setattr(Ear, "transcribe", lambda self, *_, **__: int("libcublas.so.12 is not found"))
    arrive(worlds.build(), tmp_path)
    for _ in range(5):
        work_once()

    job = Job.objects.get(kind="hear")
    assert (job.state, job.attempts) == (Job.State.DUE, 0)
    assert "ASR_DEVICE" in job.reason


@pytest.mark.whisper
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_cannot_hear_takes_nothing_until_its_model_is_put_right(
    environment, start_worker, tmp_path, client
):
    """Drill D24 with a real model, cut short; withdrawals are served meanwhile."""
    good = weights.find("base")
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (model / name).symlink_to(good.folder / name)
    (model / "model.bin").write_bytes((good.folder / "model.bin").read_bytes()[:50_000_000])
    environment |= {"ASR_ENGINE": "faster-whisper", "ASR_MODEL": str(model), "HEARING_SECONDS": "1"}
    world = worlds.build()
    interview = arrive(world, tmp_path)

    worker = start_worker()

    wait_for(lambda: "this worker cannot hear and takes nothing to transcribe" in worker.log.read_text())
    wait_for(lambda: Job.objects.filter(kind__in=["hear", "transcribe"]).exclude(sent_at=None).exists())
    steps.taken_down(interview, at=timezone.now())
    wait_for(lambda: Job.objects.filter(kind="clean up", state="done").exists())
    assert Job.objects.get(kind="hear").attempts == 0
    client.force_login(world.sysadmin)
    assert "no se puede cargar" in client.get(reverse("workroom:health")).content.decode()

    (model / "model.bin").unlink()
    (model / "model.bin").symlink_to(good.folder / "model.bin")
    wait_for(lambda: "this worker can hear" in worker.log.read_text())


def wait_for(condition):
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError([(job.kind, job.state, job.reason) for job in Job.objects.all()])
