"""All records of the archive for its staff, narrowed by what is asked: closed, withheld and deprecated ones too."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from oralhistory.lib.folding import fold
from oralhistory.organizations.models import Name, Organization

# Of "standing": where a record is, beside open and closed.
STANDINGS = ("current", "draft", "withheld", "deprecated", "merged")


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


def find(
    *,
    q: str = "",
    publication: str = "",
    standing: str = "",
    kind: str = "",
    country: str = "",
    slug: str = "",
    hidden_from: Collection[str] | None = None,
) -> list[Listed]:
    """Records by name; those called exactly as was asked first. `hidden_from`: interviews whose records stay out. Two queries."""
    rows = _standing(standing)
    for column, value in (("publication", publication), ("kind", kind), ("country", country), ("slug", slug)):
        if value:
            rows = rows.filter(**{column: value})
    if hidden_from:
        rows = rows.exclude(withheld=True, learned_from__in=hidden_from)
    names = Name.objects.order_by("pk")
    if hidden_from:
        names = names.exclude(withheld=True, learned_from__in=hidden_from)
    asked = fold(" ".join(q.split()))
    found = [
        (rank, made)
        for each in rows.select_related("merged_into").prefetch_related(Prefetch("names", names))
        for rank, made in _matches(each, asked)
    ]
    found.sort(key=lambda pair: (pair[0], fold(pair[1].name)))
    return [made for _rank, made in found]


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


def _matches(organization: Organization, asked: str) -> list[tuple[int, Listed]]:
    """Nothing, or the record with how well it answers: 0 called so, 1 named so in part."""
    names = list(organization.names.all())
    if not asked:
        return [(0, _listed(organization, names, ""))]
    called = [each for each in names if fold(each.text) == asked]
    partly = [each for each in names if asked in fold(each.text)]
    if not partly and asked not in organization.slug:
        return []
    hit = next(iter([*called, *partly]), None)
    return [
        (
            0 if called or organization.slug == asked else 1,
            _listed(organization, names, hit.text if hit else ""),
        )
    ]


def _listed(organization: Organization, names: list[Name], hit: str) -> Listed:
    name = next((each.text for each in names if each.kind == Name.Kind.AUTHORIZED), organization.slug)
    acronyms = tuple(each.text for each in names if each.kind == Name.Kind.ACRONYM)
    return Listed(
        slug=organization.slug, name=name, acronyms=acronyms, kind=organization.kind, country=organization.country,
        founded=organization.founded, dissolved=organization.dissolved, publication=organization.publication,
        status=organization.status, withheld=organization.withheld, deprecated=organization.deprecated_at is not None,
        merged_into=organization.merged_into.slug if organization.merged_into else "",
        also="" if hit in ("", name, *acronyms) else hit,
    )  # fmt: skip
