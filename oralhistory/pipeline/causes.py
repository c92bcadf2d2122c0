"""Why work waits or has failed: each cause in a sentence that says what to do. One place for all of them."""

import errno
import platform
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.files import sandbox
from oralhistory.files.objects import StorageFails
from oralhistory.jobs import sentences, work
from oralhistory.jobs.sentences import Sentence
from oralhistory.lib import ffmpeg
from oralhistory.transcripts.engines.base import CannotHear, CannotLoad, DeviceMissing, EngineMissing
from oralhistory.transcripts.weights import WeightsChanged, WeightsMissing

ISOLATION = N_(
    "It waits for isolation: on the machine %(machine)s files of strangers are not opened. %(reason)s"
    " Install bubblewrap there and let it make user namespaces; the work then goes on by itself."
)
FFMPEG = N_(
    "It waits for ffmpeg, which is missing on the machine %(machine)s. Install it there;"
    " the work then goes on by itself."
)
MODEL = N_(
    "It waits for the model that transcribes, on the machine %(machine)s. %(reason)s"
    " When the model is there, the work goes on by itself."
)
DEAF = N_(
    "It waits: the machine %(machine)s cannot hear and transcribes nothing. %(reason)s"
    " It tries again by itself; other machines go on."
)
STORAGE = N_(
    "It waits for the archive's storage, which cannot be used now: %(reason)s. The work then goes on by itself."
)
ROOM = N_(
    "It waits for room: the disk is full, as the machine %(machine)s sees it. When there is room, the work"
    " goes on by itself."
)
DATABASE = N_("The database did not answer. The work goes on by itself when it does.")
MEMORY = N_("There was not enough memory on the machine %(machine)s.")
FILE_GONE = N_("A file that it needs is not where it should be. See on the page on health what is damaged.")

FULL = (errno.ENOSPC, errno.EDQUOT)
# Native libraries have no class of error for it.
NO_MEMORY = ("out of memory", "failed to allocate", "bad_alloc", "can't allocate memory")


def waits_for(error: Exception) -> Sentence | None:
    """What work waits for that this error ended; none if it failed and waiting would not help."""
    for kinds, sentence in _WAITS:
        if isinstance(error, kinds):
            return sentence(error)
    if type(error).__module__.startswith("botocore"):  # loaded only where S3 is used
        return Sentence(STORAGE, {"reason": type(error).__name__})
    if isinstance(error, OSError) and error.errno in FULL:
        return _here(ROOM)
    return None


def of(error: Exception) -> Sentence:
    """The cause of a failure. It promises nothing: whether it is tried again is said by who knows."""
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in NO_MEMORY):
        return _here(MEMORY)
    if isinstance(error, FileNotFoundError):
        return Sentence(FILE_GONE)
    return work.kind_of(error)


def isolation(reason: str) -> Sentence:
    return _here(ISOLATION, reason=reason)


def no_ffmpeg() -> Sentence:
    return _here(FFMPEG)


def _here(text: str, **values: object) -> Sentence:
    return Sentence(text, {"machine": platform.node(), **values})


_WAITS: list[tuple[tuple[type[Exception], ...], Callable[[Exception], Sentence]]] = [
    ((sandbox.NotIsolated,), lambda error: isolation(str(error))),
    ((ffmpeg.FfmpegMissing, sandbox.ProgramMissing), lambda error: no_ffmpeg()),
    ((CannotHear, DeviceMissing), lambda error: _here(DEAF, reason=sentences.of(error))),
    (
        (WeightsMissing, WeightsChanged, EngineMissing, CannotLoad),
        lambda error: _here(MODEL, reason=sentences.of(error)),
    ),
    ((StorageFails,), lambda error: Sentence(STORAGE, {"reason": str(error)})),
    ((OperationalError, InterfaceError), lambda error: Sentence(DATABASE)),
]
