"""An authority record as plain data: what every format of exchange reads and writes, and every revision keeps.

The parts are those of ISAAR(CPF), 2nd edition: identity (5.1), description (5.2), relationships (5.3), control (5.4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import Q, prefetch_related_objects

from oralhistory.lib import partial_dates
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.models import Name, Organization, Relation

# What a relation is called by the record at its other end.
_INVERSE = {"predecessor": "successor", "part_of": "has_part", "front_of": "has_front"}
TIES = (
    "predecessor", "successor", "part_of", "has_part", "front_of", "has_front", "ally", "opposed", "related",
)  # fmt: skip
PARENTS = ("identifiers", "locations", "names", "sources")


@dataclass(frozen=True, slots=True)
class NameForm:
    """One name. Years are of the common era and inclusive."""

    text: str
    kind: str = "other"  # of Name.Kind
    language: str = ""
    valid_from: int | None = None
    valid_to: int | None = None
    source: str = ""
    learned_from: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was or worked; without a name, the whole country."""

    name: str = ""
    country: str = ""
    role: str = "activity"  # of Location.Role
    valid_from: int | None = None
    valid_to: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A source, and which parts of the record it supports (of Source.Part)."""

    citation: str
    url: str = ""
    supports: tuple[str, ...] = ()
    learned_from: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation seen from the record: `other` is its predecessor; it is part of `other`; `other` is a part of it."""

    kind: str  # of TIES
    other: str  # the id of the other record
    description: str = ""
    valid_from: int | None = None
    valid_to: int | None = None
    source: str = ""
    learned_from: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """One organization. Empty says that nothing is known."""

    id: str
    names: tuple[NameForm, ...]
    kind: str = ""
    country: str = ""
    founded: PartialDate | None = None
    dissolved: PartialDate | None = None
    dates_verified: bool = False
    history: str = ""
    mandate: str = ""
    functions: str = ""
    structure: str = ""
    legal_status: str = ""
    context: str = ""
    places: tuple[Place, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()  # scheme in lower case, value
    ties: tuple[Tie, ...] = ()
    sources: tuple[Citation, ...] = ()
    keywords: tuple[str, ...] = ()
    note: str = ""  # for the archive only
    status: str = "draft"
    level: str = "minimal"
    language: str = "es"
    rules: str = "ISAAR(CPF)"

    @property
    def name(self) -> str:
        """The authorized form, or the id of a record that has none."""
        return next((name.text for name in self.names if name.kind == Name.Kind.AUTHORIZED), self.id)

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        """The texts of its names of some kinds."""
        return tuple(name.text for name in self.names if name.kind in kinds)

    def tied(self, *kinds: str) -> tuple[str, ...]:
        """The ids of the records that it stands in some kinds of relation to."""
        return tuple(tie.other for tie in self.ties if tie.kind in kinds)


def ends(record: str, tie: Tie) -> tuple[str, str, str]:
    """(subject, object, kind) of the stored relation that a record's tie speaks of."""
    kind = {inverse: kind for kind, inverse in _INVERSE.items()}.get(tie.kind, tie.kind)
    if kind in Relation.MUTUAL:
        return min(record, tie.other), max(record, tie.other), kind
    # "Predecessor" names the other record, while "part of" names this one.
    this_is_subject = (tie.kind == kind) != (kind == Relation.Kind.PREDECESSOR)
    return (record, tie.other, kind) if this_is_subject else (tie.other, record, kind)


def seen_from(record: str | int, subject: str | int, kind: str) -> str:
    """What a stored relation is to one of the two records, of TIES."""
    named_by_subject = kind == Relation.Kind.PREDECESSOR
    return _INVERSE.get(kind, kind) if (record == subject) == named_by_subject else kind


def describe(organizations: Iterable[Organization]) -> list[Description]:
    """Records as they were just read, as plain data in the order given. Five queries, whatever their number."""
    records = list(organizations)
    prefetch_related_objects(records, *PARENTS)
    ties = _ties({each.pk: each for each in records})
    return [_description(each, ties.get(each.pk, [])) for each in records]


def _ties(records: Mapping[int, Organization]) -> dict[int, list[Tie]]:
    rows = Relation.objects.filter(Q(subject__in=records) | Q(object__in=records)).select_related(
        "subject", "object"
    )
    ties: dict[int, list[Tie]] = {}
    for row in rows.order_by("pk"):
        for this, other in ((row.subject, row.object), (row.object, row.subject)):
            if this.pk in records:
                ties.setdefault(this.pk, []).append(
                    Tie(
                        seen_from(this.slug, row.subject.slug, row.kind), other.slug, row.description,
                        row.valid_from, row.valid_to, row.source, row.learned_from, row.withheld,
                    )
                )  # fmt: skip
    for found in ties.values():
        found.sort(key=lambda tie: (TIES.index(tie.kind), tie.other))
    return ties


def _description(record: Organization, ties: Iterable[Tie]) -> Description:
    return Description(
        id=record.slug,
        names=tuple(
            NameForm(
                each.text, each.kind, each.language, each.valid_from, each.valid_to, each.source,
                each.learned_from, each.withheld,
            )
            for each in sorted(record.names.all(), key=lambda name: name.pk)
        ),
        kind=record.kind,
        country=record.country,
        founded=record.founded_date,
        dissolved=record.dissolved_date,
        dates_verified=record.dates_verified,
        history=record.history,
        mandate=record.mandate,
        functions=record.functions,
        structure=record.structure,
        legal_status=record.legal_status,
        context=record.context,
        places=tuple(
            Place(each.name, each.country, each.role, each.valid_from, each.valid_to)
            for each in sorted(record.locations.all(), key=lambda location: location.pk)
        ),
        identifiers=tuple(
            (each.scheme, each.value) for each in sorted(record.identifiers.all(), key=lambda each: each.pk)
        ),
        ties=tuple(ties),
        sources=tuple(
            Citation(each.citation, each.url, tuple(each.supports), each.learned_from, each.withheld)
            for each in sorted(record.sources.all(), key=lambda source: source.pk)
        ),
        keywords=tuple(filter(None, record.keywords.split("|"))),
        note=record.note,
        status=record.status,
        level=record.level,
        language=record.language,
        rules=record.rules,
    )  # fmt: skip


def where_they_lead(description: Description) -> tuple[Tie, ...]:
    """The relations of an earlier state, to the records that those it names were merged into since. One query."""
    merged = dict(
        Organization.objects.filter(slug__in=[tie.other for tie in description.ties])
        .exclude(merged_into=None)
        .values_list("slug", "merged_into__slug")
    )
    ties = [replace(tie, other=merged.get(tie.other, tie.other)) for tie in description.ties]
    return tuple({(tie.kind, tie.other): tie for tie in ties if tie.other != description.id}.values())


def public(description: Description) -> Description:
    """What everybody may have of an open record: no note, no form a machine heard, nothing withheld.

    Ties to records that are not open are taken away by whoever knows which those are.
    """
    return replace(
        description,
        names=tuple(
            replace(each, learned_from="")
            for each in description.names
            if each.kind != Name.Kind.HEARD_AS and not each.withheld
        ),
        ties=tuple(replace(each, learned_from="") for each in description.ties if not each.withheld),
        sources=tuple(replace(each, learned_from="") for each in description.sources if not each.withheld),
        keywords=(),
        note="",
    )


def merged(ours: Description, theirs: Description) -> Description:
    """Ours with what theirs says more or otherwise. What theirs leaves empty stays; nothing of ours is taken away.

    Where theirs has another authorized name, ours becomes one of the other names.
    """
    defaults = Description(id="", names=())
    changed: dict[str, Any] = {}
    for column in (
        "kind", "country", "founded", "dissolved", "dates_verified", "history", "mandate", "functions", "structure",
        "legal_status", "context", "note", "status", "level", "language", "rules",
    ):  # fmt: skip
        value = getattr(theirs, column)
        if value and value != getattr(defaults, column):
            changed[column] = value
    theirs_authorized = theirs.of_kind(Name.Kind.AUTHORIZED)
    names = [
        replace(each, kind=Name.Kind.OTHER.value)
        if each.kind == Name.Kind.AUTHORIZED and theirs_authorized and each.text not in theirs_authorized
        else each
        for each in ours.names
    ]
    return replace(
        ours,
        **changed,
        names=_united(names, theirs.names, lambda each: (each.kind, each.text)),
        places=_united(ours.places, theirs.places, lambda each: (each.name, each.country, each.role)),
        identifiers=_united(ours.identifiers, theirs.identifiers, lambda each: each),
        ties=_united(ours.ties, theirs.ties, lambda each: (each.kind, each.other)),
        sources=_united(ours.sources, theirs.sources, lambda each: each.citation),
        keywords=tuple(dict.fromkeys((*ours.keywords, *theirs.keywords))),
    )


def _united(ours: Iterable[Any], theirs: Iterable[Any], key: Any) -> tuple[Any, ...]:
    """Theirs replaces ours of the same key where it says as much; the order is ours, then what is new."""
    found = {key(each): each for each in ours}
    for each in theirs:
        before = found.get(key(each))
        found[key(each)] = each if before is None else fuller(before, each)
    return tuple(found.values())


def fuller(ours: Any, theirs: Any) -> Any:
    """Ours with whatever theirs says; both are of one of the parts above."""
    if isinstance(ours, tuple):
        return ours
    said = {name: value for name in theirs.__slots__ if (value := getattr(theirs, name))}
    return replace(ours, **said)


def to_json(description: Description) -> dict[str, Any]:
    """Without what is empty, so that a later field changes no earlier revision."""
    whole = asdict(description) | {
        "founded": str(description.founded or ""),
        "dissolved": str(description.dissolved or ""),
    }
    return {name: _plain(value) for name, value in whole.items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each not in ("", None, False, (), [])}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def from_json(content: Mapping[str, Any]) -> Description:
    """The record that to_json wrote."""
    given = dict(content)
    for name, kind in (("names", NameForm), ("places", Place), ("ties", Tie)):
        given[name] = tuple(kind(**each) for each in given.get(name, ()))
    given["sources"] = tuple(
        Citation(**{**each, "supports": tuple(each.get("supports", ()))}) for each in given.get("sources", ())
    )
    given["identifiers"] = tuple((scheme, value) for scheme, value in given.get("identifiers", ()))
    given["keywords"] = tuple(given.get("keywords", ()))
    for name in ("founded", "dissolved"):
        given[name] = partial_dates.parse(given[name]) if given.get(name) else None
    return Description(**given)
