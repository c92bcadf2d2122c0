"""Writing authority records: exactly as described, with a revision of each that changed.

Rows of a record's names, places, identifiers and sources are made anew when they changed, so that their order is the
described one; nothing outside the record points at them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from oralhistory.lib.agents import Agent
from oralhistory.organizations import descriptions
from oralhistory.organizations.descriptions import Description, Tie
from oralhistory.organizations.models import (
    Identifier,
    Location,
    Name,
    Organization,
    Relation,
    Revision,
    Source,
)
from oralhistory.provenance import events


class Overtaken(Exception):
    """Somebody else has changed the record since it was read: look at it again."""


class NoSuchRecord(Exception):
    """A relation leads to a record that is not in the archive; says to which."""


class Unnamed(Exception):
    """A record needs one authorized name."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What was done to one record. Names are those that the matcher knows: all kinds, as (kind, text)."""

    organization: Organization
    action: str
    new: bool
    names_added: tuple[tuple[str, str], ...]
    names_removed: tuple[tuple[str, str], ...]


_COLUMNS = (
    "kind", "country", "dates_verified", "history", "mandate", "functions", "structure", "legal_status", "context", "note",
    "status", "level", "language", "rules",
)  # fmt: skip
_DATES = (
    "founded", "founded_in", "founded_certainty", "dissolved", "dissolved_in", "dissolved_certainty",
)  # fmt: skip


@transaction.atomic
def save(
    description: Description,
    *,
    by: Agent,
    at: datetime,
    action: str = Revision.Action.EDITED,
    why: str = "",
    expected: int | None = None,
) -> Changed:
    """Make a record, or make it exactly so; one that is so already is left alone.

    `expected` is the version that the hand had before it. Raises Overtaken, NoSuchRecord, Unnamed.
    """
    if expected is not None:
        row = Organization.objects.select_for_update().filter(slug=description.id).first()
        if (row.version if row else 0) != expected:
            raise Overtaken
    changed = save_all([description], by=by, at=at, action=action, why=why)
    if not changed:
        return Changed(Organization.objects.get(slug=description.id), action, False, (), ())
    events.record("organization described", changed[0].organization, at=at, agent=by, outcome=action)
    return changed[0]


@transaction.atomic
def save_all(
    wanted: Sequence[Description], *, by: Agent, at: datetime, action: str, why: str = ""
) -> list[Changed]:
    """Make many records so; gives those that changed, in their order. About thirty queries, whatever their number.

    No event is written here: a list is one event, a record another. A relation stays if either of its records states it.
    A record that is not among them but stands in a relation that changed gets a revision too.
    Raises NoSuchRecord, Unnamed; then nothing is changed.
    """
    for each in wanted:
        if len(each.of_kind(Name.Kind.AUTHORIZED)) != 1:
            raise Unnamed(each.id)
    slugs = [each.id for each in wanted]
    others = {tie.other for each in wanted for tie in each.ties} - set(slugs)
    known = {
        each.slug: each
        for each in Organization.objects.select_for_update().filter(slug__in=[*slugs, *others])
    }
    if missing := sorted(others - known.keys()):
        raise NoSuchRecord(missing[0])
    before = {each.id: each for each in descriptions.describe(_with_neighbors(known.values()))}
    changing = [each for each in wanted if before.get(each.id) != each]
    new = {each.id for each in changing} - known.keys()
    known |= _write_columns(changing, known)
    _write_children(changing, before, known)
    _write_relations(changing, known)
    touched = Organization.objects.filter(slug__in=[*before, *new])
    after = {each.id: each for each in descriptions.describe(touched)}
    return _revise(
        [slug for slug in dict.fromkeys([*slugs, *before]) if after[slug] != before.get(slug)],
        before, after, touched, by=by, at=at, action=action, why=why, asked=set(slugs),
    )  # fmt: skip


def _with_neighbors(records: Iterable[Organization]) -> list[Organization]:
    """Records and those they are tied to now: a tie that goes is gone from both."""
    pks = [each.pk for each in records]
    near = Relation.objects.filter(Q(subject__in=pks) | Q(object__in=pks)).values_list(
        "subject_id", "object_id"
    )
    return list(Organization.objects.filter(pk__in={*pks, *(pk for row in near for pk in row)}))


def _write_columns(
    changing: Sequence[Description], known: dict[str, Organization]
) -> dict[str, Organization]:
    rows: dict[str, Organization] = {}
    for each in changing:
        row = rows[each.id] = known.get(each.id) or Organization(slug=each.id)
        for column in _COLUMNS:
            setattr(row, column, getattr(each, column))
        row.keywords = "|".join(each.keywords)
        for name in ("founded", "dissolved"):
            date = getattr(each, name)
            setattr(row, name, date.year if date else None)
            setattr(row, f"{name}_in", date.rest if date else "")
            setattr(row, f"{name}_certainty", date.certainty if date else "certain")
    Organization.objects.bulk_create([row for row in rows.values() if row.pk is None])
    Organization.objects.bulk_update(
        [row for slug, row in rows.items() if slug in known], [*_COLUMNS, *_DATES, "keywords"], batch_size=100
    )
    return rows


