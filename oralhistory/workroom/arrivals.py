"""Sending a file in pieces (tus 1.0): what the uploader of a page, or any client that has logged in, speaks to.

interviews/<id>/arrivals/                  OPTIONS, POST (begin), GET (one's own that are not finished)
interviews/<id>/arrivals/<code>            OPTIONS, HEAD, PATCH, DELETE, GET (what has become of it)
interviews/<id>/arrivals/<code>/checksum   POST sha256=<hex>, where it was announced as `later`
"""

import errno
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oralhistory.files import growing
from oralhistory.files.objects import StorageFails
from oralhistory.intake import arrivals, limits, uploads, writers
from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Interview, Session
from oralhistory.pipeline import acts
from oralhistory.recordings.models import Recording
from oralhistory.web import bodies
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import tus
from oralhistory.workroom.doors import enter

STALLED = 2.0  # seconds without a block, after which a request gives way to one that waits
_SHA256 = re.compile(r"[0-9a-f]{64}")
_writing = 0
_counting = threading.Lock()


@tus.speaks
@require_http_methods(["GET", "POST", "OPTIONS"])
def collection(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "upload", public_id)
    if request.method == "OPTIONS":
        return tus.options(settings.UPLOAD_MAX_BYTES)
    if request.method == "GET":
        mine = arrivals.unfinished(interview, request.user).select_related("session")
        return JsonResponse([_state(request, each) for each in mine], safe=False)
    length, checksum = tus.body_length(request), tus.checksum(request)
    if "Upload-Concat" in request.headers:  # else each piece would become a recording
        raise tus.Refused(400, _("A file is sent here in one upload, not in several that are put together."))
    if length and request.content_type != tus.PIECE:
        raise tus.Refused(415, _("The content of a piece must be application/offset+octet-stream."))
    size = tus.announced_length(request)
    if size is not None and length > size:
        raise tus.Refused(413, _("There is more in the request than the file was announced to have."))
    arrival = arrivals.begin(
        interview, _announcement(request, interview, size), by=request.user, at=timezone.now()
    )
    answer = _add(request, arrival, 0, length, checksum) if length else _kept(arrival)
    if length == 0 or answer.status_code == 204:
        answer.status_code = 201
    answer.headers["Location"] = request.build_absolute_uri(_address(arrival))
    return answer


