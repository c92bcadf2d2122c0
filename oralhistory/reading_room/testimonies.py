"""The list of testimonies, a testimony, a moment of it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from oralhistory.editions import catalog, public
from oralhistory.editions.public import PublicEdition, PublicSegment
from oralhistory.interchange import citations
from oralhistory.organizations import public as organizations
from oralhistory.organizations.public import Record
from oralhistory.reading_room.doors import of_testimony
from oralhistory.web import drawing


@require_safe
def testimonies(request: HttpRequest) -> HttpResponse:
    chosen = {name: value for name in catalog.FACETS if (value := request.GET.get(name, ""))}
    order = request.GET.get("order", "newest")
    found = catalog.browse(chosen, order=order)
    page = Paginator(found.pks, catalog.PER_PAGE).get_page(request.GET.get("page"))
    slugs = {
        choice.value for facet in found.facets if facet.name == "organization" for choice in facet.choices
    }
    context = {
        "page": page,
        "editions": public.in_order(page.object_list),
        "facets": found.facets,
        "chosen": chosen,
        "order": order if order in catalog.ORDERS else "newest",
        "orders": catalog.ORDERS,
        "records": organizations.by_slug(slugs),
    }
    return render(request, "reading_room/testimonies.html", context)


@of_testimony()
def one(request: HttpRequest, edition: PublicEdition) -> HttpResponse:
    segments = public.segments(edition, with_words=False)
    slugs = {mention.organization for segment in segments for mention in public.mentions_of(segment)}
    records = organizations.by_slug(slugs)
    language = edition.languages[0] if edition.languages else "es"
    context = {
        "edition": edition,
        "blocks": drawing.blocks(
            segments,
            mentions={segment.cue_id: public.mentions_of(segment) for segment in segments},
            chapters=edition.chapters,
            records=records,
            language=language,
        ),
        "language": language,
        "sound_is_withheld": public.sound_is_withheld(edition),
        "moments": _first_moments(segments, records),
        "records": list({record.slug: record for record in records.values()}.values()),
        "spoken_of": public.spoken_of(slugs),
        "citation": citations.chicago(edition, at=timezone.localdate()),
        "may_cite": "quote" in edition.uses,
        "may_download": {"text", "download"} <= set(edition.uses),
    }
    return render(request, "reading_room/testimony.html", context)


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
        raise Http404
    before, here, after = near
    mentions = public.mentions_of(here)
    records = organizations.by_slug({mention.organization for mention in mentions})
    context = {
        "edition": edition,
        "before": before,
        "here": here,
        "after": after,
        "pieces": list(drawing.pieces(here.text, mentions, records)),
        "has_sound": public.has_sound(edition),
        "sound_is_withheld": public.sound_is_withheld(edition),
        "citation": citations.chicago(
            edition, at=timezone.localdate(), start_ms=here.start_ms, cue_id=here.cue_id
        ),
    }
    return render(request, "reading_room/moment.html", context)
