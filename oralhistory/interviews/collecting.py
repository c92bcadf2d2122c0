"""Collections: what they are called, what they hold, two of them made one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from oralhistory.interviews.models import Collection, Interview, State
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events

PUBLIC = (State.PUBLISHED, State.REVISING)


class TitleTaken(Exception):
    """Another collection is called so: merge them, if they are one."""


class TheSame(Exception):
    """A collection is not merged into itself."""


class StillHolds(Exception):
    """There are interviews in it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A collection, as events name it."""

    code: str


@dataclass(frozen=True, slots=True)
class Held:
    """A collection with how many interviews it holds, and how many of these are public."""

    collection: Collection
    interviews: int
    public: int


def listed() -> list[Held]:
    """By title. One query."""
    rows = Collection.objects.annotate(
        number=Count("interviews"), public=Count("interviews", filter=Q(interviews__state__in=PUBLIC))
    )
    return [Held(row, row.number, row.public) for row in rows.order_by("title", "pk")]


@transaction.atomic
def describe(collection: Collection, title: str, description: str, *, by: Agent, at: datetime) -> None:
    """Its title and description from now on; editions keep the title that they were published under. Raises TitleTaken."""
    if Collection.objects.filter(title__iexact=title).exclude(pk=collection.pk).exists():
        raise TitleTaken
    Collection.objects.filter(pk=collection.pk).update(title=title, description=description)
    events.record("collection described", _subject(collection), at=at, agent=by)


@transaction.atomic
def merge(collection: Collection, into: Collection, *, by: Agent, at: datetime) -> int:
    """All that it holds goes into the other one, and it is there no more. Returns how many went. Raises TheSame.

    What is signed and not yet published has to be signed again: the collection is part of what was signed.
    """
    if collection.pk == into.pk:
        raise TheSame
    both = Collection.objects.select_for_update().filter(pk__in=[collection.pk, into.pk]).order_by("pk")
    source = next(each for each in both if each.pk == collection.pk)
    moved = Interview.objects.filter(collection=source).update(collection=into)
    events.record(
        "collection merged", _subject(source), at=at, agent=by, outcome=f"into {into.slug}: {moved}"
    )
    source.delete()
    return moved


@transaction.atomic
def remove(collection: Collection, *, by: Agent, at: datetime) -> None:
    """One that holds nothing. Raises StillHolds."""
    if Interview.objects.filter(collection=collection).exists():
        raise StillHolds
    events.record("collection removed", _subject(collection), at=at, agent=by)
    Collection.objects.filter(pk=collection.pk).delete()


def _subject(collection: Collection) -> Subject:
    return Subject(f"collection:{collection.pk}")
