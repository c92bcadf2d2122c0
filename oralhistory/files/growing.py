"""A file that grows in a storage, piece by piece, and survives every cut.

Bytes first, then the word that they are kept: a piece is on the disk (or in the bucket) before `keep` is called, which
writes the new offset and the new parts to the row that owns the file, in one transaction. What a cut left beyond the
row's offset is cut off at the next append.

In a folder it is one file, appended to. In S3 it is one upload in parts, of which S3 takes none below 5 MiB but the
last: what is left over lies under a key of its own, a new one each time, and the old one goes only after the row names
the new one. When the file is whole it lies under one key, from where `stores.adopt` makes it final.
"""

import contextlib
import fcntl
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, storages

from oralhistory.files import objects, stores
from oralhistory.files.objects import Objects, StorageFails

# What is said to be kept at once: a cut loses at most so much, or what came in so many seconds.
STEP = 4 << 20
SECONDS = 5.0
PART = 8 << 20  # of an upload in parts: what clients usually send at once, so that nothing is left over
SMALLEST_PART = 5 << 20  # S3's own limit

Parts = dict[str, Any]  # what the row keeps, as JSON: "key"; in S3 also "upload", "list" and "rest"
Keep = Callable[[Parts, int], None]


class Lost(Exception):
    """Bytes that were said to be kept are not there."""


class InUse(Exception):
    """Another process is writing to the file."""


def begin() -> Parts:
    """A new file of no bytes. Nothing is written yet."""
    return {"key": f"{stores.ARRIVING}/{uuid.uuid4()}"}


def append(
    storage_name: str,
    parts: Parts,
    offset: int,
    blocks: Iterable[bytes],
    *,
    keep: Keep,
    all_or_nothing: bool = False,
) -> int:
    """Add blocks behind the first `offset` bytes. Returns the new offset, of which `keep` was told.

    What came before `blocks` raised something is kept, unless all or nothing was wanted. Raises that, what `keep`
    raises, Lost, InUse, StorageFails, and OSError when the disk is full.
    """
    storage = storages[storage_name]
    there = objects.of(storage)
    writing = _there(there, parts, offset, keep) if there else _here(storage, parts, offset, keep)
    with writing as writer:
        broken: BaseException | None = None
        try:
            for block in blocks:
                writer.add(block)
                if not all_or_nothing and writer.is_due:
                    writer.settle(final=False)
        except StorageFails:
            raise  # what was settled is kept
        except BaseException as error:
            if all_or_nothing:
                raise
            broken = error
        writer.settle(final=True)
        if broken is not None:
            raise broken
        return writer.kept


def finish(storage_name: str, parts: Parts) -> str:
    """Make one object of it; returns its key. May be called again after a cut. Raises Lost, StorageFails."""
    storage = storages[storage_name]
    there = objects.of(storage)
    if there is None:
        _forget_memory(Path(storage.path(parts["key"])))
        return str(parts["key"])
    rest = parts.get("rest")
    if not parts.get("upload"):
        if not rest:
            raise Lost("nothing was ever kept")
        return str(rest["key"])
    try:
        listed = list(parts["list"])
        if rest:
            listed.append(_send_part(there, parts, len(listed) + 1, _fetch(there, rest)))
        there.ask(
            "complete_multipart_upload",
            parts["key"],
            UploadId=parts["upload"],
            MultipartUpload={
                "Parts": [{"ETag": tag, "PartNumber": number} for number, tag in enumerate(listed, start=1)]
            },
        )
    except (FileNotFoundError, Lost) as gone:
        try:  # it was made one object before, by somebody who was cut off then
            there.size(parts["key"])
        except FileNotFoundError:
            raise Lost("the upload in parts is gone") from gone
    return str(parts["key"])


