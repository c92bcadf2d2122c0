"""What the servers of the tests share: a free port, a folder of one's own, a process that is waited for."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path


class DidNotStart(Exception):
    """A server ended, or said nothing, before it was ready; the message holds the end of its log."""


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether anybody listens on this port of loopback."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def folder(name: str) -> Iterator[Path]:
    """A private folder that is gone afterwards; root's is given to `unprivileged()`."""
    path = Path(tempfile.mkdtemp(prefix=f"archive-test-{name}-"))
    try:
        if owner := unprivileged():
            shutil.chown(path, owner)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def unprivileged() -> str | None:
    """The user a server runs as where the tests run as root (PostgreSQL refuses root); else None."""
    if os.getuid() != 0:
        return None
    pwd.getpwnam("nobody")
    return "nobody"


class Server:
    """A process in a group of its own, so that Ctrl-C reaches the tests first and they stop it."""

    def __init__(
        self,
        arguments: Sequence[str | Path],
        *,
        log: Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=env,
                process_group=0,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Return when `ready` says so. Raises DidNotStart."""
        give_up_at = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                self.kill()
                last_words = self.log.read_text(errors="replace")[-3000:]
                raise DidNotStart(f"{self.process.args!r} is not ready:\n{last_words}")
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM, *, seconds: float = 30) -> None:
        """Ask it to end; kill it and all that it started if it does not."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """End it and all that it started at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
