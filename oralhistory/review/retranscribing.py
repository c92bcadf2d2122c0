"""A machine has heard a recording again: its words go under what people did with the text that there was.

A segment stays as it is where a person has changed its text, decided on a mention in it, left an open remark at its
moment, or wrote a footnote to it; and where anything is closed in it or next to it, since what a passage keeps from the public is found by the
times of its words. A speaker whom a person named stays with whatever words. Everything else is the machine's: its new
words are taken. Once an edition was signed, no segment goes whose address the world may know.

What the machine hears in a segment that stayed is kept beside it as the other reading. It waits for a person if it says
something new: not what stands there, and not what was heard there when people decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from oralhistory.consent import grants
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.lib.timeline import Span, merged, overlaps
from oralhistory.mentions import carrying
from oralhistory.mentions.models import Mention
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, footnotes, redactions, remarks
from oralhistory.review.models import Signature
from oralhistory.transcripts import edits, merging, transcribing, versions
from oralhistory.transcripts.models import (
    Correction,
    OtherReading,
    OtherReadingQuerySet,
    Segment,
    Transcript,
    TranscriptionJob,
)
from oralhistory.transcripts.segments import TimedSegment

AROUND = 500  # ms: a word heard anew so near to a closed passage may be one of those that are closed


class AlreadyDecided(Exception):
    """Somebody else has chosen between the two readings."""


@transaction.atomic
def join(transcription: TranscriptionJob, *, at: datetime) -> Transcript:
    """Put a transcript together, and make it the version that counts: as it is, or under people's work.

    A version that came from elsewhere stays the one that counts. Doing it again changes nothing.
    Raises transcribing.NotAllHeard.
    """
    recording = Recording.objects.select_for_update().get(pk=transcription.rendition.recording_id)
    done = Transcript.objects.filter(transcription=transcription).first()
    if done:
        return Transcript.objects.filter(parent=done).exclude(merged_from=None).first() or done
    present = versions.current(recording)
    machine = transcribing.join(transcription, at=at)
    if present is None or not _is_of_a_machine(present):
        return machine
    # Whoever decides on a mention waits here, or is waited for.
    list(Mention.objects.select_for_update(of=("self",)).filter(transcript=present))
    Mention.objects.filter(transcript=present).suggested().delete()  # they are looked for in the new text
    work = _Work.on(present, at=at)
    return _put_under(work, machine, at=at) if work.is_any else machine


def _is_of_a_machine(transcript: Transcript) -> bool:
    kinds = {transcript.kind, transcript.parent.kind if transcript.parent else ""}
    return Transcript.Kind.IMPORTED not in kinds


@dataclass(frozen=True, slots=True)
class _Work:
    """What people did with a version, by cue."""

    transcript: Transcript
    rows: list[Segment]
    text_by_hand: set[str]
    speaker_by_hand: set[str]
    decided: set[str]  # on mentions
    marked: set[str]  # an open remark, a footnote, or something closed
    readings: dict[str, OtherReading]
    first_heard: dict[str, str]  # where somebody corrected: what it said before
    is_signed: bool

    @classmethod
    def on(cls, transcript: Transcript, *, at: datetime) -> "_Work":
        rows = list(transcript.segments.all())
        made = {} if transcript.merged_from_id else _as_made(transcript)
        same = {row.cue_id: made.get(row.cue_id, (row.text, row.speaker)) for row in rows}
        corrections_made = Correction.objects.filter(segment__transcript=transcript).order_by("-pk")
        first_heard = dict(corrections_made.values_list("segment__cue_id", "before"))
        reshaped = edits.reshaped(transcript)
        interview = transcript.recording.session.interview
        marks = _marks(interview, transcript.recording, at=at)
        noted = footnotes.by_cue(interview)
        return cls(
            transcript,
            rows,
            text_by_hand={
                row.cue_id
                for row in rows
                if row.text_by_hand
                or row.cue_id in first_heard
                or row.cue_id in reshaped
                or row.text != same[row.cue_id][0]
            },
            speaker_by_hand={
                row.cue_id
                for row in rows
                if row.speaker_by_hand or row.speaker_from_voice or row.speaker != same[row.cue_id][1]
            },
            decided=set(
                Mention.objects.filter(transcript=transcript).values_list("segment__cue_id", flat=True)
            ),
            marked={
                row.cue_id
                for row in rows
                if row.cue_id in noted or overlaps((row.start_ms, row.end_ms), marks)
            },
            readings={
                each.segment.cue_id: each
                for each in OtherReading.objects.filter(segment__transcript=transcript).select_related(
                    "segment"
                )
            },
            first_heard=first_heard,
            is_signed=Signature.objects.filter(interview=interview).exists(),
        )

    @property
    def is_any(self) -> bool:
        by_hand = self.text_by_hand or self.speaker_by_hand
        return bool(by_hand or self.decided or self.marked or self.is_signed or self.transcript.parent)

    def heard_before(self, row: Segment) -> str:
        """What the last machine heard in a segment."""
        reading = self.readings.get(row.cue_id)
        return reading.text if reading else self.first_heard.get(row.cue_id, row.text)


def _as_made(transcript: Transcript) -> dict[str, tuple[str, str]]:
    """Text and speaker of each cue before a copy was made of its version for people."""
    rows = Segment.objects.filter(transcript=transcript.parent_id).values_list("cue_id", "text", "speaker")
    return {cue_id: (text, speaker) for cue_id, text, speaker in rows}


def _marks(interview: Interview, recording: Recording, *, at: datetime) -> list[Span]:
    """Moments of a recording of which people have said something, in its own time."""
    closed: Iterable[Span] = (
        *redactions.spans(interview),
        *(span for spans in grants.in_force(interview, at=at).closed_spans.values() for span in spans),
    )
    moments = [each.start_ms for each in remarks.open_remarks(interview) if each.start_ms is not None]
    spans = [(start - AROUND, end + AROUND) for start, end in closed] + [(ms, ms + 1) for ms in moments]
    return merged((start - recording.offset_ms, end - recording.offset_ms) for start, end in spans)


def _put_under(work: _Work, machine: Transcript, *, at: datetime) -> Transcript:
    before, recording = work.transcript, work.transcript.recording
    base = {row.cue_id: work.heard_before(row) for row in work.rows if row.cue_id in work.text_by_hand}
    ours = [versions.timed(row) for row in work.rows]
    parts = merging.merge(
        [
            TimedSegment(each.start_ms, each.end_ms, base.get(each.cue_id, each.text), cue_id=each.cue_id)
            for each in ours
        ],
        ours,
        [replace(versions.timed(row), cue_id="") for row in machine.segments.all()],
        held=work.text_by_hand | work.decided | work.marked,
        voiced=work.speaker_by_hand,
        lasting=work.is_signed,
    )
    after = versions.add(
        recording, [part.segment for part in parts], kind=Transcript.Kind.WORKING, made_by=machine.made_by, at=at,
        parent=machine, merged_from=before,
    )  # fmt: skip
    _keep_readings(work, after, parts)
    carrying.carry(before, after)
    events.record("text merged", recording.session.interview, at=at, agent=MACHINE, outcome=recording.code)
    return after


def _keep_readings(work: _Work, after: Transcript, parts: list[merging.Merged]) -> None:
    """Beside each segment that stayed, what the machine heard; and what is people's remains so."""
    before = {row.cue_id: row for row in work.rows}
    rows = list(after.segments.all())
    readings = []
    for row, part in zip(rows, parts, strict=True):
        row.speaker_from_voice = part.of in before and before[part.of].speaker_from_voice
        row.speaker_by_hand = part.of in work.speaker_by_hand and not row.speaker_from_voice
        if part.heard is not None:
            row.text_by_hand = part.of in work.text_by_hand
            state = _state(work, before[part.of], part.heard)
            readings.append(OtherReading(segment=row, text=part.heard, state=state))
    for name in ("text_by_hand", "speaker_by_hand", "speaker_from_voice"):
        decided = [row.pk for row in rows if getattr(row, name)]
        Segment.objects.filter(pk__in=decided).update(**{name: True})
    OtherReading.objects.bulk_create(readings)


