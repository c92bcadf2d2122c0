"""Voices are told apart beside the text: it waits for them, and does without them where they fail."""

import numpy as np
import pytest
import soundfile

from oralhistory.intake import uploads
from oralhistory.interviews.models import State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.pipeline import acts, following, steps, tasks
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Segment, Transcript, Voices, VoicesSoFar
from oralhistory.transcripts.voices import encoder, hearing, telling
from tests import world as worlds
from tests.clock import NOON
from tests.pipeline.working import work_off
from tests.transcripts import sounds

pytestmark = pytest.mark.django_db
RATE = sounds.SAMPLE_RATE


@pytest.fixture(autouse=True)
def instant_engine(settings):
    settings.ASR_ENGINE = "fake"


@pytest.fixture
def by_sound(settings):
    settings.VOICES = "on"


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def conversation(tmp_path):
    one, other, pause = sounds.clip("librivox_es"), sounds.clip("quilter_en"), sounds.silence(0.5)
    return sounds.write(tmp_path / "conversation.flac", one, pause, other, pause, one, pause, other)


@pytest.fixture
def two_microphones(tmp_path):
    """Four seconds each, twice; each microphone hears the other speaker too, 12 dB softer."""
    first = np.concatenate([sounds.tone(4), sounds.silence(1), sounds.silence(4), sounds.silence(1)] * 2)
    second = np.roll(first, 5 * RATE)
    path = tmp_path / "two.wav"
    soundfile.write(path, np.stack([first + second / 4, second + first / 4], axis=1), RATE)
    return path


def arrive(world, path, channels="both"):
    interview = worlds.draft(world)
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=NOON)
    Recording.objects.filter(pk=recording.pk).update(channels=channels)
    steps.recording_arrived(recording, at=NOON)
    return interview


def voices():
    return "".join(dict.fromkeys(Segment.objects.order_by("index").values_list("voice", flat=True)))


@pytest.fixture
def damaged(monkeypatch, tmp_path):
    monkeypatch.setattr(encoder, "WEIGHTS", tmp_path / "nothing.npz")
    encoder._network.cache_clear()
    yield
    encoder._network.cache_clear()


def test_by_their_microphones_without_listening(world, two_microphones):
    arrive(world, two_microphones, channels=Recording.Channels.TWO_MICROPHONES)

    work_off()

    told = Voices.objects.get()
    assert told.recipe == telling.BY_MICROPHONE
    assert [voice for _start, _end, voice in told.turns] == list("ABAB")
    assert [end for _start, end, _voice in told.turns][:3] == pytest.approx([4500, 9500, 14_500], abs=400)
    assert voices() == "AB"


def test_microphones_that_are_said_later_tell_the_voices_of_the_text_that_is_there(world, two_microphones):
    interview = arrive(world, two_microphones)
    work_off()
    before = list(Segment.objects.values_list("cue_id", "text"))
    assert voices() == ""

    acts.say_channels(
        Recording.objects.get(), Recording.Channels.TWO_MICROPHONES, by=interview.created_by.agent, at=NOON
    )
    work_off()

    assert Voices.objects.get().recipe == telling.BY_MICROPHONE
    assert "A" in voices()
    assert list(Segment.objects.values_list("cue_id", "text")) == before


def test_beside_the_engine_that_hears_no_speech_there_is_nothing_to_do(world, conversation):
    arrive(world, conversation)

    work_off()

    assert Transcript.objects.exists()
    assert not Job.objects.filter(kind=telling.JOB).exists()
    assert voices() == ""


def test_the_text_waits_for_the_voices_and_then_no_longer(world, conversation, by_sound):
    arrive(world, conversation)
    work_off(without={telling.JOB})
    assert Job.objects.get(kind="join").state == Job.State.DUE
    assert not Transcript.objects.exists()

    tasks.work(job_id=Job.objects.get(kind=telling.JOB).pk)
    tasks.work(job_id=Job.objects.get(kind="join").pk)  # due at once, and not after a pause

    assert [voice for _start, _end, voice in Voices.objects.get().turns] == list("ABAB")
    assert not VoicesSoFar.objects.exists()
    assert Transcript.objects.exists()
    assert voices() == "AB"


def test_a_failure_leaves_the_text_alone_and_is_a_sentence(world, conversation, settings, damaged):
    plain = arrive(world, conversation)
    work_off()
    text = Transcript.objects.get().text_sha256
    settings.VOICES = "on"
    steps.transcribe(Recording.objects.of(plain).get(), by=world.interviewer.agent, at=NOON)

    work_off()

    assert Transcript.objects.count() == 2
    assert set(Transcript.objects.values_list("text_sha256", flat=True)) == {text}
    (failure,) = following.of(Recording.objects.get(), at=NOON).failures
    assert (failure.kind, failure.state) == (telling.JOB, Job.State.DEAD)
    assert failure.reason.startswith("Las voces no se distinguieron")
    plain.refresh_from_db()
    assert plain.state == State.TRANSCRIBED


def test_voices_that_come_late_are_put_beside_the_text_that_is_there(
    world, conversation, by_sound, monkeypatch, tmp_path
):
    with monkeypatch.context() as broken:
        broken.setattr(encoder, "WEIGHTS", tmp_path / "nothing.npz")
        encoder._network.cache_clear()
        arrive(world, conversation)
        work_off()
    before = list(Segment.objects.values_list("cue_id", "text"))
    assert voices() == ""

    acts.retry_all(Recording.objects.get(), at=NOON)
    work_off()

    assert "A" in voices()
    assert "B" in voices()
    assert list(Segment.objects.values_list("cue_id", "text")) == before


def test_what_is_stopped_is_not_waited_for(world, conversation, by_sound):
    arrive(world, conversation)
    work_off(without={telling.JOB, "join"})
    leases.cancel(Recording.objects.get().subject, at=NOON)

    work_off()

    assert Transcript.objects.exists()
    assert not VoicesSoFar.objects.exists()


def test_a_start_that_is_cut_off_goes_on_where_it_was(world, by_sound, monkeypatch, tmp_path):
    monkeypatch.setattr(hearing, "PART", 6 * hearing.STEP)
    conversation = sounds.write(
        tmp_path / "short.flac", sounds.clip("librivox_es"), sounds.silence(0.5), sounds.clip("quilter_en")
    )
    recording = uploads.receive(
        worlds.draft(world), conversation, name="x.flac", by=world.interviewer, at=NOON
    )
    rendition = renditions.make(recording, at=NOON)
    job = leases.enqueue(telling.JOB, recording.subject, queue="cpu", at=NOON)

    def tell(clock):
        Job.objects.filter(pk=job.pk).update(state=Job.State.DUE, lease_token=None, lease_until=None)
        telling.tell(rendition, leases.take(job.pk, at=NOON), clock=clock)
        return Voices.objects.get().turns

    stored_at = [NOON, NOON]  # two parts are stored, then the power goes
    with pytest.raises(IndexError):
        tell(stored_at.pop)
    assert VoicesSoFar.objects.count() == 2

    stored_at = [NOON] * (hearing.parts_in(rendition.samples) - 2 + 1)  # the others, and the turns
    again = tell(stored_at.pop)
    assert not stored_at

    Voices.objects.all().delete()
    assert tell(lambda: NOON) == again
