"""Stored files for tests: kept, spoilt, lost, wherever the storage is."""

import contextlib
import io
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from oralhistory.files import stores, sweeping
from oralhistory.files.models import MediaFile
from tests.clock import NOON

DATA = b"sound" * 1000


def in_folder(folder: Path) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    options = {"location": str(folder), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


def in_bucket(server: Any, bucket: str, place: str, **options: Any) -> dict[str, Any]:
    """As settings make it of `s3://bucket/place?endpoint=…`."""
    account = {"access_key": server.access_key, "secret_key": server.secret_key}
    return somewhere(bucket, place, **{"endpoint_url": server.endpoint, **account, **options})


def somewhere(bucket: str = "masters", place: str = "", **options: Any) -> dict[str, Any]:
    """The same, whether or not a server is there."""
    options = {
        "bucket_name": bucket, "location": place, "region_name": "us-east-1", "file_overwrite": False,
        "default_acl": None, "addressing_style": "path", **options,
    }  # fmt: skip
    return {"BACKEND": "oralhistory.files.s3.S3Storage", "OPTIONS": options}


def use(settings: Any, name: str, storage: dict[str, Any]) -> None:
    settings.STORAGES = {**settings.STORAGES, name: storage}


def keep(
    data: bytes = DATA,
    *,
    use: str = MediaFile.Use.PRESERVATION_MASTER,
    storage: str = "masters",
    suffix: str = ".wav",
    at: Any = NOON,
) -> MediaFile:
    stored = stores.store(storage, io.BytesIO(data), suffix=suffix)
    return MediaFile.objects.create(
        storage=storage, use=use, key=stored.key, sha256=stored.sha256, size=stored.size,
        media_type="audio/wav", created_at=at,
    )  # fmt: skip


def put(storage: str, key: str, data: bytes) -> None:
    """These bytes under this key, whatever was there."""
    storages[storage].delete(key)
    storages[storage].save(key, ContentFile(data))


def flip_a_bit(file: MediaFile, storage: str = "") -> bytes:
    """Spoil a stored file; returns what is there now."""
    content = bytearray(read(storage or file.storage, file.key))
    content[len(content) // 2] ^= 1
    put(storage or file.storage, file.key, bytes(content))
    return bytes(content)


def lose(file: MediaFile, storage: str = "") -> None:
    storages[storage or file.storage].delete(file.key)


def read(storage: str, key: str) -> bytes:
    with storages[storage].open(key) as stream:
        return bytes(stream.read())


def kept(storage: str) -> list[str]:
    """Every key in a storage."""
    return sorted(each.key for each in sweeping.listed(storage))


@contextlib.contextmanager
def full_beyond(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: as near to a full disk as a test may come that is not root's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
