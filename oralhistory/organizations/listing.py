"""All records of the archive for its staff, narrowed by what is asked: closed, withheld and deprecated ones too."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.db.models import Prefetch, Q, QuerySet

from oralhistory.lib.folding import fold
from oralhistory.organizations.models import Name, Organization

# Of "standing": where a record is, beside open and closed.
STANDINGS = ("current", "draft", "withheld", "deprecated", "merged")


# Whoever types asks for all names at every letter: folding 21,000 anew takes a third of a second.
folded = lru_cache(maxsize=65_536)(fold)


@dataclass(frozen=True, slots=True)
class Listed:
    """A record in the list."""

    slug: str
    name: str
    acronyms: tuple[str, ...]
    kind: str
    country: str
    founded: int | None
    dissolved: int | None
    publication: str
    status: str
    withheld: bool
    deprecated: bool
    merged_into: str
    also: str  # another name of it that was asked for


@dataclass(frozen=True, slots=True)
class Found:
    """A record that answers what was asked, and the name by which it does."""

    pk: int
    by: str


def find(
    *,
    q: str = "",
    publication: str = "",
    standing: str = "",
    kind: str = "",
    country: str = "",
    hidden_from: Collection[str] = (),
) -> list[Found]:
    """Records by name, those that are called exactly as was asked first. One query.

    `hidden_from` are the interviews that whoever asks may not know of: what only they taught is not found.
    """
    rows = _standing(standing)
    for column, value in (("publication", publication), ("kind", kind), ("country", country)):
        if value:
            rows = rows.filter(**{column: value})
    rows = rows.exclude(withheld=True, learned_from__in=hidden_from)
    named = _open_to(hidden_from).filter(organization__in=rows).order_by("organization", "pk")
    names = named.values_list("organization", "organization__slug", "kind", "text")
    asked = folded(" ".join(q.split()))
    found = []
    for (pk, slug), group in groupby(names, key=lambda row: row[:2]):
        forms = [(kind, text, folded(text)) for _pk, _slug, kind, text in group]
        name = next((text for kind, _text, text in forms if kind == Name.Kind.AUTHORIZED), "")
        hits = [(asked != text, said) for _kind, said, text in forms if asked in text]
        if asked == slug:
            hits.append((False, ""))
        if hits:
            partly, by = min(hits, key=lambda hit: hit[0]) if asked else (False, "")
            found.append((partly, name, Found(pk, by)))
    found.sort(key=lambda each: each[:2])
    return [each for _partly, _name, each in found]


def load(found: Collection[Found], hidden_from: Collection[str] = ()) -> list[Listed]:
    """The records that were found, in that order: a page of them. Three queries."""
    rows = Organization.objects.filter(pk__in=[each.pk for each in found]).select_related("merged_into")
    names = Prefetch("names", _open_to(hidden_from).order_by("pk"))
    by_pk = {each.pk: each for each in rows.prefetch_related(names)}
    return [_listed(by_pk[each.pk], each.by) for each in found if each.pk in by_pk]


def _open_to(hidden_from: Collection[str]) -> QuerySet[Name]:
    """Names that whoever asks may know of; a form that was heard is told to those who may know where."""
    hidden = Q(withheld=True) | Q(kind=Name.Kind.HEARD_AS)
    return Name.objects.exclude(hidden, learned_from__in=hidden_from)


def choices() -> tuple[list[str], list[str]]:
    """The countries and kinds that records have. One query."""
    rows = Organization.objects.order_by().values_list("country", "kind").distinct()
    return sorted({country for country, _kind in rows if country}), sorted(
        {kind for _country, kind in rows if kind}
    )


def _standing(standing: str) -> QuerySet[Organization]:
    every = Organization.objects.all()
    if standing == "merged":
        return every.exclude(merged_into=None)
    if standing == "deprecated":
        return every.exclude(deprecated_at=None).filter(merged_into=None)
    current = every.current()
    if standing == "draft":
        return current.filter(status=Organization.Status.DRAFT)
    return current.filter(withheld=True) if standing == "withheld" else current


def _listed(organization: Organization, hit: str) -> Listed:
    names = list(organization.names.all())
    name = next((each.text for each in names if each.kind == Name.Kind.AUTHORIZED), organization.slug)
    acronyms = tuple(each.text for each in names if each.kind == Name.Kind.ACRONYM)
    return Listed(
        slug=organization.slug, name=name, acronyms=acronyms, kind=organization.kind, country=organization.country,
        founded=organization.founded, dissolved=organization.dissolved, publication=organization.publication,
        status=organization.status, withheld=organization.withheld, deprecated=organization.deprecated_at is not None,
        merged_into=organization.merged_into.slug if organization.merged_into else "",
        also="" if hit in ("", name, *acronyms) else hit,
    )  # fmt: skip
