"""The second readings that are kept: what a text takes from them, and what was heard first in those places.

The text does not depend on when the step ended that makes them (hearing_names): until every planned window was heard,
the first readings stand alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from oralhistory.recordings.models import Recording
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.models import OtherReading, SecondReading, Segment, Transcript, TranscriptionJob
from oralhistory.transcripts.renaming import MARKS, Renamed
from oralhistory.transcripts.sound import milliseconds
from oralhistory.transcripts.words import Word, folded, from_rows, placed, text_of

NEAR = 2_000  # ms that a word may have moved since it was written: people correct what stands beside it


def of(transcription: TranscriptionJob) -> QuerySet[SecondReading]:
    rows = SecondReading.objects.filter(window__chunk__transcription=transcription)
    return rows.order_by("window__start_sample")


def settled(transcription: TranscriptionJob) -> dict[int, list[Renamed]]:
    """For the join: what is written otherwise than it was heard first, by window. What is not whole is forgotten."""
    rows = list(of(transcription).values_list("window", "heard", "taken"))
    if not all(heard for _window, heard, _taken in rows):
        of(transcription).delete()
        return {}
    return {window: [Renamed.from_row(each) for each in taken] for window, _heard, taken in rows if taken}


def glossary_of(transcription: TranscriptionJob) -> str:
    """The hash of the glossary that a text was read with; empty if with none."""
    return of(transcription).values_list("glossary_sha256", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Words that a second reading put into a text, and what was heard first there. Words in the recording's time."""

    transcription: int  # its database id
    words: tuple[Word, ...]
    heard: str


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of a segment's text from start to end (not included) that a second reading wrote."""

    start: int
    end: int
    heard: str  # what was heard first there


def rewritten(recording: Recording) -> list[Rewritten]:
    """Of all transcriptions of a recording that were put together, the newest first."""
    rows = SecondReading.objects.filter(
        window__chunk__transcription__rendition__recording=recording,
        window__chunk__transcription__state=TranscriptionJob.State.JOINED,
    ).exclude(taken=[])
    found = []
    for row in rows.select_related("window__chunk").order_by(
        "-window__chunk__transcription", "window__start_sample"
    ):
        first = WindowResult.from_dict(row.window.result)
        start_ms = milliseconds(row.window.start_sample)
        for each in map(Renamed.from_row, row.taken):
            words = tuple(word.moved(start_ms) for word in each.words)
            heard = text_of(first.words[each.first : each.last])
            found.append(Rewritten(row.window.chunk.transcription_id, words, heard))
    return found


def places(transcript: Transcript, segments: Iterable[Segment]) -> dict[int, list[Place]]:
    """Where second readings wrote what stands in segments of a version, by the segment's database id.

    A segment that stayed, because people had worked on it, is from before the version's own transcription.
    """
    known = rewritten(transcript.recording)
    if not known:
        return {}
    made = transcript.transcription_id or (transcript.parent and transcript.parent.transcription_id)
    stayed = set(
        OtherReading.objects.filter(segment__transcript=transcript).values_list("segment", flat=True)
    )
    found = {}
    for segment in segments:
        of_it = [each for each in known if (each.transcription == made) != (segment.pk in stayed)]
        if placed_here := _placed(segment, of_it):
            found[segment.pk] = placed_here
    return found


def _placed(segment: Segment, known: Iterable[Rewritten]) -> list[Place]:
    """The names that a segment has still. Of one that goes on in the next segment, what this one has of it."""
    stands = placed(from_rows(segment.words), segment.text)
    found: list[Place] = []
    for each in known:
        here = [word for word in each.words if segment.start_ms <= word.start_ms < segment.end_ms]
        at = _nearest(here, [word for _start, _end, word in stands])
        if here and at is not None:
            start, end = _bare(segment.text, stands[at][0], stands[at + len(here) - 1][1])
            heard = each.heard.strip(MARKS) if here[0] == each.words[0] else ""
            if all(end <= other.start or other.end <= start for other in found):
                found.append(Place(start, end, heard))
    return sorted(found, key=lambda place: place.start)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Characters without the punctuation at either end."""
    passage = text[start:end]
    return start + len(passage) - len(passage.lstrip(MARKS)), end - len(passage) + len(passage.rstrip(MARKS))


def _nearest(written: Sequence[Word], words: Sequence[Word]) -> int | None:
    """Where words stand in others, the nearest in time to where they were written; None if nowhere near."""
    wanted = [folded(word.text) for word in written]
    said = [folded(word.text) for word in words]
    fits = [
        at
        for at in range(len(said) - len(wanted) + 1)
        if wanted
        and said[at : at + len(wanted)] == wanted
        and abs(words[at].start_ms - written[0].start_ms) <= NEAR
    ]
    return min(fits, key=lambda at: abs(words[at].start_ms - written[0].start_ms), default=None)
