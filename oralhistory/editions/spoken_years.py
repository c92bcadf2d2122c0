"""The year that a testimony speaks of at each of its segments."""

from collections.abc import Mapping, Sequence
from typing import Any

from oralhistory.mentions import years
from oralhistory.mentions.reading import Reading

LASTS_MS = 120_000  # after that the talk may have gone elsewhere


def of(segments: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """For each segment the first year named in it, else the last one named before, for two minutes.

    What is withheld names no year, and what follows is not dated by what came before it.
    """
    reading = Reading([each["text"] for each in segments])
    named: dict[int, list[int]] = {}
    for word, year in years.years(reading.words):
        named.setdefault(reading.words[word].segment, []).append(year)
    found: list[int | None] = []
    now: int | None = None
    since = 0
    for index, segment in enumerate(segments):
        if segment.get("withheld") or segment["start_ms"] - since > LASTS_MS:
            now = None
        found.append(named[index][0] if index in named else now)
        if index in named:
            now, since = named[index][-1], segment["start_ms"]
    return found
