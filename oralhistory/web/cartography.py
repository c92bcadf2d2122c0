"""Places as circles on an outline, in degrees: x is the longitude, y the latitude turned over (static/maps.mjs)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from oralhistory.places import atlas

WHOLE = ("country", "former")  # kinds of places that no circle stands for: it would point at a capital


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that can be drawn."""

    key: str  # in the address of its page
    name: str
    country: str
    testimonies: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Circle:
    spot: Spot
    x: float
    y: float
    r: float
    label: bool  # there is room for its name


@dataclass(frozen=True, slots=True)
class Map:
    name: str  # of the outline
    box: str
    circles: list[Circle]
    text: float  # height of a name, in degrees


# (west, north, width, height, the largest circle, height of a name), as in static/maps.mjs
LATIN_AMERICA = ("latin_america", -120, 34, 88, 91, 2.6, 2.1)
WORLD = ("world", -180, 84, 360, 144, 6.0, 5.0)
SMALLEST = 0.28  # of the largest


@lru_cache(maxsize=20_000)
def located(name: str, country: str) -> tuple[float, float] | None:
    """Where a place is, as (latitude, longitude); None for whole countries, and where that is not sure.

    Without its country it must be the only one of its name that the atlas knows.
    """
    found = atlas.candidates(name, country=country)
    if not found or found[0].kind in WHOLE:
        return None
    if not country and len({each.country for each in found}) > 1:
        return None
    return next(
        (
            (each.latitude, each.longitude)
            for each in found
            if each.latitude is not None and each.longitude is not None
        ),
        None,
    )


def draw(spots: Sequence[Spot]) -> list[Map]:
    """Latin America first; the world beside it where something lies elsewhere."""
    near = [each for each in spots if _inside(each, LATIN_AMERICA)]
    maps = [_map(LATIN_AMERICA, near)] if near or not spots else []
    if len(near) < len(spots):
        maps.append(_map(WORLD, spots))
    return maps


Frame = tuple[str, float, float, float, float, float, float]


def _inside(spot: Spot, frame: Frame) -> bool:
    _name, west, north, width, height, *_ = frame
    return west < spot.longitude < west + width and north - height < spot.latitude < north


def _map(frame: Frame, spots: Iterable[Spot]) -> Map:
    name, west, north, width, height, largest, text = frame
    ordered = sorted(spots, key=lambda each: (-each.testimonies, each.key))  # small ones lie on large ones
    most = max((each.testimonies for each in ordered), default=1)
    circles: list[Circle] = []
    for each in ordered:
        x, y = each.longitude, -each.latitude
        r = round(largest * max(SMALLEST, sqrt(each.testimonies / most)), 2)
        wide = len(each.name) * text * 0.5
        room = x + r + wide < west + width and all(
            not (
                other.label
                and abs(other.y - y) < text * 1.1
                and other.x - wide - r < x < other.x + other.r + len(other.spot.name) * text * 0.5
            )
            for other in circles
        )
        circles.append(Circle(each, x, y, r, room))
    return Map(name, f"{west:g} {-north:g} {width:g} {height:g}", circles, text)
