"""The real web server: gunicorn in a process of its own, on the database and storages it is told of."""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.servers.process import Server, answers, free_port

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PRODUCTION": "true",
    "SECRET_KEY": "k2-9Qm!r7Zt_4hVx8sLw1pEy6uBn3oDc5gFa0jHiXqRvTzYs-b8Kd2Wm",
    "IDENTITY_KEY": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
    "ALLOWED_HOSTS": "archivo.example.org",
    "SITE_URL": "https://archivo.example.org",
}


class Web:
    """One address of the archive, behind which a server runs, is killed, and runs again."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {"SITE_URL": self.address, **environment}
        self.log = folder / f"web-{self.port}.log"
        self.server: Server | None = None

    def start(self) -> None:
        """Return when it answers. Raises DidNotStart."""
        self.server = Server(
            [
                *(sys.executable, "-m", "gunicorn", "oralhistory.wsgi", "--bind", f"127.0.0.1:{self.port}"),
                *("--workers", "1", "--threads", "8", "--limit-request-line", "8190", "--no-control-socket"),
            ],
            log=self.log,
            cwd=PROJECT,
            env=self.environment,
        )
        self.server.wait_until(lambda: answers(self.port))

    def kill(self) -> None:
        """A power cut."""
        if self.server is not None:
            self.server.kill()


@contextlib.contextmanager
def restartable(environment: Mapping[str, str], folder: Path) -> Iterator[Web]:
    """Serve the archive on loopback; what is yielded can be killed and started again."""
    web = Web(environment, folder)
    try:
        web.start()
        yield web
    finally:
        web.kill()


@contextlib.contextmanager
def running(environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Serve the archive on loopback; yields its address, without a slash at the end."""
    with restartable(environment, folder) as web:
        yield web.address
