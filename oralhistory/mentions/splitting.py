"""Making two records of one that spoke of two organizations: what is the other's goes to it, mentions included."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from oralhistory.lib.agents import Agent
from oralhistory.lib.folding import fold
from oralhistory.mentions.models import Mention
from oralhistory.organizations import cataloging, descriptions
from oralhistory.organizations.descriptions import Description, NameForm, Tie
from oralhistory.organizations.models import Name, Organization, Revision
from oralhistory.provenance import events


class KeepsItsName(Exception):
    """The authorized name stays with the record that has it."""


class NotCurrent(Exception):
    """A record that was merged or deprecated has nothing to be split."""


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions of one form in one interview: what goes or stays together."""

    interview: str  # public id
    folded: str
    surface: str  # as it stands in the text, once
    accepted: int
    undecided: int
    rejected: int

    @property
    def key(self) -> str:
        return f"{self.interview} {self.folded}"


@dataclass(frozen=True, slots=True)
class Share:
    """What goes to the new record, each by its place in the description that was shown; mentions by the keys of groups."""

    names: Collection[int] = ()
    places: Collection[int] = ()
    identifiers: Collection[int] = ()
    ties: Collection[int] = ()
    sources: Collection[int] = ()
    mentions: Collection[str] = field(default_factory=frozenset)


def groups(organization: Organization) -> list[Group]:
    """The mentions of a record, by interview and form. One query."""
    rows = (
        Mention.objects.filter(organization=organization)
        .order_by()
        .values_list("transcript__recording__session__interview__public_id", "surface", "state")
        .annotate(Count("pk"))
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    surfaces: dict[tuple[str, str], str] = {}
    for interview, surface, state, number in sorted(rows):
        key = (interview, fold(surface))
        surfaces.setdefault(key, surface)
        states = counts.setdefault(key, {})
        states[state] = states.get(state, 0) + number
    return [
        Group(
            interview, folded, surfaces[interview, folded], states.get(Mention.State.ACCEPTED, 0),
            states.get(Mention.State.SUGGESTED, 0), states.get(Mention.State.REJECTED, 0),
        )
        for (interview, folded), states in sorted(counts.items())
    ]  # fmt: skip


def parts(whole: Description, new: Description, share: Share) -> tuple[Description, Description]:
    """What stays of a record, and the new one with what goes to it. Raises KeepsItsName, IndexError."""
    going: dict[str, Any] = {}
    staying: dict[str, Any] = {}
    for part in ("names", "places", "identifiers", "ties", "sources"):
        rows, chosen = getattr(whole, part), set(getattr(share, part))
        going[part] = tuple(rows[index] for index in sorted(chosen))
        staying[part] = tuple(each for index, each in enumerate(rows) if index not in chosen)
    if any(each.kind == Name.Kind.AUTHORIZED for each in going["names"]):
        raise KeepsItsName
    named = {(each.kind, each.text) for each in new.names}
    called = {each.text for each in new.names if each.kind == Name.Kind.AUTHORIZED}
    names = [*new.names, *(each for each in going["names"] if not _said(each, named, called))]
    going["ties"] = tuple(_ties(going["ties"], new.id))
    return replace(whole, **staying), replace(new, **{**going, "names": tuple(names)})


def _said(name: NameForm, named: set[tuple[str, str]], called: set[str]) -> bool:
    """Whether the new record has that name already: a form that became its authorized name is not another name too."""
    if (name.kind, name.text) in named:
        return True
    return name.text in called and name.kind in (Name.Kind.OTHER, Name.Kind.FORMER)


def _ties(ties: Iterable[Tie], slug: str) -> Iterable[Tie]:
    return (tie for tie in ties if tie.other != slug)


@transaction.atomic
def split(
    organization: Organization,
    new: Description,
    share: Share,
    *,
    by: Agent,
    at: datetime,
    why: str = "",
    expected: int | None = None,
) -> Organization:
    """Make a new record of part of one; it is closed, and withheld as the old one is. Merging it gives all back.

    Raises NotCurrent, KeepsItsName, cataloging.Overtaken, cataloging.NoSuchRecord, cataloging.Unnamed.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if organization.merged_into_id or organization.deprecated_at:
        raise NotCurrent
    if expected is not None and organization.version != expected:
        raise cataloging.Overtaken
    if Organization.objects.filter(slug=new.id).exists():
        raise cataloging.Overtaken
    (whole,) = descriptions.describe([organization])
    staying, going = parts(whole, new, share)
    changed = cataloging.save_all([staying, going], by=by, at=at, action=Revision.Action.SPLIT, why=why)
    if organization.slug not in {each.organization.slug for each in changed}:
        cataloging.note_revision(organization, Revision.Action.SPLIT, by=by, at=at, why=why)
    made = Organization.objects.get(slug=new.id)
    Organization.objects.filter(pk=made.pk).update(
        learned_from=organization.learned_from, withheld=organization.withheld
    )
    _move(organization, made, share.mentions)
    events.record("organization split", organization, at=at, agent=by, outcome=made.code)
    return Organization.objects.get(pk=made.pk)


def _move(old: Organization, new: Organization, keys: Collection[str]) -> None:
    mentions = Mention.objects.filter(organization=old).values_list(
        "pk", "transcript__recording__session__interview__public_id", "surface"
    )
    moving = [pk for pk, interview, surface in mentions if f"{interview} {fold(surface)}" in keys]
    for start in range(0, len(moving), 5_000):
        batch = Mention.objects.filter(pk__in=moving[start : start + 5_000])
        batch.filter(proposed=old.slug).update(proposed=new.slug)
        batch.update(organization=new)
