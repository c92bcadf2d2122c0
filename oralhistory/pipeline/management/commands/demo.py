"""`manage.py demo`: the whole program on this machine, with a sample recording, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from oralhistory.accounts.models import Role
from oralhistory.interviews.models import Interview
from oralhistory.pipeline import needs, sample

WEB = [
    "-m", "gunicorn", "oralhistory.wsgi", "--threads", "8", "--timeout", "0", "--log-level", "warning",
    "--limit-request-line", "8190",  # 200 letters of any script make 2,400 in an address; 4,094 is what it is without
]  # fmt: skip
CELERY = [
    "-m",
    "celery",
    "--quiet",
    "-A",
    "oralhistory",
    "worker",
    "--concurrency",
    "1",
    "--loglevel",
    "warning",
]
CELERY += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
# Two, so that withdrawals and the dispatcher never wait behind a transcription.
WORKERS = {
    "worker": [*CELERY, "--beat", "--hostname", "worker@%h", "--queues", "safety,io,cpu,link"],
    "worker that hears": [*CELERY, "--hostname", "hears@%h", "--queues", "asr"],
}
# A laptop's worker dies more often than a server's, and somebody is waiting: notice sooner.
PATIENCE = {"LEASE_SECONDS": "30", "DISPATCH_SECONDS": "5"}
# Celery warns whoever runs a worker as root; in a container that is everybody.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


class Command(BaseCommand):
    help = "Start everything with a sample recording: web server, workers, accounts. Ctrl-C stops all of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to look for a free port first")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demo has passwords that everybody knows: it does not start in production."
            )
        # Ctrl-C too: a shell that starts programs in the background has them ignore it.
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, _interrupt)
        call_command("migrate", verbosity=0)
        people = sample.accounts()
        count = sample.organizations(at=timezone.now())
        address = f"127.0.0.1:{_free_port(port)}"
        processes = {
            "web server": _start([*WEB, "--bind", address], address),
            **{name: _start(arguments, address) for name, arguments in WORKERS.items()},
        }
        try:
            interview = sample.interview(people, at=timezone.now())
            _wait_for(f"http://{address}/", processes["web server"])
            self._say(f"http://{address}", count, interview)
            self._watch(processes, address)
        except KeyboardInterrupt:
            self.stderr.write(
                "\nStopping. `make demo` goes on with the same data; `make demo-reset` starts afresh."
            )
        finally:
            _stop(processes.values())

    def _watch(self, processes: dict[str, "subprocess.Popen[bytes]"], address: str) -> None:
        """Until Ctrl-C. A worker that dies is started again; the web server's end is the demo's."""
        deaths: list[float] = []
        while True:
            time.sleep(1)
            if processes["web server"].poll() is not None:
                raise CommandError("The web server has stopped; the lines above say why.")
            for name in [name for name in WORKERS if processes[name].poll() is not None]:
                deaths = [at for at in deaths if time.monotonic() - at < 60] + [time.monotonic()]
                if len(deaths) > 5:
                    raise CommandError(f"The {name} keeps stopping; the lines above say why.")
                self.stderr.write(f"The {name} has stopped; it is started again and goes on where it was.")
                processes[name] = _start(WORKERS[name], address)

    def _say(self, address: str, organizations: int, interview: Interview) -> None:
        accounts = "\n".join(
            f"  {Role(role).value:<12} {email}" for email, (_, role) in sample.ACCOUNTS.items()
        )
        self.stdout.write(f"""
The archive is open at            {address}/
The workroom (log-in) is at       {address}/workroom/
The sample, being transcribed:    {address}/workroom/interviews/{interview.public_id}/

Accounts, all with the password   {sample.PASSWORD}
{accounts}

What to try
  1. As the interviewer, watch the sample become text ({organizations} organizations are looked for in it); submit it.
  2. As the first moderator, accept mentions, redact the passage at 3:44 that Elena asks to keep out, decide on the
     people who are named, sign.
  3. As the first archivist, publish. In a private window, search for FMLN and listen to the moment.
  4. As either archivist, withdraw it, and look again.

Ctrl-C stops everything.
""")
        with translation.override("en"):
            for warning in needs.warnings():
                self.stdout.write(warning)
        self.stdout.flush()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _free_port(first: int) -> int:
    for port in range(first, first + 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise CommandError(f"No free port between {first} and {first + 49}.")


def _start(arguments: list[str], address: str) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C in the terminal reaches this command alone, which then stops the others in order.
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=PATIENCE | QUIET | os.environ | {"SITE_URL": f"http://{address}"},
        start_new_session=True,
    )


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise CommandError("The web server did not start; the lines above say why.")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own server on loopback)
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise CommandError("The web server does not answer.")


def _stop(processes: "Iterable[subprocess.Popen[bytes]]") -> None:
    """All at once, and each for ten seconds in good order."""
    alive = [process for process in processes if process.poll() is None]
    for process in alive:
        process.terminate()
    until = time.monotonic() + 10
    for process in alive:
        try:
            process.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
