"""The register of organizations, and an organization with every moment that speaks of it."""

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from oralhistory.editions import catalog, speaking
from oralhistory.organizations import entries
from oralhistory.organizations import public as organizations
from oralhistory.organizations.entries import Surroundings
from oralhistory.reading_room import exports
from oralhistory.web import lives

PER_PAGE = 120
MOMENTS = 40
BESIDE = 12


@require_safe
@cache_control(no_cache=True)
def register(request: HttpRequest) -> HttpResponse:
    asked = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:80] for name in ("q", "country", "kind")
    }
    years = {name: _year(request.GET.get(name, "")) for name in ("from", "to")}
    records = organizations.listing(**asked, years=(years["from"], years["to"]))
    spoken_of = catalog.spoken_of()
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
    shelf = catalog.of_today()
    tally = speaking.tally(shelf, entry.own_slugs)
    year = _year(request.GET.get("year", "")) if by_year else None
    # Those of a year follow those of the years before it.
    before = sum(number for each, number in tally.by_year.items() if year and each and each < year)
    number = tally.moments if year is None else tally.by_year.get(year, 0)
    page = Paginator(range(number), MOMENTS).get_page(request.GET.get("page"))
    moments = speaking.moments(
        shelf,
        entry.own_slugs,
        start=before + max(0, page.start_index() - 1),
        number=len(page.object_list),
        by_year=by_year,
    )
    spoken_of = speaking.beside(shelf, entry.own_slugs)
    around = entries.around(entry, (slug for slug, _testimonies in spoken_of))
    beside = _once(around, spoken_of)
    context: dict[str, Any] = {
        "entry": entry,
        "record": entry.description,
        "around": around,
        "tally": tally,
        "page": page,
        "by_year": by_year,
        "year": year,
        "years": sorted((each, number) for each, number in tally.by_year.items() if each),
        "groups": [
            (key, list(group))
            for key, group in groupby(moments, key=lambda each: each.year if by_year else each.edition)
        ],
        "beside": [(around.by_slug[slug], number) for slug, number in beside],
        "network": lives.network(entry, around, beside),
        "life": lives.life(entry, around, tally.by_year),
        "formats": exports.offered(),
    }
    return render(request, "reading_room/organization.html", context)


def _once(around: Surroundings, spoken_of: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Of those that lead somewhere the first, each record once: two slugs may have become one."""
    found: dict[str, tuple[str, int]] = {}
    for slug, testimonies in spoken_of:
        if record := around.by_slug.get(slug):
            found.setdefault(record.slug, (slug, testimonies))
    return list(found.values())[:BESIDE]


def _elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """A record that was merged leads to the one it went into; one that was public says why it is gone."""
    record = organizations.find(slug)
    if record is not None and record.slug != slug:
        return redirect("reading_room:organization", record.slug, permanent=True)
    gone = organizations.out_of_use(slug)
    if gone is None:
        raise Http404
    return render(request, "reading_room/organization_gone.html", {"gone": gone}, status=410)
