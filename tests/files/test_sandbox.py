"""The walls and the limits, tried by small programs that push against them."""

import contextlib
import errno
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from oralhistory.files import sandbox
from tests.settings import PROJECT

PYTHON = str(Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}"))
EVERYWHERE = pytest.mark.parametrize("isolation", ["preferred", "off"])

needs_isolation = pytest.mark.skipif(
    not sandbox.probe().isolated, reason=f"no isolation here: {sandbox.probe().reason}"
)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "given"
    path.write_text("what was given")
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    return path


def attempt(program, source, folder, *, isolation="preferred", **limits):
    """Run Python text with the file and the folder as its arguments."""
    return sandbox.run(
        lambda given, made: [PYTHON, "-I", "-S", "-c", program, str(given), str(made)],
        source=source,
        folder=folder,
        limits=sandbox.Limits(**{"wall_seconds": 20, "cpu_seconds": 20, **limits}),
        isolation=isolation,
        readable=[Path(sys.base_prefix)],
    )


@EVERYWHERE
def test_it_reads_its_file_and_writes_in_its_folder(source, folder, isolation):
    program = "import sys; open(sys.argv[2] + '/out', 'w').write(open(sys.argv[1]).read())"

    ending = attempt(program, source, folder, isolation=isolation)

    assert (ending.returncode, ending.said, ending.stopped_by) == (0, "", "")
    assert (folder / "out").read_text() == "what was given"


@needs_isolation
def test_the_probe_finds_every_wall_standing():
    report = sandbox.probe()

    assert report.reason == ""
    assert set(report.checks) == {
        "given_file",
        "given_folder",
        "network",
        "host_name",
        "other_file",
        "write_to_file",
        "write_elsewhere",
        "second_process",
        "two_gibibytes",
        "uncounted_memory",
    }
    assert all(report.checks.values())


@needs_isolation
@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "open('/dev/shm/x', 'w')",
        "open('/given/x', 'w')",
        "open('/tmp/x', 'w')",
        "open('/usr/lib/x', 'w')",
        "__import__('os').listdir('/home')",
        "__import__('os').listdir('/given/..')[99]",
        "__import__('socket').create_connection(('1.1.1.1', 53), 2)",
        f"__import__('os').kill({os.getpid()}, 0)",
        "while True: __import__('os').fork()",  # a fork bomb ends at its first fork, for root too
        "__import__('os').posix_spawn('/usr/bin/true', ['true'], {})",
        "__import__('subprocess').run(['/usr/bin/true'])",
        "__import__('os').memfd_create('memory that no limit counts')",
        "bytearray(2 << 30)",
    ],
)
def test_inside_nothing_else_can_be_reached(source, folder, deed):
    ending = attempt(deed, source, folder)

    assert ending.isolated
    assert ending.returncode != 0
    assert "Error" in ending.said


@needs_isolation
def test_threads_are_no_processes(source, folder):
    program = "import threading; threading.Thread(target=print, args=['from a thread']).start()"

    assert attempt(program, source, folder).said == "from a thread\n"


@pytest.mark.skipif(os.getuid() != 0, reason="the other tests run as an ordinary user already")
@needs_isolation
def test_every_wall_stands_for_an_ordinary_user_too():
    """Root's own Python may lie where nobody else comes: then the system's."""
    program = (
        "from oralhistory.files import sandbox as s; r = s.probe(); print(r.isolated, r.reason, r.checks)"
    )
    packages = {"PYTHONPATH": f"{PROJECT}:{sysconfig.get_path('purelib')}", "PYTHONDONTWRITEBYTECODE": "1"}
    who = {"user": "nobody", "group": "nogroup", "extra_groups": [], "cwd": "/", "env": packages}
    for python in (PYTHON, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            found = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True, **who)
            break
    else:
        pytest.skip("there is no Python here that “nobody” may run")
    assert found.stdout.startswith("True ")
    assert "False" not in found.stdout


@needs_isolation
def test_a_program_that_says_that_the_isolation_failed_is_not_believed(source, folder):
    """Else a file that takes a decoder over could have itself tried for ever."""
    ending = attempt("print('bwrap: no user namespaces'); raise SystemExit(1)", source, folder)

    assert (ending.returncode, ending.isolated) == (1, True)


