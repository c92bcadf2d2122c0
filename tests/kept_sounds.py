"""What a run decodes and encodes once: the same bytes give the same files, and most tests are about something else.

Nothing is made up: the first time the program's own rules do the work, and what they left is put there again. Tests of
these rules call them.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, storages
from django.db import models

from oralhistory.editions import manifest, sounds
from oralhistory.editions.models import PreparedSound
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording, Rendition

FILES = ("listening", "hearing", "staff_copy")


@dataclass(frozen=True)
class Kept:
    """A row's own columns, and the bytes of its files by key."""

    columns: dict[str, Any]
    files: dict[str, bytes]
    of_files: dict[str, dict[str, Any]]


_read: dict[tuple[str, str], Kept] = {}
_prepared: dict[str, Kept] = {}


def read(recording: Recording, *, at: datetime) -> Rendition:
    """renditions.make, decoded once in a run for each recording with the same bytes and channels."""
    asked = (recording.master.sha256, recording.channels)
    known = _read.get(asked)
    if known is None or not _in_a_folder():
        rendition = renditions.make(recording, at=at)
        if _in_a_folder():
            rows = {name: getattr(rendition, name) for name in FILES}
            files = {row.key: _bytes(row.key) for row in rows.values()}
            _read[asked] = Kept(
                _columns(rendition), files, {name: _columns(row) for name, row in rows.items()}
            )
        return rendition
    _put(known.files)
    made = {
        name: MediaFile.objects.create(**{**columns, "parent": recording.master, "created_at": at})
        for name, columns in known.of_files.items()
    }
    rendition = Rendition.objects.create(
        **{**known.columns, **made, "recording": recording, "master": recording.master, "made_at": at}
    )
    renditions.settle(recording, rendition, at=at)
    return rendition


def prepare(interview: Interview, *, at: datetime) -> PreparedSound | None:
    """sounds.prepare, encoded once in a run for each recipe."""
    built = manifest.build(interview, at=at)
    known = _prepared.get(built.sound_sha256) if built.sound else None
    if known is None or sounds.find(built) or not _in_a_folder():
        prepared = sounds.prepare(interview, at=at)
        if prepared and _in_a_folder():
            _prepared[built.sound_sha256] = Kept(_columns(prepared), {prepared.key: _bytes(prepared.key)}, {})
        return prepared
    _put(known.files)
    return PreparedSound.objects.create(**{**known.columns, "interview_id": interview.pk, "made_at": at})


def _columns(row: models.Model) -> dict[str, Any]:
    """All but its key, its code and what it leads to."""
    return {
        column.name: getattr(row, column.name)
        for column in row._meta.concrete_fields
        if not column.primary_key and not column.is_relation and column.name != "code"
    }


def _in_a_folder() -> bool:
    return isinstance(storages["masters"], FileSystemStorage)


def _bytes(key: str) -> bytes:
    return Path(storages["masters"].path(key)).read_bytes()


def _put(files: dict[str, bytes]) -> None:
    for key, content in files.items():
        path = Path(storages["masters"].path(key))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600)
