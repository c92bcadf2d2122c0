"""What every test can ask for. The servers are imported when asked for: tests of pure functions start fast."""

import importlib
import os
import shutil
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests.servers import processes
from tests.settings import FOLDER

# How long one example takes says how busy the machine is. What is submitted is judged by the same examples each time.
hypothesis_settings.register_profile("archive", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("archive")

# What needs a real browser or real weights says nothing about the database: once, on SQLite, is enough.
ONCE = ("browser", "whisper", "openai")
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
PROCESS_FIXTURES = {"environment", "proxied"}
# Where a database decides: locks, order, NULLs, constraints, full text. Tests of these run on both databases; of the rest
# each runs on one of them, always the same one, so that every part meets both. With `EVERYWHERE` set all run on both.
ON_BOTH = ("consent", "editions", "jobs", "provenance", "review", "search")
ON_SQLITE = 55  # of a hundred: the other process has more to do


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Share the tests among the two processes of `tests.run`.

    What touches a database runs on both, or is shared among them (`ON_BOTH`). What is slow and says nothing more the
    second time runs once: workers and web servers on PostgreSQL, as in production (the browser's are on SQLite, as in
    the demo); speech there too, because that process has less to do; S3 beside SQLite.
    """
    process = os.environ.get("PYTEST_XDIST_WORKER")
    if process == "postgresql":
        here = [item for item in items if touches_database(item) or hears_only(item)]
    elif process == "sqlite":
        here = [item for item in items if not hears_only(item) and not starts_processes(item)]
    else:
        return
    if not os.environ.get("EVERYWHERE"):
        here = [item for item in here if not runs_once(item) or is_on_sqlite(item) == (process == "sqlite")]
    config.hook.pytest_deselected(items=[item for item in items if item not in here])
    items[:] = here


def runs_once(item: pytest.Item) -> bool:
    """It may run on either database, and says little more on the other one."""
    folder = Path(item.path).relative_to(Path(__file__).parent).parts[0]
    return folder not in ON_BOTH and touches_database(item) and not starts_processes(item)


def is_on_sqlite(item: pytest.Item) -> bool:
    return zlib.crc32(item.nodeid.encode()) % 100 < ON_SQLITE


def hears_only(item: pytest.Item) -> bool:
    """Decodes speech and needs nothing else."""
    if item.get_closest_marker("browser"):
        return False
    return any(item.get_closest_marker(name) for name in ("whisper", "openai"))


def starts_processes(item: pytest.Item) -> bool:
    return bool(fixtures_of(item) & PROCESS_FIXTURES) and not item.get_closest_marker("browser")


def touches_database(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in ONCE) or needs_s3(item):
        return False
    return item.get_closest_marker("django_db") is not None or bool(fixtures_of(item) & DATABASE_FIXTURES)


def needs_s3(item: pytest.Item) -> bool:
    """By a fixture, or as one of the storages that it is asked of."""
    parameters = getattr(item, "callspec", None)
    given = parameters.params.values() if parameters is not None else ()
    return "s3" in fixtures_of(item) or any(isinstance(each, str) and each == "s3" for each in given)


def fixtures_of(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def pytest_unconfigure() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Whoever empties the database has Django write its tables of permissions again, which takes longer than many a test.

    Nobody reads them here: who may do what stands in `access.yaml`.
    """
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(autouse=True)
def spanish(settings: Any) -> Iterator[None]:
    """The language that a request leaves active is not the next test's."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def private_storages(settings: Any, tmp_path: Path) -> None:
    """Masters and access copies of one test are not there for the next."""
    settings.STORAGES = {
        **settings.STORAGES,
        "masters": in_folder(settings.STORAGES["masters"], tmp_path / "masters"),
        "access": in_folder(settings.STORAGES["access"], tmp_path / "access"),
    }


def in_folder(storage: dict[str, Any], folder: Path) -> dict[str, Any]:
    return {**storage, "OPTIONS": {**storage["OPTIONS"], "location": str(folder)}}


@pytest.fixture
def broken_isolation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A bubblewrap that cannot isolate, first on the path; whoever deletes the file has repaired the machine."""
    sandbox = importlib.import_module("oralhistory.files.sandbox")
    program = tmp_path / "path" / "bwrap"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'bwrap: no permission to make a new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    sandbox.probe_again()
    yield program
    program.unlink(missing_ok=True)
    sandbox.probe_again()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis-protocol server that lives as long as the run."""
    with importlib.import_module("tests.servers.valkey").running() as url:
        yield url


@pytest.fixture
def broker_url(redis_url: str) -> str:
    """The same server, with nothing in it."""
    with importlib.import_module("redis").Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """An S3 server that lives as long as the run; see `tests.servers.s3.S3`."""
    with importlib.import_module("tests.servers.s3").running() as store:
        yield store


@pytest.fixture(params=["folder", "s3"])
def anywhere(request: pytest.FixtureRequest, settings: Any) -> str:
    """Every test that asks for it runs with its masters in a folder, and with its masters in S3."""
    if request.param == "s3":
        buckets = importlib.import_module("tests.files.buckets")
        here = buckets.masters(request.getfixturevalue("s3"), f"deep/{uuid.uuid4()}")
        settings.STORAGES = {**settings.STORAGES, "masters": here}
    return str(request.param)


@pytest.fixture
def environment(transactional_db: None, broker_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of processes that share this test's database, broker and storages.

    A test may change it before it starts one (`LEASE_SECONDS`, `ASR_ENGINE`, another storage).
    """
    return processes.environment(tmp_path, broker_url)


@pytest.fixture
def start_worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Starts real workers: `start_worker(queues=["asr"])`; killed when the test ends.

    What is returned has `stop()`, which lets it finish the task in hand, and `kill()`, a power cut.
    """
    worker = importlib.import_module("tests.servers.worker")
    with ExitStack() as stack:

        def start(**options: Any) -> Any:
            return stack.enter_context(worker.running(environment, tmp_path, **options))

        yield start


@pytest.fixture
def web_address(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A real web server on this test's database and storages; its address, without a slash at the end."""
    with importlib.import_module("tests.servers.web").running(environment, tmp_path) as address:
        yield address
