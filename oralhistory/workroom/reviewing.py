"""The page on which a transcript is reviewed: segments, cut where something is to be seen in them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone

from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span, overlaps
from oralhistory.mentions.models import Mention
from oralhistory.organizations import labels
from oralhistory.recordings.models import Recording
from oralhistory.review import redactions as rules_of_redactions
from oralhistory.review import retranscribing, speaking
from oralhistory.review.models import Redaction
from oralhistory.transcripts import second_readings, versions
from oralhistory.transcripts.models import OtherReading, Segment, Transcript
from oralhistory.transcripts.second_readings import Place
from oralhistory.transcripts.words import Word, from_rows, placed
from oralhistory.workroom import showing, times

UNSURE = 0.5  # below this probability a word is marked
LEAF = 40  # segments that are shown at once where there is no editor


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a segment's text with what is to be seen in it."""

    text: str
    mention: Mention | None = None
    unsure: bool = False
    cut: bool = False
    heard: str = ""  # what a machine heard there before it was told names


@dataclass(slots=True)
class Row:
    """A segment as the editor shows it. Times are the recording's; `offset_ms` leads to the interview's."""

    segment: Segment
    offset_ms: int
    pieces: list[Piece]
    words: list[list[int]]  # [first character, start_ms, end_ms] each
    written: list[tuple[str, str]]  # a name that a second reading wrote, what was heard first
    editing: bool = False
    problem: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    gaps: list[Any] = field(default_factory=list)  # gap_places.ShownGap, that come before it

    @property
    def start_ms(self) -> int:
        return self.segment.start_ms + self.offset_ms


def recording_of(interview: Interview, code: str) -> Recording | None:
    """The recording that was asked for, else the first that has a text."""
    recordings = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
    asked = [recording for recording in recordings if recording.code == code]
    return next((each for each in [*asked, *recordings] if versions.current(each)), None)


def page(
    interview: Interview,
    recording: Recording,
    *,
    leaf: str = "",
    cue: str = "",
    editing: str = "",
    problem: str = "",
) -> dict[str, Any]:
    """One recording's text: a leaf of it to be read without the editor, and what is said of the whole.

    The leaf is that of a cue, else the one that was asked for by its number.
    """
    transcript = versions.current(recording)
    assert transcript is not None  # noqa: S101  # recording_of chose one that has a text
    everything = [
        Row(segment, recording.offset_ms, [], [], [])
        for segment in transcript.segments.defer("words", "text", "language", "voice")
    ]
    shown, leaves = _leaf(everything, leaf, cue or editing)
    full = rows_of(
        interview, recording, transcript,
        cues=None if len(shown) == len(everything) else {row.segment.cue_id for row in shown},
        editing=editing, problem=problem,
    )  # fmt: skip
    return {
        **_left_to_do(transcript, everything),
        "recording": recording,
        "recordings": [each for each in Recording.objects.of(interview) if versions.current(each)],
        "transcript": transcript,
        "rows": full,
        "everything": everything,
        "leaves": leaves,
        "times": times.of(transcript, [row.segment for row in everything], at=timezone.now()),
        "speakers": showing.speakers(interview),
        "voices": (voices := speaking.voices(transcript)),
        "nameless_voices": any(not voice.speaker for voice in voices),
        "redactions": [
            (redaction, redaction.start_ms - recording.offset_ms)
            for redaction in Redaction.objects.standing().filter(interview=interview)
        ],
        "apart": retranscribing.apart(recording),
        "all_labels": labels.labels().values(),
    }


def _left_to_do(transcript: Transcript, rows: list[Row]) -> dict[str, int]:
    """What counts down while the text is worked on."""
    mentions = Mention.objects.filter(transcript=transcript)
    return {
        "differing": OtherReading.objects.undecided().filter(segment__transcript=transcript).count(),
        "undecided": mentions.undecided().count(),
        "accepted": mentions.accepted().count(),
        "flagged": sum(bool(row.segment.flags) for row in rows),
        "nameless": sum(not row.segment.speaker for row in rows),
    }


