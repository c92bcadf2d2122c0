"""Doing a leased job: from the message to success or failure."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from oralhistory.jobs import leases
from oralhistory.jobs.models import Job

log = logging.getLogger(__name__)


class CannotBeDone(Exception):
    """The work is refused for good, and the message is a sentence for the person it concerns."""


def run(job_id: int, step: Callable[[Job], None], *, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Take the job and do it. False when there was nothing to take: a lost or doubled message does nothing."""
    job = leases.take(job_id, at=clock())
    if job is None:
        return False
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(job, stop, clock), daemon=True)
    heart.start()
    try:
        step(job)
        leases.finish(job, at=clock())
    except leases.LeaseLost:
        log.warning("job %s (%s): lease lost, result thrown away", job.pk, job.kind)
    except CannotBeDone as refusal:
        leases.bury(job, str(refusal), at=clock())
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _give_back(job, error, at=clock())
    finally:
        stop.set()
        heart.join()
    return True


def _give_back(job: Job, error: Exception, *, at: datetime) -> None:
    try:
        # The kind of error only: a message may hold a path or what was said.
        leases.give_back(job, f"It failed ({type(error).__name__}) and will be tried again.", at=at)
    except leases.LeaseLost:
        log.warning("job %s (%s): lease lost while failing", job.pk, job.kind)


def _beat(job: Job, stop: threading.Event, clock: Callable[[], datetime]) -> None:
    """Keep the lease while the process lives; the hard time limit of the worker ends native code that hangs."""
    try:
        while not stop.wait(settings.LEASE_SECONDS / 3):
            leases.extend(job, at=clock())
    except leases.LeaseLost:
        return
    finally:
        connection.close()
