"""A testimony as files: its sound, its pictures, its text."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import contents, formats, transcripts
from oralhistory.reading_room.doors import of_testimony
from oralhistory.web import drawing, media


@of_testimony("play_access", shared=True)
def sound(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    if not public.has_sound(edition):
        raise Http404
    return media.answer(
        request,
        storage="access",
        key=edition.audio_key,
        size=edition.audio_size,
        sha256=edition.audio_sha256,
        media_type=media.media_type(edition.audio_key),
    )


@of_testimony("play_access", shared=True)
def waveform(request: HttpRequest, edition: PublicEdition) -> JsonResponse:
    return JsonResponse({"duration_ms": edition.duration_ms, "peaks": edition.peaks})


@of_testimony("play_access", shared=True)
def video(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    """The pictures with the sound, where nothing is kept out of either."""
    return _kept(request, edition.video)


@of_testimony("play_access", shared=True)
def poster(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    return _kept(request, edition.video.get("poster"))


@of_testimony(shared=True)
def photograph(request: HttpRequest, edition: PublicEdition, number: int, size: str) -> HttpResponseBase:
    if size not in public.PICTURE_SIZES or not 0 < number <= len(edition.photographs):
        raise Http404
    return _kept(request, edition.photographs[number - 1].get(size))


def _kept(request: HttpRequest, file: dict[str, Any] | None) -> HttpResponseBase:
    """A file of the access storage as an edition names it."""
    if not file:
        raise Http404
    return media.answer(
        request,
        storage="access",
        key=file["key"],
        size=file["size"],
        sha256=file["sha256"],
        media_type=media.media_type(file["key"]),
    )


@of_testimony("read_pub_text")
def words(request: HttpRequest, edition: PublicEdition) -> JsonResponse:
    """For the page that is open: where each word stands and when it is said, by cue id."""
    return JsonResponse(
        {each.cue_id: drawing.word_times(each) for each in public.segments(edition) if each.words}
    )


@of_testimony("read_pub_text", shared=True)
def transcript(request: HttpRequest, edition: PublicEdition, code: str) -> HttpResponseBase:
    """The text as a file, where the narrator allows files to be taken."""
    form = formats.BY_CODE.get(code)
    if form is None or "download" not in edition.uses:
        raise Http404
    return _file(request, edition, form.write(_contents(edition)), form.ending, form.content_type)


def _contents(edition: PublicEdition) -> contents.Contents:
    return contents.of(edition, language=get_language() or "es", on=timezone.localdate())


@of_testimony("read_pub_text", shared=True)
def captions(request: HttpRequest, edition: PublicEdition, language: str = "") -> HttpResponseBase:
    """The text for players, as it was said or translated.

    As captions it is part of seeing a video, where the text as a file may not be taken.
    """
    if not public.has_video(edition) and "download" not in edition.uses:
        raise Http404
    found = _contents(edition)
    if language and language not in found.in_others:
        raise Http404
    written = transcripts.write_captions(found, language)
    ending = f"{language}.vtt" if language else "vtt"
    return _file(request, edition, written, ending, "text/vtt; charset=utf-8")


def _file(
    request: HttpRequest, edition: PublicEdition, content: bytes, ending: str, media_type: str
) -> HttpResponseBase:
    """Under a name that says what it is; not sent again to who has it already."""
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type=media_type)
    name = f"{edition.public_id}-edition-{edition.number}.{ending}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
