"""By what editions are found in lists, counts and pictures: of each a small row of plain data, gathered once.

Ten thousand editions cannot be counted over their segments while somebody waits. What is gathered here is what
`public` gives out, so a use that is not granted and what lies under a veil are not in it. Organizations are kept by the
slug that the edition has; which of these lead somewhere is asked at every read.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields
from typing import Any
from zlib import crc32

from django.db.models import Count, Exists, OuterRef
from django.utils.text import slugify

from oralhistory.editions import public
from oralhistory.editions.models import Edition, EditionFacts, EditionMention, EditionSegment, Veil

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Facts:
    title: str
    published_at: str  # ISO 8601
    duration_ms: int
    collection: str
    heard: bool  # there is a sound that everybody may hear
    held_at: str = ""  # the name of a place
    held_on: str = ""
    narrators: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    words: int = 0  # that can be read; none are counted while something is veiled
    # slug → year that is spoken of, or "" → segments that name it
    organizations: dict[str, dict[str, int]] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)  # spoken of → segments that speak of it
    places: list[list[str]] = field(default_factory=list)  # [name, country] each, of chapters
    subjects: list[dict[str, str]] = field(default_factory=list)  # language → name, of chapters


def key_of(name: str) -> str:
    """What stands for a name in an address: case, accents and punctuation don't count."""
    return slugify(name)[:80].strip("-") or f"x{crc32(name.encode()):08x}"


def key_of_place(name: str, country: str) -> str:
    return key_of(f"{name} {country}")


def key_of_subject(names: dict[str, str]) -> str:
    """By its name in the archive's own language, which every subject has."""
    return key_of(names.get("es") or next(iter(names.values()), ""))


def gather(pks: Collection[int]) -> dict[int, Facts]:
    """Those of public editions, as everybody may see them. Five queries."""
    editions = public.in_order(pks)
    readable = [each.pk for each in editions if "text" in each.uses]
    # A year may have been named in a passage that is veiled now.
    unveiled = [each.pk for each in editions if each.pk in set(readable) and not each.veils.all()]
    organizations, years, words = _organizations(readable, set(unveiled)), _years(unveiled), _words(unveiled)
    return {
        each.pk: _of(
            each,
            organizations=organizations.get(each.pk, {}),
            years=years.get(each.pk, {}),
            words=words.get(each.pk, 0),
        )
        for each in editions
    }


def _of(edition: Edition, **counted: Any) -> Facts:
    places = {key_of_place(*each): each for each in _places(edition)}
    subjects = {key_of_subject(names): names for names in _subjects(edition)}
    return Facts(
        title=edition.title,
        published_at=edition.published_at.isoformat(),
        duration_ms=edition.duration_ms,
        collection=edition.collection,
        heard=public.has_sound(edition),
        held_at=edition.place,
        held_on=edition.held_on,
        narrators=edition.narrators,
        languages=edition.languages,
        countries=edition.countries,
        places=[list(each) for each in places.values()],
        subjects=list(subjects.values()),
        **counted,
    )


def _places(edition: Edition) -> Iterable[tuple[str, str]]:
    for chapter in edition.chapters:
        yield from ((each["name"], each.get("country", "")) for each in chapter.get("places", ()))


def _subjects(edition: Edition) -> Iterable[dict[str, str]]:
    for chapter in edition.chapters:
        yield from (names for names in chapter.get("subjects", ()) if names)


def _organizations(pks: list[int], dated: set[int]) -> dict[int, dict[str, dict[str, int]]]:
    veiled = Veil.objects.filter(
        edition=OuterRef("segment__edition"),
        start_ms__lt=OuterRef("segment__end_ms"),
        end_ms__gt=OuterRef("segment__start_ms"),
    )
    rows: Any = (
        EditionMention.objects.filter(~Exists(veiled), segment__edition__in=pks)
        .order_by()
        .values_list("segment__edition", "organization", "segment__year")
        .annotate(segments=Count("segment", distinct=True))
        .order_by("segment__edition", "organization", "segment__year")
    )
    found: dict[int, dict[str, dict[str, int]]] = {}
    for edition, slug, year, segments in rows:
        by_year = found.setdefault(edition, {}).setdefault(slug, {})
        key = str(year) if year and edition in dated else ""
        by_year[key] = by_year.get(key, 0) + segments
    return found


def _years(pks: list[int]) -> dict[int, dict[str, int]]:
    rows: Any = (
        EditionSegment.objects.filter(edition__in=pks, withheld=False)
        .exclude(year=None)
        .order_by()
        .values_list("edition", "year")
        .annotate(segments=Count("pk"))
        .order_by("edition", "year")
    )
    found: dict[int, dict[str, int]] = {}
    for edition, year, segments in rows:
        found.setdefault(edition, {})[str(year)] = segments
    return found


def _words(pks: list[int]) -> dict[int, int]:
    texts = EditionSegment.objects.filter(edition__in=pks, withheld=False).order_by()
    found: dict[int, int] = {}
    for edition, text in texts.values_list("edition", "text").iterator():
        found[edition] = found.get(edition, 0) + len(text.split())
    return found


def write(edition: Edition) -> None:
    """Gather those of an edition anew, in the place of its predecessors'; of what is not public there are none."""
    EditionFacts.objects.filter(edition__standing=edition.standing_id).delete()
    write_all([edition.pk])


def write_all(pks: Collection[int]) -> int:
    """How many were written."""
    written = 0
    pks = sorted(pks)
    for start in range(0, len(pks), _AT_ONCE):
        some = pks[start : start + _AT_ONCE]
        veils = _veils(some)
        rows = [
            EditionFacts(
                edition_id=pk,
                veils=veils.get(pk, 0),
                content=content,
                sha256=_hash(content),
                mark=int(_hash({"edition": pk, "of": content})[:12], 16),
            )
            for pk, found in gather(some).items()
            for content in [as_content(found)]
        ]
        EditionFacts.objects.filter(edition__in=some).delete()
        EditionFacts.objects.bulk_create(rows)
        written += len(rows)
    return written


def erase(public_id: str) -> None:
    EditionFacts.objects.filter(edition__standing__public_id=public_id).delete()


def as_content(facts: Facts) -> dict[str, Any]:
    return {
        each.name: value for each in fields(Facts) if (value := getattr(facts, each.name)) not in ("", [], {})
    }


def _veils(pks: Collection[int]) -> dict[int, int]:
    rows = Veil.objects.filter(edition__in=pks).values("edition").annotate(number=Count("pk"))
    return {row["edition"]: row["number"] for row in rows}


def _hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
