"""What programs outside may be handed of the editions, in orders that hold while the archive changes.

A page shows a testimony; what is handed out as data is kept elsewhere. So beside what `public` takes off every row, each
way out names the uses that a narrator must have given to everybody:

    the description, in the API                 harvest
    an OAI record (`read_pub_text` by the table of access)     text, harvest
    an entry of a feed, which collectors copy and search engines read     harvest, search_engines
    a line of the site map                      search_engines
    words of a moment                           text, harvest, quote
    the text, segment by segment                text, harvest, download: as a file
    a moment that a search finds                text, harvest, search_in_text

Rows come in the order of their public ids, which are random and never change: whoever goes on after the last one that
they have misses nothing and gets nothing twice, whatever was published or withdrawn meanwhile.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast

from oralhistory.editions import public
from oralhistory.editions.models import Edition, EditionQuerySet, EditionSegment, Veil
from oralhistory.organizations import public as organizations

DESCRIPTION = frozenset({"harvest"})
RECORD = frozenset({"text", "harvest"})
FEED = frozenset({"harvest", "search_engines"})
SITE_MAP = frozenset({"search_engines"})
MOMENTS = frozenset({"text", "harvest"})
QUOTED = MOMENTS | {"quote"}
TEXT = frozenset({"text", "harvest", "download"})
SEARCH = frozenset({"text", "harvest", "search_in_text"})


def granting(uses: Collection[str]) -> EditionQuerySet:
    """The present editions of public testimonies that may be used for all of these."""
    rows = Edition.objects.public()
    for use in sorted(uses):
        rows = _listing(rows, "uses", use)
    return rows


def listed(
    *,
    after: str = "",
    number: int,
    organization: str = "",
    collection: str = "",
    language: str = "",
    country: str = "",
    since: datetime | None = None,
) -> list[Edition]:
    """Descriptions, by public id, beginning behind one. Four queries, five with an organization."""
    rows = granting(DESCRIPTION).filter(standing__public_id__gt=after)
    rows = _narrowed(rows, collection=collection, language=language, country=country)
    if since:
        rows = rows.filter(published_at__gte=since)
    if organization:
        named = public.visible_mentions().filter(organization__in=organizations.with_merged([organization]))
        rows = rows.filter(pk__in=granting(MOMENTS).values("pk")).filter(
            pk__in=named.order_by().values("segment__edition")
        )
    pks = rows.order_by("standing__public_id").values_list("pk", flat=True)[:number]
    return _with_making(public.in_order(pks))


def records(public_ids: Collection[str] | None = None) -> dict[str, Edition]:
    """Testimonies that catalogs may list, of some public ids or all. Four queries."""
    rows = granting(RECORD)
    if public_ids is not None:
        rows = rows.filter(standing__public_id__in=public_ids)
    return {each.public_id: each for each in _with_making(public.in_order(rows.values_list("pk", flat=True)))}


def outlines(public_ids: Collection[str] | None = None) -> list[dict[str, Any]]:
    """What an OAI record is made of, but for the organizations: to be compared, never shown. Two queries.

    As it lies in the rows; what decides how much of it everybody may read is beside it.
    """
    rows = granting(RECORD)
    if public_ids is not None:
        rows = rows.filter(standing__public_id__in=public_ids)
    columns = (
        "standing__public_id", "number", "published_at", "title", "summary", "narrators", "collection", "place",
        "held_on", "languages", "countries", "making", "audio_key", "uses",
    )  # fmt: skip
    veils: dict[str, list[int]] = {}
    of, pk = "edition__standing__public_id", "pk"
    for public_id, veil in Veil.objects.filter(edition__in=rows).order_by("pk").values_list(of, pk):
        veils.setdefault(public_id, []).append(veil)
    found = []
    for row in rows.values(*columns):
        uses = row.pop("uses")
        seen = {use: use in uses for use in ("audio", "summary")}
        found.append({**row, **seen, "veils": veils.get(row["standing__public_id"], [])})
    return found


def searchable(public_ids: Collection[str]) -> dict[str, Edition]:
    """Those of the testimonies whose moments a search may give to programs. Three queries."""
    found = _with_making(list(public.by_id(public_ids).values()))
    return {each.public_id: each for each in found if set(each.uses) >= SEARCH}


def spoken_of_in(public_ids: Collection[str] | None = None) -> dict[str, list[str]]:
    """By testimony that catalogs may list, of some or all, the slugs of the organizations that it speaks of. One query."""
    rows = granting(RECORD)
    if public_ids is not None:
        rows = rows.filter(standing__public_id__in=public_ids)
    found: dict[str, list[str]] = {}
    named = public.visible_mentions().filter(segment__edition__in=rows).order_by()
    for of, slug in named.values_list("segment__edition__standing__public_id", "organization").distinct():
        found.setdefault(of, []).append(slug)
    return found


def moments(
    slugs: Collection[str], *, after: tuple[str, int] = ("", 0), number: int
) -> list[tuple[Edition, EditionSegment]]:
    """Where organizations are spoken of, by public id and index, beginning behind one. Five queries.

    A segment has its text; whether that may be quoted is for `may_quote`.
    """
    public_id, index = after
    named = public.visible_mentions().filter(organization__in=slugs)
    rows: QuerySet[EditionSegment] = (
        EditionSegment.objects.filter(
            edition__in=granting(MOMENTS), withheld=False, pk__in=named.order_by().values("segment")
        )
        .annotate(of=F("edition__standing__public_id"))
        .filter(Q(of__gt=public_id) | Q(of=public_id, index__gt=index))
        .defer("words")
        .order_by("of", "index")[:number]
    )
    segments = list(rows.prefetch_related(Prefetch("mentions", named, to_attr="visible_mentions")))
    found = public.in_order({each.edition_id for each in segments})
    editions = {each.pk: each for each in _with_making(found)}
    return [(editions[each.edition_id], each) for each in segments if each.edition_id in editions]


def newest(*, organization: str = "", **narrowed: str) -> EditionQuerySet:
    """Those that feeds may announce, the last one first; narrowed to a collection, a language, a country."""
    rows = _narrowed(granting(FEED), **narrowed)
    if organization:
        named = public.visible_mentions().filter(organization__in=organizations.with_merged([organization]))
        rows = rows.filter(pk__in=granting({"text"}).values("pk")).filter(
            pk__in=named.order_by().values("segment__edition")
        )
    return rows.order_by("-published_at", "-pk")


def announced(rows: EditionQuerySet) -> list[Edition]:
    """Four queries."""
    return _with_making(public.in_order(rows.values_list("pk", flat=True)))


def changed_at(edition: Edition) -> datetime:
    """Since when it is as everybody reads it, as far as its rows know: when it was published, or veiled."""
    return max([edition.published_at, *(veil.at for veil in edition.veils.all())])


def may_quote(edition: Edition) -> bool:
    return set(edition.uses) >= QUOTED


def size_of_site_map() -> tuple[int, datetime | None]:
    """How many testimonies search engines may find, and when the last of these was published. One query."""
    found = granting(SITE_MAP).aggregate(number=Count("pk"), last=Max("published_at"))
    return found["number"], found["last"]


def site_map(*, start: int, number: int) -> list[tuple[str, datetime]]:
    """Public ids, with when the edition was published. One query."""
    rows = granting(SITE_MAP).order_by("standing__public_id")
    return list(rows.values_list("standing__public_id", "published_at")[start : start + number])


def everybody_grants(use: str) -> bool:
    """Whether every public testimony may be used for this, and there is one. Two queries."""
    number = Edition.objects.public().count()
    return number > 0 and granting({use}).count() == number


def _with_making(editions: list[Edition]) -> list[Edition]:
    """With how their texts were made, which lists of pages leave in the database. One query."""
    rows = Edition.objects.filter(pk__in=[each.pk for each in editions])
    making = dict(rows.values_list("pk", "making"))
    for each in editions:
        each.making = making.get(each.pk, {})
    return editions


def _narrowed(
    rows: EditionQuerySet, *, collection: str = "", language: str = "", country: str = ""
) -> EditionQuerySet:
    for column, code in (("languages", language), ("countries", country)):
        rows = _listing(rows, column, code) if code else rows
    return rows.filter(collection=collection) if collection else rows


def _listing(rows: EditionQuerySet, column: str, code: str) -> EditionQuerySet:
    """Those whose list in a JSON column has this code. SQLite cannot look into JSON lists; its text has it in quotes."""
    written = f"{column}_written"
    return rows.alias(**{written: Cast(column, TextField())}).filter(**{f"{written}__contains": f'"{code}"'})
