"""What work needs of the machine that does it. Where it is missing, the work waits there and loses nothing.

A worker looks when it starts and says in its log what it finds; jobs look again each time they are taken, so that
nobody has to start anything anew when what was missing has come. (Whether it can hear: `hearing.py`.)
"""

import logging
from collections.abc import Callable

from celery import bootsteps
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from oralhistory.files import sandbox
from oralhistory.jobs.leases import LeaseLost
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import CannotBeDone, NotYet
from oralhistory.lib import ffmpeg
from oralhistory.lib.logs import Own
from oralhistory.pipeline import causes

# Work that opens what a stranger sent. It is not even begun (a master may be gigabytes to fetch) where it cannot be done.
UNTRUSTED = ("ingest", "make video", "decode again", "compare transfer", "put transfer in place")
OPENS_FILES = {"io", "cpu"}  # the queues that such work is in

log = logging.getLogger(__name__)


def patient(step: Callable[[Job], None]) -> Callable[[Job], None]:
    """The step, waiting for what is missing (NotYet) in place of failing."""

    def do(job: Job) -> None:
        try:
            if job.kind in UNTRUSTED:
                _look()
            step(job)
        except (CannotBeDone, NotYet, LeaseLost):
            raise
        except sandbox.Killed as killed:  # by the machine when its memory ran out, in all likelihood
            raise MemoryError(str(killed)) from killed
        except Exception as error:
            if reason := causes.waits_for(error):
                raise NotYet(reason) from error
            raise

    return do


def _look() -> None:
    if settings.MEDIA_ISOLATION == "required" and not (report := sandbox.probe()).isolated:
        raise sandbox.NotIsolated(report.reason)
    ffmpeg.binary()


def warnings() -> list[str]:
    """What is missing on this machine now, a sentence each; also what is only weaker than it should be."""
    found = []
    report = sandbox.probe()
    if not report.isolated and settings.MEDIA_ISOLATION == "required":
        found.append(str(causes.isolation(report.reason)))
    elif not report.isolated:
        found.append(
            _(
                "Files of strangers are opened with limits alone, because isolation does not work here: %(reason)s"
                " That will do to try the program out; for an archive, install bubblewrap."
            )
            % {"reason": report.reason}
        )
    try:
        ffmpeg.binary()
    except ffmpeg.FfmpegMissing:
        found.append(str(causes.no_ffmpeg()))
    return found


class LookAround(bootsteps.Step):
    """Part of the start of a worker that opens files: try what that needs, and say in one line what is wrong."""

    def include_if(self, parent: object) -> bool:
        return bool(OPENS_FILES & set(parent.app.amqp.queues.consume_from))  # type: ignore[attr-defined]

    def create(self, parent: object) -> None:
        with translation.override("en"):
            found = warnings()
        for sentence in found:
            log.warning("%s", Own(sentence))
        if not found:
            log.info("isolation works, and ffmpeg is there")
