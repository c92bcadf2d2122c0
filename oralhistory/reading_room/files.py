"""A testimony as files: its sound, its pictures, its text, its citation."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition, PublicSegment
from oralhistory.interchange import citations, transcripts
from oralhistory.reading_room.doors import of_testimony
from oralhistory.web import drawing, media


@of_testimony("play_access")
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


@of_testimony("play_access")
def waveform(request: HttpRequest, edition: PublicEdition) -> JsonResponse:
    return JsonResponse({"duration_ms": edition.duration_ms, "peaks": edition.peaks})


@of_testimony("play_access")
def video(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    """The pictures with the sound, where nothing is kept out of either."""
    return _kept(request, edition.video)


@of_testimony("play_access")
def poster(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    return _kept(request, edition.video.get("poster"))


@of_testimony()
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


@of_testimony("read_pub_text")
def transcript_vtt(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    return _download(
        edition, "vtt", "text/vtt; charset=utf-8", lambda rows: transcripts.webvtt(edition, rows)
    )


@of_testimony("read_pub_text")
def transcript_txt(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    def written(rows: list[PublicSegment]) -> str:
        return transcripts.plain_text(
            edition, rows, interviewer=_("Interviewer"), withheld=_("a passage that is not published")
        )

    return _download(edition, "txt", "text/plain; charset=utf-8", written)


@of_testimony("read_pub_text")
def transcript_json(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    return _download(edition, "json", "application/json", lambda rows: transcripts.as_json(edition, rows))


@of_testimony("read_pub_text")
def captions(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    """The text as the video's captions: part of seeing it, where the text as a file may not be taken."""
    if not public.has_video(edition):
        raise Http404
    written = transcripts.webvtt(edition, public.segments(edition))
    return _file(edition, written, "vtt", "text/vtt; charset=utf-8")


@of_testimony()
def citation(request: HttpRequest, edition: PublicEdition, kind: str) -> HttpResponse:
    if "quote" not in edition.uses:
        raise Http404
    write, media_type = {
        "bib": (citations.bibtex, "application/x-bibtex; charset=utf-8"),
        "ris": (citations.ris, "application/x-research-info-systems; charset=utf-8"),
    }[kind]
    return _file(edition, write(edition, at=timezone.localdate()), kind, media_type)


def _download(
    edition: PublicEdition, ending: str, media_type: str, write: Callable[[list[PublicSegment]], str]
) -> HttpResponse:
    """The text as a file, where the narrator allows files to be taken."""
    if "download" not in edition.uses:
        raise Http404
    return _file(edition, write(public.segments(edition)), ending, media_type)


def _file(edition: PublicEdition, content: str, ending: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    name = f"{edition.public_id}-ed{edition.number}.{ending}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
