"""The time line and the map: what testimonies speak of, against the years and on the ground. Each is a table, too."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from oralhistory.editions import catalog, public
from oralhistory.editions.shelf import Shelf, Testimony
from oralhistory.organizations import public as organizations
from oralhistory.organizations.public import Years
from oralhistory.reading_room.browsing import WAYS
from oralhistory.web import cartography, chronology
from oralhistory.web.cartography import Spot

LINES = 60


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """Organizations by when they were there, or testimonies by the years that they speak of."""
    shelf = catalog.of_today()
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:20] for name in ("country", "kind")}
    of_testimonies = request.GET.get("show") == "testimonies"
    everything = request.GET.get("all") == "1"
    some = shelf.having("country", asked["country"]) if asked["country"] else shelf.all
    spoken = {year: number for year, having in shelf.years.items() if (number := (having & some).bit_count())}
    countries, kinds = organizations.choices()
    context: dict[str, Any] = {
        "asked": asked,
        "of_testimonies": of_testimonies,
        "everything": everything,
        "countries": sorted(set(countries) | set(shelf.values("country"))),
        "kinds": kinds,
        **(_testimonies if of_testimonies else _organizations)(request, shelf, some, asked, spoken),
    }
    response = render(request, "reading_room/timeline.html", context)
    patch_cache_control(response, no_cache=True)
    return response


def _organizations(
    request: HttpRequest, shelf: Shelf, some: int, asked: dict[str, str], spoken: dict[int, int]
) -> dict[str, Any]:
    testimonies = dict(catalog.organization_counts(shelf))
    lives = organizations.years_of_all(country=asked["country"], kind=asked["kind"])
    if request.GET.get("all") != "1":
        lives = [each for each in lives if each.slug in testimonies]
    axis = chronology.axis([*spoken, *(year for each in lives for year in _ends(each))])
    page = Paginator(lives, LINES).get_page(request.GET.get("page"))
    records = organizations.by_slug(each.slug for each in page.object_list)
    lines = [
        (records[each.slug], testimonies.get(each.slug, 0), axis.bar(each.founded, each.dissolved))
        for each in page.object_list
        if axis and each.slug in records
    ]
    return {"page": page, "lines": lines, "axis": axis, "chart": chronology.chart(spoken, axis)}


def _ends(each: Years) -> list[int]:
    return [year for year in (each.founded, each.dissolved) if year]


def _testimonies(
    request: HttpRequest, shelf: Shelf, some: int, asked: dict[str, str], spoken: dict[int, int]
) -> dict[str, Any]:
    axis = chronology.axis(spoken)
    dated = [each for each in shelf.among(some) if each.facts.years]
    dated.sort(key=lambda each: min(each.facts.years))
    page = Paginator(dated, LINES).get_page(request.GET.get("page"))
    editions = {each.pk: each for each in public.listed(each.pk for each in page.object_list)}
    lines = [
        (editions[each.pk], _years(each), [axis.bar(int(year), int(year)) for year in sorted(each.facts.years)])
        for each in page.object_list
        if axis and each.pk in editions
    ]  # fmt: skip
    return {"page": page, "lines": lines, "axis": axis, "chart": chronology.chart(spoken, axis)}


def _years(testimony: Testimony) -> list[int]:
    return sorted(map(int, testimony.facts.years))


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Places as circles by the number of testimonies; those that cannot be drawn are in the table alone."""
    entries = sorted(
        WAYS["places"].entries(catalog.of_today()),
        key=lambda each: (-(each.testimonies or each.held), each.label),
    )
    countries = sorted({each.country for each in entries if each.country})
    country = request.GET.get("country", "")
    entries = [each for each in entries if country in ("", each.country)]
    spots = [
        Spot(each.key, each.label, each.country, each.testimonies or each.held, *found)
        for each in entries
        if (found := cartography.located(each.label, each.country))
    ]
    drawn = {each.key for each in spots}
    page = Paginator(entries, LINES).get_page(request.GET.get("page"))
    context = {
        "maps": cartography.draw(spots[:MOST_SPOTS]),
        "page": page,
        "drawn": drawn,
        "undrawn": len(entries) - len(drawn),
        "country": country,
        "countries": countries,
    }
    response = render(request, "reading_room/map.html", context)
    patch_cache_control(response, no_cache=True)
    return response


MOST_SPOTS = 400  # circles: the largest
