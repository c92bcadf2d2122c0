"""The history of a record: how it stood after every change, what differs, and bringing an earlier state back."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from oralhistory.lib.agents import Agent
from oralhistory.organizations import cataloging, descriptions, learned
from oralhistory.organizations.cataloging import Changed
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.joining import KEYS
from oralhistory.organizations.models import Organization, Revision


class NoSuchRevision(Exception):
    """The record never had a state of that number."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a record in which two states differ: a statement before and after, or rows of a list."""

    field: str
    before: Any = None
    after: Any = None
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()
    altered: tuple[tuple[Any, Any], ...] = ()  # the same name, place …, with something else said of it
    reordered: bool = False

    @property
    def is_list(self) -> bool:
        return self.field in KEYS


@dataclass(frozen=True, slots=True)
class Step:
    """A revision, and what it changed."""

    revision: Revision
    description: Description
    differences: tuple[Difference, ...]


def differences(before: Description | None, after: Description) -> tuple[Difference, ...]:
    """Where two states of a record differ, in the order of its parts. Before the first there was nothing."""
    before = before or Description(id=after.id, names=())
    found = []
    for each in fields(Description):
        was, now = getattr(before, each.name), getattr(after, each.name)
        if was != now and each.name != "id":
            found.append(
                _of_list(each.name, was, now) if each.name in KEYS else Difference(each.name, was, now)
            )
    return tuple(found)


def _of_list(field: str, was: Sequence[Any], now: Sequence[Any]) -> Difference:
    key = KEYS[field]
    before, after = {key(each): each for each in was}, {key(each): each for each in now}
    altered = tuple(
        (before[name], each) for name, each in after.items() if name in before and before[name] != each
    )
    added = tuple(each for name, each in after.items() if name not in before)
    removed = tuple(each for name, each in before.items() if name not in after)
    return Difference(
        field, added=added, removed=removed, altered=altered, reordered=not (added or removed or altered)
    )


def steps(organization: Organization) -> list[Step]:
    """Every change of a record, newest first. One query."""
    revisions = list(Revision.objects.filter(organization=organization).order_by("number"))
    states = [descriptions.from_json(each.content) for each in revisions]
    pairs = pairwise([None, *states])
    made = [
        Step(revision, after, differences(before, after))
        for revision, (before, after) in zip(revisions, pairs, strict=True)
        if after is not None
    ]
    return made[::-1]


def at_version(organization: Organization, number: int) -> Description:
    """How a record stood after its change of that number; 0 is what it was before anybody kept count.

    Raises NoSuchRevision.
    """
    revision = Revision.objects.filter(organization=organization, number=number).first()
    if revision is not None:
        return descriptions.from_json(revision.content)
    if number == organization.version:
        return descriptions.describe([organization])[0]
    raise NoSuchRevision(number)


def restore(
    organization: Organization, number: int, *, by: Agent, at: datetime, why: str, expected: int | None = None
) -> Changed:
    """Make a record what it was. What is withheld is decided by today, and forms heard since stay known.

    A relation to a record that was merged since leads to where that went. Raises NoSuchRevision, cataloging.Overtaken.
    """
    wanted = learned.as_of_now(at_version(organization, number))
    heard = [each for each in descriptions.describe([organization])[0].names if each.kind == "heard_as"]
    known = {(each.kind, each.text) for each in wanted.names}
    wanted = replace(
        wanted,
        names=(*wanted.names, *(each for each in heard if (each.kind, each.text) not in known)),
        ties=descriptions.where_they_lead(wanted),
    )
    return cataloging.save(wanted, by=by, at=at, action=Revision.Action.RESTORED, why=why, expected=expected)
