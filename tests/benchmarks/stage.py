"""An archive of its own for a measurement: its servers, its database, and the environment of its processes.

Set up before anything of Django's is imported: from then on this process speaks to that archive, too.
"""

import atexit
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import django
from django.core.management import call_command

from tests.servers import postgres, processes, valkey, worker
from tests.servers.process import Server
from tests.servers.worker import PROJECT


@dataclass(frozen=True)
class Stage:
    folder: Path
    environment: dict[str, str]

    def worker(self, *queues: str, beat: bool = False, **environment: str) -> Server:
        """A real one, which ends with this process if it is not ended before."""
        told = {**self.environment, **environment}
        server = worker.start(told, self.folder, queues=queues, beat=beat)
        atexit.register(_end, server)
        return server


def _end(server: Server) -> None:
    if server.process.poll() is None:
        server.kill()


def set_up(*, sqlite: bool = False, kept: Path | None = None, **settings: str) -> Stage:
    """PostgreSQL and Valkey, or SQLite and a folder for a broker as in the demo; gone when the process ends.

    `kept`: a folder in which database and storages stay, and are found again the next time. `settings` go into the
    environment.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end, too
    stack = ExitStack()
    atexit.register(stack.close)
    folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="archive-bench-")))
    folder.mkdir(parents=True, exist_ok=True)
    if sqlite:
        database, broker = f"sqlite:///{folder / 'archive.sqlite3'}", "filesystem://localhost"
    else:
        database = stack.enter_context(postgres.running(kept and folder / "postgres"))
        broker = stack.enter_context(valkey.running())
    environment = {**processes.environment(folder, broker, database), **settings}
    environment.setdefault("MODEL_CACHE", str(PROJECT / "var" / "models"))
    os.environ.update(environment)
    django.setup()
    call_command("migrate", verbosity=0)
    return Stage(folder, environment)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
