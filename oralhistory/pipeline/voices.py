"""The voices of a recording: told apart beside its text, which waits for them and does without them where they fail."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from oralhistory.consent import grants
from oralhistory.consent.models import Audience, Use
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import CannotBeDone
from oralhistory.pipeline import dispatcher
from oralhistory.recordings.models import Rendition
from oralhistory.transcripts.models import TranscriptionJob
from oralhistory.transcripts.voices import encoder, telling


def tell_apart(rendition: Rendition, *, at: datetime) -> None:
    """Have it done. Only of what a machine may hear: the papers were asked before."""
    if not telling.is_wanted(rendition):
        return
    recording = rendition.recording
    number = recording.renditions.filter(pk__lte=rendition.pk).count()
    job = leases.enqueue(
        telling.JOB, recording.subject, queue="cpu", at=at, generation=number, total=rendition.samples
    )
    if job.state == Job.State.CANCELLED:  # with an earlier transcription; this is a new one
        leases.retry(job, at=at)
    dispatcher.send(job)


def tell_apart_again(rendition: Rendition, *, at: datetime) -> None:
    """Its channels were said anew, and each may be a microphone; where a machine has heard it, and still may."""
    heard = TranscriptionJob.objects.filter(rendition__recording=rendition.recording_id)
    terms = grants.in_force(rendition.recording.session.interview, at=at)
    if heard.exists() and terms.allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM):
        tell_apart(rendition, at=at)


def tell(job: Job, clock: Callable[[], datetime] = timezone.now) -> None:
    """The step."""
    decoded = Rendition.objects.filter(recording__code=job.subject.partition(":")[2]).order_by("pk")
    rendition = decoded[job.generation - 1]  # the one that was asked for, and not one that came meanwhile
    try:
        telling.tell(rendition, job, clock=clock)
    except encoder.Damaged as damaged:
        raise CannotBeDone(
            _(
                "The voices were not told apart: the file that knows voices is damaged on that machine."
                " Install the program there again. The text does not suffer from it."
            )
        ) from damaged
    for transcription in rendition.transcription_jobs.filter(state=TranscriptionJob.State.RUNNING):
        dispatcher.hurry("join", transcription.subject, at=clock())


def are_awaited(rendition: Rendition) -> bool:
    """Whether they may still come. What a transcript says depends on them, and must not on who was faster."""
    telling_them = Job.objects.about(rendition.recording.subject).filter(kind=telling.JOB)
    return not telling.is_told(rendition) and telling_them.open().exists()
