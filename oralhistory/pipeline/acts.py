"""What people do that starts work: the rule, and what follows it, in one transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.consent import agreements
from oralhistory.consent.models import Agreement
from oralhistory.editions import consequences, publishing
from oralhistory.intake import uploads
from oralhistory.interviews.models import Interview, Session, State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.lib.agents import Agent
from oralhistory.people.models import Person
from oralhistory.pipeline import following, steps
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import TranscriptionJob


def take_in(
    interview: Interview, source: Path, *, name: str, by: User, at: datetime, session: Session | None = None
) -> Recording:
    """A file has come: keep it, and have it read. Raises uploads.NotTaken."""
    recording = uploads.receive(interview, source, name=name, by=by, at=at, session=session)
    steps.recording_arrived(recording, at=at)
    return recording


@transaction.atomic
def record_agreement(
    interview: Interview,
    lines: Iterable[agreements.Line],
    *,
    kind: str,
    signed_on: date,
    by: User,
    at: datetime,
    person: Person | None = None,
    attribution: str = Person.Attribution.CODE,
    tombstone: bool = True,
    reason: str = "",
) -> Agreement:
    """Keep a paper; start what waited for it; take down what it no longer allows."""
    agreement = agreements.add(
        interview, lines, kind=kind, signed_on=signed_on, by=by, at=at, person=person, attribution=attribution,
        tombstone=tombstone, reason=reason,
    )  # fmt: skip
    steps.transcribe_what_waits(interview, by=by.agent, at=at)
    _follow(interview, by=by.agent, at=at)
    return agreement


@transaction.atomic
def withdraw_agreement(agreement: Agreement, *, by: Agent, at: datetime, reason: str = "") -> None:
    """A paper holds no more: what it alone allowed is gone at the next request."""
    agreements.withdraw(agreement, by=by, at=at, reason=reason)
    _follow(agreement.interview, by=by, at=at)


def _follow(interview: Interview, *, by: Agent, at: datetime) -> None:
    consequences.follow_consent(interview, by=by, at=at)
    was = interview.state
    interview.refresh_from_db(fields=["state"])
    if interview.state == State.WITHDRAWN != was:
        steps.taken_down(interview, at=at)


@transaction.atomic
def approve(interview: Interview, *, seen_sha256: str, by: User, at: datetime) -> None:
    """Sign, and have the redacted sound made meanwhile. Raises what publishing.approve raises."""
    publishing.approve(interview, seen_sha256=seen_sha256, by=by, at=at)
    steps.approved(interview, at=at)


@transaction.atomic
def take_down(interview: Interview, *, by: Agent, at: datetime, reason: str = "") -> None:
    """Gone at the next request; files and index are cleaned up after. Raises workflow.MoveNotAllowed."""
    publishing.withdraw(interview, by=by, at=at, reason=reason)
    steps.taken_down(interview, at=at)


@transaction.atomic
def try_again(job: Job, *, at: datetime) -> None:
    """Start again what had died; a recording that was refused is read once more."""
    if job.kind == "ingest":
        Recording.objects.filter(code=job.subject.partition(":")[2], state=Recording.State.REFUSED).update(
            state=Recording.State.ARRIVED, refusal=""
        )
    steps.retry(job, at=at)


@transaction.atomic
def cancel(recording: Recording, *, at: datetime) -> None:
    """Stop what is being done on a recording; what was heard is kept."""
    leases.cancel(recording.subject, at=at)
    open_states = [TranscriptionJob.State.PLANNING, TranscriptionJob.State.RUNNING]
    for transcription in TranscriptionJob.objects.filter(
        rendition__recording=recording, state__in=open_states
    ):
        steps.cancel(transcription, at=at)


@transaction.atomic
def retry_all(recording: Recording, *, at: datetime) -> None:
    """Start again all that failed on a recording."""
    for job in following.of(recording, at=at).failures:
        try_again(job, at=at)
