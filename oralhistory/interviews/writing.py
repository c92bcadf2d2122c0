"""Writing the ficha of an interview part by part, as several hands may at once.

A page remembers of each part a mark of what it showed. Whoever saves a part that somebody else has changed since
overwrites nothing: what the other hand wrote comes back, to be set beside one's own.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from oralhistory.interviews import describing
from oralhistory.interviews.models import Collection, Interview, Participation
from oralhistory.lib.agents import Agent
from oralhistory.people.models import Person
from oralhistory.provenance import events

# The parts that are columns of an interview, and the one that is a row of its own.
COLUMNS = (
    "title", "identifier", "summary", "pull_quote", "warnings", "notes", "reasons", "technical_notes",
    "languages", "countries", "keywords", "glossary", "annexes",
)  # fmt: skip
COLLECTION = "collection"
PARTS = (*COLUMNS, COLLECTION)


class IdentifierTaken(Exception):
    """Another interview of the collection has this shelf mark."""


class StillNeeded(Exception):
    """An interview has a narrator; and of several in one role only the last goes, for the text counts them."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was saved, and what another hand had written meanwhile: by part, how it reads now."""

    saved: tuple[str, ...] = ()
    overtaken: dict[str, Any] = field(default_factory=dict)


def value(interview: Interview, part: str) -> Any:
    """How a part reads; the collection by its slug."""
    return interview.collection.slug if part == COLLECTION else getattr(interview, part)


def mark(value: Any) -> str:
    """What a page remembers of a value that it showed: sixteen hex digits, which say nothing of it."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:16]


@transaction.atomic
def write(
    interview: Interview, values: Mapping[str, Any], *, seen: Mapping[str, str], by: Agent, at: datetime
) -> Written:
    """Save the parts that nobody else has changed since they were `seen` (by their marks).

    One event names what was saved, and not what it says. Raises IdentifierTaken, Collection.DoesNotExist.
    """
    before = (
        Interview.objects.select_for_update(of=("self",)).select_related("collection").get(pk=interview.pk)
    )
    overtaken: dict[str, Any] = {}
    changed: list[str] = []
    for part, new in values.items():
        old = value(before, part)
        if old == new:
            continue
        if mark(old) != seen[part]:
            overtaken[part] = old
            continue
        changed.append(part)
        _set(before, part, new)
    if changed:
        _refuse_taken(before)
        before.save(update_fields=[COLLECTION if part == COLLECTION else part for part in changed])
        events.record("description changed", before, at=at, agent=by, outcome=", ".join(changed)[:120])
    return Written(tuple(changed), overtaken)


def _set(interview: Interview, part: str, new: Any) -> None:
    if part == COLLECTION:
        interview.collection = Collection.objects.get(slug=new)
    else:
        setattr(interview, part, new)


def _refuse_taken(interview: Interview) -> None:
    if not interview.identifier:
        return
    others = Interview.objects.filter(collection=interview.collection, identifier=interview.identifier)
    if others.exclude(pk=interview.pk).exists():
        raise IdentifierTaken


# Who took part.


def shown(participation: Participation) -> list[str]:
    """How somebody is shown: the way, and the name."""
    return [participation.person.attribution, participation.person.shown_name]


@transaction.atomic
def show_as(
    participation: Participation, narrator: describing.Narrator, *, seen: str, by: Agent, at: datetime
) -> Written:
    """Say how somebody is shown from now on; what is public stays as it is until the next edition."""
    person = Person.objects.select_for_update().get(pk=participation.person_id)
    old = [person.attribution, person.shown_name]
    name = "" if narrator.attribution == Person.Attribution.CODE else narrator.shown_name.strip()
    if [narrator.attribution, name] == old:
        return Written()
    part = f"person_{participation.pk}"
    if mark(old) != seen:
        return Written(overtaken={part: old})
    person.attribution, person.shown_name = narrator.attribution, name
    person.save(update_fields=["attribution", "shown_name"])
    events.record(
        "description changed", participation.interview, at=at, agent=by, outcome=f"how {person.code} is shown"
    )
    return Written((part,))


@transaction.atomic
def bring_in(
    interview: Interview, role: str, narrator: describing.Narrator, *, by: Agent, at: datetime
) -> Participation:
    """One more who took part."""
    name = "" if narrator.attribution == Person.Attribution.CODE else narrator.shown_name.strip()
    person = Person.objects.create(attribution=narrator.attribution, shown_name=name)
    made = Participation.objects.create(interview=interview, person=person, role=role)
    events.record("participant added", interview, at=at, agent=by, outcome=f"{role}: {person.code}")
    return made


@transaction.atomic
def take_out(participation: Participation, *, by: Agent, at: datetime) -> None:
    """Somebody did not take part after all. Raises StillNeeded."""
    interview = Interview.objects.select_for_update().get(pk=participation.interview_id)
    alike = Participation.objects.filter(interview=interview, role=participation.role).order_by("pk")
    *others, last = alike
    if last.pk != participation.pk or (participation.role == Participation.Role.NARRATOR and not others):
        raise StillNeeded
    events.record(
        "participant removed", interview, at=at, agent=by,
        outcome=f"{participation.role}: {participation.person.code}",
    )  # fmt: skip
    participation.delete()
