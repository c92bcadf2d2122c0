"""The testimonies published last as a feed: all, of a collection, of an organization, of a country, in a language."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oralhistory.editions import outside
from oralhistory.interchange import feeds, labels
from oralhistory.organizations import public as organizations
from oralhistory.organizations.public import Record
from oralhistory.web import vocabularies

PER_PAGE = 30
FORMS = {"country": re.compile(r"[A-Z]{2,3}"), "language": re.compile(r"[a-z]{2,3}")}


@require_safe
def testimonies(request: HttpRequest) -> HttpResponse:
    """Raises Http404 for what is nobody's code or title, and behind the last page."""
    asked = {name: request.GET.get(name, "") for name in (*FORMS, "collection", "organization")}
    chosen = {name: value for name, value in asked.items() if value}
    if any(not form.fullmatch(chosen[name]) for name, form in FORMS.items() if name in chosen):
        raise Http404
    slug = chosen.get("organization", "")
    record = organizations.find(slug.replace("\x00", "")) if slug else None
    if slug and record is None:
        raise Http404
    if record is not None and record.slug != slug:
        return redirect(_address("reading_room:feed", chosen | {"organization": record.slug}), permanent=True)
    rows = outside.newest(**chosen)
    if "collection" in chosen and ("\x00" in chosen["collection"] or not rows.exists()):
        raise Http404
    page = _page(Paginator(rows, PER_PAGE), request.GET.get("page", "1"))
    feed = _feed(chosen, record, page)
    shown = rows[(page.number - 1) * PER_PAGE : page.number * PER_PAGE]
    response = HttpResponse(
        feeds.atom(feed, outside.announced(shown)), content_type=f"{feeds.MEDIA_TYPE}; charset=utf-8"
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, no_cache=True)
    return response


def _page(pages: "Paginator[Any]", number: str) -> Page[Any]:
    if not (number.isascii() and number.isdigit() and 0 < int(number[:9]) <= pages.num_pages):
        raise Http404
    return pages.page(int(number[:9]))


def _feed(chosen: dict[str, str], record: Record | None, page: Page[Any]) -> feeds.Feed:
    numbers = {"self": page.number, "first": 1, "last": page.paginator.num_pages}
    if page.has_next():
        numbers["next"] = page.next_page_number()
    if page.has_previous():
        numbers["previous"] = page.previous_page_number()
    return feeds.Feed(
        address=_address("reading_room:feed", chosen),
        title=" · ".join(
            [labels.ARCHIVE, _("Newest testimonies"), *_names(chosen), *([record.name] if record else [])]
        ),
        language=get_language() or settings.LANGUAGE_CODE,
        page=_address("reading_room:testimonies", chosen),
        links={relation: _address("reading_room:feed", chosen, at) for relation, at in numbers.items()},
    )


def _address(name: str, chosen: dict[str, str], page: int = 1) -> str:
    query = urlencode(chosen | ({"page": str(page)} if page > 1 else {}), quote_via=quote)
    return f"{settings.SITE_URL}{reverse(name)}{'?' if query else ''}{query}"


def _names(chosen: dict[str, str]) -> list[str]:
    """What a list is narrowed to, in words; an organization is said by its record."""
    words: dict[str, Callable[[str], object]] = {
        "country": vocabularies.country,
        "language": vocabularies.language,
        "collection": str,
    }
    return [str(words[name](value)) for name, value in chosen.items() if name in words]
