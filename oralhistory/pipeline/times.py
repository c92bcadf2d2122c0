"""The times of a text that was brought without any: found once a machine has heard its recording."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oralhistory.consent import grants
from oralhistory.consent.models import Audience, Use
from oralhistory.intake import times_found
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import CannotBeDone, NotYet
from oralhistory.notices import desk
from oralhistory.pipeline import dispatcher
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Transcript, TranscriptionJob

JOB = "fit times"
_UNDER_WAY = (TranscriptionJob.State.PLANNING, TranscriptionJob.State.RUNNING)


def are_wanted(recording: Recording) -> bool:
    return times_found.waiting(recording) is not None


def ask(recording: Recording, *, at: datetime) -> None:
    """Have them found, if any are wanted. What had failed or was stopped is tried once more."""
    if not are_wanted(recording):
        return
    last = Job.objects.about(recording.subject).filter(kind=JOB).order_by("generation").last()
    if last is None or last.state == Job.State.DONE:
        number = last.generation + 1 if last else 1
        job = leases.enqueue(JOB, recording.subject, queue="link", at=at, generation=number)
        dispatcher.send(job, at=at)
        return
    leases.retry(last, at=at)
    dispatcher.hurry(JOB, recording.subject, at=at)


def may_be_heard(recording: Recording, *, at: datetime) -> bool:
    terms = grants.in_force(recording.session.interview, at=at)
    return terms.allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM)


def fit(job: Job, clock: Callable[[], datetime] = timezone.now) -> None:
    """The step."""
    recording = Recording.objects.select_related("session__interview").get(code=job.subject.partition(":")[2])
    try:
        with transaction.atomic():
            leases.fence(job)
            text = times_found.find(recording, at=clock())
            if text is not None and text.is_untimed:
                interview = recording.session.interview
                said = _(
                    "A transcript that was brought seems to be that of another recording: its page says more."
                )
                desk.leave([interview.created_by], interview.code, said, at=clock())
            elif text is not None:
                _look_for_mentions(text, at=clock())
    except times_found.NothingHeard as nothing:
        if will_be_heard(recording):
            raise NotYet from nothing
        raise CannotBeDone(
            _(
                "No machine has heard this recording, and the times of the text need its words."
                " Have it transcribed: the text that was brought stays, and gets its times."
            )
        ) from nothing
    except times_found.NotOnTheBench as refusal:
        raise CannotBeDone(
            _("It was sent to review before its times were found. Try again when it has come back.")
        ) from refusal
    except times_found.PassagesClosed as refusal:
        raise CannotBeDone(
            _("Passages of this interview are closed by their times: the text keeps the times that it has.")
        ) from refusal


def will_be_heard(recording: Recording) -> bool:
    asked = TranscriptionJob.objects.filter(rendition__recording=recording, state__in=_UNDER_WAY)
    return asked.exists() or Job.objects.about(recording.subject).open().filter(kind="transcribe").exists()


def _look_for_mentions(transcript: Transcript, *, at: datetime) -> None:
    job = leases.enqueue("find mentions", f"transcript:{transcript.pk}", queue="link", at=at)
    dispatcher.send(job, at=at)
