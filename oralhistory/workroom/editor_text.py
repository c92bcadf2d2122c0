"""A recording's text as the editor in the browser wants it: compact, with what is to be seen in each segment."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import OuterRef, Subquery

from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span, overlaps
from oralhistory.mentions.models import Mention
from oralhistory.recordings.models import Recording
from oralhistory.review import redactions
from oralhistory.transcripts import edits, gaps, second_readings
from oralhistory.transcripts.models import Segment, Transcript
from oralhistory.workroom import gap_places, reviewing, words


def whole(interview: Interview, recording: Recording, transcript: Transcript) -> dict[str, Any]:
    """Everything that is needed to open it."""
    shown = [gap_places.ShownGap(gap, recording.offset_ms) for gap in gaps.of(transcript)]
    return {
        "version": transcript.version,
        "number": edits.last_number(transcript),
        "offset": recording.offset_ms,
        "duration": recording.duration_ms,
        "segments": some(interview, recording, transcript),
        "gaps": [
            {
                "id": each.anchor,
                "start": each.gap.start_ms,
                "end": each.gap.end_ms,
                "said": each.said,
                "heard": each.gap.heard,
            }
            for each in shown
        ],
    }


def some(
    interview: Interview, recording: Recording, transcript: Transcript, cues: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """All segments in order; or only some, each with the one that it follows."""
    rows = _rows(transcript, cues)
    places = second_readings.places(transcript, rows)
    found: dict[int, list[Mention]] = {}
    mentions = Mention.objects.seen().filter(transcript=transcript).select_related("organization")
    for mention in mentions if cues is None else mentions.filter(segment__in=rows):
        found.setdefault(mention.segment_id, []).append(mention)
    closed = redactions.spans(interview)
    shown = [
        _segment(row, found.get(row.pk, []), places.get(row.pk, []), closed, recording.offset_ms)
        for row in rows
    ]
    if cues is not None:
        for row, each in zip(rows, shown, strict=True):
            each["follows"] = vars(row)["follows"] or ""
    return shown


def _rows(transcript: Transcript, cues: Collection[str] | None) -> list[Segment]:
    """Of some, `follows` is the cue before each."""
    if cues is None:
        return list(transcript.segments.all())
    before = Segment.objects.filter(transcript=OuterRef("transcript"), index__lt=OuterRef("index"))
    follows = Subquery(before.order_by("-index").values("cue_id")[:1])
    return [*transcript.segments.filter(cue_id__in=list(cues)).annotate(follows=follows)]


def _segment(
    row: Segment,
    mentions: Iterable[Mention],
    places: Iterable[second_readings.Place],
    closed: list[Span],
    offset_ms: int,
) -> dict[str, Any]:
    """What is empty is not sent. Times of words from the segment's beginning; places as JavaScript counts."""
    wide = _places(row.text)
    told, unsure = _words(row, wide)
    cut = (
        reviewing.closed_in(row, reviewing.placed_words(row), closed, offset_ms)
        if overlaps((row.start_ms + offset_ms, row.end_ms + offset_ms), closed)
        else []
    )
    given = {
        "words": told,
        "unsure": unsure,
        "cut": [[wide(start), wide(end)] for start, end in cut],
        "mentions": [
            [
                wide(each.start), wide(each.end), each.pk, each.state, each.organization.slug if each.organization else "",
                each.start_ms, each.end_ms,
            ]
            for each in mentions
        ],
        "heard": [[wide(each.start), wide(each.end), each.heard] for each in places if each.heard],
        "flags": [words.flag(flag) for flag in row.flags],
        "speaker": row.speaker,
        "voice": row.voice,
        "language": row.language,
        "hand": row.text_by_hand,
    }  # fmt: skip
    return {
        "cue": row.cue_id,
        "start": row.start_ms,
        "end": row.end_ms,
        "text": row.text,
        **{name: value for name, value in given.items() if value},
    }


def _same(place: int) -> int:
    return place


def _words(row: Segment, wide: Callable[[int], int]) -> tuple[list[int], list[list[int]]]:
    """[first character, start, end, …] of its words, and where those stand that the machine was not sure of.

    As words.placed says, without making thirty thousand objects of the rows.
    """
    told: list[int] = []
    unsure: list[list[int]] = []
    at, text, begin = 0, row.text, row.start_ms
    for start_ms, end_ms, word, probability in row.words:
        place = text.find(word, at)
        if place < 0:
            continue
        at = place + len(word)
        told += (wide(place), start_ms - begin, end_ms - begin)
        if probability < reviewing.UNSURE:
            unsure.append([wide(place), wide(at)])
    return told, unsure


def _places(text: str) -> Callable[[int], int]:
    """From places in a text to those that JavaScript counts: the same, but for rare characters."""
    if text.isascii() or max(text) < "\U00010000":
        return _same
    return lambda place: reviewing.wide(text, place)
