"""The real web server: gunicorn in a process of its own, on the database and storages it is told of."""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.servers.process import Server, answers, free_port

PROJECT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def running(environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Serve the archive on loopback; yields its address, without a slash at the end."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = Server(
        [
            *(sys.executable, "-m", "gunicorn", "oralhistory.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--workers", "1", "--threads", "8", "--no-control-socket"),
        ],
        log=folder / f"web-{port}.log",
        cwd=PROJECT,
        env={**environment, "SITE_URL": address},
    )
    try:
        server.wait_until(lambda: answers(port))
        yield address
    finally:
        server.stop()