def _state(work: _Work, row: Segment, heard: str) -> str:
    earlier = work.readings.get(row.cue_id)
    waits = earlier is not None and earlier.state == OtherReading.State.OPEN
    known = merging.is_alike(heard, work.heard_before(row)) and not waits
    return OtherReading.State.ALIKE if known or merging.is_alike(heard, row.text) else OtherReading.State.OPEN


# What waits for people, and what stands apart.


@dataclass(frozen=True, slots=True)
class Waiting:
    """An interview in which a machine heard something else in so many passages."""

    interview: Interview
    passages: int


def waiting(interviews: QuerySet[Interview]) -> list[Waiting]:
    """Where somebody should choose between two readings, the most first."""
    of = "segment__transcript__recording__session__interview"
    rows = OtherReading.objects.undecided().values_list(of).annotate(Count("pk")).order_by()
    counts: dict[int, int] = dict(rows)
    found = interviews.filter(pk__in=counts).select_related("collection")
    return sorted((Waiting(each, counts[each.pk]) for each in found), key=lambda each: -each.passages)


def apart(recording: Recording) -> Transcript | None:
    """What a machine heard in a recording whose text came from elsewhere and stays the one that counts; its newest."""
    present = versions.current(recording)
    if present is None or _is_of_a_machine(present):
        return None
    heard = Transcript.objects.filter(recording=recording, kind=Transcript.Kind.MACHINE)
    return heard.order_by("-version").first()


