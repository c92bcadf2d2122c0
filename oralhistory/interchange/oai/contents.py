"""What may be collected now, each with a digest of all that is given out of it."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from oralhistory.editions import outside
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange.models import Harvested
from oralhistory.organizations import descriptions
from oralhistory.organizations import public as organizations
from oralhistory.organizations.descriptions import Description

Kind = Harvested.Kind
HALF = 32  # characters of a digest of 64


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a later state of a record is told from this one."""

    digest: str
    collection: str = ""  # as a set


@dataclass(frozen=True, slots=True)
class Content:
    """A testimony or an organization as everybody may read it."""

    mark: Mark
    edition: PublicEdition | None = None
    spoken_of: tuple[str, ...] = ()  # names of organizations
    description: Description | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # of records that it is tied to, by slug


def present(kind: str, keys: Collection[str] | None = None) -> dict[str, Content]:
    """By key: all, or some."""
    return _testimonies(keys) if kind == Kind.TESTIMONY else _organizations(keys)


def keys(kind: str) -> list[str]:
    """Of all that may be collected now. One query."""
    if kind == Kind.TESTIMONY:
        found = outside.granting(outside.RECORD).order_by()
        return list(found.values_list("standing__public_id", flat=True))
    return organizations.listing().slugs


def collection_code(title: str) -> str:
    """A set's name. Titles may be written in letters that a set's name cannot have: a digest tells them apart."""
    return f"{slugify(title)[:60] or 'collection'}-{_digest(title)[:8]}"


def collections() -> dict[str, str]:
    """The titles of what testimonies that may be collected are in, by code. One query."""
    titles = outside.granting(outside.RECORD).order_by().values_list("collection", flat=True).distinct()
    return {collection_code(title): title for title in sorted(titles) if title}


def outlines() -> dict[str, str]:
    """Of every testimony that may be collected, the first half of its digest: all but the names of organizations.

    Two queries. Which names may be shown depends on thousands of mentions; see `state`.
    """
    return {row["standing__public_id"]: _outline(row) for row in outside.outlines()}


def state() -> str:
    """Another value after anything public of any organization changed. Four queries that read no text."""
    return _digest(organizations.whole_state())


def _outline(row: Mapping[str, Any]) -> str:
    return _digest(sorted(row.items()))[:HALF]


def marks(kind: str, some: Collection[str] | None = None) -> dict[str, Mark]:
    """Of all, or of some."""
    if kind == Kind.ORGANIZATION:
        return {key: content.mark for key, content in _organizations(some).items()}
    rows = outside.outlines(some)
    names = _names_in(outside.spoken_of_in(some))
    return {row["standing__public_id"]: _mark(row, names.get(row["standing__public_id"], ())) for row in rows}


def _mark(row: Mapping[str, Any], names: Collection[str]) -> Mark:
    code = collection_code(row["collection"]) if row["collection"] else ""
    return Mark(_outline(row) + _digest(list(names))[:HALF], code)


def _names_in(spoken_of: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """The names of the organizations that slugs lead to."""
    records = organizations.by_slug({slug for slugs in spoken_of.values() for slug in slugs})
    return {
        public_id: tuple(sorted({records[slug].name for slug in slugs if slug in records}))
        for public_id, slugs in spoken_of.items()
    }


def _testimonies(public_ids: Collection[str] | None) -> dict[str, Content]:
    """Ten queries at most, whatever their number."""
    found = outside.records(public_ids)
    rows = {row["standing__public_id"]: row for row in outside.outlines(list(found))}
    names = _names_in(outside.spoken_of_in(list(found)))
    return {
        public_id: Content(
            _mark(rows[public_id], names.get(public_id, ())),
            edition=edition,
            spoken_of=names.get(public_id, ()),
        )
        for public_id, edition in found.items()
        if public_id in rows  # it may have been withdrawn between two queries
    }


def _organizations(slugs: Collection[str] | None) -> dict[str, Content]:
    """Eleven queries at most, whatever their number."""
    found = organizations.descriptions_of(slugs)
    names = {each.id: each.name for each in found}
    others = {tie.other for each in found for tie in each.ties} - names.keys()
    names |= {slug: each.name for slug, each in organizations.facts(others).items()} if others else {}
    contents = {}
    for each in found:
        tied = {tie.other: names[tie.other] for tie in each.ties if tie.other in names}
        told = [descriptions.to_json(each), tied]
        contents[each.id] = Content(Mark(_digest(told)), description=each, names=tied)
    return contents


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
