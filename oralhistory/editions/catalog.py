"""The list of public testimonies, narrowed by what they are about. Counts say what a choice will show.

Which editions are public is asked at every request; what each is about is read once and kept in memory under the hash
of its facts, so that nothing that changed is taken from there.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from oralhistory.editions import facts
from oralhistory.editions.facts import Facts
from oralhistory.editions.models import Edition, EditionFacts, Standing, Veil
from oralhistory.editions.shelf import FACETS as FACETS
from oralhistory.editions.shelf import ORDERS as ORDERS
from oralhistory.editions.shelf import Shelf, Some, Testimony, in_order_of_number
from oralhistory.lib.questions import Question
from oralhistory.organizations import public as organizations

PER_PAGE = 20
MOST_VALUES = 40  # of one facet that are offered
_AT_ONCE = 2000  # rows of facts that are read with one question


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    testimonies: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Catalog:
    pks: list[int]  # of the editions that answer, in order
    facets: list[Facet]


def browse(
    chosen: Mapping[str, str],
    *,
    order: str = "newest",
    here: Shelf | None = None,
    leads: Mapping[str, str] | None = None,
) -> Catalog:
    """The testimonies that have all the chosen values, one for each facet. Two queries, whatever their number."""
    shelf = here or of_today()
    leads = organizations.leading_to() if leads is None else leads
    answers = {name: shelf.having(name, value) for name, value in chosen.items() if name in FACETS}
    if "organization" in chosen:
        answers["organization"] = _speaking_of(shelf, chosen["organization"], leads)
    facets = []
    for name in FACETS:
        others = shelf.all
        for facet, having in answers.items():
            if facet != name:
                others &= having
        counts = (
            organization_counts(shelf, others, leads=leads)
            if name == "organization"
            else shelf.counts(name, others)
        )
        if name == "decade":
            counts.sort()
        facets.append(Facet(name, _choices(counts, chosen.get(name))))
    shown = shelf.all
    for having in answers.values():
        shown &= having
    return Catalog([each.pk for each in shelf.among(shown, order)], facets)


def _choices(counts: list[tuple[str, int]], picked: str | None) -> list[Choice]:
    offered = [each for at, each in enumerate(counts) if at < MOST_VALUES or each[0] == picked]
    return [Choice(value, number, value == picked) for value, number in offered]


def _speaking_of(shelf: Shelf, slug: str, leads: Mapping[str, str]) -> Some:
    """By its own slug or one that went into it; nobody speaks of a record that is not public."""
    return _led(shelf, leads).get(leads.get(slug, slug), 0)


def _led(shelf: Shelf, leads: Mapping[str, str]) -> dict[str, Some]:
    """By slug of a public organization, the testimonies that speak of it or of one that went into it."""

    def made() -> dict[str, Some]:
        found: dict[str, Some] = {}
        for slug, to in leads.items():
            if having := shelf.having("organization", slug):
                found[to] = found.get(to, 0) | having
        return found

    return shelf.once("led", leads, made)


def organization_counts(
    shelf: Shelf, among: Some | None = None, *, leads: Mapping[str, str] | None = None
) -> list[tuple[str, int]]:
    """Of how many of some testimonies each public organization is spoken of in, the most frequent first.

    Those that went into another count as that. One query, where `leads` (organizations.leading_to) is not given.
    """
    leads = organizations.leading_to() if leads is None else leads
    led = _led(shelf, leads)
    if among is None or among == shelf.all:
        return list(shelf.once("organizations", leads, lambda: in_order_of_number(led, shelf.all)))
    return in_order_of_number(led, among)


def spoken_of(here: Shelf | None = None) -> Mapping[str, tuple[int, int]]:
    """By slug of a public organization, in how many testimonies and how many moments it is spoken of. Three queries."""
    shelf = here or of_today()
    leads = organizations.leading_to()

    def made() -> dict[str, tuple[int, int]]:
        moments: dict[str, int] = {}
        for slug, number in shelf.moments.items():
            if to := leads.get(slug):
                moments[to] = moments.get(to, 0) + number
        return {slug: (number, moments[slug]) for slug, number in organization_counts(shelf, leads=leads)}

    return shelf.once("spoken of", leads, made)


def of_today() -> Shelf:
    """What is public at this moment. One query, another where something is veiled, and those for what has not been read yet."""
    ((number, veils, believed, marks),) = _ASKED.rows()
    public = _public()
    rows = _believed(public, veiled=bool(veils))
    if veils:
        believed, marks = rows.aggregate(all=Count("edition"), marks=Sum("mark")).values()
    marks = int(marks or 0)
    kept = _kept.standing((believed, marks))
    if kept is not None and believed == number:
        return kept
    with (
        _kept.building
    ):  # of the threads that come at once, one gathers and the others find what it has gathered
        kept = _kept.standing((believed, marks))
        return kept if kept is not None and believed == number else _gathered(public, rows)


def _all_of(rows: QuerySet[Any]) -> Subquery:
    return Subquery(
        rows.order_by().annotate(one=Value(1)).values("one").annotate(all=Count("pk")).values("all")
    )


_ASKED = Question(
    # How many editions are public; how many veils there are; how many facts without one, and their marks together.
    lambda: (
        _believed(_public(), veiled=False)
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(
            public=_all_of(_public()),
            veils=_all_of(Veil.objects.all()),
            facts=Count("edition"),
            marks=Sum("mark"),
        )
        .values_list("public", "veils", "facts", "marks")
    )
)


def _public() -> QuerySet[Standing]:
    return Standing.objects.filter(withdrawn_at=None).exclude(current=None).order_by()


def _gathered(public: QuerySet[Standing], rows: QuerySet[EditionFacts]) -> Shelf:
    known = {pk: (sha256, mark) for pk, sha256, mark in rows.values_list("edition_id", "sha256", "mark")}
    missing = set(public.values_list("current", flat=True)) - known.keys()
    return _kept.shelf(known, facts.gather(missing) if missing else {})


def _believed(public: QuerySet[Standing], *, veiled: bool) -> QuerySet[EditionFacts]:
    """The facts of public editions, without those that a veil has come over since."""
    rows = EditionFacts.objects.filter(edition__in=public.values("current"))
    if not veiled:
        return rows.filter(veils=0)
    counted = Veil.objects.filter(edition=OuterRef("edition")).order_by().values("edition")
    since = rows.annotate(laid=Coalesce(Subquery(counted.annotate(all=Count("pk")).values("all")), 0))
    return since.filter(veils=F("laid"))


Stamp = tuple[int, int]  # how many facts, and what their marks add up to


class _Kept:
    """The shelf that was built last, for as long as the same editions stand in it with the same facts."""

    def __init__(self) -> None:
        self._last: tuple[Stamp, Shelf] = ((0, 0), Shelf([]))  # one name, so that threads agree
        self._read: dict[str, Facts] = {}  # by hash
        self.building = threading.Lock()

    def standing(self, stamp: Stamp) -> Shelf | None:
        last, shelf = self._last
        return shelf if stamp == last else None

    def shelf(self, known: dict[int, tuple[str, int]], others: dict[int, Facts]) -> Shelf:
        read = self._read
        read = read | self._new([pk for pk, (sha256, _mark) in known.items() if sha256 not in read])
        testimonies = [Testimony(pk, read[sha256]) for pk, (sha256, _) in known.items() if sha256 in read]
        shelf = Shelf([*testimonies, *(Testimony(pk, each) for pk, each in others.items())])
        if not others and len(testimonies) == len(known):
            self._last = ((len(known), sum(mark for _, mark in known.values())), shelf)
        # Of what is public no more nothing stays in memory either.
        self._read = {sha256: read[sha256] for sha256, _ in known.values() if sha256 in read}
        return shelf

    def _new(self, new: list[int]) -> dict[str, Facts]:
        found = {}
        for start in range(0, len(new), _AT_ONCE):
            rows = EditionFacts.objects.filter(edition__in=new[start : start + _AT_ONCE])
            for sha256, content in rows.values_list("sha256", "content"):
                found[sha256] = Facts(**content)
        return found


_kept = _Kept()


@dataclass(frozen=True, slots=True)
class Card:
    """What a list says of a testimony beside its own text."""

    organizations: list[str]  # slugs as its edition has them, those that it names most first
    places: list[tuple[str, str]]  # (key, name)
    years: tuple[int, int] | None  # the first and the last that it speaks of


def cards(shelf: Shelf, pks: Collection[int], *, at_most: int = 5) -> dict[int, Card]:
    """By the key of the edition."""
    return {pk: _card(shelf.by_pk[pk].facts, at_most) for pk in pks if pk in shelf.by_pk}


def _card(found: Facts, at_most: int) -> Card:
    named = sorted(found.organizations.items(), key=lambda each: (-sum(each[1].values()), each[0]))
    years = sorted(map(int, found.years))
    return Card(
        organizations=[slug for slug, _segments in named[: 2 * at_most]],
        places=[(facts.key_of_place(name, country), name) for name, country in found.places[:at_most]],
        years=(years[0], years[-1]) if years else None,
    )


def public_editions(*, without_facts: bool = False) -> list[int]:
    """Their keys: all, or those that nothing has been gathered of. One query."""
    found = Edition.objects.public()
    return list((found.filter(facts=None) if without_facts else found).values_list("pk", flat=True))
