"""An interview in review, of whose text the machine knows where something is missing or looks wrong."""

from pathlib import Path

from oralhistory.interviews.models import Interview
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.models import Chunk, TranscriptionJob, Window
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.words import spread
from tests import world as worlds
from tests.clock import NOON


def interview_with_gaps(world: worlds.World, folder: Path) -> Interview:
    """Eight seconds in four segments, of which the machine knows where it left something out."""
    interview = worlds.in_review(world, folder)
    recording = Recording.objects.of(interview).get()
    rendition, transcript = renditions.current(recording), versions.current(recording)
    assert rendition is not None
    assert transcript is not None
    transcription = TranscriptionJob.objects.create(
        rendition=rendition, spec={}, spec_sha256="0" * 64, state="joined", generation=1,
        requested_by_agent="machine", requested_at=NOON,
    )  # fmt: skip
    transcript.transcription = transcription
    transcript.save()
    chunk = Chunk.objects.create(
        transcription=transcription, index=0, start_sample=0, end_sample=60 * SAMPLE_RATE, cache_key="c" * 64
    )
    dropped = tuple(spread(["Suscríbete", "al", "canal"], 3000, 3900))
    heard = [
        (0, 8, WindowResult(flags=("dropped_over_silence",), dropped=dropped)),
        (8, 30, WindowResult(flags=("other_language",))),
        (30, 60, WindowResult()),
    ]
    for index, (start, end, result) in enumerate(heard):
        Window.objects.create(
            chunk=chunk, index=index, start_sample=start * SAMPLE_RATE, end_sample=end * SAMPLE_RATE, heard=True,
            speech_samples=8 * SAMPLE_RATE, result=result.as_dict(),
        )  # fmt: skip
    transcript.segments.filter(index=1).update(flags=["left_out", "improbable"])
    transcript.segments.filter(index=2).update(flags=["a_code_of_tomorrow"])
    transcript.segments.filter(index=3).update(flags=["phantom"], text_by_hand=True)
    return interview
