"""The list of public testimonies, narrowed by what they are about. Counts say what a choice will show."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oralhistory.editions import public
from oralhistory.editions.models import Edition, Veil

PER_PAGE = 20
ORDERS = ("newest", "oldest", "title", "longest")

Row = dict[str, Any]


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


_VALUES: dict[str, Callable[[Row], list[str]]] = {
    "organization": lambda row: row["organizations"],
    "country": lambda row: row["countries"],
    "language": lambda row: row["languages"],
    "narrator": lambda row: row["narrators"],
    "collection": lambda row: [row["collection"]],
    "sound": lambda row: ["audio" if row["heard"] else "text"],
}
FACETS = tuple(_VALUES)


def browse(chosen: Mapping[str, str], *, order: str = "newest") -> Catalog:
    """The testimonies that have all the chosen values, one for each facet. Three queries, whatever their number."""
    rows = _rows()
    answers = {
        name: {row["pk"] for row in rows if value in _VALUES[name](row)} for name, value in chosen.items()
    }
    facets = []
    for name, values in _VALUES.items():
        others = [
            row for row in rows if all(row["pk"] in pks for facet, pks in answers.items() if facet != name)
        ]
        counts = Counter(value for row in others for value in set(values(row)) if value)
        choices = [Choice(value, count, chosen.get(name) == value) for value, count in counts.most_common()]
        facets.append(Facet(name, sorted(choices, key=lambda each: (-each.testimonies, each.value))))
    shown = [row for row in rows if all(row["pk"] in pks for pks in answers.values())]
    return Catalog([row["pk"] for row in _ordered(shown, order)], facets)


def _rows() -> list[Row]:
    fields = (
        "pk",
        "title",
        "published_at",
        "duration_ms",
        "countries",
        "languages",
        "narrators",
        "collection",
        "uses",
        "audio_key",
    )
    rows: list[Row] = list(Edition.objects.public().values(*fields))
    veiled = set(Veil.objects.filter(edition__in=Edition.objects.public()).values_list("edition", flat=True))
    spoken_of: dict[int, list[str]] = {}
    named: Any = public.visible_mentions().filter(segment__edition__in=Edition.objects.public()).order_by()
    for edition, slug in named.values_list("segment__edition", "organization").distinct():
        spoken_of.setdefault(edition, []).append(slug)
    for row in rows:
        row["heard"] = bool(row["audio_key"]) and "audio" in row["uses"] and row["pk"] not in veiled
        row["organizations"] = spoken_of.get(row["pk"], []) if "text" in row["uses"] else []
    return rows


def _ordered(rows: list[Row], order: str) -> list[Row]:
    keys: dict[str, tuple[Callable[[Row], Any], bool]] = {
        "newest": (lambda row: (row["published_at"], row["pk"]), True),
        "oldest": (lambda row: (row["published_at"], row["pk"]), False),
        "title": (lambda row: row["title"].casefold(), False),
        "longest": (lambda row: row["duration_ms"], True),
    }
    key, backwards = keys.get(order, keys["newest"])
    return sorted(rows, key=key, reverse=backwards)
