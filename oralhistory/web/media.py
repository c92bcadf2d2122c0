"""Handing out a stored file: whole or by one range, by ourselves, by the proxy, or by the object store.

Whoever calls has asked whether it may be handed out; nothing is decided here. Every answer must be
asked for again (`no-cache`), so that what was withdrawn stops at the next request.
"""

import re
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import storages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from oralhistory.files import stores
from oralhistory.files.objects import StorageFails
from oralhistory.lib import media_types

BLOCK = 256 * 1024
SIGNED_SECONDS = 60

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
Answer = TypeVar("Answer", bound=HttpResponseBase)


class Unsatisfiable(Exception):
    """A range that the file does not reach."""


def media_type(key: str) -> str:
    """By the ending that we gave the file ourselves when we stored it."""
    return media_types.of(key)


def answer(
    request: HttpRequest, *, storage: str, key: str, size: int, sha256: str, media_type: str
) -> HttpResponseBase:
    """The file `key` of the storage `masters` or `access` (200, 206, 304, 416), or where to fetch it."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    kept: Any = settings.STORAGES[storage]
    if kept["BACKEND"].endswith(".S3Storage"):
        signed: Any = storages[storage]
        redirect = HttpResponseRedirect(signed.url(key, expire=SIGNED_SECONDS))
        redirect.headers["Cache-Control"] = "no-store"
        return redirect
    etag = f'"{sha256}"'
    if settings.ACCEL_REDIRECT and storage == "access":  # the proxy sees no master, ever
        return _by_proxy(key, media_type) if storages[storage].exists(key) else missing()
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _labelled(HttpResponse(status=304), etag)
    try:
        span = _span(request, size, etag)
    except Unsatisfiable:
        response: HttpResponseBase = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _labelled(response, etag)
    try:  # a file that is lost, or was put aside because it is damaged, is said now, not in the middle of the answer
        storages[storage].size(key)
    except FileNotFoundError:
        return missing()
    response = _streamed(request, storage, key, size, span)
    response.headers["Content-Type"] = media_type
    return _labelled(response, etag)


def download(request: HttpRequest, *, storage: str, key: str, name: str, sha256: str) -> HttpResponseBase:
    """A stranger's file as it came (200, 206, 416), of any size. `name`: ours, never the uploader's.

    It passes through here wherever it is stored: the answer of an object store cannot carry these headers.
    """
    etag = f'"{sha256}"'
    try:
        size = stores.size(storage, key)
        response = _streamed(request, storage, key, size, _span(request, size, etag))
    except (FileNotFoundError, StorageFails):
        return missing()
    except Unsatisfiable:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response.headers["X-Accel-Buffering"] = "no"  # a proxy writes no master to a disk of its own
    response.headers["ETag"] = etag  # by which a browser goes on with a download that was cut off
    response.headers["Accept-Ranges"] = "bytes"
    return _to_be_saved(response, name)


def _by_proxy(key: str, media_type: str) -> HttpResponseBase:
    """It counts ranges and makes an ETag of its own."""
    response = HttpResponse(content_type=media_type)
    response.headers["X-Accel-Redirect"] = f"{settings.ACCEL_REDIRECT.rstrip('/')}/{quote(key)}"
    return _closed(response)


def attachment(content: bytes, name: str) -> HttpResponse:
    """A stranger's bytes, to be saved and never shown."""
    return _to_be_saved(HttpResponse(content), name)


def _to_be_saved(response: Answer, name: str) -> Answer:
    """No browser takes it for a page of ours."""
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _streamed(
    request: HttpRequest, storage: str, key: str, size: int, span: tuple[int, int] | None
) -> HttpResponseBase:
    start, end = span or (0, size)
    response: HttpResponseBase = HttpResponse()
    if request.method != "HEAD":
        response = StreamingHttpResponse(stores.blocks(storages[storage], key, start, end, size=BLOCK))
    response.headers["Content-Length"] = str(end - start)
    if span:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def missing() -> HttpResponse:
    """Its storage has lost it, or does not answer."""
    text = _("This file cannot be given out now. The archive knows, and is looking for a good copy of it.")
    headers = {"Retry-After": "3600", "Cache-Control": "no-store"}
    return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers=headers)


def _labelled(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    return _closed(response)


def _closed(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "no-cache"
    # Sound and pictures are never a page of ours, whatever somebody managed to store.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _span(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The half-open range that is asked for; None for the whole file. Several ranges are answered with the whole."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or asked.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < int(first):
            return None  # not a range at all (RFC 9110, 14.1.1)
    else:
        start, end = max(0, size - int(last)), size
    if start >= size or start >= end:
        raise Unsatisfiable
    return start, end
