"""What a log may hold: which job, where in the code, what kind of error. Never what somebody said, nor a name.

A log is read by more people than the archive is, and is kept where nothing is withdrawn from. So a line has fields from
a fixed list; of what is filled into its message only numbers, ids and names from the code are shown, and of an exception
its class and the way it came, because its message may hold whatever was being worked on. The text of a message itself
is believed where it stands in the code: in ours (a test reads every call), and in the loggers of others that are named here.
"""

import json
import logging
import platform
import re
from collections.abc import Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import FunctionType, TracebackType
from typing import Any
from uuid import UUID

OURS = "oralhistory"
# Their messages are constants in the versions that were read. Not all of Celery: `celery.redirected` has what was printed.
BELIEVED = frozenset(
    {
        *("celery.app.trace", "celery.apps.worker", "celery.beat", "celery.worker.request"),
        *("celery.worker.strategy", "celery.worker.consumer.connection", "celery.worker.consumer.consumer"),
        "multiprocessing",
    }
)
FIELDS = (
    *("time", "level", "logger", "message", "at", "job", "kind", "subject", "chunk", "attempt", "machine"),
    *("error", "after", "trace"),
)
WITHHELD = "…"
FRAMES = 12  # of a trace, the innermost

_CODE = "[23456789bcdfghjkmnpqrstvwxz]{12}"  # ids.public_id
_ID = re.compile(
    rf"(?:recording|transcription|chunk|interview|file|arrival|transfer):{_CODE}(?::\d+)?"
    r"|transcript:\d+|storage:(?:masters|access|replica)|archive"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a message of Celery's
    r"|oralhistory(?:\.[a-z_]+)+"  # a module or a task
)
_FOLDERS = ("site-packages/", "dist-packages/", f"{Path(__file__).resolve().parents[2]}/")


class Own(str):
    """A sentence that the program made of its own words, of numbers and of what machines are called: it may be logged."""


@dataclass(frozen=True, slots=True)
class Doing:
    """The job that is being done."""

    job: int
    kind: str
    subject: str
    attempt: int

    @property
    def chunk(self) -> str:
        """`code:index`, where the job is a chunk's."""
        return self.subject.removeprefix("chunk:") if self.subject.startswith("chunk:") else ""


_doing: ContextVar[Doing | None] = ContextVar("doing", default=None)


def begin(*, job: int, kind: str, subject: str, attempt: int) -> Token[Doing | None]:
    """From here on every line of this thread says which job it is about, until `end`."""
    return _doing.set(Doing(job, kind, subject if is_id(subject) else WITHHELD, attempt))


def end(begun: Token[Doing | None]) -> None:
    _doing.reset(begun)


# What a record may say.


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """A record as what may be written of it: some of FIELDS, in their order."""
    job = _doing.get()
    kind, error, traceback = record.exc_info or (None, None, None)
    found = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": message(record),
        "at": f"{_short(record.pathname)}:{record.lineno}",
        "job": job and job.job,
        "kind": job and job.kind,
        "subject": job and job.subject,
        "chunk": job and job.chunk,
        "attempt": job and job.attempt,
        "machine": platform.node(),
        "error": kind and _name(kind),
        "after": [_name(type(each)) for each in _causes(error)],
        "trace": _trace(traceback),
    }
    return {name: found[name] for name in FIELDS if found[name] not in (None, "", [])}


def message(record: logging.LogRecord) -> str:
    """The record's message with what may be shown filled in; of loggers that are not known, nothing."""
    template = record.msg
    if not isinstance(template, str) or not _believed(record.name):
        return WITHHELD
    if not record.args:
        return _one_line(template)
    args: Any = record.args
    if isinstance(args, Mapping):
        args = {name: _shown(value) for name, value in args.items()}
    else:
        args = tuple(_shown(value) for value in args)
    try:
        return _one_line(template % args)
    except (TypeError, ValueError, KeyError, OverflowError):
        # A number was asked for, and what came is withheld. An exception here would be printed with all arguments.
        return _one_line(template)


def _believed(logger: str) -> bool:
    return logger == OURS or logger.startswith(f"{OURS}.") or logger in BELIEVED


def _shown(value: object) -> object:
    if value is None or isinstance(value, Own | bool | int | float | Decimal | UUID | date | timedelta):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, type | FunctionType):
        return _name(value)
    if isinstance(value, BaseException):
        return ", after ".join(_name(type(each)) for each in (value, *_causes(value)))
    if isinstance(value, str) and (is_id(value) or _is_its_kind(value)):
        return value
    return WITHHELD


def is_id(value: str) -> bool:
    """Whether it has the shape of an id of ours: a record's that work is about, a message's, a module's."""
    return _ID.fullmatch(value) is not None


def _is_its_kind(value: str) -> bool:
    job = _doing.get()
    return job is not None and value == job.kind


def _one_line(text: str) -> str:
    return " ".join(text.split())


# What an exception may say.


def place(error: BaseException) -> Own:
    """The class of an error and the way it came, innermost first; never its message."""
    classes = ", after ".join(_name(type(each)) for each in (error, *_causes(error)))
    way = " < ".join(_trace(error.__traceback__))
    return Own(f"{classes} at {way}" if way else classes)


def _causes(error: BaseException | None) -> list[BaseException]:
    """What it was raised from, and from what that was, and so on."""
    found: list[BaseException] = []
    while error is not None and len(found) < FRAMES:
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is not None and error not in found:
            found.append(error)
    return found


def _trace(traceback: TracebackType | None) -> list[str]:
    # By hand: `traceback` reads source lines, and Celery hands over stand-ins for what came from another process.
    found = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{_short(code.co_filename)}:{traceback.tb_lineno}:{code.co_name}")
        traceback = traceback.tb_next
    return found[: -FRAMES - 1 : -1]


def _short(path: str) -> str:
    for folder in _FOLDERS:
        _, found, rest = path.rpartition(folder)
        if found:
            return rest
    return Path(path).name


def _name(kind: type | FunctionType) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


# The two formats.


class Json(logging.Formatter):
    """A line of JSON, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields(record), ensure_ascii=False)


class Plain(logging.Formatter):
    """The same fields for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        may = fields(record)
        line = f"{self.formatTime(record)} {may['level']} {may['logger']} {may['message']}"
        if may["message"] == WITHHELD:
            line += f" ({may['at']})"
        if "job" in may:
            line += f" [job {may['job']}, {may['kind']}, {may['subject']}, attempt {may['attempt']}]"
        if "error" in may:
            line += f": {', after '.join([may['error'], *may.get('after', [])])}"
        if "trace" in may:
            line += f" at {' < '.join(may['trace'])}"
        return line
