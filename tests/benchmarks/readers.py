"""A hundred readers at once: requests a second of the public pages, against a plain Django page of their size and queries.

    .venv/bin/python -m tests.benchmarks.readers [--editions 10000] [--readers 100] [--seconds 10] [--folder FOLDER]

Both are served in the same run by the same gunicorn with the same settings and middleware, on PostgreSQL. The plain page
(tests/benchmarks/plain_pages.py) is what somebody writes in an afternoon: as many queries of the ORM as ours has, and a
template that lists their rows until it is as long as ours. Aim: ≥ 0.8.
"""

import argparse
import http.client
import importlib
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks import stage
from tests.servers.process import Server, answers, free_port
from tests.servers.web import PROJECT

PAGES = (
    "/",
    "/testimonies/",
    "/testimonies/many00000042/",
    "/organizations/org-7/",
)
AIM = 0.8
WORKERS, THREADS = 2, 4
WARM = 6  # seconds
COLD = 120  # at most, until everybody was answered once
FIRST = 20  # a round that is not counted: each process reads first what is public, and which of them answers nobody can tell


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--editions", type=int, default=10_000)
    parser.add_argument("--organizations", type=int, default=2_000)
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--folder", type=Path, help="database and storages stay there for a next time")
    asked = parser.parse_args()
    here = stage.set_up(kept=asked.folder, DEBUG="")
    measuring = importlib.import_module("tests.benchmarks.reading_room_asked")  # it reads models
    measuring.make(asked.editions, asked.organizations, 1)
    twins = {}
    for address in (*PAGES, measuring.search()):
        ours = measuring.ask(address, 3, 1)
        twins[address] = _twin(ours.queries, ours.size)
    servers = [_serve(here, "oralhistory.urls"), _serve(here, "tests.benchmarks.plain_pages")]
    slow = 0
    print(f"{asked.readers} readers, {WORKERS} processes of {THREADS} threads: requests a second")
    print(f"{'page':36} {'ours':>7} {'plain':>7} {'ratio':>6}")
    try:
        _read(f"{servers[0][1]}{PAGES[0]}", asked.readers, FIRST)
        for address, twin in twins.items():
            ours, plain = (
                _read(f"{base}{path}", asked.readers, asked.seconds)
                for base, path in zip([each[1] for each in servers], (address, twin), strict=True)
            )
            slow += ours / plain < AIM
            print(f"{address:36} {ours:7.1f} {plain:7.1f} {ours / plain:6.2f}", flush=True)
    finally:
        for server, _address in servers:
            server.kill()
    return 1 if slow else 0


def _twin(queries: int, size: int) -> str:
    """Its address, with as many lines as make it as long as ours."""
    module = importlib.import_module("tests.benchmarks.plain_pages")
    line = len(module.drawn(queries, 2)) - len(module.drawn(queries, 1))
    return f"/plain/?queries={queries}&lines={max(1, size // line)}"


def _serve(here: stage.Stage, urls: str) -> tuple[Server, str]:
    port = free_port()
    server = Server(
        [
            *(sys.executable, "-m", "gunicorn", "oralhistory.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--workers", str(WORKERS), "--threads", str(THREADS), "--no-control-socket"),
        ],
        log=here.folder / f"readers-{port}.log",
        cwd=PROJECT,
        env={**here.environment, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.plain_settings", "URLS": urls},
    )
    server.wait_until(lambda: answers(port))
    return server, f"http://127.0.0.1:{port}"


def _read(url: str, readers: int, seconds: float) -> float:
    """Answers a second, after a moment in which the server has come to its pace."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path

    counted, stop = [0] * readers, threading.Event()

    def read(number: int) -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        while not stop.is_set():
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{url}: {answer.status}")
            counted[number] += 1

    threads = [threading.Thread(target=read, args=(number,), daemon=True) for number in range(readers)]
    for each in threads:
        each.start()
    latest = time.monotonic() + COLD
    while not all(counted) and time.monotonic() < latest:
        time.sleep(0.1)
    time.sleep(WARM)
    before, began = sum(counted), time.perf_counter()
    time.sleep(seconds)
    found = (sum(counted) - before) / (time.perf_counter() - began)
    stop.set()
    for each in threads:
        each.join()
    return found


if __name__ == "__main__":
    sys.exit(main())
