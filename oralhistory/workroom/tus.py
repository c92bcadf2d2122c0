"""The upload protocol tus 1.0 as HTTP: its headers read and written, its refusals as answers.

Extensions: creation, creation-with-upload, creation-defer-length, checksum, expiration, termination. Not
concatenation: several pieces at once fill no line that one does not fill, and a final upload that is made of others
would need a second way for a file to become whole. Not checksum-trailer: browsers cannot send trailers.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.http import http_date
from django.utils.translation import gettext as _

from oralhistory.intake import arrivals, limits, uploads
from oralhistory.web import bodies

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination"
PIECE = "application/offset+octet-stream"
CHECKSUM_DIFFERS = 460  # the protocol's own

_STATUS: dict[type[uploads.NotTaken], int] = {
    limits.TooLarge: 413,
    limits.QuotaReached: 413,
    limits.TooManyOpen: 429,
    limits.NoRoom: 507,
}
_KEY = re.compile(r"[!-+\--~]+")  # ASCII without space and comma
_NUMBER = re.compile(r"[0-9]{1,18}")

View = Callable[..., HttpResponseBase]


class Refused(Exception):
    """The request is answered with this status and sentence; `at_once`: whatever else it still sends."""

    def __init__(
        self, status: int, sentence: str | Promise, *, at_once: bool = False, **headers: str
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.at_once = at_once
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def speaks(view: View) -> View:
    """Every answer names the version; every request that is of the protocol must; a refusal is a sentence."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.method not in ("GET", "OPTIONS") and request.headers.get("Tus-Resumable") != VERSION:
                raise Refused(
                    412, _("This address speaks the upload protocol tus 1.0.0."), Tus_Version=VERSION
                )
            answer = view(request, *args, **kwargs)
        except uploads.NotTaken as refusal:
            answer = plain(_STATUS.get(type(refusal), 409), str(refusal))
            bodies.discard(request)
        except Refused as refusal:
            answer = plain(refusal.status, str(refusal), **refusal.headers)
            if refusal.at_once:
                bodies.hang_up(request)
            else:
                bodies.discard(request)
        answer.headers["Tus-Resumable"] = VERSION
        return answer

    return inner


def plain(status: int, sentence: str, **headers: str) -> HttpResponse:
    """A sentence for a person, as the uploader shows it."""
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def options(most: int) -> HttpResponse:
    return HttpResponse(
        status=200,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(most),
            "Tus-Checksum-Algorithm": ",".join(arrivals.ALGORITHMS),
        },
    )


def method(request: HttpRequest) -> str:
    """The method, or the one that a client behind an old proxy means."""
    meant = request.headers.get("X-HTTP-Method-Override", "").upper()
    return meant if request.method == "POST" and meant else str(request.method)


def number(request: HttpRequest, header: str) -> int | None:
    """A header that holds a whole number; none where it is not sent. Raises Refused."""
    value = request.headers.get(header)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise Refused(400, _("%(header)s must be a whole number.") % {"header": header})
    return int(value)


def announced_length(request: HttpRequest) -> int | None:
    """Upload-Length, or none where it comes later. Raises Refused."""
    later, size = request.headers.get("Upload-Defer-Length"), number(request, "Upload-Length")
    if (later is None) == (size is None) or later not in (None, "1"):
        raise Refused(400, _("Either Upload-Length or Upload-Defer-Length: 1 must be sent."))
    return size


def body_length(request: HttpRequest) -> int:
    """Content-Length. Raises Refused: without one nobody knows whether all of a piece came."""
    if "Transfer-Encoding" in request.headers:
        raise Refused(411, _("Content-Length must be sent."))
    return number(request, "Content-Length") or 0


def metadata(request: HttpRequest) -> dict[str, str]:
    """Upload-Metadata, decoded. Raises Refused."""
    found: dict[str, str] = {}
    pairs = request.headers.get("Upload-Metadata", "")
    for pair in pairs.split(",") if pairs.strip() else []:
        key, _space, value = pair.strip().partition(" ")
        try:
            text = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise Refused(400, _("Upload-Metadata is not well formed.")) from error
        if not _KEY.fullmatch(key) or key in found:
            raise Refused(400, _("Upload-Metadata is not well formed."))
        found[key] = text
    return found


def checksum(request: HttpRequest) -> tuple[str, str] | None:
    """Upload-Checksum: algorithm and base64. Raises Refused."""
    value = request.headers.get("Upload-Checksum")
    if value is None:
        return None
    algorithm, _space, digest = value.partition(" ")
    try:
        base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(400, _("Upload-Checksum is not well formed.")) from error
    if algorithm not in arrivals.ALGORITHMS:
        raise Refused(400, _("Upload-Checksum can be sha1 or sha256."))
    return algorithm, digest


def expires(at: datetime) -> str:
    return http_date(at.timestamp())
