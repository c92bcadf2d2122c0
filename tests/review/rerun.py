"""A machine that has heard a recording again: what it hears is written down by the test."""

from oralhistory.jobs import leases
from oralhistory.lib.agents import MACHINE
from oralhistory.pipeline import steps
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.models import Chunk, TranscriptionJob, Window
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.words import spread
from tests import world as worlds
from tests.clock import NOON

SPEC = {"engine": "fake", "model": "larger", "languages": ["es"]}


def heard(recording: Recording, texts: list[str]) -> TranscriptionJob:
    """All is heard, and waits to be put together: a window of two seconds for each text; empty: nothing is heard."""
    rendition = renditions.current(recording)
    assert rendition is not None
    number = rendition.transcription_jobs.count() + 1
    transcription = TranscriptionJob.objects.create(
        rendition=rendition, spec=SPEC, spec_sha256=f"{number:064}", state=TranscriptionJob.State.RUNNING,
        generation=number, requested_by_agent=str(MACHINE), requested_at=NOON,
    )  # fmt: skip
    length = worlds.SECONDS_EACH * SAMPLE_RATE
    chunk = Chunk.objects.create(
        transcription=transcription,
        index=0,
        start_sample=0,
        end_sample=len(texts) * length,
        cache_key="c" * 64,
    )
    Window.objects.bulk_create(
        Window(
            chunk=chunk, index=index, start_sample=index * length, end_sample=(index + 1) * length,
            speech_samples=length, heard=True, language="es", result=_result(text).as_dict(),
        )
        for index, text in enumerate(texts)
    )  # fmt: skip
    return transcription


def _result(text: str) -> WindowResult:
    words = spread(text.split(), 0, worlds.SECONDS_EACH * 1000, probability=0.75)
    return WindowResult(language="es", text=text, words=tuple(words))


def again(recording: Recording, texts: list[str]) -> TranscriptionJob:
    """… and it is put together, as a worker would."""
    transcription = heard(recording, texts)
    steps.join(leases.enqueue("join", transcription.subject, queue="cpu", at=NOON), lambda: NOON)
    return transcription
