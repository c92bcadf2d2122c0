"""A testimony, a moment or a passage of it as others cite and link it: the manuals' styles, data, a picture."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import citations, labels, previews
from oralhistory.interchange.citations import Passage
from oralhistory.lib import timecodes
from oralhistory.reading_room.doors import of_testimony
from oralhistory.reading_room.embedding import snippet

LANGUAGES = ("es", "en")
WRITERS = {
    "bib": (citations.bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (citations.ris, "application/x-research-info-systems; charset=utf-8"),
    "json": (citations.csl_json, "application/vnd.citationstyles.csl+json; charset=utf-8"),
}


def passage_asked_for(request: HttpRequest, edition: PublicEdition) -> Passage | None:
    """`?t=138.2,160`, a media fragment, and `&m=` the segment's name; what makes no sense is the whole."""
    start, _comma, end = request.GET.get("t", "").partition(",")
    try:
        start_ms = timecodes.parse(start)
        end_ms = timecodes.parse(end) if end else None
    except timecodes.NotATime:
        return None
    if start_ms >= edition.duration_ms or (end_ms is not None and end_ms <= start_ms):
        return None
    cue = (edition.public_id, request.GET.get("m", ""))
    known = bool(cue[1]) and "text" in edition.uses and bool(public.open_cues([cue]))
    end_ms = min(end_ms, edition.duration_ms) if end_ms is not None else None
    return Passage(start_ms, end_ms, cue[1] if known else "")


@of_testimony()
def cite(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    """Every way to cite, to link and to show it elsewhere, on one page that works without a script."""
    may_quote, may_embed = "quote" in edition.uses, "embed" in edition.uses
    if not (may_quote or may_embed):
        raise Http404
    passage = passage_asked_for(request, edition)
    here = (get_language() or "es")[:2]
    languages = [here, *(code for code in LANGUAGES if code != here)]
    at = timezone.localdate()
    context = {
        "edition": edition,
        "passage": passage,
        "cited": citations.in_every_style(edition, at=at, passage=passage, languages=languages)
        if may_quote
        else [],
        "languages_cited": languages,
        "styles": citations.STYLES,
        "link": f"{labels.address(edition)}#{passage.fragment}" if passage else labels.address(edition),
        "asked": request.GET.urlencode() if passage else "",
        "snippet": snippet(edition, passage.fragment if passage else "") if may_embed else "",
    }
    return render(request, "reading_room/cite.html", context)


@of_testimony()
def citation(request: HttpRequest, edition: PublicEdition, kind: str) -> HttpResponse:
    if "quote" not in edition.uses:
        raise Http404
    write, media_type = WRITERS[kind]
    content = write(edition, at=timezone.localdate(), passage=passage_asked_for(request, edition))
    response = HttpResponse(content, content_type=media_type)
    name = f"{edition.public_id}-ed{edition.number}.{kind}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@of_testimony()
def preview(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    return _picture(edition, edition.title, edition.pull_quote)


@of_testimony("read_pub_text")
def moment_preview(request: HttpRequest, edition: PublicEdition, cue_id: str) -> HttpResponse:
    near = public.around(edition, cue_id)
    if near is None:
        raise Http404
    here = near[1]
    return _picture(edition, f"{edition.title}, {timecodes.clock(here.start_ms)}", f"«{here.text}»")


def _picture(edition: PublicEdition, title: str, said: str) -> HttpResponse:
    where = ", ".join(part for part in (edition.place, edition.held_on) if part)
    source = " · ".join(part for part in (_("Oral testimony"), where) if part)
    content = previews.png(title, said, source, tuple(edition.peaks))
    response = HttpResponse(content, content_type="image/png")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
