"""Making an interview and describing it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from oralhistory.accounts.models import User
from oralhistory.interviews.models import Collection, Interview, Participation, Session
from oralhistory.lib.agents import Agent
from oralhistory.people.models import Person
from oralhistory.places import gazetteer
from oralhistory.places.models import Place
from oralhistory.provenance import events


@dataclass(frozen=True, slots=True)
class Description:
    """What is written about an interview as a whole."""

    title: str
    languages: list[str]
    countries: list[str]
    summary: str = ""
    warnings: str = ""
    pull_quote: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Narrator:
    """How somebody wants to be shown."""

    shown_name: str
    attribution: str = Person.Attribution.PSEUDONYM


@dataclass(frozen=True, slots=True)
class Sitting:
    """When and where they sat down together, as far as it is known."""

    held_on: date | None = None
    place: str = ""
    country: str = ""


def collection(title: str) -> Collection:
    """The collection of that title, made if it is new."""
    title = title.strip()
    found = Collection.objects.filter(title__iexact=title).first()
    if found:
        return found
    slug = slugify(title)[:70] or "collection"
    taken = Collection.objects.filter(slug__startswith=slug).count()
    return Collection.objects.create(title=title, slug=f"{slug}-{taken + 1}" if taken else slug)


@transaction.atomic
def begin(
    collection: Collection,
    description: Description,
    narrator: Narrator,
    sitting: Sitting,
    *,
    by: User,
    at: datetime,
) -> Interview:
    """A new interview with its narrator and its first sitting."""
    interview = Interview.objects.create(
        collection=collection, title=description.title, languages=description.languages,
        countries=description.countries, summary=description.summary, warnings=description.warnings,
        pull_quote=description.pull_quote, notes=description.notes, created_by=by, created_at=at,
    )  # fmt: skip
    add_narrator(interview, narrator)
    add_sitting(interview, sitting)
    events.record("interview begun", interview, at=at, agent=by.agent)
    return interview


@transaction.atomic
def describe(interview: Interview, description: Description, *, by: Agent, at: datetime) -> None:
    """Write the description anew; what was changed is named in the event, not what it says."""
    before = Interview.objects.select_for_update().get(pk=interview.pk)
    names = ("title", "languages", "countries", "summary", "warnings", "pull_quote", "notes")
    changed = [name for name in names if getattr(before, name) != getattr(description, name)]
    for name in changed:
        setattr(before, name, getattr(description, name))
    if changed:
        before.save(update_fields=changed)
        events.record("description changed", interview, at=at, agent=by, outcome=", ".join(changed)[:120])


def add_narrator(interview: Interview, narrator: Narrator) -> Person:
    """A person who tells, by a code and the name they chose."""
    name = "" if narrator.attribution == Person.Attribution.CODE else narrator.shown_name.strip()
    person = Person.objects.create(attribution=narrator.attribution, shown_name=name)
    Participation.objects.create(interview=interview, person=person, role=Participation.Role.NARRATOR)
    return person


@transaction.atomic
def add_sitting(interview: Interview, sitting: Sitting) -> Session:
    """The next sitting, numbered in order."""
    last = Session.objects.filter(interview=interview).aggregate(last=Max("number"))["last"] or 0
    return Session.objects.create(
        interview=interview, number=last + 1, held_on=sitting.held_on, place=_place_of(sitting)
    )


def correct_sitting(session: Session, sitting: Sitting) -> None:
    """When and where it was, after all."""
    session.held_on, session.place = sitting.held_on, _place_of(sitting)
    session.save(update_fields=["held_on", "place"])


def _place_of(sitting: Sitting) -> Place | None:
    return gazetteer.place(sitting.place, country=sitting.country) if sitting.place.strip() else None
