"""`manage.py demo`: one command that starts everything, and leaves nothing running."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.servers.process import free_port
from tests.settings import PROJECT

PATIENCE = 120


@pytest.fixture
def demo(tmp_path):
    """A demo of its own, in a folder of its own, with the fake engine."""
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    port = free_port()
    log = tmp_path / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            env=clean | {"DATA_DIR": str(tmp_path / "data"), "ASR_ENGINE": "fake", "PYTHONUNBUFFERED": "1"},
            cwd=PROJECT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    process.log, process.address = log, f"http://127.0.0.1:{port}"  # type: ignore[attr-defined]
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)


def wait_for(demo, condition):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return
        assert demo.poll() is None, demo.log.read_text()
        time.sleep(0.3)
    raise AssertionError(demo.log.read_text())


def children(process):
    found = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()[1:]]
    below, edge = [], {str(process.pid)}
    while edge:
        new = [row for row in rows if row[1] in edge]
        below += new
        edge = {row[0] for row in new}
    return below


# Isolation is broken before the demo begins, which goes on without it, and says so.
def test_the_demo_starts_everything_says_where_it_is_and_stops_all_of_it(broken_isolation, demo):
    wait_for(demo, lambda: "Ctrl-C stops everything" in demo.log.read_text())

    said = demo.log.read_text()
    for role in ("interviewer", "moderator", "archivist", "sysadmin"):
        assert role in said
    assert demo.address in said
    with urllib.request.urlopen(f"{demo.address}/organizations/?q=farabundo") as answer:
        assert "Farabundo" in answer.read().decode()
    # The demo says it, and its worker.
    wait_for(demo, lambda: demo.log.read_text().count("opened with limits alone") == 2)

    broken_isolation.unlink()
    (worker,) = (row for row in children(demo) if "celery" in row[2] and row[1] == str(demo.pid))
    os.killpg(int(worker[0]), signal.SIGKILL)
    wait_for(demo, lambda: "goes on where it was" in demo.log.read_text())

    started = children(demo)
    assert any("gunicorn" in row[2] for row in started)
    assert any("celery" in row[2] for row in started)
    assert worker not in started
    demo.send_signal(signal.SIGINT)
    assert demo.wait(timeout=PATIENCE) == 0
    assert [row for row in started if is_alive(row)] == []


def is_alive(row):
    pid, _, arguments = row
    try:
        return arguments.split()[0].encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False
