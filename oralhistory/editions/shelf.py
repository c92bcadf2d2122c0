"""All public testimonies by what they are about, in memory: which have a value, and how many have each.

A set of testimonies is one integer with a bit for each, so that thousands of values are counted in milliseconds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import TypeAlias, TypeVar

from oralhistory.editions import facts
from oralhistory.editions.facts import Facts

Some: TypeAlias = int  # testimonies: bit i is the one at i
Made = TypeVar("Made")
_BITS = bytes.maketrans(b"01", b"\x00\x01")


@dataclass(frozen=True, slots=True)
class Testimony:
    pk: int  # of its edition
    facts: Facts


# Facet → the values that a testimony has of it, as they stand in an address.
VALUES: dict[str, Callable[[Facts], Iterable[str]]] = {
    "organization": lambda each: each.organizations,
    "decade": lambda each: {decade(year) for year in each.years},
    "country": lambda each: each.countries,
    "place": lambda each: [facts.key_of_place(name, country) for name, country in each.places],
    "subject": lambda each: [facts.key_of_subject(names) for names in each.subjects],
    "language": lambda each: each.languages,
    "narrator": lambda each: each.narrators,
    "collection": lambda each: [each.collection],
    "sound": lambda each: ["audio" if each.heard else "text"],
}
FACETS = tuple(VALUES)
ORDERS = ("newest", "oldest", "title", "longest")


def decade(year: str) -> str:
    return f"{year[:-1]}0"


class Shelf:
    """Testimonies, the newest first."""

    def __init__(self, testimonies: Iterable[Testimony]) -> None:
        self.testimonies = sorted(
            testimonies, key=lambda each: (each.facts.published_at, each.pk), reverse=True
        )
        self.all: Some = (1 << len(self.testimonies)) - 1
        self._having = {facet: self._sets(values) for facet, values in VALUES.items()}
        self._counts: dict[str, list[tuple[str, int]]] = {}
        self._made: dict[object, tuple[object, object]] = {}

    def _sets(self, values: Callable[[Facts], Iterable[str]]) -> dict[str, Some]:
        bits: dict[str, bytearray] = {}
        size = len(self.testimonies) // 8 + 1
        for at, testimony in enumerate(self.testimonies):
            for value in values(testimony.facts):
                if value:
                    if value not in bits:
                        bits[value] = bytearray(size)
                    bits[value][at >> 3] |= 1 << (at & 7)
        return {value: int.from_bytes(some, "little") for value, some in bits.items()}

    def once(self, name: object, given: object, make: Callable[[], Made]) -> Made:
        """What is made of these testimonies and something else, kept for as long as that is the same."""
        last = self._made.get(name)
        if last is None or last[0] != given:
            last = self._made[name] = (given, make())
        return last[1]  # type: ignore[return-value]  # a name always has the same maker

    def having(self, facet: str, value: str) -> Some:
        return self._having[facet].get(value, 0)

    def values(self, facet: str) -> Mapping[str, Some]:
        return self._having[facet]

    def counts(self, facet: str, among: Some | None = None) -> list[tuple[str, int]]:
        """How many of some testimonies have each value, the most frequent first."""
        if among is None or among == self.all:  # what home and every list without a choice asks
            if facet not in self._counts:
                self._counts[facet] = in_order_of_number(self._having[facet], self.all)
            return list(self._counts[facet])
        return in_order_of_number(self._having[facet], among)

    def among(self, some: Some, order: str = "newest") -> list[Testimony]:
        bits = _bits(some, len(self.testimonies))
        if order not in ORDERS[1:]:
            return list(compress(self.testimonies, bits))
        return [self.testimonies[at] for at in self._orders[order] if bits[at]]

    @cached_property
    def _orders(self) -> dict[str, list[int]]:
        """Where each testimony stands among the newest first, in other orders."""
        every = range(len(self.testimonies))
        return {
            "oldest": list(reversed(every)),
            "title": sorted(every, key=lambda at: facts.key_of(self.testimonies[at].facts.title)),
            "longest": sorted(every, key=lambda at: -self.testimonies[at].facts.duration_ms),
        }

    @cached_property
    def by_pk(self) -> dict[int, Testimony]:
        return {each.pk: each for each in self.testimonies}

    @cached_property
    def place_names(self) -> dict[str, tuple[str, str]]:
        """Key → (name, country), as the newest edition has it."""
        return {
            facts.key_of_place(name, country): (name, country)
            for each in reversed(self.testimonies)
            for name, country in each.facts.places
        }

    @cached_property
    def subject_names(self) -> dict[str, dict[str, str]]:
        return {
            facts.key_of_subject(names): names
            for each in reversed(self.testimonies)
            for names in each.facts.subjects
        }

    @cached_property
    def held(self) -> dict[str, Some]:
        """Key of a place → the testimonies that were held there. Of where that is only the name is published."""
        by_name: dict[str, set[str]] = {}
        for key, (name, _country) in self.place_names.items():
            by_name.setdefault(facts.key_of(name), set()).add(key)
        found: dict[str, Some] = {}
        for at, each in enumerate(self.testimonies):
            if not each.facts.held_at:
                continue
            name = facts.key_of(each.facts.held_at)
            spoken_of = by_name.get(name, set())
            # Of two places of one name nobody knows which it was.
            key = next(iter(spoken_of)) if len(spoken_of) == 1 else name
            found[key] = found.get(key, 0) | 1 << at
        return found

    @cached_property
    def held_names(self) -> dict[str, str]:
        """Key → name, of places that are known only because something was held there."""
        names = {facts.key_of(each.facts.held_at): each.facts.held_at for each in self.testimonies}
        return {key: names[key] for key in self.held if key in names and key not in self.place_names}

    @cached_property
    def years(self) -> dict[int, Some]:
        """Year that is spoken of → testimonies."""
        found: dict[int, Some] = {}
        for at, each in enumerate(self.testimonies):
            for year in each.facts.years:
                found[int(year)] = found.get(int(year), 0) | 1 << at
        return found

    @cached_property
    def moments(self) -> dict[str, int]:
        """Slug of an organization → segments of all testimonies that name it."""
        found: dict[str, int] = {}
        for each in self.testimonies:
            for slug, by_year in each.facts.organizations.items():
                found[slug] = found.get(slug, 0) + sum(by_year.values())
        return found

    @cached_property
    def by_key(self) -> dict[str, dict[str, list[str]]]:
        """For facets whose values are names as they are written: key in an address → those names."""
        found: dict[str, dict[str, list[str]]] = {}
        for facet in ("narrator", "collection"):
            keys: dict[str, list[str]] = found.setdefault(facet, {})
            for value in self._having[facet]:
                keys.setdefault(facts.key_of(value), []).append(value)
        return found


def in_order_of_number(having: Mapping[str, Some], some: Some) -> list[tuple[str, int]]:
    """How many of some testimonies have each value, the most frequent first."""
    counted = sorted([(-(one & some).bit_count(), value) for value, one in having.items()])
    return [(value, -number) for number, value in counted if number]


def _bits(some: Some, length: int) -> bytes:
    """A byte for each testimony: 1 where it is one of them."""
    return f"{some:0{length}b}"[::-1].encode().translate(_BITS)
