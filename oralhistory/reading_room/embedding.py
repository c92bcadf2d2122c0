"""A testimony on other people's pages: a small player in a frame, and oEmbed, which finds it by an address.

The one place that others may frame, where the narrator lets others show it. Nothing is stored and nobody is counted.
"""

import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape as xml_escape

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition, PublicSegment
from oralhistory.interchange import labels, previews
from oralhistory.lib import timecodes
from oralhistory.reading_room.doors import of_testimony
from oralhistory.web import drawing

WIDTH, HEIGHT, LEAST_WIDTH = 640, 320, 280
_ADDRESS = re.compile(
    r"(?:/(?P<language>en|pt))?/(?:embed/)?testimonies/(?P<public_id>[^/]+)/(?:m/(?P<cue_id>[^/]+)/)?"
)
_FRAGMENT = re.compile(r"t=(?:npt:)?[\d.:]{1,16}(?:,[\d.:]{1,16})?")


@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # its types know views of a request alone
@xframe_options_exempt
@of_testimony()
def frame(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    """The player; where others may not show it, a sentence that says where it is heard."""
    start_ms, end_ms = _span(request.GET.get("t", ""), edition)
    allowed = "embed" in edition.uses
    context = {
        "edition": edition,
        "allowed": allowed,
        "start_ms": start_ms,
        "end_ms": end_ms,
        "chapters": drawing.contents(edition.chapters),
        "said": _said(edition, start_ms, end_ms) if allowed else [],
        "whole": f"{labels.address(edition)}{f'#t={timecodes.seconds(start_ms)}' if start_ms else ''}",
    }
    response = render(request, "reading_room/embed.html", context, status=200 if allowed else 403)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def snippet(edition: PublicEdition, fragment: str = "") -> str:
    """What somebody pastes into a page of theirs."""
    language = (get_language() or "es")[:2]
    prefix = "" if language == "es" else f"/{language}"
    address = f"{settings.SITE_URL}{prefix}/embed/testimonies/{edition.public_id}/"
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
        f"{address}?{fragment}" if fragment else address,
        WIDTH,
        HEIGHT,
        f"{edition.title}, {labels.ARCHIVE}",
    )


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """oEmbed 1.0 of a testimony or a moment: 404 of what is not public, 410 of what was, 401 of what others may not show."""
    kind = request.GET.get("format", "json")
    if kind not in ("json", "xml"):
        return _plain(_("There is JSON and there is XML."), 501)
    try:
        edition, fragment = _asked_for(request.GET.get("url", ""), request)
    except public.Withdrawn:
        return _plain(_("It was withdrawn."), 410)
    if edition is None:
        raise Http404
    if "embed" not in edition.uses:
        return _plain(_("Whoever told it does not let other pages show it."), 401)
    answer = _answer(edition, fragment, request.GET.get("maxwidth", ""), request.GET.get("maxheight", ""))
    if kind == "json":
        response = HttpResponse(json.dumps(answer, ensure_ascii=False), content_type="application/json")
    else:
        fields = "".join(f"<{name}>{xml_escape(str(value))}</{name}>" for name, value in answer.items())
        head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
        response = HttpResponse(f"{head}<oembed>{fields}</oembed>", content_type="text/xml; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, no_cache=True)
    if "search_engines" not in edition.uses:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answer(edition: PublicEdition, fragment: str, most_wide: str, most_high: str) -> dict[str, object]:
    width, height = _at_most(WIDTH, most_wide), _at_most(HEIGHT, most_high)
    frame_there = snippet(edition, fragment)
    frame_there = frame_there.replace(
        f'width="{WIDTH}" height="{HEIGHT}"', f'width="{width}" height="{height}"'
    )
    return {
        "type": "rich",
        "version": "1.0",
        "title": edition.title,
        **({"author_name": ", ".join(edition.narrators)} if edition.narrators else {}),
        "provider_name": labels.ARCHIVE,
        "provider_url": f"{settings.SITE_URL}/",
        "html": frame_there,
        "width": width,
        "height": height,
        "thumbnail_url": f"{labels.address(edition)}preview.png",
        "thumbnail_width": previews.WIDTH,
        "thumbnail_height": previews.HEIGHT,
    }


def _asked_for(url: str, request: HttpRequest) -> tuple[PublicEdition | None, str]:
    """The testimony that an address of ours leads to, and the passage of it. Raises Withdrawn."""
    parts = urlsplit(url)
    found = _ADDRESS.fullmatch(parts.path)
    hosts = {urlsplit(settings.SITE_URL).netloc, request.get_host()}
    if not found or parts.scheme not in ("http", "https") or parts.netloc not in hosts:
        return None, ""
    edition = public.find(found["public_id"])
    if edition is None:
        return None, ""
    if found["cue_id"]:
        near = public.around(edition, found["cue_id"])
        if near is None:
            return None, ""
        return edition, f"t={timecodes.seconds(near[1].start_ms)},{timecodes.seconds(near[1].end_ms)}"
    asked = parts.fragment or urlencode({"t": parse_qs(parts.query).get("t", [""])[0]}, safe=",:")
    return edition, asked if _FRAGMENT.fullmatch(asked) else ""


def _span(asked: str, edition: PublicEdition) -> tuple[int, int]:
    """Where to begin and where to stop; the whole where nothing sensible is asked for."""
    start, _comma, end = asked.partition(",")
    try:
        span = timecodes.parse(start or "0"), timecodes.parse(end) if end else edition.duration_ms
    except timecodes.NotATime:
        return 0, edition.duration_ms
    return span if span[0] < min(span[1], edition.duration_ms) else (0, edition.duration_ms)


def _said(edition: PublicEdition, start_ms: int, end_ms: int) -> list[PublicSegment]:
    """What is said in a passage, where it may be quoted; of the whole nothing."""
    if (start_ms, end_ms) == (0, edition.duration_ms) or not {"text", "quote"} <= set(edition.uses):
        return []
    return public.between(edition, start_ms, end_ms)


def _at_most(size: int, asked: str) -> int:
    return max(LEAST_WIDTH if size == WIDTH else 120, min(size, int(asked))) if asked.isdecimal() else size


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