def test_a_program_that_is_not_there_is_not_the_files_fault(source, folder):
    with pytest.raises(sandbox.ProgramMissing):
        sandbox.run(
            lambda given, made: ["/no/such/ffmpeg"], source=source, folder=folder, limits=sandbox.Limits()
        )


def test_isolation_that_does_not_work_is_tried_again_until_it_does(source, folder, broken_isolation):
    assert not sandbox.probe().isolated
    assert "bubblewrap cannot isolate" in sandbox.probe().reason
    with pytest.raises(sandbox.NotIsolated):
        attempt("print('ran')", source, folder, isolation="required")

    broken_isolation.unlink()

    if sandbox.bubblewrap() is None:
        pytest.skip("there is no other bubblewrap here")
    assert sandbox.probe().isolated
    assert attempt("print('ran')", source, folder, isolation="required").said == "ran\n"


@EVERYWHERE
def test_the_keys_of_the_worker_are_not_in_its_environment(source, folder, isolation, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not to be seen")

    ending = attempt("import os; print(dict(os.environ))", source, folder, isolation=isolation)

    assert "not to be seen" not in ending.said


@EVERYWHERE
def test_a_program_that_sleeps_is_stopped_by_the_clock(source, folder, isolation):
    start = time.monotonic()

    ending = attempt("import time; time.sleep(60)", source, folder, isolation=isolation, wall_seconds=0.5)

    assert ending.stopped_by == "clock"
    assert time.monotonic() - start < 5


@EVERYWHERE
def test_a_program_that_runs_in_circles_is_stopped_by_the_processor(source, folder, isolation):
    ending = attempt("while True: pass", source, folder, isolation=isolation, cpu_seconds=1)

    assert ending.stopped_by == "processor"


@EVERYWHERE
def test_a_program_that_fills_the_disk_is_stopped(source, folder, isolation):
    program = (
        "import sys\nwith open(sys.argv[2] + '/out', 'wb') as out:\n  while True: out.write(bytes(65536))"
    )

    ending = attempt(program, source, folder, isolation=isolation, file_size=1 << 20)

    assert ending.stopped_by == "file size" or "File too large" in ending.said
    assert (folder / "out").stat().st_size <= 1 << 20


@EVERYWHERE
def test_a_program_that_says_that_the_disk_is_full_is_not_believed_where_it_is_not(source, folder, isolation):
    with pytest.raises(OSError, match="No space left") as failure:
        attempt("raise OSError(28, 'No space left on device')", source, folder, isolation=isolation)

    assert failure.value.errno == errno.EIO


@EVERYWHERE
def test_a_program_that_wants_all_memory_is_refused_it(source, folder, isolation):
    ending = attempt("bytearray(2 << 30)", source, folder, isolation=isolation, memory=512 << 20)

    assert "MemoryError" in ending.said


def test_a_program_that_never_stops_talking_is_heard_but_not_remembered(source, folder):
    lines = []
    program = "for n in range(30_000): print(n)\nprint('x' * 100_000, end='')"

    ending = sandbox.run(
        lambda given, made: [PYTHON, "-I", "-S", "-c", program],
        source=source,
        folder=folder,
        limits=sandbox.Limits(wall_seconds=30, cpu_seconds=30),
        readable=[Path(sys.base_prefix)],
        on_line=lines.append,
    )

    assert lines[29_999] == "29999"
    assert len(ending.said) <= 64 * 1024


def test_a_killed_program_is_not_blamed_on_the_file(source, folder):
    with pytest.raises(sandbox.Killed):
        attempt("import os, signal; os.kill(os.getpid(), 9)", source, folder, isolation="off")


def test_isolation_that_is_required_and_missing_refuses(source, folder, monkeypatch):
    missing = sandbox.SandboxReport(False, "bubblewrap is not installed.", "", {})
    monkeypatch.setattr(sandbox, "probe", lambda: missing)

    with pytest.raises(sandbox.NotIsolated, match="not installed"):
        attempt("print('ran')", source, folder, isolation="required")

    assert not attempt("print('ran')", source, folder, isolation="preferred").isolated


def test_a_word_that_is_no_way_of_isolation_is_an_error(source, folder):
    with pytest.raises(ValueError, match="isolation"):
        attempt("", source, folder, isolation="Required")


def test_a_limit_that_limits_nothing_is_an_error():
    with pytest.raises(sandbox.BadLimits):
        sandbox.Limits(cpu_seconds=0)
