"""What people do that starts work: the rule, and what follows it, in one transaction."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from oralhistory.accounts.models import User
from oralhistory.consent import agreements, holds, themes
from oralhistory.consent.models import Agreement, Grant
from oralhistory.editions import consequences, publishing
from oralhistory.editions.models import Edition
from oralhistory.intake import arrivals, aside, transcripts_brought, typed, uploads, writers
from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Interview, Session, State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.people.models import Person
from oralhistory.pipeline import following, handing, steps
from oralhistory.recordings import arranging, transfers
from oralhistory.recordings.models import Recording, Transfer
from oralhistory.review import checks, restoring
from oralhistory.transcripts.formats.reading.recognizing import Reading
from oralhistory.transcripts.models import Transcript, TranscriptionJob


class StillBlocked(Exception):
    """Something stands against signing that a person has to decide on first."""


def take_in(
    interview: Interview, source: Path, *, name: str, by: User, at: datetime, session: Session | None = None
) -> Recording:
    """A file has come: keep it, and have it read. Raises uploads.NotTaken."""
    recording = uploads.receive(interview, source, name=name, by=by, at=at, session=session)
    steps.recording_arrived(recording, at=at)
    return recording


def append(lease: writers.Lease, blocks: Iterable[bytes], *, checksum: tuple[str, str] | None = None) -> int:
    """A piece of a file has come; the last one hands it over to a worker. Raises what arrivals.append raises."""
    return arrivals.append(lease, blocks, whole=_taken_in_next(lease.clock()), checksum=checksum)


def declare_size(arrival: Arrival, size: int, *, at: datetime) -> None:
    """The length of a file is known now. Raises what arrivals.declare_size raises."""
    arrivals.declare_size(arrival, size, whole=_taken_in_next(at), at=at)


def declare_checksum(arrival: Arrival, sha256: str, *, at: datetime) -> None:
    """The sender has computed it. Raises arrivals.AlreadyDeclared."""
    arrivals.declare_checksum(arrival, sha256, whole=_taken_in_next(at))


def end_arrival(arrival: Arrival, *, by: Agent, at: datetime, reason: str = "") -> None:
    """Give a file up that is on its way or kept aside. Raises arrivals.AlreadyKept."""
    arrivals.end(arrival, by=by, at=at, reason=reason)
    leases.cancel(arrival.subject, at=at)


def take_up(arrival: Arrival, *, reason: str, by: Agent, at: datetime) -> None:
    """Have a file that was refused looked at again. Raises what aside.take_up raises."""
    aside.take_up(arrival, whole=_taken_in_next(at), reason=reason, by=by, at=at)


def _taken_in_next(at: datetime) -> writers.Whole:
    return partial(steps.arrival_whole, at=at)


@transaction.atomic
def say_channels(recording: Recording, channels: str, *, by: Agent, at: datetime) -> None:
    """What the channels are, and the recording decoded so. Raises arranging.NotOnTheBench."""
    arranging.say_channels(recording, channels, by=by, at=at)
    if recording.state == Recording.State.READY:
        steps.channels_said(recording, at=at)


def bring_transfer(recording: Recording, source: Path, *, name: str, by: User, at: datetime) -> Transfer:
    """A better copy has come: keep it, and have it compared. Raises what uploads.receive_transfer raises."""
    transfer = uploads.receive_transfer(recording, source, name=name, by=by, at=at)
    steps.transfer_arrived(transfer, at=at)
    return transfer


@transaction.atomic
def confirm_transfer(transfer: Transfer, *, by: Agent, at: datetime) -> None:
    """A person confirms, a worker puts it in place. Raises transfers.NotDecidable, arranging.NotOnTheBench."""
    steps.transfer_confirmed(transfers.confirm(transfer, by=by, at=at), at=at)


@transaction.atomic
def bring_transcript(recording: Recording, reading: Reading, *, by: User, at: datetime) -> Transcript | None:
    """A text that others made: keep it; if the recording was read already, look for mentions in it.

    None where the file has an index of chapters alone. Raises transcripts_brought.NotBrought.
    """
    if not reading.cues and reading.chapters:
        transcripts_brought.keep_index(recording, reading, by=by, at=at)
        return None
    transcript = transcripts_brought.keep(recording, reading, by=by, at=at)
    if Recording.objects.filter(pk=recording.pk, state=Recording.State.READY).exists():
        steps.transcript_brought(transcript, at=at)
    return transcript


@transaction.atomic
def type_by_hand(recording: Recording, language: str, *, by: Agent, at: datetime) -> Transcript:
    """People write the text themselves: lines to write in. Raises typed.HasAText, typed.NotReadYet."""
    transcript = typed.begin(recording, language, by=by, at=at)
    steps.text_begun(transcript, at=at)
    return transcript


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
    heard_first: bool = False,
    lifts: Iterable[Agreement] = (),
    reason: str = "",
) -> Agreement:
    """Keep a paper; start what waited for it; take down what it no longer allows."""
    _lock(interview)
    agreement = agreements.add(
        interview, lines, kind=kind, signed_on=signed_on, by=by, at=at, person=person, attribution=attribution,
        tombstone=tombstone, heard_first=heard_first, lifts=lifts, reason=reason,
    )  # fmt: skip
    steps.transcribe_what_waits(interview, by=by.agent, at=at)
    _follow(interview, by=by.agent, at=at)
    return agreement


@transaction.atomic
def withdraw_agreement(agreement: Agreement, *, by: Agent, at: datetime, reason: str = "") -> None:
    """A paper holds no more: what it alone allowed is gone at the next request."""
    _lock(agreement.interview)
    agreements.withdraw(agreement, by=by, at=at, reason=reason)
    _follow(agreement.interview, by=by, at=at)


@transaction.atomic
def narrow(
    interview: Interview,
    lines: Iterable[agreements.Line],
    *,
    by: Agent,
    at: datetime,
    person: Person | None = None,
    attribution: str = Person.Attribution.REAL_NAME,
    tombstone: bool = True,
    reason: str = "",
) -> Agreement:
    """Allow less, without a paper: gone at the next request. Raises what agreements.narrow raises."""
    _lock(interview)
    narrowing = agreements.narrow(
        interview,
        lines,
        by=by,
        at=at,
        person=person,
        attribution=attribution,
        tombstone=tombstone,
        reason=reason,
    )
    _follow(interview, by=by, at=at)
    return narrowing


@transaction.atomic
def mark_theme(
    interview: Interview, start_ms: int, end_ms: int, theme: str, *, by: Agent, at: datetime
) -> None:
    """A passage speaks of a theme: hidden at once where a paper closes it. Raises themes.NotASpan."""
    _lock(interview)
    themes.mark(interview, start_ms, end_ms, theme, by=by, at=at)
    _follow(interview, by=by, at=at)


def follow_what_has_ended(*, at: datetime) -> None:
    """What was allowed until a day, or refused from one on, and that day has come: take down what rested on it."""
    ended = Q(denied=False, valid_until__lte=at) | Q(denied=True, valid_from__lte=at)
    lines = Grant.objects.filter(ended, agreement__withdrawal=None)
    public = Edition.objects.public().values("standing__public_id")
    for interview in Interview.objects.filter(public_id__in=public, agreements__grants__in=lines).distinct():
        with transaction.atomic():
            _follow(_lock(interview), by=MACHINE, at=at)


def open_what_has_passed(*, at: datetime) -> None:
    """Publish what is signed, where an embargo has passed of which the narrator asked that it ends by itself.

    What cannot be published then waits for a person, as every other does.
    """
    for row in holds.passed(at=at).filter(opens_by_itself=True):
        with suppress(*publishing.REFUSALS):
            publishing.publish(row.interview, by=MACHINE, at=at)


def _lock(interview: Interview) -> Interview:
    """Publishing takes the same lock, so that nothing becomes public between the question and the answer."""
    Interview.objects.select_for_update().get(pk=interview.pk)
    return interview


def _follow(interview: Interview, *, by: Agent, at: datetime) -> None:
    narrowed = consequences.follow_consent(interview, by=by, at=at)
    steps.stop_what_may_not_be_heard(interview, at=at)
    was = interview.state
    interview.refresh_from_db(fields=["state"])
    if narrowed or interview.state == State.WITHDRAWN != was:
        steps.taken_down(interview, at=at)


@transaction.atomic
def approve(
    interview: Interview, *, seen_sha256: str, by: User, at: datetime, unheard_reason: str = ""
) -> None:
    """Sign, and have the redacted sound made meanwhile. Raises what publishing.approve raises, and StillBlocked."""
    blocked = any(check.blocks for check in checks.before_signing(interview, at=at))
    publishing.approve(interview, seen_sha256=seen_sha256, by=by, at=at, unheard_reason=unheard_reason)
    if blocked:  # asked second: what publishing refuses says more
        raise StillBlocked
    steps.approved(interview, at=at)
    handing.signed(interview, at=at)


@transaction.atomic
def restore_version(interview: Interview, earlier: Transcript, *, by: Agent, at: datetime) -> Transcript:
    """Let an earlier text count again, and look for mentions in it. Raises restoring.AlreadyCurrent."""
    restored = restoring.restore(interview, earlier, by=by, at=at)
    steps.text_restored(restored, at=at)
    return restored


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


@transaction.atomic
def go_on(recording: Recording, *, by: Agent, at: datetime) -> None:
    """Go on with all that was stopped on a recording. Raises CannotBeDone."""
    Recording.objects.select_for_update().get(pk=recording.pk)  # of two who ask, one asks for something
    standing = following.of(recording, at=at)
    for job in standing.stopped:
        steps.retry(job, at=at)
    last = standing.transcription
    if last is not None and last.state == TranscriptionJob.State.CANCELLED:
        steps.go_on(last, by=by, at=at)
