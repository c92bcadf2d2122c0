"""Doing a leased job: from the message to success or failure."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oralhistory.jobs import leases, measures
from oralhistory.jobs.models import Job
from oralhistory.lib import logs

log = logging.getLogger(__name__)


NO_MEMORY = _("There was not enough memory on the machine. It will be tried again.")


class CannotBeDone(Exception):
    """The work is refused for good, and the message is a sentence for the person it concerns."""


class NotYet(Exception):
    """The work cannot be done yet, for something that it needs; the message says what (none: nobody need know).

    The job waits without losing a start, and goes on by itself when what was missing is there.
    """


def run(job_id: int, step: Callable[[Job], None], *, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Take the job and do it. False when there was nothing to take: a lost or doubled message does nothing."""
    job = leases.take(job_id, at=clock())
    if job is None:
        return False
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(job, stop, clock), daemon=True)
    heart.start()
    begun = logs.begin(job=job.pk, kind=job.kind, subject=job.subject, attempt=job.attempts)
    try:
        measures.do(step, job, clock=clock)
        leases.finish(job, at=clock())
    except leases.LeaseLost:
        log.warning("job %s (%s): lease lost, result thrown away", job.pk, job.kind)
    except CannotBeDone as refusal:
        leases.bury(job, str(refusal), at=clock())
    except NotYet as missing:
        if str(missing):
            log.warning("job %s (%s) waits: %s", job.pk, job.kind, missing)
        _leave(leases.postpone, job, str(missing), at=clock())
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _leave(leases.give_back, job, _sentence(error), at=clock())
    finally:
        stop.set()
        heart.join()
        logs.end(begun)
    return True


class _Leaving(Protocol):
    def __call__(self, job: Job, reason: str, *, at: datetime) -> None: ...


def _leave(leaving: _Leaving, job: Job, reason: str, *, at: datetime) -> None:
    try:
        leaving(job, reason, at=at)
    except leases.LeaseLost:
        log.warning("job %s (%s): lease lost while failing", job.pk, job.kind)


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return str(NO_MEMORY)
    # The kind of error only: a message may hold a path or what was said.
    return f"It failed ({type(error).__name__}) and will be tried again."


def _beat(job: Job, stop: threading.Event, clock: Callable[[], datetime]) -> None:
    """Keep the lease while the process lives; the hard time limit of the worker ends native code that hangs."""
    try:
        while not stop.wait(settings.LEASE_SECONDS / 3):
            leases.extend(job, at=clock())
    except leases.LeaseLost:
        return
    finally:
        connection.close()
