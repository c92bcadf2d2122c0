"""Writing a package: rows, plain formats, then the files, each read once and compared with its row.

Everything is written to a folder beside the one that was asked for, which gets its name when all of it validates. Names
in the package are ours, times are fixed, only the owner may read it. bagit-python writes BagIt 0.97 and reads every file
a second time to make its manifest; we have the digests from copying, so we write the manifests and let it validate.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from django.db import connection, transaction
from django.http import Http404

from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.files import stores
from oralhistory.intake.bags import checking, describing, gathering, history
from oralhistory.intake.bags.records import EVENTS, KINDS, Kind, files_of
from oralhistory.interviews.models import Interview
from oralhistory.people.models import Identity
from oralhistory.provenance import events

EXPORTED = "package exported"
_FIXED = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())  # the earliest that ZIP can say


class NotWritten(Exception):
    """No package was written; the message is a sentence for whoever asked."""


class NotAllowed(NotWritten):
    """Two different archivists, and a reason."""


@dataclass(frozen=True)
class Written:
    folder: Path
    sha256: str  # of the tag manifest, which holds the hashes of all manifests
    files: int
    size: int  # bytes of the payload


def export(
    public_id: str,
    folder: Path,
    *,
    by: User,
    second: User,
    reason: str,
    at: datetime,
    identities: bool = True,
) -> Written:
    """Write the package of an interview into a new folder and record that it left. Raises NotWritten, NotAllowed."""
    interview = _permitted(public_id, by, second, reason, at=at)
    if folder.exists() or folder.is_symlink():
        raise NotWritten(f"{folder} is there already. Nothing is written over.")
    try:
        with _beside(folder) as draft:
            bag = _Bag(draft)
            _fill(bag, interview, identities=identities)
            sha256 = bag.close(interview.public_id, at=at)
            checking.check(draft)
            with transaction.atomic():  # nothing leaves without its event, and no event without a package
                events.record(
                    EXPORTED, interview, at=at, agent=by.agent,
                    outcome=f"with {second.agent}: {sha256}", reason=reason.strip(),
                )  # fmt: skip
                draft.rename(folder)
    except checking.NotAPackage as wrong:
        raise NotWritten(f"What was written did not validate, and was removed. {wrong}") from wrong
    except gathering.NotWhole as wrong:
        raise NotWritten(f"The record was changed meanwhile, or is not whole: {wrong}. Try again.") from wrong
    except OSError as error:
        raise NotWritten(f"The package cannot be written: {error}.") from error
    return Written(folder, sha256, bag.files, bag.size)


def _permitted(public_id: str, by: User, second: User, reason: str, *, at: datetime) -> Interview:
    """Two people, each of whom may. Raises NotAllowed."""
    if by.pk == second.pk:
        raise NotAllowed("A package needs two different archivists.")
    if not reason.strip():
        raise NotAllowed("Say why the package is made: the reason is kept with the events.")
    try:
        interview = access.fetch(by, "export", public_id, at=at)
        access.fetch(second, "export", public_id, at=at)
    except Http404 as unknown:
        raise NotAllowed("There is no such interview that both of them may export.") from unknown
    except access.Denied as denied:
        if denied.decision.status == 409:
            raise NotAllowed(f"The interview cannot be exported now: {denied}.") from denied
        raise NotAllowed("There is no such interview that both of them may export.") from denied
    return interview


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A private folder in the same place; gone at the end, unless it got its name."""
    parent = folder.absolute().parent
    if not parent.is_dir():
        raise NotWritten(f"There is no folder {parent}.")
    draft = Path(tempfile.mkdtemp(prefix=".package-", dir=parent))
    try:
        yield draft
    finally:
        if draft.exists():
            shutil.rmtree(draft)


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """All rows as they stood at one instant: SQLite's transactions see that anyway."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _fill(bag: "_Bag", interview: Interview, *, identities: bool) -> None:
    left = frozenset() if identities else frozenset({Identity._meta.label_lower})
    stored: dict[str, tuple[str, str]] = {}  # name in the package → storage, key
    with _one_moment():
        gathered = gathering.gather(interview, left=left)
        gathered.give_keys()
        for kind in KINDS:
            bag.write(f"data/records/{kind.label}.jsonl", _lines(_noting(kind, gathered, stored)))
        bag.write(f"data/records/{EVENTS.label}.jsonl", _lines(history.records(gathered)))
        for name, text in describing.transcripts(interview):
            bag.write(name, [text])
        described = describing.metadata(gathered)
        earlier = history.earlier_files(gathered)
    bag.write("data/metadata.json", [json.dumps(described, ensure_ascii=False, indent=1) + "\n"])
    bag.write("data/metadata.schema.json", [describing.SCHEMA.read_text(encoding="utf-8")])
    bag.write("data/README.txt", [describing.readme(described)])
    for name, (storage, key) in sorted(stored.items()):
        bag.copy(name, storage, key)
    for file in earlier:
        bag.copy(f"data/events/{file.sha256}.jsonl", file.storage, file.key)


def _noting(
    kind: Kind, gathered: gathering.Gathered, stored: dict[str, tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    for record in gathered.records(kind):
        for storage, key in files_of(kind, record):
            if record.get("sha256", "") not in key:
                raise NotWritten(
                    f"The row of the file {key} does not have its SHA-256. No package was written."
                )
            stored[describing.in_bag(storage, key)] = (storage, key)
        yield record


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


@dataclass
class _Bag:
    """A bag that is being written."""

    folder: Path
    digests: dict[str, str] = field(default_factory=dict)
    size: int = 0

    @property
    def files(self) -> int:
        return len(self.digests)

    def write(self, name: str, chunks: Iterable[str]) -> None:
        self._write(name, (chunk.encode() for chunk in chunks))

    def copy(self, name: str, storage: str, key: str) -> None:
        """Copy a stored file block by block. Raises NotWritten when it is gone, or not what its name says."""
        try:
            self._write(name, stores.blocks(storages[storage], key))
        except FileNotFoundError as gone:
            raise NotWritten(
                f"The file {key} is missing in the storage {storage!r}. No package was written."
            ) from gone
        if self.digests[name] != name.rpartition("/")[2].partition(".")[0]:
            raise NotWritten(
                f"The file {key} in the storage {storage!r} is damaged: its SHA-256 is now {self.digests[name]}. "
                "No package was written."
            )

    def _write(self, name: str, blocks: Iterable[bytes]) -> None:
        path = self.folder / name
        for parent in (self.folder / "data", path.parent):
            parent.mkdir(mode=0o700, exist_ok=True)
        sha256 = hashlib.sha256()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for block in blocks:
                sha256.update(block)
                self.size += out.write(block)
            out.flush()
            os.fsync(out.fileno())
        self.digests[name] = sha256.hexdigest()

    def close(self, public_id: str, *, at: datetime) -> str:
        """Write the tag files, fix the times; returns the SHA-256 of the tag manifest."""
        payload, tags = dict(self.digests), _Bag(self.folder)
        tags.write("bagit.txt", ["BagIt-Version: 1.0\n", "Tag-File-Character-Encoding: UTF-8\n"])
        tags.write(
            "bag-info.txt",
            [
                f"External-Identifier: {public_id}\n",
                "External-Description: Preservation package of one interview\n",
                f"Bagging-Date: {at:%Y-%m-%d}\n",
                f"Payload-Oxum: {self.size}.{len(payload)}\n",
                f"Bag-Software-Agent: oralhistory {metadata.version('oralhistory')}\n",
            ],
        )
        tags.write("manifest-sha256.txt", _manifest(payload))
        tags.write("tagmanifest-sha256.txt", _manifest(dict(tags.digests)))
        for parent, _folders, names in os.walk(self.folder, topdown=False):
            for name in names:
                os.utime(Path(parent, name), (_FIXED, _FIXED))
            os.utime(parent, (_FIXED, _FIXED))
        return tags.digests["tagmanifest-sha256.txt"]


def _manifest(digests: dict[str, str]) -> list[str]:
    return [f"{digest}  {name}\n" for name, digest in sorted(digests.items())]