@tus.speaks
@require_http_methods(["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"])
def arrival(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    interview = enter(request, "upload", public_id)
    found = _find(request, interview, code)
    method = tus.method(request)
    if method == "OPTIONS":
        return tus.options(settings.UPLOAD_MAX_BYTES)
    if method == "GET":
        return JsonResponse(_state(request, found))
    if found.state == Arrival.State.ENDED or (
        found.state == Arrival.State.COMING and found.expires_at <= timezone.now()
    ):
        raise tus.Refused(410, _("This file was given up. Send it again from the beginning."))
    if method == "HEAD":
        return _head(found)
    if method == "DELETE":
        return _end(request, found)
    if method == "PATCH":
        return _patch(request, found)
    raise tus.Refused(405, _("This address takes no such request."))


@require_http_methods(["POST"])
def checksum(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """The browser has computed it while it was sending."""
    found = _find(request, enter(request, "upload", public_id), code)
    sha256 = request.POST.get("sha256", "").lower()
    if not _SHA256.fullmatch(sha256):
        return tus.plain(422, _("A SHA-256 has 64 hexadecimal digits."))
    try:
        acts.declare_checksum(found, sha256, at=timezone.now())
    except arrivals.AlreadyDeclared:
        return tus.plain(422, _("Another checksum was declared for this file before."))
    return HttpResponse(status=204)


def _find(request: StaffRequest, interview: Interview, code: str) -> Arrival:
    """One's own only: another person's does not exist."""
    mine = Arrival.objects.of(interview).filter(sent_by=request.user, code=code)
    found = mine.select_related("interview").first()
    if found is None:
        raise Http404
    return found


def _announcement(request: HttpRequest, interview: Interview, size: int | None) -> arrivals.Announcement:
    """What Upload-Metadata says of the file. Raises tus.Refused."""
    said = tus.metadata(request)
    channels = said.get("channels") or Recording.Channels.BOTH
    sha256 = said.get("sha256", "").lower()
    session, replaces = said.get("session", ""), said.get("replaces")
    sitting = (
        Session.objects.filter(interview=interview, number=int(session)).first()
        if session.isdecimal()
        else None
    )
    replaced = Recording.objects.of(interview).filter(code=replaces).first() if replaces else None
    well_formed = (
        channels in Recording.Channels.values
        and (sha256 in ("", arrivals.LATER) or _SHA256.fullmatch(sha256))
        and (session in ("", "new") or sitting)
        and (not replaces or replaced)
    )
    if not well_formed:
        raise tus.Refused(
            400, _("The sitting, the channels, the recording or the checksum of the file is not known.")
        )
    return arrivals.Announcement(
        size=size, name=said.get("filename", ""), session=sitting, new_session=session == "new", channels=channels,
        replaces=replaced, sha256=sha256, metadata=request.headers.get("Upload-Metadata", ""),
    )  # fmt: skip


def _head(found: Arrival) -> HttpResponse:
    answer = _kept(found, status=200)
    if found.size is None:
        answer.headers["Upload-Defer-Length"] = "1"
    else:
        answer.headers["Upload-Length"] = str(found.size)
    if found.metadata:
        answer.headers["Upload-Metadata"] = found.metadata
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _end(request: StaffRequest, found: Arrival) -> HttpResponse:
    try:
        acts.end_arrival(found, by=request.agent, at=timezone.now())
    except arrivals.AlreadyKept as kept:
        raise tus.Refused(409, _("This file is a recording of the interview already.")) from kept
    return HttpResponse(status=204)


def _patch(request: StaffRequest, found: Arrival) -> HttpResponse:
    if request.content_type != tus.PIECE:
        raise tus.Refused(415, _("The content of a piece must be application/offset+octet-stream."))
    offset, length, checksum = (
        tus.number(request, "Upload-Offset"),
        tus.body_length(request),
        tus.checksum(request),
    )
    if offset is None:
        raise tus.Refused(400, _("Upload-Offset must be sent."))
    if "Content-Length" not in request.headers:
        raise tus.Refused(411, _("Content-Length must be sent."))
    size = tus.number(request, "Upload-Length")
    if size is not None:
        try:
            acts.declare_size(found, size, at=timezone.now())
        except arrivals.AlreadyDeclared as declared:
            raise tus.Refused(400, _("Another length was announced for this file before.")) from declared
        except writers.BeingWritten as busy:
            raise _busy() from busy
        except writers.WrongOffset as wrong:
            raise tus.Refused(400, _("More of the file is here than it is said to have.")) from wrong
    if offset != found.offset:
        raise _wrong_offset(found)
    if length == 0:
        return _kept(found)
    if offset + length > limits.reserved(found.size):
        raise tus.Refused(413, _("There is more in the request than the file was announced to have."))
    return _add(request, found, offset, length, checksum)


def _add(
    request: StaffRequest, found: Arrival, offset: int, length: int, checksum: tuple[str, str] | None
) -> HttpResponse:
    """Keep what comes, and say how much of it is kept. Raises tus.Refused."""
    with _one_of_few():
        try:
            lease = writers.take(found, offset, clock=timezone.now)
        except writers.WrongOffset as wrong:
            raise _wrong_offset(found) from wrong
        except writers.BeingWritten as busy:
            raise _busy() from busy
        try:
            _receive(request, lease, length, checksum)
        finally:
            lease.release()
            found.refresh_from_db()
    return _kept(found)


def _receive(
    request: StaffRequest, lease: writers.Lease, length: int, checksum: tuple[str, str] | None
) -> None:
    body = bodies.Body(
        request,
        length,
        patience=settings.UPLOAD_STALL_SECONDS,
        beat=writers.BEAT,
        watch=partial(_gives_way, lease),
    )
    try:
        with body:
            acts.append(lease, body, checksum=checksum)
    except bodies.CutOff as cut:
        # Not 408, which clients take as final: this one is to be tried again.
        raise tus.Refused(
            503, _("The line was too slow or broke. What came is kept."), Retry_After="2"
        ) from cut
    except arrivals.ChecksumDiffers as differs:
        raise tus.Refused(tus.CHECKSUM_DIFFERS, _("What arrived is not what was sent.")) from differs
    except (writers.LeaseLost, growing.InUse) as lost:
        raise _busy() from lost
    except growing.Lost as lost:
        raise tus.Refused(
            410, _("The archive has lost a part of this file. Send it again from the beginning.")
        ) from lost
    except StorageFails as fails:
        raise tus.Refused(
            503, _("The archive's storage does not answer. Try again later."), Retry_After="10"
        ) from fails
    except OSError as full:
        if full.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise tus.Refused(507, _("The archive's disk is full. What came is kept; try again later.")) from full


def _gives_way(lease: writers.Lease, idle: float) -> bool:
    """Whether a request that sends nothing any more should leave its place to the next."""
    try:
        return lease.extend() and idle > STALLED
    except writers.LeaseLost:
        return True


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Slow lines may hold some of the server's threads, never all. Raises tus.Refused."""
    global _writing
    with _counting:
        if _writing >= settings.UPLOAD_AT_ONCE:
            sentence = _("Too many files are coming at this moment.")
            raise tus.Refused(503, sentence, at_once=True, Retry_After="5")
        _writing += 1
    try:
        yield
    finally:
        with _counting:
            _writing -= 1


def _busy() -> tus.Refused:
    return tus.Refused(423, _("Another request is sending this file."), Retry_After="2")


def _wrong_offset(found: Arrival) -> tus.Refused:
    return tus.Refused(
        409, _("The archive has another number of bytes of this file."), Upload_Offset=str(found.offset)
    )


def _kept(found: Arrival, *, status: int = 204) -> HttpResponse:
    headers = {"Upload-Offset": str(found.offset)}
    if found.state == Arrival.State.COMING:
        headers["Upload-Expires"] = tus.expires(found.expires_at)
    return HttpResponse(status=status, headers=headers)


def _address(found: Arrival) -> str:
    return reverse("workroom:arrival", args=[found.interview.public_id, found.code])


def _state(request: HttpRequest, found: Arrival) -> dict[str, Any]:
    """What has become of it, for the uploader's page."""
    recording = found.recording
    if found.state == Arrival.State.REFUSED and (
        before := uploads.kept_before(found.interview, found.sha256)
    ):
        recording = before.recording  # the same file came before
    return {
        "code": found.code,
        "url": request.build_absolute_uri(_address(found)),
        "name": found.name,
        "state": found.state,
        "offset": found.offset,
        "size": found.size,
        "refusal": found.refusal,
        "recording": recording.code if recording else None,
        "transfer": found.transfer.code if found.transfer else None,
        "session": found.session.number if found.session else None,
        "checksum": "awaited" if found.declared_sha256 == arrivals.LATER else "",
    }
