"""Notes for readers, at a passage or at words in it: who is meant by a nickname, what a word meant then.

A note is published with its passage and never without it: where the passage, or the words that the note is about, are
kept out of an edition, the note is too.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.review.models import Footnote, FootnoteQuerySet
from oralhistory.transcripts.models import Segment


class NothingSaid(Exception):
    """A note without words."""


@transaction.atomic
def write(
    interview: Interview, cue_id: str, text: str, *, by: Agent, at: datetime, about: str = ""
) -> Footnote:
    """Raises NothingSaid."""
    text = " ".join(text.split())
    if not text:
        raise NothingSaid
    note = Footnote.objects.create(
        interview=interview,
        cue_id=cue_id,
        about=" ".join(about.split())[:200],
        text=text,
        by_agent=str(by),
        at=at,
    )
    events.record("footnote written", interview, at=at, agent=by, outcome=cue_id)
    return note


@transaction.atomic
def remove(note: Footnote, *, by: Agent, at: datetime) -> None:
    """From the next edition on. Doing it again changes nothing."""
    removed = Footnote.objects.filter(pk=note.pk, removed_at=None).update(
        removed_at=at, removed_by_agent=str(by)
    )
    if removed:
        events.record("footnote removed", note.interview, at=at, agent=by, outcome=note.cue_id)


def follow_edit(interview: Interview, segments: Sequence[Segment], cues: Collection[str]) -> None:
    """After passages were split or joined: a note goes where its words are, or with what was left of its passage.

    `segments` are what stands now of the passages `cues`. Where nothing stands the note waits: it may be undone.
    """
    standing = {segment.cue_id: segment for segment in segments}
    for note in of(interview).filter(cue_id__in=cues):
        own = standing.get(note.cue_id)
        if own and note.about in own.text:
            continue
        place = next((each for each in segments if note.about and note.about in each.text), None)
        if place is None and own is None and segments:
            place = segments[0]
        if place:
            note.cue_id = place.cue_id
            note.save(update_fields=["cue_id"])


def of(interview: Interview) -> FootnoteQuerySet:
    return Footnote.objects.standing().filter(interview=interview)


def by_cue(interview: Interview) -> dict[str, list[Footnote]]:
    """Those that stand, by the passage that they explain. One query."""
    found: dict[str, list[Footnote]] = {}
    for note in of(interview):
        found.setdefault(note.cue_id, []).append(note)
    return found
