"""The read-only JSON API, and the page that describes it."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from oralhistory.editions import outside, public
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange.api import description, operations, parameters, records
from oralhistory.organizations import entries
from oralhistory.organizations import public as organizations
from oralhistory.reading_room import programs
from oralhistory.search import index
from oralhistory.search.queries import BadQuery, TookTooLong
from oralhistory.web import limits

Asked = dict[str, Any]
Answer = dict[str, Any]
View = Callable[..., HttpResponse]


class _Missing(Exception):
    """Not public, or never there: nobody is told which."""


class _AnotherEdition(Exception):
    """The edition that was asked for is not the present one."""


def _operation(name: str) -> Callable[[Callable[..., Answer]], View]:
    """A view of an operation: what it is asked is read by its description, what it refuses is a problem."""
    operation = operations.BY_NAME[name]

    def decorate(answer: Callable[..., Answer]) -> View:
        @csrf_exempt  # it changes nothing and knows nobody
        @wraps(answer)
        def ask(request: HttpRequest, **path: str) -> HttpResponse:
            if request.method == "OPTIONS":
                return programs.preflight()
            if not limits.programs_may(request):
                return _too_many()
            if request.method not in ("GET", "HEAD"):
                return _read_only()
            try:
                for each in operation.parameters:
                    if each.where == "path" and not re.search(each.schema["pattern"], path[each.name]):
                        raise _Missing
                asked = parameters.read(request.GET, operation.parameters)
                with translation.override("en"):
                    return programs.answer(request, answer(**path, asked=asked))
            except parameters.Refused as refusal:
                return programs.problem(400, errors=refusal.errors)
            except SuspiciousOperation:  # more parameters than Django reads
                return programs.problem(400)
            except _Missing:
                return programs.problem(404)
            except _AnotherEdition:
                return programs.problem(409)
            except public.Withdrawn:
                return programs.problem(410)
            except TookTooLong:
                response = programs.problem(503)
                response.headers["Retry-After"] = "10"
                return response

        return ask

    return decorate


def _too_many() -> HttpResponse:
    response = programs.problem(429, f"At most {settings.PROGRAM_REQUESTS_PER_MINUTE} in a minute.")
    response.headers["Retry-After"] = str(limits.MINUTE)
    return response


def _read_only() -> HttpResponse:
    response = programs.problem(405)
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


def _next(path: str, asked: Asked, **changed: object) -> str:
    given = {name: value for name, value in asked.items() if value is not None} | changed
    return f"{settings.SITE_URL}{description.BASE}{path}?{urlencode(given)}"


def _page(
    rows: list[Any], path: str, asked: Asked, after: Callable[[Any], object]
) -> tuple[list[Any], str | None]:
    """Of one row more than was asked for, those that were, and the address of what follows."""
    shown = rows[: asked["limit"]]
    return shown, _next(path, asked, after=after(shown[-1])) if len(rows) > len(shown) else None


@_operation("testimonies")
def testimonies(*, asked: Asked) -> Answer:
    since = asked["published_since"]
    found = outside.listed(
        after=asked["after"] or "",
        number=asked["limit"] + 1,
        organization=asked["organization"] or "",
        collection=(asked["collection"] or "").replace("\x00", ""),
        language=asked["language"] or "",
        country=asked["country"] or "",
        since=datetime.combine(since, time(), UTC) if since else None,
    )
    shown, following = _page(found, "/testimonies", asked, lambda last: last.public_id)
    return {"items": [records.description(each) for each in shown], "next": following}


@_operation("testimony")
def testimony(*, id: str, asked: Asked) -> Answer:
    return records.testimony(_find(id, "pub_record", outside.DESCRIPTION))


def _find(public_id: str, action: str, uses: Iterable[str]) -> PublicEdition:
    """Raises _Missing, public.Withdrawn."""
    edition = public.find(public_id, action)
    if edition is None or not set(uses) <= set(edition.uses):
        raise _Missing
    return edition


@_operation("segments")
def segments(*, id: str, asked: Asked) -> Answer:
    edition = _find(id, "read_pub_text", outside.TEXT)
    if asked["edition"] not in (None, edition.number):
        raise _AnotherEdition
    first = -1 if asked["after"] is None else asked["after"]
    within = range(first + 1, first + 2 + asked["limit"])
    # Indexes of an edition follow each other, so one more shows whether there are more.
    found = public.segments(edition, with_words=False, within=within)
    asked = {**asked, "edition": edition.number}
    shown, following = _page(found, f"/testimonies/{id}/segments", asked, lambda last: last.index)
    return {
        "testimony": edition.public_id,
        "edition": edition.number,
        "text_status": records.text_status(edition),
        "items": [records.segment(each) for each in shown],
        "next": following,
    }


@_operation("organizations")
def all_organizations(*, asked: Asked) -> Answer:
    listed = organizations.listing(
        q=(asked["q"] or "").replace("\x00", ""), country=asked["country"] or "", kind=asked["kind"] or ""
    )
    behind = sorted(slug for slug in listed.slugs if slug > (asked["after"] or ""))[: asked["limit"] + 1]
    shown, following = _page(behind, "/organizations", asked, lambda last: last)
    found = {each.id: each for each in organizations.descriptions_of(shown)}
    return {
        "items": [records.organization(found[slug]) for slug in shown if slug in found],
        "next": following,
    }


@_operation("organization")
def organization(*, slug: str, asked: Asked) -> Answer:
    found = organizations.descriptions_of([slug])
    if not found:
        raise _Missing
    return records.organization(found[0])


@_operation("moments")
def moments(*, slug: str, asked: Asked) -> Answer:
    entry = entries.find(slug)
    if entry is None:
        raise _Missing
    public_id, _dot, index_text = (asked["after"] or ".0").partition(".")
    found = outside.moments(entry.own_slugs, after=(public_id, int(index_text)), number=asked["limit"] + 1)
    shown, following = _page(
        found, f"/organizations/{slug}/moments", asked, lambda last: f"{last[0].public_id}.{last[1].index}"
    )
    return {
        "organization": slug,
        "items": [records.moment(edition, segment) for edition, segment in shown],
        "next": following,
    }


@_operation("search")
def search(*, asked: Asked) -> Answer:
    """What no search can be made of finds nothing, and says why: a description cannot tell such words from others."""
    facets = {name: asked[name] for name in ("organization", "country", "language") if asked[name]}
    if "organization" in facets:
        facets["organization"] = sorted(organizations.with_merged([facets["organization"]]))
    try:
        found = index.search(asked["q"], facets=facets, page=asked["page"], per_page=asked["limit"])
    except TookTooLong:
        raise
    except BadQuery as refusal:
        return {"q": asked["q"], "not_understood": str(refusal), "items": [], "next": None}
    more = found.total > asked["page"] * asked["limit"] and asked["page"] < operations.MOST_PAGES
    return {
        "q": asked["q"],
        "not_understood": None,
        "items": _hits(found),
        "next": _next("/search/moments", asked, page=asked["page"] + 1) if more else None,
    }


def _hits(found: index.Page) -> list[Answer]:
    """What may be given out of what the index found: the index follows an edition, it does not decide."""
    editions = outside.searchable([group.document_id for group in found.groups])
    cues = public.open_cues((group.document_id, hit.cue_id) for group in found.groups for hit in group.hits)
    return [
        records.hit(editions[group.document_id], hit)
        for group in found.groups
        if group.document_id in editions
        for hit in group.hits
        if (group.document_id, hit.cue_id) in cues
    ]


@csrf_exempt
def openapi(request: HttpRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        return programs.preflight()
    if request.method not in ("GET", "HEAD"):
        return _read_only()
    with translation.override("en"):
        return programs.answer(request, description.openapi())


@csrf_exempt
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address below the API: not found in the API's own words, with no slash put behind it."""
    return programs.preflight() if request.method == "OPTIONS" else programs.problem(404)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "operations": operations.OPERATIONS,
        "problems": [(status, *said) for status, said in description.PROBLEMS.items()],
        "base": f"{settings.SITE_URL}{description.BASE}",
        "at_most": settings.PROGRAM_REQUESTS_PER_MINUTE,
    }
    return render(request, "reading_room/api.html", context)
