"""A transcript in which a second reading wrote one word for another."""

from collections.abc import Sequence

from oralhistory.jobs import leases
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Chunk, SecondReading, Transcript, TranscriptionJob, Window
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import as_rows, spread
from tests.clock import NOON

MS = 4000  # of each sentence
SAMPLES = MS * 16


def transcript(recording: Recording, heard: str, written: str, others: Sequence[str] = ()) -> Transcript:
    """A first sentence, as heard and as written (they differ in one word), and others after it."""
    first, then = (spread(text.split(), 0, MS) for text in (heard, written))
    at = next(at for at in range(len(first)) if first[at].text != then[at].text)
    window = _window(recording)
    Window.objects.filter(pk=window.pk).update(result={"text": heard, "words": as_rows(first)})
    SecondReading.objects.create(
        window=window, glossary_sha256="b" * 64, names=["FMLN"], prompt="FMLN.", heard=True,
        result={"text": written, "words": as_rows(then)}, taken=[[at, at + 1, as_rows(then[at : at + 1])]],
    )  # fmt: skip
    segments = []
    for number, text in enumerate([written, *others]):
        words = tuple(spread(text.split(), number * MS, (number + 1) * MS))
        segments.append(
            TimedSegment(number * MS, (number + 1) * MS, text, language="es", speaker="narrator", words=words)
        )
    return versions.add(
        recording, segments, kind=Transcript.Kind.MACHINE, made_by={"engine": "fake", "languages": ["es"]}, at=NOON,
        transcription=window.chunk.transcription,
    )  # fmt: skip


def _window(recording: Recording) -> Window:
    rendition = renditions.current(recording)
    assert rendition is not None
    asked = TranscriptionJob.objects.create(
        rendition=rendition, spec={"engine": "fake"}, spec_sha256="a" * 64, state=TranscriptionJob.State.JOINED,
        generation=rendition.transcription_jobs.count() + 1, requested_by_agent="machine", requested_at=NOON,
    )  # fmt: skip
    job = leases.enqueue("hear", f"chunk:{asked.code}:0", queue="asr", at=NOON)
    chunk = Chunk.objects.create(
        transcription=asked, job=job, index=0, start_sample=0, end_sample=SAMPLES, cache_key=asked.code
    )
    return Window.objects.create(
        chunk=chunk, index=0, start_sample=0, end_sample=SAMPLES, speech_samples=SAMPLES, heard=True
    )
