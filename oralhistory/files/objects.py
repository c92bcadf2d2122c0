"""S3 spoken to directly, for what django-storages cannot: reading in a stream, by ranges, and writing in parts.

django-storages reads an object whole into memory before it gives the first byte. The client is the storage's own,
asked for by its shape, so that boto3 is loaded only where S3 is used.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import Storage

# InvalidPart: S3 does not have a part as it said that it had it.
_GONE = {"NoSuchKey", "NoSuchUpload", "InvalidPart", "404", "NotFound"}


class StorageFails(Exception):
    """The storage does not answer, or refuses; what was said to be kept is kept. Try again later."""


class Objects:
    """One bucket, and the place in it that the storage's keys are below. Raises FileNotFoundError, StorageFails."""

    def __init__(self, storage: Any) -> None:
        self._client = storage.connection.meta.client
        self._bucket: str = storage.bucket_name
        self._place: str = storage.location.strip("/")

    def ask(self, operation: str, key: str | None = None, **more: Any) -> Any:
        """One call of the S3 API, with keys as the storage has them."""
        if key is not None:
            more["Key"] = self.name(key)
        try:
            return getattr(self._client, operation)(Bucket=self._bucket, **more)
        except Exception as error:  # botocore has no base class that both its kinds of errors share
            raise translated(error, operation) from error

    def name(self, key: str) -> str:
        return f"{self._place}/{key}".lstrip("/")

    def key(self, name: str) -> str:
        return name[len(self._place) :].lstrip("/") if self._place else name

    def size(self, key: str) -> int:
        return int(self.ask("head_object", key)["ContentLength"])

    def blocks(self, key: str, size: int, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The object, or half-open stretch of it, in order; it is never in memory as a whole."""
        last = "" if end is None else end - 1
        stretch = {"Range": f"bytes={start}-{last}"} if start or end is not None else {}
        body = self.ask("get_object", key, **stretch)["Body"]
        try:
            yield from body.iter_chunks(size)
        except GeneratorExit:
            raise
        except Exception as error:
            raise translated(error, "reading") from error
        finally:
            body.close()

    def read(self, key: str, start: int, size: int) -> bytes:
        body = self.ask("get_object", key, Range=f"bytes={start}-{start + size - 1}")["Body"]
        try:
            return bytes(body.read())
        except Exception as error:
            raise translated(error, "reading") from error
        finally:
            body.close()

    def copy(self, source: str, target: str) -> None:
        """On the server, in parts where it is large."""
        try:
            self._client.copy(
                {"Bucket": self._bucket, "Key": self.name(source)}, self._bucket, self.name(target)
            )
        except Exception as error:
            raise translated(error, "copying") from error

    def unfinished(self, folder: str) -> Iterator[tuple[str, str, datetime]]:
        """Uploads in parts below a folder: key, id, when it was begun."""
        more: dict[str, str] = {}
        while True:
            page = self.ask("list_multipart_uploads", Prefix=self.name(folder), **more)
            for each in page.get("Uploads", []):
                yield self.key(each["Key"]), each["UploadId"], each["Initiated"]
            if not page.get("IsTruncated"):
                return
            more = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}

    def versions(self, key: str) -> list[str]:
        """The versions of one object, and the marks that it is deleted, in a bucket that keeps them."""
        page = self.ask("list_object_versions", Prefix=self.name(key))
        rows = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        return [each["VersionId"] for each in rows if each["Key"] == self.name(key)]


def of(storage: Storage) -> Objects | None:
    """The storage as S3, if that is what it is."""
    return Objects(storage) if hasattr(storage, "bucket_name") else None


class Ranges(io.RawIOBase):
    """An object that can be read here and there; put an `io.BufferedReader` around it."""

    def __init__(self, objects: Objects, key: str) -> None:
        self._objects, self._key, self._at = objects, key, 0
        self._size = objects.size(key)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), self._size - self._at)
        if size <= 0:
            return 0
        block = self._objects.read(self._key, self._at, size)
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)


def translated(error: Exception, doing: str) -> Exception:
    """What botocore says as FileNotFoundError or StorageFails."""
    # botocore gives some of its errors a response that is None.
    code = (getattr(error, "response", None) or {}).get("Error", {}).get("Code", "")
    if code in _GONE:
        return FileNotFoundError(f"{doing}: there is no such object")
    return StorageFails(f"{doing}: {code or type(error).__name__}")
