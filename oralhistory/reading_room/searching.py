"""Search to the moment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange.reconciliation import matching
from oralhistory.organizations import public as organizations
from oralhistory.search import analysis, index
from oralhistory.search.queries import BadQuery, Order, Query, parse

PER_PAGE = 20
FACETS = ("country", "organization", "decade", "language", "collection", "speaker")
ORDERS = (Order.RELEVANCE, Order.DATE, Order.NEWEST)
VALUES = 12  # of one facet that are offered
WORDS, ORGANIZATIONS = 6, 3  # that are suggested while somebody types
LONGEST_TYPED = 200


@dataclass(frozen=True)
class Asked:
    """What the address says, each part in its limits."""

    q: str
    chosen: dict[str, str]  # by facet, one value
    first: str  # the years that are spoken of, or nothing
    last: str
    order: Order
    page: str

    @property
    def years(self) -> str:
        return f"{self.first}-{self.last}" if self.first or self.last else ""

    @property
    def facets(self) -> dict[str, str]:
        return {**self.chosen, **({"year": self.years} if self.years else {})}


@dataclass(frozen=True)
class Answer:
    """The moments of one testimony that answer."""

    edition: PublicEdition
    hits: list[index.Hit]


@require_safe
@cache_control(no_cache=True)  # a testimony that is withdrawn takes its moments away at the next request
def search(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    context: dict[str, object] = {"asked": asked, "orders": ORDERS}
    if asked.q:
        try:
            context |= _answered(asked)
        except BadQuery as refusal:
            context["refusal"] = str(refusal)
    return render(request, "reading_room/search.html", context)


@require_safe
@cache_control(no_cache=True)
def suggest(request: HttpRequest) -> JsonResponse:
    """What may be meant by what was typed until now: words of the testimonies, and organizations with their pages."""
    typed = request.GET.get("q", "").replace("\0", "")[:LONGEST_TYPED]
    records = (
        matching.beginning(typed, at_most=ORGANIZATIONS, or_nearest=False) if len(typed.strip()) > 1 else []
    )
    return JsonResponse(
        {
            "words": [_completed(typed, word) for word in index.suggest(typed)[:WORDS]],
            "organizations": [
                {
                    "name": record.name,
                    "acronyms": record.acronyms[:2],
                    "page": reverse("reading_room:organization", args=[record.slug]),
                }
                for record in records
            ],
        }
    )


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    order = given.get("order", "")
    return Asked(
        q=given.get("q", "").strip(),
        chosen={name: value for name in FACETS if (value := given.get(name, ""))},
        first=_year(given.get("from", "")),
        last=_year(given.get("to", "")),
        order=Order(order) if order in [each.value for each in ORDERS] else Order.RELEVANCE,
        page=given.get("page", "1"),
    )


def _year(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) == 4 else ""


def _answered(asked: Asked) -> dict[str, object]:
    query = parse(asked.q, order=asked.order).within(asked.facets)
    found, counts = index.answer(query, page=_number(asked.page), per_page=PER_PAGE)
    page = Paginator(range(found.total), PER_PAGE).get_page(_number(asked.page))
    if found.total and not found.groups:  # beyond the last page
        found = index.search(query, page=page.number, per_page=PER_PAGE)
    facets = _useful(counts)
    slugs = [count.value for name, values in facets if name == "organization" for count in values]
    return {
        "found": found,
        "counts": counts,
        "answers": _still_public(found.groups),
        "facets": facets,
        "with_decades": any(name == "decade" for name, _values in facets),
        "records": organizations.by_slug([*slugs, asked.chosen.get("organization", "")]),
        "organizations": organizations.named_in(asked.q) if page.number == 1 else [],
        "page": page,
        "instead": None if found.total else _instead(query),
    }


def _number(text: str) -> int:
    return min(int(text), index.COUNTED) if text.isascii() and text.isdigit() and len(text) < 10 else 1


@dataclass(frozen=True)
class Instead:
    """What to ask where nothing was found."""

    unquoted: str
    single: list[str]
    beginning: list[str]


def _instead(query: Query) -> Instead:
    wanted = [term for term in query.terms if not term.negated]
    words = list(dict.fromkeys(word for term in wanted for word in term.words))
    beginning = index.suggest(words[-1][: max(3, len(words[-1]) - 3)]) if words else []
    return Instead(
        unquoted=" ".join(words) if '"' in query.text else "",
        single=words if 1 < len(words) <= 8 else [],
        beginning=[word for word in beginning if word not in words],
    )


def _completed(typed: str, word: str) -> str:
    """The text with its last word replaced by the one that it begins."""
    return typed[: analysis.tokens(typed)[-1].start] + word


def _still_public(groups: Iterable[index.Group]) -> list[Answer]:
    """What the index found and can be read now: the index follows an edition, it does not decide."""
    groups = list(groups)
    editions = public.by_id({group.document_id for group in groups})
    open_cues = public.open_cues((group.document_id, hit.cue_id) for group in groups for hit in group.hits)
    answers = []
    for group in groups:
        edition = editions.get(group.document_id)
        if edition is None or not {"text", "search_in_text"} <= set(edition.uses):
            continue
        hits = [
            _as_granted(hit, edition) for hit in group.hits if (group.document_id, hit.cue_id) in open_cues
        ]
        if hits:
            answers.append(Answer(edition, hits))
    return answers


def _as_granted(hit: index.Hit, edition: PublicEdition) -> index.Hit:
    """Where quoting is not granted, the moment without its words: they are read where they stand."""
    return hit if "quote" in edition.uses else replace(hit, quotation=[])


def _useful(counts: index.Facets) -> list[tuple[str, list[index.FacetCount]]]:
    """The facets by which what was found can still be narrowed: some value that not every testimony has.

    Whose words they are says nothing of testimonies, in which both speak: it narrows all the same.
    """
    useful = []
    for name in FACETS:
        values = counts.counts.get(name, [])
        if name == "speaker" and len(values) > 1:
            useful.append((name, [replace(value, documents=0) for value in values]))
        elif name != "speaker" and any(count.documents < counts.documents for count in values):
            useful.append((name, values[:VALUES]))
    return [(name, sorted(ones, key=_by_value) if name == "decade" else ones) for name, ones in useful]


def _by_value(count: index.FacetCount) -> str:
    return count.value
