"""The home page and the plain texts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oralhistory.editions import catalog, public
from oralhistory.organizations import public as organizations

NEWEST = 4
LINES = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    found = catalog.browse({})
    facets = {facet.name: facet.choices for facet in found.facets}
    most = facets["organization"][:LINES]
    records = organizations.by_slug(choice.value for choice in most)
    context = {
        "featured": public.featured(),
        "editions": public.in_order(found.pks[:NEWEST]),
        "testimonies": len(found.pks),
        "organizations": len(facets["organization"]),
        "most_spoken_of": [
            (records[choice.value], choice.testimonies) for choice in most if choice.value in records
        ],
        "countries": facets["country"][:LINES],
        "collections": facets["collection"][:LINES],
    }
    return render(request, "reading_room/home.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "reading_room/about.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = [f"{prefix}/{room}/" for room in ("workroom", "narrator", "accounts") for prefix in _prefixes()]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _prefixes() -> list[str]:
    return ["" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _name in settings.LANGUAGES]
