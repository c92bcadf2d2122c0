"""The list of testimonies, a testimony, a moment of it."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from oralhistory.editions import catalog, cues, public
from oralhistory.editions.public import PublicEdition, PublicSegment
from oralhistory.interchange import citations, formats, labels, metadata
from oralhistory.interchange.citations import Passage
from oralhistory.lib import timecodes
from oralhistory.organizations import public as organizations
from oralhistory.organizations.public import Record
from oralhistory.reading_room.doors import of_testimony
from oralhistory.web import drawing, facets
from oralhistory.web.facets import Words


@require_safe
def testimonies(request: HttpRequest) -> HttpResponse:
    given = {name: request.GET.get(name, "").replace("\x00", "")[:200] for name in catalog.FACETS}
    chosen = {name: value for name, value in given.items() if value}
    order = request.GET.get("order", "newest")
    shelf = catalog.of_today()
    leads = organizations.leading_to()
    found = catalog.browse(chosen, order=order, here=shelf, leads=leads)
    page = Paginator(found.pks, catalog.PER_PAGE).get_page(request.GET.get("page"))
    cards = catalog.cards(shelf, list(page.object_list))
    records = organizations.by_slug(
        {choice.value for facet in found.facets if facet.name == "organization" for choice in facet.choices}
        | {slug for card in cards.values() for slug in card.organizations}
        | {chosen.get("organization", "")},
        leads=leads,
    )
    words = Words(shelf, records, get_language() or "es")
    editions = public.listed(page.object_list)
    context = {
        "page": page,
        "editions": [(each, cards[each.pk]) for each in editions],
        "facets": facets.in_words(found.facets, words),
        "chosen": [(name, value, words.of(name, value)) for name, value in chosen.items()],
        "order": order if order in catalog.ORDERS else "newest",
        "orders": catalog.ORDERS,
        "records": records,
    }
    response = render(request, "reading_room/testimonies.html", context)
    patch_cache_control(response, no_cache=True)
    return response


@of_testimony()
def one(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    segments = public.segments(edition, with_words=False)
    slugs = {mention.organization for segment in segments for mention in public.mentions_of(segment)}
    records = organizations.by_slug(slugs)
    language = edition.languages[0] if edition.languages else "es"
    blocks = drawing.blocks(
        segments,
        mentions={segment.cue_id: public.mentions_of(segment) for segment in segments},
        chapters=edition.chapters,
        records=records,
        language=language,
    )
    in_others = list(edition.making.get("translations", {})) if segments else []
    beside = request.GET.get("beside", "")
    context = {
        "edition": edition,
        "in_others": in_others,
        "beside": beside if beside in in_others else "",
        "blocks": blocks,
        "subjects": drawing.subjects(blocks, get_language() or language),
        "language": language,
        "sound_is_withheld": public.sound_is_withheld(edition),
        "moments": _first_moments(segments, records),
        "records": list({record.slug: record for record in records.values()}.values()),
        "spoken_of": catalog.spoken_of(),
        "citation": citations.chicago(edition, at=timezone.localdate()),
        "pattern": citations.pattern(edition, at=timezone.localdate()),
        "may_cite": "quote" in edition.uses,
        "downloads": _downloads(edition),
        "head": metadata.of_testimony(
            edition, segments, records.values(), address=f"{settings.SITE_URL}{request.path}"
        ),
    }
    return render(request, "reading_room/testimony.html", context)


def _downloads(edition: PublicEdition) -> list[tuple[str, str]]:
    """(label, address) of every file that the text can be had as."""
    if not {"text", "download"} <= set(edition.uses):
        return []
    return [
        (str(each.label), reverse("reading_room:transcript", args=[edition.public_id, each.code]))
        for each in formats.FORMATS
    ]


def _first_moments(segments: list[PublicSegment], records: dict[str, Record]) -> list[dict[str, object]]:
    """Each organization of a testimony at the moment when it is first spoken of, and how often it is."""
    lines: dict[str, dict[str, object]] = {}
    times: dict[str, int] = {}
    for segment in segments:
        for mention in public.mentions_of(segment):
            if record := records.get(mention.organization):
                times[record.slug] = times.get(record.slug, 0) + 1
                lines.setdefault(
                    record.slug, {"record": record, "start_ms": mention.start_ms, "cue_id": segment.cue_id}
                )
    return [{**line, "times": times[slug]} for slug, line in lines.items()]


@of_testimony("read_pub_text")
def moment(request: HttpRequest, edition: PublicEdition, cue_id: str) -> HttpResponse:
    near = public.around(edition, cue_id)
    if near is None:
        return _elsewhere(request, edition, cue_id)
    before, here, after = near
    mentions = public.mentions_of(here)
    records = organizations.by_slug({mention.organization for mention in mentions})
    context = {
        "edition": edition,
        "before": before if before and not before.withheld else None,
        "here": here,
        "after": after if after and not after.withheld else None,
        "pieces": list(drawing.pieces(here.text, mentions, records)),
        "has_sound": public.has_sound(edition),
        "sound_is_withheld": public.sound_is_withheld(edition),
        "warnings": drawing.warnings_at(edition, here.start_ms),
        "otherwise_in": cues.otherwise_in(edition, here),
        "citation": citations.chicago(
            edition, at=timezone.localdate(), passage=Passage(here.start_ms, here.end_ms, here.cue_id)
        ),
        "asked": f"t={timecodes.seconds(here.start_ms)},{timecodes.seconds(here.end_ms)}&m={here.cue_id}",
        "link": f"{labels.address(edition)}m/{here.cue_id}/",
        "head": metadata.of_moment(edition, here, address=f"{settings.SITE_URL}{request.path}"),
    }
    return render(request, "reading_room/moment.html", context)


def _elsewhere(request: HttpRequest, edition: PublicEdition, cue_id: str) -> HttpResponse:
    """A moment of an earlier edition: its words under another address, or that they changed or were closed."""
    moved = cues.moved(edition, cue_id)
    if moved is None:
        raise Http404
    if moved.same and moved.cue_id != cue_id:
        return redirect("reading_room:moment", edition.public_id, moved.cue_id)
    context = {"edition": edition, "moved": moved}
    return render(request, "reading_room/moment_moved.html", context, status=410 if moved.closed else 200)
