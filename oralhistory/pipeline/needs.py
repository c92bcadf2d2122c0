"""What work needs of the machine that does it. Where it is missing, the work waits there and loses nothing.

A worker looks when it starts and says in its log what it finds; jobs look again each time they are taken, so that
nobody has to start anything anew when what was missing has come.
"""

import errno
import logging
import platform
from collections.abc import Callable

from celery import bootsteps
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from oralhistory.files import sandbox
from oralhistory.files.objects import StorageFails
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import NotYet
from oralhistory.lib import ffmpeg
from oralhistory.transcripts.engines.base import EngineMissing
from oralhistory.transcripts.weights import WeightsChanged, WeightsMissing

# Work that opens what a stranger sent. It is not even begun (a master may be gigabytes to fetch) where it cannot be done.
UNTRUSTED = ("ingest", "make video", "decode again", "compare transfer", "put transfer in place")

log = logging.getLogger(__name__)


def patient(step: Callable[[Job], None]) -> Callable[[Job], None]:
    """The step, waiting for what is missing (NotYet) in place of failing."""

    def do(job: Job) -> None:
        try:
            if job.kind in UNTRUSTED:
                _look()
            step(job)
        except sandbox.NotIsolated as missing:
            raise NotYet(_isolation(str(missing))) from missing
        except (ffmpeg.FfmpegMissing, sandbox.ProgramMissing) as missing:
            raise NotYet(_ffmpeg()) from missing
        except (WeightsMissing, WeightsChanged, EngineMissing) as missing:
            raise NotYet(_model(str(missing))) from missing
        except StorageFails as away:
            raise NotYet(_storage(str(away))) from away
        except sandbox.Killed as killed:  # by the machine when its memory ran out, in all likelihood
            raise MemoryError(str(killed)) from killed
        except OSError as full:
            if full.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise NotYet(_room()) from full

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
        found.append(_isolation(report.reason))
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
        found.append(_ffmpeg())
    return found


def _isolation(reason: str) -> str:
    return _(
        "It waits for isolation: on the machine %(machine)s files of strangers are not opened. %(reason)s"
        " Install bubblewrap there and let it make user namespaces; the work then goes on by itself."
    ) % {"machine": platform.node(), "reason": reason}


def _ffmpeg() -> str:
    return _(
        "It waits for ffmpeg, which is missing on the machine %(machine)s. Install it there;"
        " the work then goes on by itself."
    ) % {"machine": platform.node()}


def _model(reason: str) -> str:
    return _(
        "It waits for the model that transcribes, on the machine %(machine)s. %(reason)s"
        " When the model is there, the work goes on by itself."
    ) % {"machine": platform.node(), "reason": reason}


def _storage(reason: str) -> str:
    return _(
        "It waits for the archive's storage, which cannot be used now: %(reason)s. The work then goes on by itself."
    ) % {"reason": reason}


def _room() -> str:
    return _(
        "It waits for room: the disk is full, as the machine %(machine)s sees it. When there is room, the work"
        " goes on by itself."
    ) % {"machine": platform.node()}


class LookAround(bootsteps.Step):
    """Part of a worker's start: try what it needs, and say in one line what is wrong."""

    def create(self, parent: object) -> None:
        with translation.override("en"):
            found = warnings()
        for sentence in found:
            log.warning(sentence)
        if not found:
            log.info("isolation works, and ffmpeg is there")
