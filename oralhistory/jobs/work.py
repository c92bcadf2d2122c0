"""Doing a leased job: from the message to success or failure.

Logs say which job, what kind of error and where in the code: what an error says may hold a name, a path, or what
somebody told.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import Error as DatabaseFails
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.jobs import leases, measures, sentences
from oralhistory.jobs.models import Job
from oralhistory.jobs.sentences import Sentence
from oralhistory.lib import logs

log = logging.getLogger(__name__)

FAILED = N_(
    "It failed, and the program does not know what to do about it (%(kind)s): ask whoever keeps the machines, who finds"
    " more in the log."
)


class CannotBeDone(Exception):
    """The work is refused for good, and the message is a sentence for the person it concerns."""


class NotYet(Exception):
    """The work cannot be done yet, for something that it needs; the message says what (none: nobody need know).

    The job waits without losing a start, and goes on by itself when what was missing is there.
    """


def kind_of(error: Exception) -> Sentence:
    """The kind of error only, where nobody knows a better sentence."""
    return Sentence(FAILED, {"kind": type(error).__name__})


def run(
    job_id: int,
    step: Callable[[Job], None],
    *,
    clock: Callable[[], datetime] = timezone.now,
    explain: Callable[[Exception], Sentence] = kind_of,
) -> bool:
    """Take the job and do it. False when there was nothing to take: a lost or doubled message does nothing.

    `explain` gives the cause of a failure, in a sentence that promises nothing.
    """
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
        _leave(leases.bury, job, sentences.of(refusal), at=clock())
    except NotYet as missing:
        if reason := sentences.of(missing):
            log.warning("job %s (%s) waits: %s", job.pk, job.kind, logs.place(missing))
        _leave(leases.postpone, job, reason, at=clock())
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _leave(leases.give_back, job, explain(error), at=clock())
    finally:
        stop.set()
        heart.join()
        logs.end(begun)
    return True


class _Leaving(Protocol):
    def __call__(self, job: Job, reason: Sentence | str, /, *, at: datetime) -> None: ...


def _leave(leaving: _Leaving, job: Job, reason: Sentence | str, *, at: datetime) -> None:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # perhaps what failed was the connection
    try:
        leaving(job, reason, at=at)
    except leases.LeaseLost:
        log.warning("job %s (%s): lease lost while failing", job.pk, job.kind)
    except DatabaseFails as error:
        # Nothing can be written now: the lease runs out, and the job is taken again.
        log.warning("job %s (%s): the database fails too: %s", job.pk, job.kind, logs.place(error))


def _beat(job: Job, stop: threading.Event, clock: Callable[[], datetime]) -> None:
    """Keep the lease while the process lives, up to the job's time limit; that of the worker ends code that hangs."""
    try:
        while not stop.wait(settings.LEASE_SECONDS / 3):
            try:
                leases.extend(job, at=clock())
            except DatabaseFails as error:  # it may be back before the lease has run out
                log.warning("job %s (%s): no heartbeat: %s", job.pk, job.kind, logs.place(error))
                _close()
    except leases.LeaseLost:
        return
    finally:
        _close()


def _close() -> None:
    with contextlib.suppress(DatabaseFails):
        connection.close()
