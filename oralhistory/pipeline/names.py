"""The names of a transcription: heard once more before its text is put together, which does without them where that fails.

Of whose names it is told: mentions/glossary.py. What is taken of what it hears then: transcripts/renaming.py.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from oralhistory.jobs import leases, sentences
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import CannotBeDone
from oralhistory.mentions import glossary, likely_names, near_names
from oralhistory.pipeline import dispatcher
from oralhistory.transcripts import hearing_names
from oralhistory.transcripts.engines.base import DecoderChanged
from oralhistory.transcripts.hearing_names import JOB, Glossary
from oralhistory.transcripts.models import TranscriptionJob
from oralhistory.transcripts.weights import WeightsChanged


def hear_again(transcription: TranscriptionJob, *, at: datetime) -> None:
    """Have it done, once all was heard a first time."""
    if not hearing_names.are_wanted(transcription):
        return
    samples = transcription.rendition.samples
    job = leases.enqueue(JOB, transcription.subject, queue="asr", at=at, total=samples)
    dispatcher.send(job, at=at)


def hear(job: Job, clock: Callable[[], datetime] = timezone.now) -> None:
    """The step."""
    transcription = TranscriptionJob.objects.select_related(
        "rendition__hearing", "rendition__recording__session__interview"
    ).get(code=job.subject.partition(":")[2])
    known = glossary.of(transcription.rendition.recording.session.interview)
    try:
        hearing_names.hear(transcription, _as_told(known), job, clock=clock)
    except (WeightsChanged, DecoderChanged) as changed:
        # It would wait for what does not come back, and the text with it.
        raise CannotBeDone(sentences.of(changed)) from changed
    dispatcher.hurry("join", transcription.subject, at=clock())


def are_awaited(transcription: TranscriptionJob) -> bool:
    """Whether they may still come. What a transcript says depends on them, and must not on who was faster."""
    return Job.objects.about(transcription.subject).filter(kind=JOB).open().exists()


def _as_told(known: likely_names.Glossary) -> Glossary:
    names = _near(known)
    return Glossary(known.sha256, names.to_tell, names.told)


@lru_cache(maxsize=1)  # made in a tenth of a second; the windows of an interview all ask for it
def _near(known: likely_names.Glossary) -> near_names.NearNames:
    return near_names.NearNames(known)