def _leaf(rows: list[Row], number: str, cue: str) -> tuple[list[Row], Page[Row]]:
    """The rows of a leaf, and where it lies among the others."""
    paginator = Paginator(rows, LEAF)
    at = next((place for place, row in enumerate(rows) if cue and row.segment.cue_id == cue), None)
    leaf = paginator.get_page(number if at is None else at // LEAF + 1)
    return list(leaf.object_list), leaf


def rows_of(
    interview: Interview,
    recording: Recording,
    transcript: Transcript,
    *,
    cues: Collection[str] | None = None,
    editing: str = "",
    problem: str = "",
) -> list[Row]:
    """The segments of a version, or only those named."""
    segments = transcript.segments.all() if cues is None else transcript.segments.filter(cue_id__in=cues)
    places = second_readings.places(transcript, segments)
    found: dict[int, list[Mention]] = {}
    mentions = Mention.objects.seen().filter(transcript=transcript)
    for mention in mentions.select_related("organization"):
        found.setdefault(mention.segment_id, []).append(mention)
    closed = rules_of_redactions.spans(interview)
    return [
        _row(
            segment,
            found.get(segment.pk, []),
            places.get(segment.pk, []),
            closed,
            recording.offset_ms,
            editing=editing,
            problem=problem,
        )
        for segment in segments
    ]


def _row(
    segment: Segment,
    mentions: list[Mention],
    places: list[Place],
    closed: list[Span],
    offset_ms: int,
    *,
    editing: str,
    problem: str,
) -> Row:
    words = placed_words(segment)
    chosen = segment.cue_id == editing
    return Row(
        segment,
        offset_ms,
        list(_pieces(segment, mentions, places, words, closed, offset_ms)),
        [[wide(segment.text, start), word.start_ms, word.end_ms] for start, _end, word in words],
        [(segment.text[each.start : each.end], each.heard) for each in places if each.heard],
        editing=chosen,
        problem=problem if chosen else "",
    )


def placed_words(segment: Segment) -> list[tuple[int, int, Word]]:
    return placed(from_rows(segment.words), segment.text)


def word_times(recording: Recording) -> dict[str, list[int]]:
    """By segment: [first character, milliseconds from the segment's start, …] of its words."""
    transcript = versions.current(recording)
    segments = transcript.segments.all() if transcript else []
    return {
        segment.cue_id: [
            number
            for start, _end, word in placed_words(segment)
            for number in (wide(segment.text, start), word.start_ms - segment.start_ms)
        ]
        for segment in segments
    }


def wide(text: str, place: int) -> int:
    """A place in a text as JavaScript counts characters."""
    return len(text[:place].encode("utf-16-le")) // 2


def narrow(text: str, place: int) -> int:
    """A place as JavaScript counts characters, as Python counts them."""
    return len(text.encode("utf-16-le")[: 2 * place].decode("utf-16-le", "ignore"))


def _pieces(
    segment: Segment,
    mentions: list[Mention],
    places: list[Place],
    words: list[tuple[int, int, Word]],
    closed: list[Span],
    offset_ms: int,
) -> Iterable[Piece]:
    unsure = [(start, end) for start, end, word in words if word.probability < UNSURE]
    cut = closed_in(segment, words, closed, offset_ms)
    edges = {0, len(segment.text)}
    for start, end in [*unsure, *cut, *_spans(mentions), *_spans(places)]:
        edges.update((start, end))
    inside = sorted(edge for edge in edges if edge <= len(segment.text))
    for start, end in pairwise(inside):
        yield Piece(
            segment.text[start:end],
            mention=next((each for each in mentions if each.start <= start and end <= each.end), None),
            unsure=any(a <= start and end <= b for a, b in unsure),
            cut=any(a <= start and end <= b for a, b in cut),
            heard=next((each.heard for each in places if each.start <= start and end <= each.end), ""),
        )


def closed_in(
    segment: Segment, words: list[tuple[int, int, Word]], closed: list[Span], offset_ms: int
) -> list[tuple[int, int]]:
    """The characters of a segment that no edition may carry."""
    if not closed:
        return []
    if not words:
        whole = (segment.start_ms + offset_ms, segment.end_ms + offset_ms)
        return [(0, len(segment.text))] if overlaps(whole, closed) else []
    cut = [
        (start, end)
        for start, end, word in words
        if overlaps((word.start_ms + offset_ms, max(word.end_ms, word.start_ms + 1) + offset_ms), closed)
    ]
    return _joined(segment.text, cut)


def _spans(marked: Iterable[Mention] | Iterable[Place]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in marked]


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighboring words as one run, with the blank between them."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
