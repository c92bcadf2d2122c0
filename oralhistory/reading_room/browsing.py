"""Ways into the testimonies: the people who tell, places, subjects, collections. Lists, and a page for each entry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from oralhistory.editions import catalog, facts, public
from oralhistory.editions.public import PublicEdition
from oralhistory.editions.shelf import Shelf, Some
from oralhistory.lib.folding import fold
from oralhistory.organizations import public as organizations
from oralhistory.web import chronology, drawing

PER_PAGE = 180
ON_A_PAGE = 20  # testimonies
MOST_BESIDE = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list. `key` stands in its address."""

    key: str
    label: str
    testimonies: int
    country: str = ""
    language: str = ""  # of the label, where it is not the page's
    held: int = 0  # testimonies that were recorded there


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of entry is found on the shelf."""

    name: str
    one: str  # the name of the address of an entry
    facet: str
    entries: Callable[[Shelf], list[Entry]]
    having: Callable[[Shelf, str], Some]
    has_chapters: bool = False


def _named(facet: str) -> Callable[[Shelf], list[Entry]]:
    """Entries whose name is what the editions say; those that differ by accents or case alone are one."""

    def entries(shelf: Shelf) -> list[Entry]:
        return [
            Entry(key, min(names), _having_any(shelf, facet, names).bit_count())
            for key, names in shelf.by_key[facet].items()
        ]

    return entries


def _having_any(shelf: Shelf, facet: str, values: Iterable[str]) -> Some:
    some = 0
    for value in values:
        some |= shelf.having(facet, value)
    return some


def _having_name(facet: str) -> Callable[[Shelf, str], Some]:
    return lambda shelf, key: _having_any(shelf, facet, shelf.by_key[facet].get(key, ()))


def _places(shelf: Shelf) -> list[Entry]:
    spoken = [
        Entry(
            key,
            name,
            shelf.having("place", key).bit_count(),
            country=country,
            held=shelf.held.get(key, 0).bit_count(),
        )
        for key, (name, country) in shelf.place_names.items()
    ]
    return spoken + [
        Entry(key, name, 0, held=shelf.held[key].bit_count()) for key, name in shelf.held_names.items()
    ]


def _subjects(shelf: Shelf) -> list[Entry]:
    language = get_language() or "es"
    found = []
    for key, names in shelf.subject_names.items():
        label = _subject(names, language)
        said_in = next((each for each, name in names.items() if name == label), language)
        shown = "" if names.get(language) == label else said_in
        found.append(Entry(key, label, shelf.having("subject", key).bit_count(), language=shown))
    return found


def _subject(names: dict[str, str], language: str) -> str:
    return drawing.subject_in(names, language) or next(iter(names.values()))


WAYS = {
    way.name: way
    for way in (
        Way("people", "person", "narrator", _named("narrator"), _having_name("narrator")),
        Way(
            "places",
            "place",
            "place",
            _places,
            lambda shelf, key: shelf.having("place", key) | shelf.held.get(key, 0),
            has_chapters=True,
        ),
        Way(
            "subjects",
            "subject",
            "subject",
            _subjects,
            lambda shelf, key: shelf.having("subject", key),
            has_chapters=True,
        ),
        Way("collections", "collection", "collection", _named("collection"), _having_name("collection")),
    )
}


@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    """All of them on one page."""
    shelf = catalog.of_today()
    context = {
        "testimonies": len(shelf.testimonies),
        "organizations": len(catalog.organization_counts(shelf)),
        "counts": {name: len(_from_a_to_z(shelf, name)) for name in WAYS},
        "years": chronology.axis(shelf.years),
    }
    return _fresh(render(request, "reading_room/explore.html", context))


@require_safe
def register(request: HttpRequest, way: str) -> HttpResponse:
    """A list from A to Z, by letter or by a part of the name."""
    entries = _from_a_to_z(catalog.of_today(), way)
    letters = sorted({_letter(each) for each in entries})
    letter, asked = request.GET.get("letter", "")[:1].upper(), request.GET.get("q", "").strip()[:80]
    shown = [
        each
        for each in entries
        if (not letter or _letter(each) == letter) and (not asked or fold(asked) in fold(each.label))
    ]
    context = {
        "way": way,
        "address": f"reading_room:{WAYS[way].one}",
        "letters": letters if len(entries) > PER_PAGE // 4 else [],
        "letter": letter,
        "q": asked,
        "all": len(entries),
        "page": (page := Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))),
        "groups": _by_letter(page.object_list),
    }
    return _fresh(render(request, f"reading_room/{way}.html", context))


def most(shelf: Shelf, way: str, number: int) -> list[tuple[str, Entry]]:
    """The entries with most testimonies, each with the name of its address."""
    entries = [each for each in _from_a_to_z(shelf, way) if each.testimonies]
    entries.sort(key=lambda each: -each.testimonies)
    return [(f"reading_room:{WAYS[way].one}", each) for each in entries[:number]]


def _from_a_to_z(shelf: Shelf, way: str) -> list[Entry]:
    def made() -> list[Entry]:
        return sorted(WAYS[way].entries(shelf), key=lambda each: (facts.key_of(each.label), each.key))

    return shelf.once((way, get_language()), None, made)


def _letter(entry: Entry) -> str:
    first = facts.key_of(entry.label)[0].upper()
    return first if first.isalpha() else "#"


def _by_letter(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = {}
    for each in entries:
        groups.setdefault(_letter(each), []).append(each)
    return list(groups.items())


@require_safe
def one(request: HttpRequest, way: str, slug: str) -> HttpResponse:
    """What editions say of it, testimony by testimony, and what else these speak of."""
    kind, shelf = WAYS[way], catalog.of_today()
    some = kind.having(shelf, slug)
    if not some:
        raise Http404
    entry = next(each for each in _from_a_to_z(shelf, way) if each.key == slug)
    about = shelf.having("place", slug) if way == "places" else some
    found = shelf.among(about) + shelf.among(some & ~about)  # what was only recorded there comes last
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    read = public.in_order if kind.has_chapters else public.listed
    editions = read([each.pk for each in page.object_list])
    years = {year: number for year, having in shelf.years.items() if (number := (having & some).bit_count())}
    context: dict[str, Any] = {
        "way": way,
        "list": reverse(f"reading_room:{way}"),
        "entry": entry,
        "facet": kind.facet,
        "value": min(shelf.by_key[kind.facet][slug]) if kind.facet in shelf.by_key else slug,
        "page": page,
        "testimonies": len(found),
        "duration_ms": sum(each.facts.duration_ms for each in found),
        "groups": [(edition, _chapters(edition, way, slug)) for edition in editions],
        "chart": chronology.chart(years),
        **_beside(shelf, some, way, slug),
    }
    return _fresh(render(request, "reading_room/entry.html", context))


def _chapters(edition: PublicEdition, way: str, key: str) -> list[dict[str, Any]]:
    """Those of an edition that are about it, each until the next one begins."""
    if not WAYS[way].has_chapters:
        return []
    ends = [each["start_ms"] for each in edition.chapters[1:]] + [edition.duration_ms]
    return [
        {**chapter, "end_ms": end}
        for chapter, end in zip(edition.chapters, ends, strict=True)
        if key in _keys(chapter, way)
    ]


def _keys(chapter: dict[str, Any], way: str) -> set[str]:
    if way == "subjects":
        return {facts.key_of_subject(names) for names in chapter.get("subjects", ())}
    return {facts.key_of_place(each["name"], each.get("country", "")) for each in chapter.get("places", ())}


def _beside(shelf: Shelf, some: Some, way: str, slug: str) -> dict[str, Any]:
    """What is spoken of in the same testimonies: organizations, places, subjects. At most five queries."""
    most = catalog.organization_counts(shelf, some)[:MOST_BESIDE]
    records = organizations.by_slug(slug for slug, _number in most)
    language = get_language() or "es"
    places = [each for each in shelf.counts("place", some) if way != "places" or each[0] != slug]
    subjects = [each for each in shelf.counts("subject", some) if way != "subjects" or each[0] != slug]
    return {
        "organizations": [(records[slug], number) for slug, number in most if slug in records],
        "places": [
            Entry(key, *_of_place(shelf, key, number)) for key, number in places[:MOST_BESIDE]
        ],
        "subjects": [
            Entry(key, _subject(shelf.subject_names[key], language), number)
            for key, number in subjects[:MOST_BESIDE]
        ],
    }  # fmt: skip


def _of_place(shelf: Shelf, key: str, number: int) -> tuple[str, int, str]:
    name, country = shelf.place_names[key]
    return name, number, country


def _fresh(response: HttpResponse) -> HttpResponse:
    """A testimony that is withdrawn takes its lines away at the next request."""
    patch_cache_control(response, no_cache=True)
    return response
