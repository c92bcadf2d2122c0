"""What is public of the authority records. Notes, and what a machine made of a name, have no way out of here."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, overload

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Length, Ord

from oralhistory.lib.folding import fold
from oralhistory.lib.questions import Question
from oralhistory.organizations.descriptions import Description, describe, public
from oralhistory.organizations.models import (
    Identifier,
    Location,
    Name,
    Organization,
    Relation,
    Source,
)


@dataclass(frozen=True, slots=True)
class PublicName:
    text: str
    kind: str
    language: str
    valid_from: int | None
    valid_to: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """An organization as everybody may see it: what is not named here cannot be shown."""

    pk: int
    slug: str
    name: str
    language: str
    acronyms: tuple[str, ...]
    other_names: tuple[PublicName, ...]
    kind: str
    country: str
    founded: int | None
    dissolved: int | None
    dates_verified: bool
    history: str

    @property
    def short(self) -> str:
        """The acronym where there is one: for a line that has no room."""
        return self.acronyms[0] if self.acronyms else self.name


@dataclass(frozen=True, slots=True)
class Facts:
    """What a public record is told from others by."""

    slug: str
    kind: str
    country: str
    founded: int | None
    dissolved: int | None
    names: tuple[tuple[str, str], ...]  # (text, kind); the authorized one first
    identifiers: tuple[tuple[str, str], ...]
    places: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0][0] if self.names else self.slug

    @property
    def acronyms(self) -> tuple[str, ...]:
        return tuple(text for text, kind in self.names if kind == Name.Kind.ACRONYM)


@dataclass(frozen=True, slots=True)
class OutOfUse:
    """A record that was public once."""

    name: str
    because: str
    replacements: tuple[Record, ...]


def find(slug: str) -> Record | None:
    """The record, or the one that it was merged into, which has another slug; None if neither is public.

    One that was closed when it was merged leads nowhere: that it was there is nobody's business.
    """
    if records := _records(Q(slug=slug)):
        return records[0]
    organization = Organization.objects.opened().filter(slug=slug).exclude(merged_into=None).first()
    seen: set[int] = set()
    while organization and organization.merged_into_id and organization.pk not in seen:
        seen.add(organization.pk)
        organization = Organization.objects.filter(pk=organization.merged_into_id).first()
    return next(iter(_records(Q(pk=organization.pk))), None) if organization else None


def out_of_use(slug: str) -> OutOfUse | None:
    """Why a record that was open to everybody is not in use any more, and the public ones to be used in its place."""
    found = (
        Organization.objects.opened().filter(slug=slug, merged_into=None).exclude(deprecated_at=None).first()
    )
    if found is None:
        return None
    (description,) = describe([found])
    others = public(description).tied("successor")
    return OutOfUse(description.name, found.deprecated_because, tuple(_records(Q(slug__in=others))))


def with_merged(slugs: Iterable[str]) -> set[str]:
    """These and those of the records that went into them, at any depth: editions keep the slug of their day. One query."""
    merged = dict(Organization.objects.exclude(merged_into=None).values_list("slug", "merged_into__slug"))
    found = set(slugs)
    while more := {slug for slug, into in merged.items() if into in found} - found:
        found |= more
    return found


def leading_somewhere() -> QuerySet[Organization]:
    """The records whose slug in an edition leads to a public page: those that are public, and those that went into one.

    One that was closed when it went into another leads nowhere: that it was there is nobody's business.
    """
    everybodys = Organization.objects.public().values("pk")
    return Organization.objects.opened().filter(Q(pk__in=everybodys) | Q(merged_into__in=everybodys))


_LEADING = Question(
    lambda: (
        Organization.objects.opened()
        .filter(Q(deprecated_at=None) | Q(merged_into__isnull=False))
        .values_list("pk", "slug", "merged_into")
    )
)


def leading_to() -> dict[str, str]:
    """Every slug by which an edition may name a public record → that of the record it leads to. One query.

    Those of `leading_somewhere`, which asks the table three times.
    """
    rows = _LEADING.rows()
    public = {pk: slug for pk, slug, into in rows if into is None}
    return {slug: public[into or pk] for pk, slug, into in rows if (into or pk) in public}


@dataclass(frozen=True, slots=True)
class Years:
    """When a public record was there, as far as it says."""

    slug: str
    founded: int | None
    dissolved: int | None


def years_of_all(*, country: str = "", kind: str = "") -> list[Years]:
    """Public records that say when they began or ended, the earliest first. One query."""
    rows = Organization.objects.public().filter(_narrowed(country, kind, None, None))
    rows = rows.filter(Q(founded__isnull=False) | Q(dissolved__isnull=False))
    found = [Years(*row) for row in rows.values_list("slug", "founded", "dissolved")]
    return sorted(
        found, key=lambda each: (each.founded or each.dissolved or 0, each.dissolved or 9999, each.slug)
    )


def by_slug(wanted: Iterable[str], *, leads: Mapping[str, str] | None = None) -> dict[str, Record]:
    """The public records that slugs of editions lead to, those merged since included. Three queries.

    Two with `leads` (leading_to), read in the same request.
    """
    wanted = set(wanted)
    merged = _merged(wanted) if leads is None else {slug: leads[slug] for slug in wanted if slug in leads}
    records = {record.slug: record for record in _records(Q(slug__in=wanted | set(merged.values())))}
    found = {slug: records[slug] for slug in wanted if slug in records}
    found |= {slug: records[target] for slug, target in merged.items() if target in records}
    return found


def _merged(slugs: set[str]) -> dict[str, str]:
    rows = Organization.objects.opened().filter(slug__in=slugs).exclude(merged_into=None)
    return dict(rows.values_list("slug", "merged_into__slug"))


class Listing(Sequence[Record]):
    """Records in an order, read from the database when they are looked at: of ten thousand, a page."""

    def __init__(self, keys: Sequence[tuple[int, str]]) -> None:
        self._keys = keys  # (pk, slug)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def slugs(self) -> list[str]:
        return [slug for _pk, slug in self._keys]

    def among(self, slugs: Container[str]) -> "Listing":
        return Listing([key for key in self._keys if key[1] in slugs])

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> list[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | list[Record]:
        """Two queries."""
        keys = self._keys[at] if isinstance(at, slice) else [self._keys[at]]
        found = {record.pk: record for record in _records(Q(pk__in=[pk for pk, _slug in keys]))}
        records = [found[pk] for pk, _slug in keys if pk in found]
        return records if isinstance(at, slice) else records[0]

    def __iter__(self) -> Iterator[Record]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return list(self) == other


def listing(
    *, q: str = "", country: str = "", kind: str = "", years: tuple[int | None, int | None] = (None, None)
) -> Listing:
    """All public records by name, narrowed to a name or acronym, a country, a kind, some of their years. One query.

    Of a record that says neither when it began nor when it ended nobody knows whether it was there.
    """
    names: dict[tuple[int, str], list[str]] = {}
    rows = (
        Organization.objects.public().filter(_narrowed(country, kind, *years)).annotate(shown=shown_names())
    )
    for pk, slug, text, of in rows.order_by("pk", "shown__pk").values_list(
        "pk", "slug", "shown__text", "shown__kind"
    ):
        first = 0 if of == Name.Kind.AUTHORIZED else len(names.get((pk, slug), ()))
        names.setdefault((pk, slug), []).insert(first, text or slug)
    keys = sorted(names, key=lambda key: _folded(names[key][0]))
    asked = fold(q.strip())
    if asked:
        folded = {key: [_folded(text) for text in names[key]] for key in keys}
        keys = [key for key in keys if any(asked in text for text in folded[key])]
        # Whoever types an acronym means it: those that are called exactly so come first.
        keys.sort(key=lambda key: asked not in folded[key])
    return Listing(keys)


@lru_cache(maxsize=50_000)
def _folded(name: str) -> str:
    """A register is put in order at every request, and its names seldom change."""
    return fold(name)


def _narrowed(country: str, kind: str, first: int | None, last: int | None) -> Q:
    condition = Q()
    if country:
        condition &= Q(country=country)
    if kind:
        condition &= Q(kind=kind)
    if first is not None:
        condition &= Q(dissolved__gte=first) | Q(dissolved=None)
    if last is not None:
        condition &= Q(founded__lte=last) | Q(founded=None)
    if first is not None or last is not None:
        condition &= Q(founded__isnull=False) | Q(dissolved__isnull=False)
    return condition


def shown_names() -> FilteredRelation:
    """The names of a record that everybody may read, for a query that begins with the record."""
    return FilteredRelation("names", condition=Q(names__withheld=False) & ~Q(names__kind=Name.Kind.HEARD_AS))


def named_in(query: str, *, at_most: int = 4) -> list[Record]:
    """The organizations that a search for moments names in full, by a name or an acronym."""
    asked = f" {' '.join(fold(query.replace(chr(34), ' ')).split())} "
    if not asked.strip():
        return []
    wanted = {word for word in asked.split() if len(word) > 1} | {asked.strip()}
    pks = Name.objects.public().filter(_any_text(wanted)).values("organization")
    records = _records(Q(pk__in=pks))
    return [record for record in records if any(f" {fold(text)} " in asked for text in _texts(record))][
        :at_most
    ]


def choices() -> tuple[list[str], list[str]]:
    """The countries and kinds that public records have. One query."""
    rows = Organization.objects.public().order_by().values_list("country", "kind").distinct()
    return sorted({country for country, _kind in rows if country}), sorted({kind for _country, kind in rows})


def facts(slugs: Iterable[str] | None = None) -> dict[str, Facts]:
    """Of the public records, of some slugs or all, by slug. Four queries, whatever their number."""
    organizations = Organization.objects.public()
    if slugs is not None:
        organizations = organizations.filter(slug__in=set(slugs))
    rows = list(organizations.values_list("pk", "slug", "kind", "country", "founded", "dissolved"))
    within = {"organization__in": organizations.order_by().values("pk")}
    names: dict[int, list[tuple[str, str]]] = {}
    for pk, text, kind in (
        Name.objects.public().filter(**within).order_by("pk").values_list("organization_id", "text", "kind")
    ):
        first = 0 if kind == Name.Kind.AUTHORIZED else len(names.get(pk, ()))
        names.setdefault(pk, []).insert(first, (text, kind))
    identifiers: dict[int, list[tuple[str, str]]] = {}
    for pk, scheme, value in (
        Identifier.objects.filter(**within).order_by("pk").values_list("organization_id", "scheme", "value")
    ):
        identifiers.setdefault(pk, []).append((scheme, value))
    places: dict[int, list[str]] = {}
    for pk, place in (
        Location.objects.filter(**within)
        .exclude(name="")
        .order_by("pk")
        .values_list("organization_id", "name")
    ):
        places.setdefault(pk, []).append(place)
    return {
        slug: Facts(
            slug, kind, country, founded, dissolved,
            tuple(names.get(pk, ())), tuple(identifiers.get(pk, ())), tuple(places.get(pk, ())),
        )
        for pk, slug, kind, country, founded, dissolved in rows
    }  # fmt: skip


def state() -> tuple[object, ...]:
    """Another value after a record or a name of one was opened, closed or changed. Two queries that read no text.

    Squares, so that two records closed and two others opened do not look like nothing; whoever keeps something by it
    asks `facts` again before it is shown to anybody.
    """
    pk = F("pk")
    records = Organization.objects.public().aggregate(
        Count("pk"), sum=Sum(pk), squares=Sum(pk * pk), changes=Sum("version"), which=Sum(pk * F("version"))
    )
    names = (
        Name.objects.public()
        .filter(organization__in=Organization.objects.public())
        .aggregate(
            Count("pk"),
            sum=Sum(pk),
            squares=Sum(pk * pk),
            lengths=Sum(pk * Length("text")),
            letters=Sum(pk * Ord("text")),
        )
    )
    return (*records.values(), *names.values())


def whole_state() -> tuple[object, ...]:
    """The same of all that a public record says, relations and sources too. Four queries."""
    pk = F("pk")
    parts = [
        model._default_manager.filter(withheld=False).aggregate(
            Count("pk"), sum=Sum(pk), squares=Sum(pk * pk)
        )
        for model in (Relation, Source)
    ]
    return (*state(), *(value for part in parts for value in part.values()))


def descriptions_of(slugs: Iterable[str] | None = None) -> list[Description]:
    """Whole public records, of some slugs or all, by slug: only with ties to records that are public. Seven queries."""
    everybody = set(Organization.objects.public().values_list("slug", flat=True))
    wanted = everybody if slugs is None else everybody & set(slugs)
    found = describe(Organization.objects.public().filter(slug__in=wanted).order_by("slug"))
    return [
        replace(each, ties=tuple(tie for tie in each.ties if tie.other in everybody))
        for each in map(public, found)
    ]


def shared_acronyms(records: Iterable[Record]) -> set[str]:
    """Of the acronyms of these records, those that several public records have. One query."""
    wanted = {acronym for record in records for acronym in record.acronyms}
    # Records first: asked for the names first, SQLite looks at every record for each of them.
    rows = Organization.objects.public().filter(
        names__kind=Name.Kind.ACRONYM, names__withheld=False, names__text__in=wanted
    )
    held = Counter(text for _pk, text in set(rows.order_by().values_list("pk", "names__text")))
    return {text for text, records_of in held.items() if records_of > 1}


def _any_text(texts: Iterable[str]) -> Q:
    condition = Q()
    for text in sorted(texts):
        condition |= Q(text__iexact=text)
    return condition


def _texts(record: Record) -> Iterable[str]:
    return (record.name, *record.acronyms, *(name.text for name in record.other_names))


def _records(condition: Q) -> list[Record]:
    """Two queries. Rows and not models: a page has a hundred records, and a model has thirty columns."""
    rows = list(
        Organization.objects.public().filter(condition).values_list(
            "pk", "slug", "kind", "country", "founded", "dissolved", "dates_verified", "history"
        )
    )  # fmt: skip
    if not rows:
        return []
    names: dict[int, list[PublicName]] = {}
    found = Name.objects.public().filter(organization__in=[row[0] for row in rows]).order_by("pk")
    said = found.values_list("organization", "text", "kind", "language", "valid_from", "valid_to")
    for pk, text, kind, language, begins, ends in said:
        names.setdefault(pk, []).append(PublicName(text, kind, language, begins, ends))
    return [_record(row, names.get(row[0], [])) for row in rows]


def _record(row: tuple[Any, ...], names: list[PublicName]) -> Record:
    pk, slug, kind, country, founded, dissolved, verified, history = row
    authorized = next((name for name in names if name.kind == Name.Kind.AUTHORIZED), None)
    return Record(
        pk=pk, slug=slug, name=authorized.text if authorized else slug,
        language=authorized.language if authorized else "",
        acronyms=tuple(name.text for name in names if name.kind == Name.Kind.ACRONYM),
        other_names=tuple(
            name for name in names if name.kind not in (Name.Kind.AUTHORIZED, Name.Kind.ACRONYM)
        ),
        kind=kind, country=country, founded=founded, dissolved=dissolved, dates_verified=verified, history=history,
    )  # fmt: skip
