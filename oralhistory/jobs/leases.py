"""Taking a job, keeping it, proving that it is still ours, giving it back.

Every write a worker makes is fenced by the token of its lease: a worker that was slow, paused or
thought dead cannot publish a late result over the one who took its place.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from oralhistory.jobs.models import Job

MAX_STARTS = 3  # starts without a step forward; then a person looks at it
GAVE_UP = (
    "It was started three times and never moved forward; perhaps it needs more memory than the machine has. "
    "Nothing is lost: look at the recording, then try again."
)
ASKS_AGAIN = timedelta(minutes=1)  # between two looks whether what a job waits for is there


class LeaseLost(Exception):
    """Somebody else has the job now, or it was cancelled: what was being made is thrown away."""


def _until(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.LEASE_SECONDS)


def enqueue(kind: str, subject: str, *, queue: str, at: datetime, generation: int = 1, total: int = 0) -> Job:
    """The job for a step, made once: asking twice gives the same row."""
    job, _ = Job.objects.get_or_create(
        kind=kind,
        subject=subject,
        generation=generation,
        defaults={"queue": queue, "due_at": at, "created_at": at, "total_units": total},
    )
    return job


def take(job_id: int, *, at: datetime) -> Job | None:
    """Lease a due job by one conditional UPDATE; None when somebody else has it, or nothing is due."""
    token = uuid.uuid4()
    taken = Job.objects.filter(
        pk=job_id, state=Job.State.DUE, due_at__lte=at, attempts__lt=MAX_STARTS
    ).update(state=Job.State.RUNNING, lease_token=token, lease_until=_until(at), attempts=F("attempts") + 1)
    return Job.objects.get(pk=job_id) if taken else None


def extend(job: Job, *, at: datetime) -> None:
    """Say that the worker lives. Raises LeaseLost."""
    if not Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(lease_until=_until(at)):
        raise LeaseLost(job.kind)


@transaction.atomic
def fence(job: Job) -> None:
    """Inside the transaction that writes a result: hold the row, and raise LeaseLost if the lease is not ours."""
    if not Job.objects.select_for_update().filter(pk=job.pk, lease_token=job.lease_token).exists():
        raise LeaseLost(job.kind)


def progress(job: Job, done: int, *, at: datetime) -> None:
    """A step forward: it extends the lease and forgets earlier starts, so that many kills do not end a good job."""
    moved = Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        done_units=done, lease_until=_until(at), attempts=1
    )
    if not moved:
        raise LeaseLost(job.kind)


def finish(job: Job, *, at: datetime) -> None:
    _leave(job, state=Job.State.DONE, finished_at=at, reason="", done_units=F("total_units"))


def bury(job: Job, reason: str, *, at: datetime) -> None:
    """End it with a sentence; only a person starts it again."""
    _leave(job, state=Job.State.DEAD, finished_at=at, reason=reason)


def give_back(job: Job, reason: str, *, at: datetime) -> None:
    """A start that failed: due again after a pause that doubles, or dead after the third."""
    if job.attempts >= MAX_STARTS:
        bury(job, reason, at=at)
    else:
        _leave(
            job,
            state=Job.State.DUE,
            due_at=at + timedelta(seconds=5 * 2**job.attempts),
            sent_at=None,
            reason=reason,
        )


def postpone(job: Job, reason: str, *, at: datetime) -> None:
    """Something that the work needs is missing, and the work is not to blame: due again soon, this start not counted."""
    _leave(
        job,
        state=Job.State.DUE,
        due_at=at + ASKS_AGAIN,
        sent_at=None,
        reason=reason,
        attempts=F("attempts") - 1,
    )


def _leave(job: Job, **values: object) -> None:
    left = Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        lease_token=None, lease_until=None, **values
    )
    if not left:
        raise LeaseLost(job.kind)


def free_expired(*, at: datetime) -> int:
    """Make due again what a dead worker held; bury what was started too often. Returns how many rows moved."""
    expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=at)
    free = {"lease_token": None, "lease_until": None}
    dead = expired.filter(attempts__gte=MAX_STARTS).update(
        state=Job.State.DEAD, finished_at=at, reason=GAVE_UP, **free
    )
    return dead + expired.update(state=Job.State.DUE, due_at=at, sent_at=None, **free)


def cancel(subject: str, *, at: datetime) -> int:
    """Stop all open work on a record: its workers notice at their next write."""
    return (
        Job.objects.about(subject)
        .open()
        .update(state=Job.State.CANCELLED, finished_at=at, lease_token=None, lease_until=None)
    )


def retry(job: Job, *, at: datetime) -> None:
    """A person asks again for what had died or was cancelled."""
    Job.objects.filter(pk=job.pk, state__in=[Job.State.DEAD, Job.State.CANCELLED]).update(
        state=Job.State.DUE, due_at=at, sent_at=None, attempts=0, reason="", finished_at=None
    )
