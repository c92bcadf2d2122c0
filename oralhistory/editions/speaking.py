"""Where all testimonies speak of an organization: counted on the shelf, so that of thousands of moments a page is read.

A record that others went into is asked of the database itself (`public.moments`, `public.tally`): one passage may name it
by two of its slugs, and is one moment.
"""

from collections.abc import Collection
from itertools import groupby

from oralhistory.editions import public
from oralhistory.editions.public import Moment, Tally
from oralhistory.editions.shelf import Shelf, Testimony

NO_YEAR = 9999  # those that speak of none come last


def tally(shelf: Shelf, slugs: Collection[str]) -> Tally:
    """How many moments of which editions, by the year that is spoken of."""
    slug = _only(shelf, slugs)
    if slug is None:
        return public.tally(slugs)
    speaking = shelf.among(shelf.having("organization", slug))
    by_year: dict[int | None, int] = {}
    for each in speaking:
        for year, moments in each.facts.organizations[slug].items():
            key = int(year) if year else None
            by_year[key] = by_year.get(key, 0) + moments
    return Tally(sum(by_year.values()), frozenset(each.pk for each in speaking), by_year)


def moments(
    shelf: Shelf, slugs: Collection[str], *, start: int, number: int, by_year: bool = False
) -> list[Moment]:
    """Some of them: testimony by testimony, each as it was told, or by the year that is spoken of. At most four queries."""
    slug = _only(shelf, slugs)
    if slug is None:
        return public.moments(slugs, start=start, number=number, by_year=by_year)
    runs = _runs(shelf.among(shelf.having("organization", slug)), slug, by_year=by_year)
    wanted: list[tuple[int, int | None, slice]] = []
    at = 0
    for pk, year, length in runs:
        begins, ends = max(start - at, 0), min(start + number - at, length)
        if begins < ends:
            wanted.append((pk, year, slice(begins, ends)))
        at += length
        if at >= start + number:
            break
    editions = public.in_order(dict.fromkeys(pk for pk, *_ in wanted))
    read = {
        pk: list(of_one)
        for pk, of_one in groupby(public.moments_in(editions, [slug]), key=lambda each: each.edition.pk)
    }
    found: list[Moment] = []
    for pk, year, part in wanted:
        own = read.get(pk, [])
        if by_year:
            own = [each for each in own if each.year == (None if year == NO_YEAR else year)]
        found += own[part]
    return found


def beside(shelf: Shelf, slugs: Collection[str], *, at_most: int = 40) -> list[tuple[str, int]]:
    """Other organizations in the testimonies that speak of these, and in how many of them, by the slugs of editions.

    Which of these lead somewhere the caller asks, since it wants their records anyhow.
    """
    some = 0
    for slug in slugs:
        some |= shelf.having("organization", slug)
    return [each for each in shelf.counts("organization", some) if each[0] not in slugs][:at_most]


def _only(shelf: Shelf, slugs: Collection[str]) -> str | None:
    """The one of these slugs that editions have; None where they have several."""
    found = [slug for slug in slugs if shelf.having("organization", slug)]
    return found[0] if len(found) == 1 else None if found else next(iter(slugs))


def _runs(speaking: list[Testimony], slug: str, *, by_year: bool) -> list[tuple[int, int | None, int]]:
    """(edition, year, how many moments) in the order in which they are shown."""
    if not by_year:
        return [(each.pk, None, sum(each.facts.organizations[slug].values())) for each in speaking]
    runs = [
        (int(year) if year else NO_YEAR, order, each.pk, moments)
        for order, each in enumerate(speaking)
        for year, moments in each.facts.organizations[slug].items()
    ]
    return [(pk, year, moments) for year, _order, pk, moments in sorted(runs)]