def _write_children(
    changing: Sequence[Description], before: dict[str, Description], known: dict[str, Organization]
) -> None:
    for part, model, make in (
        ("names", Name, _name), ("places", Location, _location), ("identifiers", Identifier, _identifier),
        ("sources", Source, _source),
    ):  # fmt: skip
        differing = [
            each
            for each in changing
            if getattr(each, part) != (getattr(before[each.id], part) if each.id in before else ())
        ]
        manager: models.Manager[Any] = model._default_manager
        manager.filter(organization__in=[known[each.id].pk for each in differing]).delete()
        manager.bulk_create(
            [make(known[each.id], child) for each in differing for child in getattr(each, part)],
            batch_size=500,
        )


def _name(owner: Organization, each: descriptions.NameForm) -> Name:
    return Name(
        organization=owner, text=each.text, kind=each.kind, language=each.language, valid_from=each.valid_from,
        valid_to=each.valid_to, source=each.source, learned_from=each.learned_from, withheld=each.withheld,
    )  # fmt: skip


def _location(owner: Organization, each: descriptions.Place) -> Location:
    return Location(
        organization=owner, name=each.name, country=each.country, role=each.role, valid_from=each.valid_from,
        valid_to=each.valid_to,
    )  # fmt: skip


def _identifier(owner: Organization, each: tuple[str, str]) -> Identifier:
    return Identifier(organization=owner, scheme=each[0], value=each[1])


def _source(owner: Organization, each: descriptions.Citation) -> Source:
    return Source(
        organization=owner, citation=each.citation, url=each.url, supports=list(each.supports),
        learned_from=each.learned_from, withheld=each.withheld,
    )  # fmt: skip


def _write_relations(changing: Sequence[Description], known: dict[str, Organization]) -> None:
    """The relations of the changed records are those that any of them states."""
    stated: dict[tuple[str, str, str], Tie] = {}
    for each in changing:
        for tie in each.ties:
            end = descriptions.ends(each.id, tie)
            stated[end] = descriptions.fuller(stated[end], tie) if end in stated else tie
    pks = [known[each.id].pk for each in changing]
    Relation.objects.filter(Q(subject__in=pks) | Q(object__in=pks)).delete()
    Relation.objects.bulk_create(
        [
            Relation(
                subject=known[subject], object=known[object_], kind=kind, description=tie.description,
                valid_from=tie.valid_from, valid_to=tie.valid_to, source=tie.source,
                learned_from=tie.learned_from, withheld=tie.withheld,
            )
            for (subject, object_, kind), tie in sorted(stated.items())
        ],
        batch_size=500,
    )  # fmt: skip


def _revise(
    slugs: Sequence[str],
    before: dict[str, Description],
    after: dict[str, Description],
    touched: Iterable[Organization],
    *,
    by: Agent,
    at: datetime,
    action: str,
    why: str,
    asked: set[str],
) -> list[Changed]:
    rows = {each.slug: each for each in touched}
    revisions, changed = [], []
    for slug in slugs:
        row, new = rows[slug], slug not in before
        row.version += 1
        revisions.append(
            Revision(
                organization=row, number=row.version, at=at, agent=str(by), why=why,
                action=Revision.Action.CREATED if new and action == Revision.Action.EDITED else action,
                content=descriptions.to_json(after[slug]),
            )
        )  # fmt: skip
        was = () if new else tuple((each.kind, each.text) for each in before[slug].names)
        now = tuple((each.kind, each.text) for each in after[slug].names)
        if slug in asked:
            changed.append(
                Changed(
                    row,
                    action,
                    new,
                    tuple(n for n in now if n not in was),
                    tuple(w for w in was if w not in now),
                )
            )
    Revision.objects.bulk_create(revisions, batch_size=200)
    Organization.objects.bulk_update([rows[slug] for slug in slugs], ["version"], batch_size=200)
    return changed


def note_revision(
    organization: Organization, action: str, *, by: Agent, at: datetime, why: str = ""
) -> Revision:
    """Keep how a record stands after something that its description does not tell (it was merged, deprecated)."""
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    organization.version += 1
    organization.save(update_fields=["version"])
    (description,) = descriptions.describe([organization])
    events.record(f"organization {action}", organization, at=at, agent=by)
    return Revision.objects.create(
        organization=organization, number=organization.version, at=at, agent=str(by), action=action, why=why,
        content=descriptions.to_json(description),
    )  # fmt: skip
