"""Handling the copies of a stored file: where each lies, reading it whole, putting a bad one aside, copying it over.

A file has its first copy in the storage its row names, and perhaps a second in the storage `replica`. Keys are made
of the content, so the same bytes have the same key in every storage.
"""

import contextlib
import errno
import hashlib
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from oralhistory.files import objects, stores
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.files.objects import StorageFails

REPLICA = "replica"  # the storage's name in settings.STORAGES, where there is one
DAMAGED = "damaged"  # the folder of what was put aside; it goes only when its file is erased
_AWAY = {
    errno.EACCES,
    errno.EPERM,
    errno.ESTALE,
    errno.ENOTCONN,
    errno.EHOSTDOWN,
    errno.ETIMEDOUT,
    errno.EMFILE,
}


def names() -> list[str]:
    """The storages that files lie in."""
    return [name for name in ("masters", "access", REPLICA) if name in settings.STORAGES]


def storage_of(file: MediaFile, copy: str) -> str:
    """The name of the storage that holds this copy."""
    return file.storage if copy == FixityCheck.Copy.FIRST else REPLICA


def read(storage_name: str, key: str, sha256: str) -> str:
    """The SHA-256 of what is there, read whole from the disk; empty when nothing is there or it cannot be read.

    Another one than `sha256` is read a second time: a line or a memory may err, a damaged file errs twice.
    Raises StorageFails where it is the storage that cannot be read: that says nothing about the file.
    """
    storage, found = storages[storage_name], ""
    for _ in range(2):
        try:
            with _uncached(storage, key):
                found = stores.digest(storage, key)
        except FileNotFoundError:
            _must_stand(storage)
            return ""
        except OSError as error:
            if error.errno in _AWAY:
                raise StorageFails(f"reading: {type(error).__name__}") from error
            found = ""  # the disk gives up on it
        if found == sha256:
            break
    return found


@contextlib.contextmanager
def _uncached(storage: Storage, key: str) -> Iterator[None]:
    """Read the disk and not what memory has kept of it, and leave memory to others afterwards."""
    path = Path(storage.path(key)) if isinstance(storage, FileSystemStorage) else None
    _forget(path)
    try:
        yield
    finally:
        _forget(path)


def _forget(path: Path | None) -> None:
    if path is None or not hasattr(os, "posix_fadvise"):
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _must_stand(storage: Storage) -> None:
    """An empty folder is where a disk should be: not one of its files is lost. Raises StorageFails."""
    if not isinstance(storage, FileSystemStorage):
        return
    try:
        found = {entry.name for entry in os.scandir(storage.location)}
    except OSError as error:
        raise StorageFails("the folder is not there") from error
    if not found - {stores.TEMPORARY, stores.ARRIVING, DAMAGED, "lost+found"}:
        raise StorageFails("the folder is empty: perhaps its disk is not mounted")


def why_away(storage_name: str) -> str:
    """Why the storage cannot be used now, for who keeps the machines; empty if it can. One cheap question."""
    storage = storages[storage_name]
    try:
        if there := objects.of(storage):
            there.ask("head_bucket")
        elif isinstance(storage, FileSystemStorage) and not os.access(storage.location, os.R_OK | os.W_OK):
            return "the folder cannot be read and written"
    except (StorageFails, FileNotFoundError) as error:
        return str(error)
    return ""


def put_aside(storage_name: str, key: str, *, at: datetime) -> str:
    """Move a damaged file to where nothing serves it; it stays there until `erase`. The new key, or "" if there is none.

    Raises StorageFails.
    """
    aside = f"{DAMAGED}/{key}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    storage = storages[storage_name]
    try:
        _move(storage, key, aside)
    except FileNotFoundError:
        return ""
    return aside


def erase(storage_name: str, key: str) -> None:
    """Remove a file and whatever was put aside of it. What is not there is no error."""
    storage = storages[storage_name]
    folder, _, name = f"{DAMAGED}/{key}".rpartition("/")
    with contextlib.suppress(FileNotFoundError):
        for found in storage.listdir(folder)[1]:
            if found.startswith(f"{name}-"):
                storage.delete(f"{folder}/{found}")
    storage.delete(key)


def erase_versions(storage_name: str, key: str) -> None:
    """Remove what an object store keeps of a file that was erased: earlier versions, and marks that it is deleted.

    Raises StorageFails where the store, or the account, does not allow to look for them.
    """
    if there := objects.of(storages[storage_name]):
        for version in there.versions(key):
            there.ask("delete_object", key, VersionId=version)


def _move(storage: Storage, key: str, target: str) -> None:
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(target))
        stores.make_folder(storage, path.parent)
        Path(storage.path(key)).rename(path)
        stores.sync_folder(path.parent)
    elif there := objects.of(storage):
        there.copy(key, target)
        there.ask("delete_object", key)
    else:
        with storage.open(key) as stream:
            storage.save(target, File(stream.file, name=target))
        storage.delete(key)


def move(storage_name: str, key: str, target: str) -> None:
    """Give a stored file another key. Raises FileNotFoundError, StorageFails."""
    _move(storages[storage_name], key, target)


def copy_over(source: str, target: str, key: str, sha256: str) -> None:
    """Write a file of one storage into another, under the same key, read back there.

    What does not have this SHA-256 on its way is not kept: raises NotTheSame. Raises FileNotFoundError,
    StorageFails, stores.NotWhatWasSent, stores.KeyIsDamaged.
    """
    stream = io.BufferedReader(_Watched(storages[source], key, sha256), 1 << 20)
    suffix = PurePosixPath(key).suffix
    stored = stores.store(target, stream, suffix=suffix)
    if stored.key != key:
        raise NotTheSame(f"{key} is no key that is made of its content")


class NotTheSame(Exception):
    """What was read is not what it should be."""


class _Watched(io.RawIOBase):
    """A stored file as a stream that ends with an exception instead of an end when its bytes were not the right ones."""

    def __init__(self, storage: Storage, key: str, sha256: str) -> None:
        self._blocks = stores.blocks(storage, key)
        self._expected, self._seen, self._left = sha256, hashlib.sha256(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = next(self._blocks, b"")
            self._seen.update(self._left)
            if not self._left and self._seen.hexdigest() != self._expected:
                raise NotTheSame("the file that is copied is damaged")
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size
