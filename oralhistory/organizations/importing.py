"""Bringing lists of records in: all or nothing, and first as a rehearsal for whoever wants to see what would change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from oralhistory.lib.agents import Agent
from oralhistory.organizations import cataloging, descriptions
from oralhistory.organizations.cataloging import Changed
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Organization, Revision
from oralhistory.provenance import events


@dataclass(frozen=True, slots=True)
class Imported:
    """What a list did to the archive, or would do."""

    created: int
    updated: int
    unchanged: int
    unknown_relations: tuple[str, ...]  # "a → b" where b is in neither the list nor the archive
    changed: tuple[Changed, ...]
    merged: tuple[
        str, ...
    ] = ()  # "a → b" where a of the list went into b: what the list says of a is left out


class _List:
    code = "organizations:list"


def bring_in(
    listed: Iterable[Description], *, by: Agent, at: datetime, publish: bool = False, rehearse: bool = False
) -> Imported:
    """Add a list of records, or bring those of the same id up to date.

    What a record of the list leaves empty stays as it is, and so do names that people added. `publish` opens the
    records to the public: an archivist's decision; a record that is public stays so. `rehearse` changes nothing.
    Raises cataloging.Unnamed.
    """
    with transaction.atomic():
        imported = _bring_in(list(listed), by=by, at=at, publish=publish)
        transaction.set_rollback(rehearse)
    return imported


def _bring_in(listed: Sequence[Description], *, by: Agent, at: datetime, publish: bool) -> Imported:
    listed, gone = _as_merged(listed)
    slugs = [each.id for each in listed]
    mentioned = {*slugs, *(tie.other for each in listed for tie in each.ties)}
    there = set(Organization.objects.filter(slug__in=mentioned).values_list("slug", flat=True))
    unknown = [
        f"{each.id} → {tie.other}"
        for each in listed
        for tie in each.ties
        if tie.other not in there and tie.other not in slugs
    ]
    ours = {each.id: each for each in descriptions.describe(Organization.objects.filter(slug__in=slugs))}
    wanted = []
    for each in listed:
        known = replace(
            each, ties=tuple(tie for tie in each.ties if tie.other in there or tie.other in slugs)
        )
        wanted.append(descriptions.merged(ours[each.id], known) if each.id in ours else known)
    changed = cataloging.save_all(wanted, by=by, at=at, action=Revision.Action.IMPORTED)
    if publish:
        Organization.objects.filter(slug__in=slugs).update(publication=Organization.Publication.PUBLIC)
    if changed:
        events.record("organizations imported", _List, at=at, agent=by, outcome=str(len(changed)))
    created = sum(each.new for each in changed)
    return Imported(
        created, len(changed) - created, len(listed) - len(changed), tuple(unknown), tuple(changed), gone
    )


def _as_merged(listed: Sequence[Description]) -> tuple[list[Description], tuple[str, ...]]:
    """A list that was written before records were merged: those that went are left out, relations lead to where they went."""
    named = {*(each.id for each in listed), *(tie.other for each in listed for tie in each.ties)}
    merged = dict(
        Organization.objects.filter(slug__in=named)
        .exclude(merged_into=None)
        .values_list("slug", "merged_into__slug")
    )
    if not merged:
        return list(listed), ()
    kept = []
    for each in listed:
        if each.id not in merged:
            ties = [replace(tie, other=merged.get(tie.other, tie.other)) for tie in each.ties]
            own = {(tie.kind, tie.other): tie for tie in ties if tie.other != each.id}
            kept.append(replace(each, ties=tuple(own.values())))
    return kept, tuple(f"{each.id} → {merged[each.id]}" for each in listed if each.id in merged)
