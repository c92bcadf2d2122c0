"""Where in the world a name may be: countries, divisions, cities and what they were called before.

From open data, compiled once (data/PROVENANCE.md). Pure: no database. Read when it is first asked, and kept as the bytes
of the file with where its lines begin, since as objects it would take ten times the memory.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oralhistory.lib.folding import tokens

TABLE = Path(__file__).parent / "data" / "gazetteer.tsv"

# What is told first of several that are called so; of one kind the one where more people live.
KINDS = ("country", "former", "division", "city", "place")


@dataclass(frozen=True, slots=True)
class Known:
    """A place that a name may mean. Coordinates are degrees, of a country those of its capital; None: not measured."""

    name: str  # as it is shown, in Spanish where it has a Spanish name
    country: str  # ISO 3166-1 alpha-2, as the world is today: of the Soviet Union that of Russia
    kind: str
    division: str  # the first-level division it is in, where known
    latitude: float | None
    longitude: float | None
    population: int  # of a former country that of today's; 0: not known


def key_of(name: str) -> str:
    """A name as it is looked up: folded words joined by single spaces."""
    return " ".join(token.text for token in tokens(name))


def candidates(name: str, *, country: str = "") -> list[Known]:
    """Every place of exactly that name, the likeliest first: countries, then where more people live.

    Case, accents and punctuation don't count. `country` keeps those of one country.
    """
    table, key = _table(), key_of(name).encode()
    found = []
    for number in range(table.first(key), len(table)):
        if table.key(number) != key:
            break
        found.append(table.known(number))
    return _ranked([each for each in found if country in ("", each.country)])


def beginning_with(text: str, *, country: str = "", limit: int = 8) -> list[Known]:
    """Places to suggest while a name is being typed: those that are called so already, then the largest; each once."""
    table, key = _table(), key_of(text).encode()
    if len(key) < 2:
        return []
    called: list[Known] = []
    begun: list[Known] = []
    for number in range(table.first(key), len(table)):
        found = table.key(number)
        if not found.startswith(key):
            break
        (called if found == key else begun).append(table.known(number))
    begun.sort(key=lambda each: -each.population)
    kept = [each for each in [*_ranked(called), *begun] if country in ("", each.country)]
    return list(dict.fromkeys(kept))[:limit]


def everything() -> Iterator[tuple[str, Known]]:
    """Each name as it is looked up, with each place that it may mean; in the order of the names."""
    table = _table()
    for number in range(len(table)):
        yield table.key(number).decode(), table.known(number)


def _ranked(found: list[Known]) -> list[Known]:
    def likely(each: Known) -> tuple[bool, int, int]:
        return each.kind not in ("country", "former"), -each.population, KINDS.index(each.kind)

    return sorted(found, key=likely)


class _Table:
    def __init__(self, text: bytes) -> None:
        self._text = text
        self._begins = array("L", [0])
        at = text.find(b"\n")
        while at >= 0:
            self._begins.append(at + 1)
            at = text.find(b"\n", at + 1)

    def __len__(self) -> int:
        return len(self._begins) - 1

    def key(self, number: int) -> bytes:
        begin = self._begins[number]
        return self._text[begin : self._text.index(b"\t", begin)]

    def first(self, key: bytes) -> int:
        """The first line whose key is not before this one."""
        return bisect_left(range(len(self)), key, key=self.key)

    def known(self, number: int) -> Known:
        line = self._text[self._begins[number] : self._begins[number + 1] - 1].decode()
        _, kind, country, name, division, latitude, longitude, population = line.split("\t")
        return Known(
            name,
            country,
            kind,
            division,
            float(latitude) if latitude else None,
            float(longitude) if longitude else None,
            int(population),
        )


@cache
def _table() -> _Table:
    return _Table(TABLE.read_bytes())
