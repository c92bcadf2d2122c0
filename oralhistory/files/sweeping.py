"""What lies in a storage and is named by nobody, and what is named and does not lie there.

Who names what is known above; it comes in as plain keys. Both lists may have millions of lines, so neither is ever in
memory: they meet in a temporary SQLite file.
"""

import contextlib
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TypeVar

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages

from oralhistory.files import handling, objects, stores
from oralhistory.files.objects import Objects

# Nothing that is being written takes so long: the slowest is one upload of one file to a storage.
TEMPORARY_AGE = timedelta(hours=20)
# What a row will name is named within seconds of being stored; a day for whoever stops a machine in between, and one more.
ORPHAN_AGE = timedelta(hours=48)
ORPHANED = "orphaned"  # the folder of what was moved out of the way on somebody's word
_BATCH = 1000
_PAGE = 1000  # S3's own limit
T = TypeVar("T")
# Never orphans: what is being written, what arrives (growing.clear does that), what was put aside for a person.
_OWN = (stores.TEMPORARY, stores.ARRIVING, handling.DAMAGED, ORPHANED, "lost+found")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that lies in a storage."""

    key: str
    size: int  # bytes
    at: datetime  # when it was written


def listed(storage_name: str) -> Iterator[Listed]:
    """Everything in a storage, in no order. Raises StorageFails."""
    storage = storages[storage_name]
    if there := objects.of(storage):
        yield from _in_bucket(there)
    elif isinstance(storage, FileSystemStorage):
        yield from _in_folder(Path(storage.location))
    else:
        yield from _anywhere(storage, "")


def _in_bucket(there: Objects) -> Iterator[Listed]:
    more: dict[str, str] = {}
    prefix = there.name("")
    while True:
        page = there.ask("list_objects_v2", Prefix=prefix, MaxKeys=_PAGE, **more)
        for each in page.get("Contents", []):
            yield Listed(there.key(each["Key"]), each["Size"], each["LastModified"])
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def _in_folder(root: Path) -> Iterator[Listed]:
    for folder, _folders, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            with contextlib.suppress(FileNotFoundError):  # gone since the folder was read
                found = path.lstat()
                at = datetime.fromtimestamp(found.st_mtime, UTC)
                yield Listed(path.relative_to(root).as_posix(), found.st_size, at)


def _anywhere(storage: Storage, folder: str) -> Iterator[Listed]:
    folders, names = storage.listdir(folder)
    for name in names:
        key = str(PurePosixPath(folder, name))
        yield Listed(key, storage.size(key), storage.get_modified_time(key))
    for below in folders:
        yield from _anywhere(storage, str(PurePosixPath(folder, below)))


@dataclass(frozen=True, slots=True)
class Sweep:
    """Two lists met: what nobody names (and is old enough to be sure), and what is named and not there."""

    orphans: Iterator[Listed]
    missing: Iterator[str]
    files: int  # in the storage, besides what is being written and what was put aside
    put_aside: int  # in `damaged/` and `orphaned/`


@contextlib.contextmanager
def sweep(storage_name: str, named: Iterable[str], *, at: datetime) -> Iterator[Sweep]:
    """Compare a storage with the keys that rows name. `named` is asked for after the storage was listed, so that
    a file stored meanwhile is on both lists or on neither. Raises StorageFails.
    """
    with (
        tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder,
        contextlib.closing(sqlite3.connect(Path(folder, "sweep.sqlite3"))) as lists,
    ):
        lists.execute("PRAGMA synchronous=OFF")
        lists.execute("CREATE TABLE there (key TEXT PRIMARY KEY, size INT, at REAL) WITHOUT ROWID")
        lists.execute("CREATE TABLE named (key TEXT PRIMARY KEY) WITHOUT ROWID")
        put_aside = _fill(
            lists, ((each.key, each.size, each.at.timestamp()) for each in listed(storage_name))
        )
        for batch in _batches((key,) for key in named):
            lists.executemany("INSERT OR IGNORE INTO named VALUES (?)", batch)
        lists.commit()
        (files,) = lists.execute("SELECT count(*) FROM there").fetchone()
        yield Sweep(_orphans(lists, at=at), _missing(lists), files, put_aside)


def _fill(lists: sqlite3.Connection, rows: Iterable[tuple[str, int, float]]) -> int:
    put_aside = 0
    for batch in _batches(rows):
        own = [row for row in batch if row[0].partition("/")[0] in _OWN]
        put_aside += sum(row[0].partition("/")[0] in (handling.DAMAGED, ORPHANED) for row in own)
        kept = [row for row in batch if row[0].partition("/")[0] not in _OWN]
        lists.executemany("INSERT OR REPLACE INTO there VALUES (?, ?, ?)", kept)
    return put_aside


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch


def _orphans(lists: sqlite3.Connection, *, at: datetime) -> Iterator[Listed]:
    found = lists.execute(
        "SELECT key, size, at FROM there WHERE at < ? AND key NOT IN (SELECT key FROM named) ORDER BY key",
        [(at - ORPHAN_AGE).timestamp()],
    )
    for key, size, written in found:
        yield Listed(key, size, datetime.fromtimestamp(written, UTC))


def _missing(lists: sqlite3.Connection) -> Iterator[str]:
    for (key,) in lists.execute("SELECT key FROM named EXCEPT SELECT key FROM there ORDER BY key"):
        yield key


def remove_orphan(storage_name: str, key: str) -> str:
    """On a person's word: out of the way. What is public and can be made again is deleted, anything else is moved.

    Returns the new key, empty when it was deleted. Raises FileNotFoundError, StorageFails.
    """
    if storage_name == "access":
        stores.delete(storage_name, key)
        return ""
    handling.move(storage_name, key, f"{ORPHANED}/{key}")
    return f"{ORPHANED}/{key}"


# What is never finished.


def clear_temporary(storage_name: str, *, at: datetime) -> int:
    """Delete temporary keys and uploads in parts that nobody goes on with. Returns how many. Raises StorageFails."""
    storage, before = storages[storage_name], at - TEMPORARY_AGE
    there = objects.of(storage)
    cleared = _abort_uploads(there, before=before) if there else 0
    try:
        names = storage.listdir(stores.TEMPORARY)[1]
    except FileNotFoundError:
        return cleared
    for name in names:
        key = f"{stores.TEMPORARY}/{name}"
        with contextlib.suppress(FileNotFoundError):
            if storage.get_modified_time(key) < before:
                storage.delete(key)
                cleared += 1
    return cleared


def _abort_uploads(there: Objects, *, before: datetime) -> int:
    cleared = 0
    for key, upload, begun_at in there.unfinished(""):
        if begun_at < before and key.partition("/")[0] != stores.ARRIVING:
            with contextlib.suppress(FileNotFoundError):
                there.ask("abort_multipart_upload", key, UploadId=upload)
                cleared += 1
    return cleared


def clear_leftovers(*, at: datetime) -> int:
    """Delete what a killed process left in TEMPORARY_DIR. Returns how many."""
    before = (at - TEMPORARY_AGE).timestamp()
    cleared = 0
    for entry in list(os.scandir(settings.TEMPORARY_DIR)):
        with contextlib.suppress(FileNotFoundError):
            if _newest(Path(entry.path)) >= before:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                Path(entry.path).unlink()
            cleared += 1
    return cleared


def _newest(path: Path) -> float:
    """When anything in it was last written."""
    times = [path.lstat().st_mtime]
    for folder, folders, names in os.walk(path):
        times += [Path(folder, name).lstat().st_mtime for name in (*folders, *names)]
    return max(times)
