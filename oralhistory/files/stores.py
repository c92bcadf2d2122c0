"""Files in the two storages, `masters` and `access`: named by their content, written once.

A file is written to a temporary key, read back whole, and only when it is what was sent made final, under a
key that is its SHA-256 (`ab/cd/abcd…`): the same bytes have one key, no key is ever given other bytes, and no name
that somebody gave a file is part of it. Who deletes must know that no other record names the same key.
"""

import contextlib
import hashlib
import io
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from oralhistory.files import objects

TEMPORARY = "incoming"  # the folder of temporary keys: what is there and old was never finished
ARRIVING = "arriving"  # files that grow (growing.py): what no open arrival names was given up
_BLOCK = 1 << 20
_RANGE = 64 << 10  # bytes asked for at once where only parts of a file are read
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8})?")


class NotWhatWasSent(Exception):
    """What was read back has another SHA-256 than what was written. Nothing was kept."""


class KeyIsDamaged(Exception):
    """There already is a file under this key and it does not have the bytes that its key names."""


@dataclass(frozen=True)
class Stored:
    key: str
    sha256: str
    size: int  # bytes


def store(storage_name: str, source: Path | BinaryIO, *, suffix: str = "") -> Stored:
    """Keep a local file, or a stream read from where it stands to its end. `suffix`: ours, such as ".m4a".

    The same bytes twice give the same key, and are checked, not written. Raises NotWhatWasSent, KeyIsDamaged.
    """
    if not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"not a suffix of ours: {suffix!r}")
    storage = storages[storage_name]
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return _store(storage, stream, suffix)
    return _store(storage, source, suffix)


def _store(storage: Storage, stream: BinaryIO, suffix: str) -> Stored:
    temporary = f"{TEMPORARY}/{uuid.uuid4()}"
    try:
        if isinstance(storage, FileSystemStorage):
            sha256, size = _write_here(storage, temporary, stream)
        else:
            sha256, size = _write_there(storage, temporary, stream)
        if digest(storage, temporary) != sha256:
            raise NotWhatWasSent(f"{size} bytes with SHA-256 {sha256} did not come back as they were written")
        stored = Stored(_final_key(sha256, suffix), sha256, size)
        _make_final(storage, temporary, stored)
    finally:
        storage.delete(temporary)
    return stored


def _write_here(storage: FileSystemStorage, key: str, stream: BinaryIO) -> tuple[str, int]:
    path = Path(storage.path(key))
    make_folder(storage, path.parent)
    with path.open("xb") as out:
        sha256, size = _copy(stream, out)
        out.flush()
        os.fsync(out.fileno())
        if hasattr(os, "posix_fadvise"):  # read back from the disk, not from memory
            os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if storage.file_permissions_mode is not None:  # a proxy may have to read what a worker wrote
        path.chmod(storage.file_permissions_mode)
    return sha256, size


def _write_there(storage: Storage, key: str, stream: BinaryIO) -> tuple[str, int]:
    # The storage reads as it likes (in parts, twice): the digest is of a copy that only we have written.
    with tempfile.TemporaryFile(dir=settings.TEMPORARY_DIR) as copy:
        sha256, size = _copy(stream, copy)
        copy.seek(0)
        saved = storage.save(key, File(copy, name=key))
    if saved != key:
        storage.delete(saved)
        raise NotWhatWasSent("the storage chose another key than the one it was given")
    return sha256, size


def _copy(stream: BinaryIO, out: Any) -> tuple[str, int]:
    sha256, size = hashlib.sha256(), 0
    while block := stream.read(_BLOCK):
        sha256.update(block)
        out.write(block)
        size += len(block)
    return sha256.hexdigest(), size


def digest(storage: Storage, key: str) -> str:
    """SHA-256 of a stored file, read whole. Raises FileNotFoundError."""
    return measure(storage, key)[0]


def measure(storage: Storage, key: str) -> tuple[str, int]:
    """SHA-256 and size of a stored file, read whole. Raises FileNotFoundError."""
    sha256, size = hashlib.sha256(), 0
    for block in blocks(storage, key):
        sha256.update(block)
        size += len(block)
    return sha256.hexdigest(), size


def blocks(
    storage: Storage, key: str, start: int = 0, end: int | None = None, *, size: int = _BLOCK
) -> Iterator[bytes]:
    """A stored file, or the half-open stretch of it that is asked for, never in memory as a whole.

    Opened when the first block is wanted: what nobody reads holds no file. Raises FileNotFoundError.
    """
    if there := objects.of(storage):
        yield from there.blocks(key, size, start, end)
        return
    with storage.open(key) as stream:
        stream.seek(start)
        while block := stream.read(size if end is None else min(size, end - start)):
            start += len(block)
            yield block


