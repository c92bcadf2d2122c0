"""The home page and the plain texts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from oralhistory.editions import catalog, public
from oralhistory.organizations import public as organizations
from oralhistory.reading_room import browsing
from oralhistory.web import chronology
from oralhistory.web.site_texts import reading

# Of the texts of the site, the last part of each one's address.
TEXTS = {
    "about": "about",
    "ethics": "ethics",
    "rights": "rights",
    "privacy": "privacy",
    "terms": "terms",
    "cite": "how-to-cite",
    "accessibility": "accessibility",
}
NEWEST = 4
RECENT = 12  # among which one is chosen whose quotation can be heard
LINES = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    shelf = catalog.of_today()
    leads = organizations.leading_to()
    spoken_of = catalog.organization_counts(shelf, leads=leads)
    most = spoken_of[:LINES]
    recent = public.listed(each.pk for each in shelf.testimonies[:RECENT])
    cards = catalog.cards(shelf, [each.pk for each in recent[:NEWEST]])
    records = organizations.by_slug(
        {slug for slug, _number in most} | {slug for card in cards.values() for slug in card.organizations},
        leads=leads,
    )
    context = {
        "lead": reading.text(reading.LEAD, get_language() or reading.FIRST),
        "featured": public.featured(recent),
        "editions": [(each, cards[each.pk]) for each in recent[:NEWEST]],
        "testimonies": len(shelf.testimonies),
        "organizations": len(spoken_of),
        "records": records,
        "most_spoken_of": [(records[slug], number) for slug, number in most if slug in records],
        "countries": shelf.counts("country")[:LINES],
        "decades": chronology.chart(
            {int(value): number for value, number in shelf.counts("decade")}, step=10
        ),
        "ways": [(way, browsing.most(shelf, way, LINES)) for way in ("places", "subjects", "people", "collections")],
    }  # fmt: skip
    response = render(request, "reading_room/home.html", context)
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
def plain_text(request: HttpRequest, page: str) -> HttpResponse:
    """A text that the archive edits; in Spanish where there is none in the language of the address."""
    context = {
        "text": reading.text(page, get_language() or reading.FIRST),
        "page": page,
        "first": reading.FIRST,
    }
    return render(request, "reading_room/text.html", context)
