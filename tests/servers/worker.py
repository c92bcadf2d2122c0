"""A real Celery worker: a process of its own, on the database, broker and storages it is told of."""

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from celery import Celery

from tests.servers.process import Server

PROJECT = Path(__file__).resolve().parents[2]
QUEUES = ("io", "cpu", "asr", "link", "safety")


def start(
    environment: Mapping[str, str], folder: Path, *, queues: Sequence[str] = QUEUES, beat: bool = True
) -> Server:
    """Start a worker, with beat inside unless it is not wanted, and return when it answers.

    `stop()` on what is returned lets it finish the task in hand, `kill()` is a power cut.
    """
    name = f"test-{token_hex(4)}@localhost"
    server = Server(
        [
            *(sys.executable, "-m", "celery", "--app", "oralhistory.celery:app", "worker"),
            *("--queues", ",".join(queues), "--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO"),
            *(("--beat", "--schedule", folder / f"{name}.beat") if beat else ()),
            *("--hostname", name, "--without-gossip", "--without-mingle"),
        ],
        log=folder / f"{name}.log",
        cwd=PROJECT,
        env=environment,
    )
    try:
        _wait_for(server, name, environment["BROKER_URL"])
    except BaseException:
        server.kill()
        raise
    return server


def _wait_for(server: Server, name: str, broker_url: str) -> None:
    if broker_url.startswith("filesystem:"):  # where nobody answers whose folder is not known
        server.wait_until(lambda: " ready." in server.log.read_text())
        return
    app = Celery(broker=broker_url, set_as_current=False)
    with app.connection_for_write() as connection:  # not a kept one: its broker may have been started anew
        server.wait_until(
            lambda: bool(app.control.ping(destination=[name], timeout=0.5, connection=connection))
        )


@contextlib.contextmanager
def running(environment: Mapping[str, str], folder: Path, **options: Any) -> Iterator[Server]:
    """A worker for the length of a block: killed at its end, because nobody waits any more for what it does."""
    server = start(environment, folder, **options)
    try:
        yield server
    finally:
        server.kill()
