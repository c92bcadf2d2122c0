"""What a decision about a person does: redactions wherever they are named. They are added with the text and never
taken away by an edit; the decision alone lifts them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from oralhistory.lib.agents import Agent
from oralhistory.review.models import NamedPerson, Occurrence, Redaction
from oralhistory.review.people_named.spoken import Spoken


def follow(people: Iterable[NamedPerson], said: Spoken, *, by: Agent, at: datetime) -> None:
    """A redaction for each place where somebody who is kept out is named now and there is none."""
    kept_out = {each.pk: each for each in people if each.decision in NamedPerson.KEPT_OUT}
    standing: dict[int | None, list[tuple[int, int]]] = {}
    rows = Redaction.objects.standing().filter(person__in=kept_out)
    for pk, start_ms, end_ms in rows.values_list("person", "start_ms", "end_ms"):
        standing.setdefault(pk, []).append((start_ms, end_ms))
    places = Occurrence.objects.filter(person__in=kept_out, likely=False)
    Redaction.objects.bulk_create(
        _redaction(kept_out[place.person_id], place, said, by=by, at=at)
        for place in places
        if not any(
            start <= place.start_ms and place.end_ms <= end
            for start, end in standing.get(place.person_id, [])
        )
    )


def _redaction(person: NamedPerson, place: Occurrence, said: Spoken, *, by: Agent, at: datetime) -> Redaction:
    passage = None if place.gone else said.passages.get(place.cue_id)
    words = passage.words(place.start, place.end) if passage else None
    first, last = words or (None, None)
    return Redaction(
        interview_id=person.interview_id, person=person, start_ms=place.start_ms, end_ms=place.end_ms,
        cue_id=place.cue_id, first_word=first, last_word=last, kind=person.decision, replacement=person.replacement,
        reason=_("A person is named."), marked_by_agent=str(by), marked_at=at,
    )  # fmt: skip


def settle(person: NamedPerson, *, by: Agent, at: datetime) -> None:
    """The decision is another one: the redactions that it made become its own, or are lifted."""
    standing = Redaction.objects.standing().filter(person=person)
    if person.decision in NamedPerson.KEPT_OUT:
        standing.update(kind=person.decision, replacement=person.replacement)
    else:
        standing.update(lifted_at=at, lifted_by_agent=str(by))
