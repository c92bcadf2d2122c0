"""What is public, in numbers: read from editions, as everything that is public; nobody who reads is counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from oralhistory.editions import catalog
from oralhistory.editions.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts by code, the largest first; months in their order, as "2026-03"."""

    testimonies: int
    with_sound: int
    duration_ms: int
    words: int
    mentions: int
    organizations: int
    collections: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    countries: list[tuple[str, int]]
    decades: list[tuple[str, int]]
    months: list[tuple[str, int]]


def numbers(zone: ZoneInfo) -> Numbers:
    """Four queries, whatever is public. A segment that names an organization is a mention of it."""
    shelf = catalog.of_today()
    spoken = catalog.spoken_of(shelf)
    return shelf.once("numbers", (zone, spoken), lambda: _counted(shelf, spoken, zone))


def _counted(shelf: Shelf, spoken: Mapping[str, tuple[int, int]], zone: ZoneInfo) -> Numbers:
    rows = [each.facts for each in shelf.testimonies]
    return Numbers(
        testimonies=len(rows),
        with_sound=sum(each.heard for each in rows),
        duration_ms=sum(each.duration_ms for each in rows),
        words=sum(each.words for each in rows),
        mentions=sum(moments for _testimonies, moments in spoken.values()),
        organizations=len(spoken),
        collections=Counter(each.collection for each in rows).most_common(),
        languages=Counter(each for row in rows for each in set(row.languages)).most_common(),
        countries=Counter(each for row in rows for each in set(row.countries)).most_common(),
        decades=sorted(Counter(decade(each.held_on) for each in rows if each.held_on).items()),
        months=by_month([datetime.fromisoformat(each.published_at) for each in rows], zone),
    )


def decade(day: str) -> str:
    """`1979-05-17` → `1970`."""
    return f"{day[:3]}0"


def by_month(instants: list[datetime], zone: ZoneInfo) -> list[tuple[str, int]]:
    return sorted(Counter(f"{each.astimezone(zone):%Y-%m}" for each in instants).items())
