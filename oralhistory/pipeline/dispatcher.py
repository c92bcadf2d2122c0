"""Telling workers that something is due. A message is a hint: it carries a job's number and may get lost.

There is one message for each job that waits, as far as can be known: the broker is asked how many it holds, and only
what is missing is sent again. Where it cannot say, the pauses between two messages for a job grow.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from kombu import Queue
from kombu.exceptions import ChannelError, OperationalError

from oralhistory.celery import app
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.lib import logs

ON_THE_WAY = timedelta(seconds=10)  # between a broker and a worker; not counted by the broker
MOST_DOUBLED = 5  # times; two minutes become an hour

log = logging.getLogger(__name__)


def send(job: Job, *, at: datetime) -> None:
    """Tell a worker of the job's queue, once the job is committed. A broker that is down costs time, nothing else."""
    _note(job, at=at)
    transaction.on_commit(partial(_tell, job))


def hurry(kind: str, subject: str, *, at: datetime) -> None:
    """What this job waited for is there: it need not wait until it asks again."""
    for job in Job.objects.filter(kind=kind, subject=subject, state=Job.State.DUE):
        Job.objects.filter(pk=job.pk, state=Job.State.DUE).update(due_at=at)
        send(job, at=at)


def _note(job: Job, *, at: datetime) -> None:
    Job.objects.filter(pk=job.pk).update(sent_at=at, times_sent=F("times_sent") + 1)


def _tell(job: Job) -> bool:
    try:
        app.send_task(
            "oralhistory.pipeline.tasks.work", kwargs={"job_id": job.pk}, queue=job.queue, retry=False,
            time_limit=int(job.time_limit.total_seconds()),
        )  # fmt: skip
    except (OperationalError, OSError):
        log.warning("job %s: the broker cannot be reached; it will be sent when it can", job.pk)
        Job.objects.filter(pk=job.pk, state=Job.State.DUE).update(sent_at=None)
        return False
    return True


def messages_held(queues: Iterable[str]) -> dict[str, int]:
    """How many messages the broker holds that no worker has, in each queue of which it can tell."""
    held: dict[str, int] = {}
    try:
        with app.connection_for_write(connect_timeout=3) as connection:
            for queue in queues:
                with connection.channel() as channel:
                    asked: Any = Queue(queue, channel=channel)
                    try:
                        held[queue] = asked.queue_declare(passive=True).message_count
                    except (
                        ChannelError
                    ):  # no such queue: nobody has sent anything since the broker was emptied
                        held[queue] = 0
    except Exception as error:  # brokers have their own classes of errors
        log.warning("the broker does not say what it holds: %s", logs.place(error))
    return held


def send_due(
    *, at: datetime, limit: int = 200, ask: Callable[[Iterable[str]], dict[str, int]] = messages_held
) -> int:
    """Free what dead workers held, and send again whatever is due. Returns how many messages were sent."""
    leases.free_expired(at=at)
    due = Job.objects.filter(state=Job.State.DUE, due_at__lte=at).order_by("due_at", "pk")
    told = due.exclude(sent_at=None).order_by("sent_at", "pk")
    jobs = [*due.filter(sent_at=None)[:limit]]
    told_in = Counter(told.values_list("queue", flat=True))
    held = ask(told_in) if told_in else {}
    for queue, count in told_in.items():
        rows = told.filter(queue=queue, sent_at__lte=at - ON_THE_WAY)
        if queue in held:
            jobs += rows[: max(0, count - held[queue])]
        else:
            jobs += [job for job in rows[:limit] if job.sent_at and job.sent_at <= at - _pause(job)]
    sent = 0
    for job in jobs[:limit]:
        _note(job, at=at)
        if not _tell(job):
            break  # each further one would wait as long for the broker
        sent += 1
    return sent


def _pause(job: Job) -> timedelta:
    return timedelta(minutes=2 * 2 ** min(job.times_sent - 1, MOST_DOUBLED))