def size(storage_name: str, key: str) -> int:
    """In bytes. Raises FileNotFoundError, StorageFails."""
    storage = storages[storage_name]
    there = objects.of(storage)
    return there.size(key) if there else storage.size(key)


@contextlib.contextmanager
def open_anywhere(storage_name: str, key: str) -> Iterator[BinaryIO]:
    """A stored file to be read here and there: of one in S3 only what is read is fetched."""
    storage = storages[storage_name]
    if there := objects.of(storage):
        with io.BufferedReader(objects.Ranges(there, key), _RANGE) as stream:
            yield stream
        return
    with storage.open(key) as file:
        yield cast(BinaryIO, file)


def adopt(storage_name: str, key: str, *, sha256: str, size: int, suffix: str = "") -> Stored:
    """Make final what is in the storage already, under `key`, and was read back: the bytes do not pass through here.

    `key` stays; its owner deletes it when the final one is on record. Where the final key exists the same bytes
    replace the same bytes, which does not look whether somebody has sent them before: that would take longer,
    and tell a stranger that the archive has the file.
    """
    if not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"not a suffix of ours: {suffix!r}")
    storage = storages[storage_name]
    stored = Stored(_final_key(sha256, suffix), sha256, size)
    if isinstance(storage, FileSystemStorage):
        _link(storage, Path(storage.path(key)), Path(storage.path(stored.key)))
    elif there := objects.of(storage):
        there.copy(key, stored.key)
    elif not storage.exists(stored.key):
        with storage.open(key) as stream:
            storage.save(stored.key, File(stream.file, name=stored.key))
    return stored


def _link(storage: FileSystemStorage, source: Path, final: Path) -> None:
    make_folder(storage, final.parent)
    second = Path(storage.path(f"{TEMPORARY}/{uuid.uuid4()}"))
    make_folder(storage, second.parent)
    try:
        os.link(source, second)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without links
        shutil.copyfile(source, second)
        with second.open("rb") as copy:
            os.fsync(copy.fileno())
    if storage.file_permissions_mode is not None:
        second.chmod(storage.file_permissions_mode)
    os.utime(second)  # final from now on: the sweep takes what is old and named by nobody
    second.replace(final)
    second.unlink(missing_ok=True)  # renaming one name of a file to another of its names does nothing
    sync_folder(final.parent)


def _final_key(sha256: str, suffix: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}{suffix}"


def _make_final(storage: Storage, temporary: str, stored: Stored) -> None:
    if storage.exists(stored.key):
        if isinstance(storage, FileSystemStorage):
            os.utime(
                storage.path(stored.key)
            )  # wanted again: the sweep takes what is old and named by nobody
        _check_same(storage, stored)
    elif isinstance(storage, FileSystemStorage):
        final = Path(storage.path(stored.key))
        make_folder(storage, final.parent)
        try:
            # A second name and not a rename: that would replace a file that came meanwhile.
            os.link(storage.path(temporary), final)
        except FileExistsError:
            _check_same(storage, stored)
        except OSError:  # a file system without links; the same bytes replace the same bytes
            Path(storage.path(temporary)).replace(final)
        sync_folder(final.parent)
    elif there := objects.of(storage):
        there.copy(temporary, stored.key)
    else:
        with storage.open(temporary) as stream:
            storage.save(stored.key, File(stream.file, name=stored.key))


def _check_same(storage: Storage, stored: Stored) -> None:
    if digest(storage, stored.key) != stored.sha256:
        raise KeyIsDamaged(f"the file stored under {stored.key} is damaged")


def make_folder(storage: FileSystemStorage, folder: Path) -> None:
    """With the storage's permissions at every step: `mkdir(mode=…)` gives them to the last only."""
    root = Path(storage.location)
    for step in reversed([folder, *folder.parents]):
        if step.is_relative_to(root) and not step.exists():
            step.mkdir(parents=True, exist_ok=True)
            if storage.directory_permissions_mode is not None:
                step.chmod(storage.directory_permissions_mode)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def open_local(storage_name: str, key: str) -> Iterator[Path]:
    """A path to read the file from, good inside the `with` only: the file itself, or a copy fetched for the time."""
    storage = storages[storage_name]
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(key))
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {key} in {storage_name}")
        yield path
        return
    with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder:
        path = Path(folder, "file")
        with path.open("wb") as out:
            for block in blocks(storage, key):
                out.write(block)
        yield path


def delete(storage_name: str, key: str) -> None:
    """Remove a file; one that is not there is no error."""
    storages[storage_name].delete(key)