# What people say of it.


@transaction.atomic
def take(reading: OtherReading, *, seen: str, by: Agent, at: datetime) -> Segment:
    """Write what the machine heard: a correction like any other. `seen` is the text that it takes the place of.

    Raises AlreadyDecided, and what corrections.correct raises.
    """
    reading = _open(reading)
    segment = reading.segment
    interview = segment.transcript.recording.session.interview
    return corrections.correct(
        interview, segment.transcript, segment.cue_id, reading.text, seen=seen, by=by, at=at
    )


@transaction.atomic
def keep(reading: OtherReading, *, by: Agent, at: datetime) -> None:
    """What stands there stays; no machine's words take its place from now on. Raises AlreadyDecided."""
    reading = _open(reading)
    interview = reading.segment.transcript.recording.session.interview
    _keep(OtherReading.objects.filter(pk=reading.pk), by=by, at=at)
    events.record("other reading refused", interview, at=at, agent=by, outcome=reading.segment.cue_id)


@transaction.atomic
def keep_all(transcript: Transcript, *, by: Agent, at: datetime) -> int:
    """The same for every reading of a version that waits. Returns how many there were."""
    Recording.objects.select_for_update().get(pk=transcript.recording_id)
    interview = transcript.recording.session.interview
    number = _keep(OtherReading.objects.undecided().filter(segment__transcript=transcript), by=by, at=at)
    events.record("other reading refused", interview, at=at, agent=by, outcome=f"{number}")
    return number


def _keep(readings: OtherReadingQuerySet, *, by: Agent, at: datetime) -> int:
    Segment.objects.filter(pk__in=list(readings.values_list("segment", flat=True))).update(text_by_hand=True)
    return readings.update(state=OtherReading.State.KEPT, decided_by_agent=str(by), decided_at=at)


def _open(reading: OtherReading) -> OtherReading:
    Recording.objects.select_for_update().get(pk=reading.segment.transcript.recording_id)
    found = OtherReading.objects.undecided().filter(pk=reading.pk)
    locked = found.select_related("segment__transcript__recording__session__interview").first()
    if locked is None:
        raise AlreadyDecided
    return locked
