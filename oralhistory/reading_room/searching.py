"""Search to the moment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition
from oralhistory.organizations import public as organizations
from oralhistory.search import index
from oralhistory.search.queries import BadQuery

PER_PAGE = 20
LAST_PAGE = 50
FACETS = ("country", "organization", "language", "collection")


@dataclass(frozen=True)
class Answer:
    """The moments of one testimony that answer."""

    edition: PublicEdition
    hits: list[index.Hit]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    chosen = {name: value for name in FACETS if (value := request.GET.get(name, ""))}
    number = _number(request.GET.get("page", "1"))
    context: dict[str, object] = {"q": q, "chosen": chosen, "number": number}
    if q:
        try:
            found = index.search(q, facets=chosen, page=number, per_page=PER_PAGE)
            counts = index.facets(q, facets=chosen) if found.total else index.Facets({})
        except BadQuery as refusal:
            context["refusal"] = str(refusal)
        else:
            facets = _useful(counts)
            slugs = [count.value for name, values in facets if name == "organization" for count in values]
            context |= {
                "found": found,
                "answers": _still_public(found.groups),
                "facets": facets,
                "records": organizations.by_slug([*slugs, chosen.get("organization", "")]),
                "organizations": organizations.named_in(q) if number == 1 else [],
                "next": number + 1 if found.total > number * PER_PAGE and number < LAST_PAGE else None,
            }
    return render(request, "reading_room/search.html", context)


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
    """The facets by which what was found can still be narrowed: some value that not every testimony has."""
    testimonies = sum(count.documents for count in counts.counts.get("collection", []))
    return [
        (name, values[:12])
        for name in FACETS
        if (values := counts.counts.get(name)) and any(count.documents < testimonies for count in values)
    ]


def _number(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and int(text) else 1
