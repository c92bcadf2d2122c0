"""Telling workers that something is due. A message is a hint: it carries a job's number and may get lost."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from oralhistory.celery import app
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job

# A message that nobody took for so long was lost, or waits in a long queue, where a second one does no harm.
TOLD_AGAIN = timedelta(minutes=2)

log = logging.getLogger(__name__)


def send(job: Job) -> None:
    """Tell a worker of the job's queue, once the job is committed. A broker that is down costs time, nothing else."""

    def tell() -> None:
        try:
            app.send_task(
                "oralhistory.pipeline.tasks.work", kwargs={"job_id": job.pk}, queue=job.queue, retry=False
            )
        except (OperationalError, OSError):
            log.warning("job %s: the broker cannot be reached; it will be sent when it can", job.pk)

    transaction.on_commit(tell)


def hurry(kind: str, subject: str, *, at: datetime) -> None:
    """What this job waited for is there: it need not wait until it asks again."""
    for job in Job.objects.filter(kind=kind, subject=subject, state=Job.State.DUE):
        Job.objects.filter(pk=job.pk, state=Job.State.DUE).update(due_at=at)
        send(job)


def send_due(*, at: datetime, limit: int = 200) -> int:
    """Free what dead workers held, and send again whatever is due. Returns how many messages were sent."""
    leases.free_expired(at=at)
    untold = Q(sent_at=None) | Q(sent_at__lte=at - TOLD_AGAIN)
    due = list(
        Job.objects.filter(untold, state=Job.State.DUE, due_at__lte=at).order_by("due_at", "pk")[:limit]
    )
    for job in due:
        send(job)
    Job.objects.filter(pk__in=[job.pk for job in due]).update(sent_at=at)
    return len(due)
