"""The register of organizations, and an organization with every moment that speaks of it."""

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from oralhistory.editions import public
from oralhistory.organizations import entries
from oralhistory.organizations import public as organizations
from oralhistory.reading_room import exports
from oralhistory.web import lives

PER_PAGE = 120
MOMENTS = 40


@require_safe
@cache_control(no_cache=True)
def register(request: HttpRequest) -> HttpResponse:
    asked = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:80] for name in ("q", "country", "kind")
    }
    years = {name: _year(request.GET.get(name, "")) for name in ("from", "to")}
    records = organizations.listing(**asked, years=(years["from"], years["to"]))
    spoken_of = public.spoken_of()
    heard = request.GET.get("heard") == "1"
    if heard:
        records = records.among(spoken_of)
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    countries, kinds = organizations.choices()
    context = {
        "page": page,
        "asked": asked | years,
        "heard": heard,
        "countries": countries,
        "kinds": kinds,
        "spoken_of": spoken_of,
        "shared": organizations.shared_acronyms(page.object_list),
        "formats": exports.offered(),
    }
    return render(request, "reading_room/organizations.html", context)


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


@require_safe
@cache_control(no_cache=True)  # a testimony that is withdrawn takes its moments away at the next request
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    entry = entries.find(slug)
    if entry is None:
        return _elsewhere(request, slug)
    by_year = request.GET.get("by") == "year"
    tally = public.tally(entry.own_slugs)
    page = Paginator(range(tally.moments), MOMENTS).get_page(request.GET.get("page"))
    moments = public.moments(
        entry.own_slugs, start=max(0, page.start_index() - 1), number=MOMENTS, by_year=by_year
    )
    beside = public.spoken_of_beside(entry.own_slugs, editions=tally.editions)
    around = entries.around(entry, (slug for slug, _testimonies in beside))
    context: dict[str, Any] = {
        "entry": entry,
        "record": entry.description,
        "around": around,
        "tally": tally,
        "page": page,
        "by_year": by_year,
        "groups": [
            (key, list(group))
            for key, group in groupby(moments, key=lambda each: each.year if by_year else each.edition)
        ],
        "beside": [(around.by_slug[slug], number) for slug, number in beside if slug in around.by_slug],
        "network": lives.network(entry, around, beside),
        "life": lives.life(entry, around, tally.by_year),
        "formats": exports.offered(),
    }
    return render(request, "reading_room/organization.html", context)


def _elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """A record that was merged leads to the one it went into; one that was public says why it is gone."""
    record = organizations.find(slug)
    if record is not None and record.slug != slug:
        return redirect("reading_room:organization", record.slug, permanent=True)
    gone = organizations.out_of_use(slug)
    if gone is None:
        raise Http404
    return render(request, "reading_room/organization_gone.html", {"gone": gone}, status=410)
