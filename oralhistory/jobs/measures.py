"""What a job costs: time, processor, memory, and on which machine.

Written beside the job by whoever does it, since the processes that work come and go and nobody can ask them later.
"""

import contextlib
import platform
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseFails
from django.db.models import F, Value
from django.db.models.functions import Greatest

from oralhistory.jobs.models import Job

# Of getrusage: kibibytes, but on macOS bytes.
_KIB = 1024 if sys.platform == "darwin" else 1


@dataclass(frozen=True, slots=True)
class _Spent:
    """By this process, and by those that it started and that have ended."""

    wall: float
    cpu: float  # seconds
    peak_kib: int

    @staticmethod
    def until_now() -> "_Spent":
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return _Spent(
            time.monotonic(),
            sum(each.ru_utime + each.ru_stime for each in both),
            max(each.ru_maxrss for each in both) // _KIB,
        )


def do(step: Callable[[Job], None], job: Job, *, clock: Callable[[], datetime]) -> None:
    """Do the step, and note what it cost, however it ends, as long as the lease is ours.

    Raises what the step raises, and never anything of its own: nothing fails for want of a number.
    """
    before = _Spent.until_now()
    _note(job, started_at=clock(), machine=platform.node()[:253])
    try:
        step(job)
    finally:
        after = _Spent.until_now()
        _note(
            job,
            wall_ms=F("wall_ms") + round(1000 * (after.wall - before.wall)),
            cpu_ms=F("cpu_ms") + round(1000 * (after.cpu - before.cpu)),
            # What an earlier start had done, or what was there before, was not paid for now.
            measured_units=F("measured_units") + Greatest(F("done_units") - job.done_units, Value(0)),
            peak_kib=Greatest(F("peak_kib"), Value(after.peak_kib)),
        )


def _note(job: Job, **values: object) -> None:
    with contextlib.suppress(DatabaseFails):
        Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(**values)