def _forget_memory(path: Path) -> None:
    """What is read back next comes from the disk, and not from memory that remembers what was written."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def remove(storage_name: str, parts: Parts) -> None:
    """Delete what there is of it; what is not there is no error. Raises StorageFails."""
    storage = storages[storage_name]
    there = objects.of(storage)
    if there is None:
        storage.delete(parts["key"])
        return
    if parts.get("upload"):
        _abort(there, parts["key"], parts["upload"])
    for key in (parts["key"], (parts.get("rest") or {}).get("key")):
        if key:
            there.ask("delete_object", key)


def clear(storage_name: str, named: set[str], *, before: datetime) -> int:
    """Delete what nobody names (by `parts["key"]`) and is older than `before`: left by a cut. Returns how much."""
    storage = storages[storage_name]
    there = objects.of(storage)
    cleared = 0
    for key, upload, begun_at in there.unfinished(stores.ARRIVING) if there else ():
        if key not in named and begun_at < before:
            _abort(there, key, upload)
            cleared += 1
    for name in _names(storage):
        key = f"{stores.ARRIVING}/{name}"
        owner = key.partition(".")[0]  # "….rest-3" is its file's
        with contextlib.suppress(FileNotFoundError):
            if owner not in named and storage.get_modified_time(key) < before:
                storage.delete(key)
                cleared += 1
    return cleared


def _names(storage: Any) -> list[str]:
    try:
        return list(storage.listdir(stores.ARRIVING)[1])
    except FileNotFoundError:
        return []


class _Writer:
    """Bytes added, and how many of them `keep` was told of."""

    def __init__(self, parts: Parts, offset: int, keep: Keep) -> None:
        self.parts = parts
        self.kept = self.at = offset
        self._keep = keep
        self._told = time.monotonic()

    @property
    def is_due(self) -> bool:
        return self.at - self.kept >= STEP or (
            self.at > self.kept and time.monotonic() - self._told > SECONDS
        )

    def add(self, block: bytes) -> None:
        raise NotImplementedError

    def settle(self, *, final: bool) -> None:
        """Make durable, then tell. `final`: nothing more comes in this append."""
        raise NotImplementedError

    def tell(self) -> None:
        self._keep(self.parts, self.at)
        self.kept, self._told = self.at, time.monotonic()


class _FileWriter(_Writer):
    def __init__(self, file: FileIO, parts: Parts, offset: int, keep: Keep) -> None:
        super().__init__(parts, offset, keep)
        self._file = file

    def add(self, block: bytes) -> None:
        rest = memoryview(block)
        while rest:  # a disk that fills up takes a part, then refuses: the part counts
            written = self._file.write(rest)
            self.at += written
            rest = rest[written:]

    def settle(self, *, final: bool) -> None:
        if self.at == self.kept:
            return
        os.fdatasync(self._file.fileno())
        self.tell()


@contextlib.contextmanager
def _here(storage: Any, parts: Parts, offset: int, keep: Keep) -> Iterator[_Writer]:
    if not isinstance(storage, FileSystemStorage):
        raise TypeError(f"files grow in folders and in S3, not in {type(storage).__name__}")
    path = Path(storage.path(parts["key"]))
    new = offset == 0
    stores.make_folder(storage, path.parent)
    flags, mode = os.O_RDWR | (os.O_CREAT if new else 0), storage.file_permissions_mode or 0o600
    try:
        descriptor = os.open(path, flags, mode)
    except FileNotFoundError as gone:
        raise Lost(f"of {offset} bytes there are none") from gone
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        try:
            # The row's lease says who writes; this holds also against one who was thought dead and is not.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise InUse from busy
        if os.fstat(file.fileno()).st_size < offset:
            raise Lost(f"of {offset} bytes there are {os.fstat(file.fileno()).st_size}")
        if new:
            stores.sync_folder(path.parent)
        file.truncate(offset)
        file.seek(offset)
        yield _FileWriter(file, parts, offset, keep)


class _PartWriter(_Writer):
    """Holds one part in memory; a part that was sent is never fetched again."""

    def __init__(self, there: Objects, parts: Parts, offset: int, keep: Keep) -> None:
        super().__init__({"list": [], "rest": None, **parts}, offset, keep)
        self._there = there
        self._held = bytearray()
        if self.parts["rest"]:
            self._held += _fetch(there, self.parts["rest"])
        self._rest_was = self.parts["rest"]

    def add(self, block: bytes) -> None:
        self._held += block
        self.at += len(block)
        if len(self._held) >= PART:
            self._send()

    @property
    def is_due(self) -> bool:
        # A rest every few seconds of a slow line would be sent many times over: only whole parts are told of.
        return self.at > self.kept and not self._held

    def settle(self, *, final: bool) -> None:
        if self.at == self.kept:
            return
        if len(self._held) >= SMALLEST_PART:
            self._send()
        if self._held:
            number = (self._rest_was or {"number": 0})["number"] + 1
            key = f"{self.parts['key']}.rest-{number}"
            self._there.ask("put_object", key, Body=bytes(self._held))
            rest = {"key": key, "number": number, "size": len(self._held), "sha256": _sha256(self._held)}
            self.parts = {**self.parts, "rest": rest}
        self.tell()
        self._forget_old_rest()

    def _send(self) -> None:
        if not self.parts.get("upload"):
            answer = self._there.ask("create_multipart_upload", self.parts["key"])
            self.parts = {**self.parts, "upload": answer["UploadId"]}
        tag = _send_part(self._there, self.parts, len(self.parts["list"]) + 1, bytes(self._held))
        self.parts = {**self.parts, "list": [*self.parts["list"], tag], "rest": None}
        self._held.clear()

    def _forget_old_rest(self) -> None:
        old, self._rest_was = self._rest_was, self.parts["rest"]
        if old and old != self._rest_was:
            # It is named by nobody now: if this fails, `clear` finds it.
            with contextlib.suppress(StorageFails):
                self._there.ask("delete_object", old["key"])


@contextlib.contextmanager
def _there(there: Objects, parts: Parts, offset: int, keep: Keep) -> Iterator[_Writer]:
    yield _PartWriter(there, parts, offset, keep)


def _send_part(there: Objects, parts: Parts, number: int, body: bytes) -> str:
    try:
        answer = there.ask(
            "upload_part", parts["key"], UploadId=parts["upload"], PartNumber=number, Body=body
        )
    except FileNotFoundError as gone:
        raise Lost("the upload in parts is gone") from gone
    return str(answer["ETag"])


def _fetch(there: Objects, rest: dict[str, Any]) -> bytes:
    try:
        body = there.read(rest["key"], 0, rest["size"])
    except FileNotFoundError as gone:
        raise Lost("the rest of the last append is gone") from gone
    if len(body) != rest["size"]:
        raise Lost(f"of {rest['size']} bytes there are {len(body)}")
    # It is sent again as a part: what the line has changed here would be the file from then on.
    if rest.get("sha256", _sha256(body)) != _sha256(body):
        raise StorageFails("reading: not what was written")
    return body


def _sha256(data: bytes | bytearray) -> str:
    return hashlib.sha256(data).hexdigest()


def _abort(there: Objects | None, key: str, upload: str) -> None:
    if there is None:
        return
    with contextlib.suppress(FileNotFoundError):
        there.ask("abort_multipart_upload", key, UploadId=upload)
