"""Taking a job, keeping it, proving that it is still ours, giving it back.

Every write a worker makes is fenced by the token of its lease: a worker that was slow, paused or
thought dead cannot publish a late result over the one who took its place.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.jobs.models import TIME_LIMIT, Job
from oralhistory.jobs.sentences import Sentence

MAX_STARTS = 3  # starts without a step forward; then a person looks at it
GAVE_UP = Sentence(
    N_(
        "It was started three times and never moved forward; perhaps it needs more memory than the machine has. "
        "Nothing is lost: look at the recording, then try again."
    )
)
TOOK_TOO_LONG = Sentence(
    N_("It took longer than such work may take, and was stopped; perhaps the program hung.")
)
AGAIN = N_("%(cause)s It is tried again by itself.")
NOT_AGAIN = N_("%(cause)s It was tried three times. Nothing is lost: when that is put right, try again.")
ASKS_AGAIN = timedelta(minutes=1)  # between two looks whether what a job waits for is there
FREE: dict[str, Any] = {
    "lease_token": None, "lease_until": None, "limit_at": None, "sent_at": None, "times_sent": 0,
}  # fmt: skip


class LeaseLost(Exception):
    """Somebody else has the job now, or it was cancelled: what was being made is thrown away."""


def _until(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.LEASE_SECONDS)


def enqueue(
    kind: str,
    subject: str,
    *,
    queue: str,
    at: datetime,
    generation: int = 1,
    total: int = 0,
    done: int = 0,
    time_limit: timedelta = TIME_LIMIT,
) -> Job:
    """The job for a step, made once: asking twice gives the same row."""
    job, _ = Job.objects.get_or_create(
        kind=kind,
        subject=subject,
        generation=generation,
        defaults={
            "queue": queue, "due_at": at, "created_at": at, "total_units": total, "done_units": done,
            "time_limit": time_limit,
        },
    )  # fmt: skip
    return job


def take(job_id: int, *, at: datetime) -> Job | None:
    """Lease a due job by one conditional UPDATE; None when somebody else has it, or nothing is due."""
    limit = ExpressionWrapper(Value(at) + F("time_limit"), output_field=DateTimeField())
    taken = Job.objects.filter(
        pk=job_id, state=Job.State.DUE, due_at__lte=at, attempts__lt=MAX_STARTS
    ).update(
        state=Job.State.RUNNING,
        lease_token=uuid.uuid4(),
        lease_until=_until(at),
        limit_at=limit,
        attempts=F("attempts") + 1,
    )
    return Job.objects.get(pk=job_id) if taken else None


def _ours(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, lease_token=job.lease_token)


def extend(job: Job, *, at: datetime) -> None:
    """Say that the worker lives. That is believed until the job's time limit. Raises LeaseLost."""
    if not _ours(job).filter(limit_at__gt=at).update(lease_until=_until(at)):
        raise LeaseLost(job.kind)


@transaction.atomic
def fence(job: Job) -> None:
    """Inside the transaction that writes a result: hold the row, and raise LeaseLost if the lease is not ours."""
    if not _ours(job).select_for_update().exists():
        raise LeaseLost(job.kind)


def progress(job: Job, done: int, *, at: datetime) -> None:
    """A step forward: it extends the lease and forgets earlier starts, so that many kills do not end a good job.

    What does not move forward extends nothing. Raises LeaseLost.
    """
    moved = (
        _ours(job)
        .filter(done_units__lt=done)
        .update(done_units=done, lease_until=_until(at), limit_at=at + job.time_limit, attempts=1)
    )
    if moved:
        job.attempts = 1
    elif not _ours(job).exists():
        raise LeaseLost(job.kind)


def finish(job: Job, *, at: datetime) -> None:
    _leave(job, state=Job.State.DONE, finished_at=at, reason="", done_units=F("total_units"))


def bury(job: Job, reason: Sentence | str, *, at: datetime) -> None:
    """End it with a sentence; only a person starts it again."""
    _leave(job, state=Job.State.DEAD, finished_at=at, reason=reason)


def give_back(job: Job, cause: Sentence | str, *, at: datetime) -> None:
    """A start that failed: due again after a pause that doubles, or dead after the third."""
    if job.attempts >= MAX_STARTS:
        bury(job, Sentence(NOT_AGAIN, {"cause": cause}), at=at)
    else:
        pause = timedelta(seconds=5 * 2**job.attempts)
        _leave(job, state=Job.State.DUE, due_at=at + pause, reason=Sentence(AGAIN, {"cause": cause}))


def postpone(job: Job, reason: Sentence | str, *, at: datetime) -> None:
    """Something that the work needs is missing, and the work is not to blame: due again soon, this start not counted."""
    _leave(job, state=Job.State.DUE, due_at=at + ASKS_AGAIN, reason=reason, attempts=F("attempts") - 1)


def _leave(job: Job, **values: object) -> None:
    if not _ours(job).update(**FREE, **values):
        raise LeaseLost(job.kind)


def free_expired(*, at: datetime) -> int:
    """Make due again what a dead worker held; bury what was started too often. Returns how many rows moved."""
    expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=at)
    hung, gone = expired.filter(limit_at__lte=at), expired
    due: dict[str, Any] = {"state": Job.State.DUE, "due_at": at, **FREE}
    dead: dict[str, Any] = {"state": Job.State.DEAD, "finished_at": at, **FREE}
    too_often = {"attempts__gte": MAX_STARTS}
    return sum(
        (
            hung.filter(**too_often).update(reason=Sentence(NOT_AGAIN, {"cause": TOOK_TOO_LONG}), **dead),
            hung.update(reason=Sentence(AGAIN, {"cause": TOOK_TOO_LONG}), **due),
            gone.filter(**too_often).update(reason=GAVE_UP, **dead),
            gone.update(**due),
        )
    )


def cancel(subject: str, *, at: datetime) -> int:
    """Stop all open work on a record: its workers notice at their next write."""
    return Job.objects.about(subject).open().update(state=Job.State.CANCELLED, finished_at=at, **FREE)


def retry(job: Job, *, at: datetime) -> None:
    """A person asks again for what had died or was cancelled."""
    Job.objects.filter(pk=job.pk, state__in=[Job.State.DEAD, Job.State.CANCELLED]).update(
        state=Job.State.DUE, due_at=at, attempts=0, reason="", finished_at=None, **FREE
    )
