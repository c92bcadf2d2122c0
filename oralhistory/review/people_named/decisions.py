"""Deciding on people named: by a person, who says who it is, what becomes of the name, and which spellings are theirs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.review.models import NamedPerson, Occurrence
from oralhistory.review.people_named import alike, effects, register, spoken

DECIDED = "person named decided on"  # of events; with the person's code, never a name


class Overtaken(Exception):
    """Somebody else has just decided about this person."""


class NeedsWords(Exception):
    """A name that is replaced is replaced by something, and that is not the name."""


class NoWords(Exception):
    """No words were given, or the passage does not say them."""


class NotTheSame(Exception):
    """A person cannot be joined with themselves, or with one of another interview."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says of a person named."""

    decision: str
    kind: str = NamedPerson.Kind.UNKNOWN
    living: str = NamedPerson.Living.UNKNOWN
    replacement: str = ""
    note: str = ""


NO_PERSON = Verdict(NamedPerson.Decision.KEEP, kind=NamedPerson.Kind.NOBODY)


def stand(person: NamedPerson) -> str:
    """How a decision stands, to be handed back with another one."""
    return f"{person.decision}:{person.decided_at.isoformat() if person.decided_at else ''}"


@transaction.atomic
def decide(
    person: NamedPerson,
    verdict: Verdict,
    *,
    by: Agent,
    at: datetime,
    seen: str | None = None,
    shown: Collection[str] = (),
    theirs: Collection[str] = (),
) -> NamedPerson:
    """Write a verdict down; its redactions are made, changed or lifted with it, everywhere in the interview.

    `shown` are the spellings that were on the page, `theirs` those of them that are this person's: the others become
    somebody to be decided on. Raises Overtaken, NeedsWords.
    """
    interview = Interview.objects.select_for_update().get(pk=person.interview_id)
    person = NamedPerson.objects.select_for_update().get(pk=person.pk)
    if seen is not None and seen != stand(person):
        raise Overtaken
    _write(person, verdict, by=by, at=at)
    _tell_apart(person, set(shown), set(theirs))
    effects.settle(person, by=by, at=at)
    register.follow(interview, by=by, at=at)
    events.record(DECIDED, interview, at=at, agent=by, outcome=f"{person.code}: {person.decision}")
    return person


def _write(person: NamedPerson, verdict: Verdict, *, by: Agent, at: datetime) -> None:
    replaced = verdict.decision in (NamedPerson.Decision.ROLE_WORD, NamedPerson.Decision.PSEUDONYM)
    words = " ".join(verdict.replacement.split()) if replaced else ""
    said = set(alike.meaning(alike.form_of(words)))
    names = [person.name, *person.occurrences.filter(likely=False).values_list("spelling", flat=True)]
    if replaced and (not said or any(said & set(alike.meaning(alike.form_of(each))) for each in names)):
        raise NeedsWords
    person.decision, person.kind, person.living = verdict.decision, verdict.kind, verdict.living
    person.replacement, person.note = words, verdict.note
    is_decided = verdict.decision != NamedPerson.Decision.UNDECIDED
    person.decided_by_agent, person.decided_at = (str(by), at) if is_decided else ("", None)
    person.save()


def _tell_apart(person: NamedPerson, shown: set[str], theirs: set[str]) -> None:
    """Spellings that are somebody else's go to people of their own."""
    rows = Occurrence.objects.filter(person=person)
    rows.filter(spelling__in=shown & theirs).update(likely=False)
    others = rows.filter(spelling__in=shown - theirs)
    for spelling in sorted(set(others.values_list("spelling", flat=True))):
        other = NamedPerson.objects.create(interview_id=person.interview_id, name=spelling)
        others.filter(spelling=spelling).update(person=other, likely=False)
    left = rows.filter(likely=False).values_list("spelling", flat=True)
    if shown - theirs and left and person.name not in left:
        person.name = max(left, key=len)
        person.save(update_fields=["name"])


@transaction.atomic
def no_people(people: Iterable[NamedPerson], *, by: Agent, at: datetime) -> int:
    """What looked like names of people are none: those of them on which nobody has decided. Returns how many."""
    done = 0
    for person in people:
        locked = NamedPerson.objects.select_for_update().get(pk=person.pk)
        if locked.decision != NamedPerson.Decision.UNDECIDED:
            continue
        _write(locked, NO_PERSON, by=by, at=at)
        Occurrence.objects.filter(person=locked).update(likely=False)
        events.record(DECIDED, person.interview, at=at, agent=by, outcome=f"{person.code}: nobody")
        done += 1
    return done


@transaction.atomic
def join(person: NamedPerson, other: NamedPerson, *, by: Agent, at: datetime) -> NamedPerson:
    """One is also called as the other is ("Ramiro", "el Chino"): what was decided on the first holds for both.

    Raises NotTheSame.
    """
    if person.pk == other.pk or person.interview_id != other.interview_id:
        raise NotTheSame
    interview = Interview.objects.select_for_update().get(pk=person.interview_id)
    Occurrence.objects.filter(person=other).update(person=person)
    other.redactions.update(person=person)
    NamedPerson.objects.filter(pk=other.pk).delete()
    person.refresh_from_db()
    effects.settle(person, by=by, at=at)
    register.follow(interview, by=by, at=at)
    events.record(DECIDED, interview, at=at, agent=by, outcome=f"{person.code}: {person.decision}")
    return person


@transaction.atomic
def add(interview: Interview, name: str, *, at: datetime) -> NamedPerson:
    """Somebody whom the machine did not find, by a name as it was typed. Raises NoWords."""
    name = " ".join(name.split())[:200]
    if not alike.form_of(name):
        raise NoWords
    register.follow(interview, at=at)
    person = _called(interview, name) or NamedPerson.objects.create(
        interview=interview, name=name, by_hand=True
    )
    register.follow(interview, at=at)
    return person


@transaction.atomic
def mark(interview: Interview, cue_id: str, start: int, end: int, *, at: datetime) -> NamedPerson:
    """Words of a passage are a name: characters [start, end). Raises NoWords."""
    said = spoken.of(interview)
    passage = said.passages.get(cue_id)
    spelling = passage.segment.text[start:end] if passage and 0 <= start < end else ""
    if passage is None or not alike.form_of(spelling):
        raise NoWords
    person = add(interview, spelling, at=at)
    start_ms, end_ms = passage.span(start, end)
    place = {"cue_id": cue_id, "start": start, "end": end}
    if not Occurrence.objects.filter(person__interview=interview, **place).update(by_hand=True):
        Occurrence.objects.create(
            person=person, start_ms=start_ms, end_ms=end_ms, spelling=spelling[:200], by_hand=True, **place
        )
    register.follow(interview, at=at)
    return person


def _called(interview: Interview, name: str) -> NamedPerson | None:
    """Who is in the register under this spelling already."""
    people = {each.pk: each for each in NamedPerson.objects.filter(interview=interview)}
    form = alike.form_of(name)
    owner = next((each.owner for each in register.spellings(people.values()) if each.form == form), None)
    return people[owner] if owner is not None else None
