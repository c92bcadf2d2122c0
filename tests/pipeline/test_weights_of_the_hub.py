"""Which weights a model of the hub has is known when it is loaded: they are filled in, and nothing else is mixed in."""

import pytest
from django.utils import timezone

from oralhistory.intake import uploads
from oralhistory.jobs.models import Job
from oralhistory.pipeline import steps, tasks
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import transcribing
from oralhistory.transcripts.engines import fake, registry, self_test
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob
from oralhistory.transcripts.words import spread
from tests import world as worlds
from tests.transcripts import sounds

pytestmark = pytest.mark.django_db


class Fetched(fake.Fake):
    """An engine whose weights are known when it is loaded, and that counts the windows it hears."""

    name = "fetched"
    weights = "a" * 64
    windows = 0

    def load(self, spec):
        super().load(spec)
        self.weights_sha256 = self.weights

    def transcribe(self, windows, on_window, **options):
        said = tuple(spread(self_test.SAID.split(), 0, 1000))
        for _window in windows:
            type(self).windows += 1
            on_window(WindowResult(text=self_test.SAID, words=said, language="es"))


ENGINE = Fetched


@pytest.fixture(autouse=True)
def fetched(settings, monkeypatch):
    monkeypatch.setitem(registry.MODULES, "fetched", __name__)
    monkeypatch.setattr(Fetched, "weights", "a" * 64)
    monkeypatch.setattr(Fetched, "windows", 0)
    settings.ASR_ENGINE, settings.ASR_MODEL, settings.VOICES = "fetched", "large-v3-turbo", "off"
    transcribing._engine.cache_clear()


@pytest.fixture
def recording(tmp_path):
    world = worlds.build()
    path = sounds.write(tmp_path / "long.flac", *[sounds.clip("librivox_es")] * 60)
    recording = uploads.receive(
        worlds.draft(world), path, name=path.name, by=world.interviewer, at=timezone.now()
    )
    steps.recording_arrived(recording, at=timezone.now())
    return recording


def work_off(kinds=tuple(steps.STEPS)):
    while due := list(Job.objects.filter(state=Job.State.DUE, kind__in=kinds).order_by("pk")):
        for job in due:
            tasks.work(job_id=job.pk)


def ask_again(recording):
    recording = Recording.objects.get(pk=recording.pk)
    return steps.transcribe(recording, by=recording.session.interview.created_by.agent, at=timezone.now())


def test_the_transcript_says_which_weights_wrote_it(recording):
    work_off()

    assert Chunk.objects.count() > 1
    assert TranscriptionJob.objects.get().spec["weights_sha256"] == "a" * 64
    assert Transcript.objects.get().made_by["weights_sha256"] == "a" * 64


def test_what_was_heard_with_the_same_weights_is_not_heard_again_and_with_others_it_is(recording):
    work_off()
    once = Fetched.windows
    ask_again(recording)
    work_off()
    assert Fetched.windows == once
    assert Transcript.objects.filter(made_by__weights_sha256="a" * 64).count() == 2

    Fetched.weights = "b" * 64
    transcribing._engine.cache_clear()
    ask_again(recording)
    work_off()

    assert Fetched.windows > 2 * once - 2  # and the known clip once more
    assert Transcript.objects.latest("pk").made_by["weights_sha256"] == "b" * 64


def test_a_worker_with_other_weights_adds_nothing_to_what_was_begun(recording):
    work_off(("ingest", "plan"))
    first, second, *_ = Job.objects.filter(kind="hear").order_by("pk")
    tasks.work(job_id=first.pk)
    Fetched.weights = "b" * 64
    transcribing._engine.cache_clear()

    tasks.work(job_id=second.pk)

    second.refresh_from_db()
    assert (second.state, second.attempts, second.done_units) == (Job.State.DUE, 0, 0)
    assert "bbbbbbbbbbbb" in second.reason
    assert "aaaaaaaaaaaa" in second.reason
