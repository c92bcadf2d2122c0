"""The walk through what is doubtful in a recording's text: every place in order, until a person has looked at it.

A place is settled when somebody has written its passage by hand, has decided what is asked there, or says that it is
right as it stands. What is said so is said of a text: where that changes otherwise, it is doubted anew.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from oralhistory.lib.agents import Agent
from oralhistory.mentions.common_words import JOINING
from oralhistory.mentions.models import Mention
from oralhistory.provenance import events
from oralhistory.review import unknown_names
from oralhistory.review.models import DoubtSettled
from oralhistory.transcripts import gaps, second_readings, suspicion
from oralhistory.transcripts.models import OtherReading, Segment, Transcript, Window
from oralhistory.transcripts.sound import milliseconds
from oralhistory.transcripts.words import Word, folded, from_rows, placed

DOUBTED = 0.4  # probability of a word that a person should hear
SAME_AGAIN = 3  # segments in a row that say the same are a loop


class Kind(StrEnum):
    TEXT = "text"  # how a machine wrote it: its reasons are flags
    NAME = "name"  # nothing in the archive knows it
    MENTION = "mention"  # nobody has decided on it
    TWO_READINGS = "two_readings"  # a name that was heard otherwise before the machine was told names
    HEARD_ANEW = "heard_anew"  # another reading waits beside what people wrote
    GAP = "gap"  # nothing is written there


# Of these it cannot be said that they are right as they stand: they ask for a decision.
DECIDED_ELSEWHERE = frozenset({Kind.MENTION, Kind.HEARD_ANEW})


class NoSuchDoubt(Exception):
    """It is settled already, or its text has changed."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place to look at. Times are the recording's; `cue_id` of a gap is of the segment before it."""

    kind: Kind
    cue_id: str
    start_ms: int
    end_ms: int
    keys: tuple[str, ...]  # of its passages
    reasons: tuple[str, ...] = ()  # flags, or the kind of a gap
    words: str = ""  # what stands there, or (of a gap) what was taken out
    heard: str = ""  # what a machine heard instead
    times: int = 1  # how often a name is said
    mention: int | None = None
    settled: bool = False

    @property
    def key(self) -> str:
        return self.keys[0]


def of(transcript: Transcript, kinds: Collection[str] = tuple(Kind)) -> list[Doubt]:
    """All of them (or of these kinds) in order, those too that are settled by somebody's word."""
    segments = list(transcript.segments.all())
    said_right = set(
        DoubtSettled.objects.filter(recording=transcript.recording_id).values_list("kind", "key")
    )
    mentions: dict[int, list[Mention]] = defaultdict(list)
    for mention in Mention.objects.seen().filter(transcript=transcript):
        mentions[mention.segment_id].append(mention)
    found: dict[str, Callable[[], Iterable[Doubt]]] = {
        Kind.TEXT: lambda: _as_written(transcript, segments, said_right),
        Kind.NAME: lambda: _names(transcript, segments, mentions),
        Kind.MENTION: lambda: _mentions(segments, mentions),
        Kind.TWO_READINGS: lambda: _two_readings(transcript, segments),
        Kind.HEARD_ANEW: lambda: _heard_anew(transcript),
        Kind.GAP: lambda: _gaps(transcript, segments),
    }
    marked = [
        each if each.kind == Kind.TEXT else replace(each, settled=(each.kind, each.key) in said_right)
        for kind in kinds
        for each in found[kind]()
    ]
    return sorted(marked, key=lambda each: (each.start_ms, each.end_ms, each.kind))


@transaction.atomic
def settle(transcript: Transcript, kind: str, key: str, *, by: Agent, at: datetime) -> Doubt:
    """It is right as it stands, or (of a gap) nothing is to be written there. Raises NoSuchDoubt."""
    doubt = _find(transcript, kind, key, settled=False)
    if doubt.kind in DECIDED_ELSEWHERE:
        raise NoSuchDoubt
    DoubtSettled.objects.bulk_create(
        [
            DoubtSettled(
                recording_id=transcript.recording_id, kind=doubt.kind, key=each, cue_id=doubt.cue_id,
                by_agent=str(by), at=at,
            )
            for each in doubt.keys
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    _tell("doubt settled", transcript, doubt, by=by, at=at)
    return doubt


@transaction.atomic
def doubt_again(transcript: Transcript, kind: str, key: str, *, by: Agent, at: datetime) -> Doubt:
    """Take that back. Raises NoSuchDoubt."""
    doubt = _find(transcript, kind, key, settled=True)
    rows = DoubtSettled.objects.filter(recording=transcript.recording_id, kind=kind, key__in=doubt.keys)
    rows.delete()
    _tell("doubted again", transcript, doubt, by=by, at=at)
    return doubt


def _find(transcript: Transcript, kind: str, key: str, *, settled: bool) -> Doubt:
    for doubt in of(transcript, [kind] if kind in set(Kind) else []):
        if doubt.kind == kind and key in doubt.keys and doubt.settled == settled:
            return doubt
    raise NoSuchDoubt


def _tell(kind: str, transcript: Transcript, doubt: Doubt, *, by: Agent, at: datetime) -> None:
    interview = transcript.recording.session.interview
    events.record(kind, interview, at=at, agent=by, outcome=f"{doubt.kind} {doubt.cue_id}".strip())


def _key(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


# How a machine wrote it.


def _as_written(
    transcript: Transcript, segments: Sequence[Segment], said_right: set[tuple[str, str]]
) -> Iterator[Doubt]:
    """Segments that follow each other with the same flags come from one window: one place."""
    silent = _over_silence(transcript)
    loops = _said_again(segments)
    before: Doubt | None = None
    for segment in segments:
        doubt = None if segment.text_by_hand else _doubted(segment, silent, loops)
        if doubt and (Kind.TEXT, doubt.key) in said_right:
            doubt = replace(doubt, settled=True)
        if before and doubt and _goes_on(before, doubt):
            before = replace(before, end_ms=doubt.end_ms, keys=(*before.keys, *doubt.keys))
            continue
        if before:
            yield before
        before = doubt
    if before:
        yield before


def _goes_on(before: Doubt, doubt: Doubt) -> bool:
    return (
        before.reasons == doubt.reasons and before.settled == doubt.settled and "unsure" not in doubt.reasons
    )


def _doubted(segment: Segment, silent: Sequence[tuple[int, int]], loops: set[int]) -> Doubt | None:
    words = from_rows(segment.words)
    tokens = [token for token in (folded(word.text) for word in words) if token]
    reasons = [flag for flag in segment.flags if flag != gaps.Kind.DROPPED]
    if segment.pk in loops or suspicion.is_looping(tokens):
        reasons.append("repetitive")
    seconds = (segment.end_ms - segment.start_ms) / 1000
    if len(tokens) > 5 and len(tokens) / seconds > suspicion.FASTEST:
        reasons.append("too_fast")
    if any(start < segment.end_ms and segment.start_ms < end for start, end in silent):
        reasons.append("no_speech")
    unsure = _unsure(words)
    if unsure:
        reasons.append("unsure")
    if not reasons:
        return None
    return Doubt(
        Kind.TEXT, segment.cue_id, unsure[0].start_ms if reasons == ["unsure"] else segment.start_ms, segment.end_ms,
        (_key(segment.cue_id, segment.text),), tuple(dict.fromkeys(reasons)),
        words=" · ".join(word.text for word in unsure),
    )  # fmt: skip


def _unsure(words: Iterable[Word]) -> list[Word]:
    """Small words that join others are unsure everywhere, and carry nothing."""
    return [word for word in words if word.probability < DOUBTED and folded(word.text) not in (*JOINING, "")]


def _said_again(segments: Sequence[Segment]) -> set[int]:
    found: set[int] = set()
    run: list[Segment] = []
    for segment in segments:
        run = [*run, segment] if run and run[-1].text == segment.text else [segment]
        if len(run) >= SAME_AGAIN:
            found.update(each.pk for each in run[1:])
    return found


def _over_silence(transcript: Transcript) -> list[tuple[int, int]]:
    """Windows in which hardly anybody speaks."""
    heard = gaps.heard_as(transcript)
    if heard is None:
        return []
    rows = Window.objects.filter(chunk__transcription=heard, heard=True).order_by("start_sample")
    return [
        (milliseconds(start), milliseconds(end))
        for start, end, speech in rows.values_list("start_sample", "end_sample", "speech_samples")
        if 20 * speech < end - start
    ]


# What is named.


def _names(
    transcript: Transcript, segments: Sequence[Segment], mentions: dict[int, list[Mention]]
) -> Iterator[Doubt]:
    """Each once, where it is said first; what a mention covers is asked there."""
    known = unknown_names.known_names(transcript.recording.session.interview)
    places: dict[str, list[unknown_names.NameSaid]] = defaultdict(list)
    for each in unknown_names.of(segments, known):
        own = mentions.get(segments[each.index].pk, [])
        if not any(mention.start < each.end and each.start < mention.end for mention in own):
            places[each.folded].append(each)
    for name, said in places.items():
        if all(segments[each.index].text_by_hand for each in said):
            continue
        first = said[0]
        segment = segments[first.index]
        start_ms, end_ms = _times(segment, first.start, first.end)
        yield Doubt(
            Kind.NAME, segment.cue_id, start_ms, end_ms, (_key(name),), words=first.name, times=len(said)
        )


def _times(segment: Segment, start: int, end: int) -> tuple[int, int]:
    words = [word for a, b, word in placed(from_rows(segment.words), segment.text) if a < end and start < b]
    return (words[0].start_ms, words[-1].end_ms) if words else (segment.start_ms, segment.end_ms)


def _mentions(segments: Sequence[Segment], mentions: dict[int, list[Mention]]) -> Iterator[Doubt]:
    cues = {segment.pk: segment.cue_id for segment in segments}
    for segment, found in mentions.items():
        for each in found:
            if each.state == Mention.State.SUGGESTED:
                reasons = () if each.organization_id else ("unlisted",)
                yield Doubt(
                    Kind.MENTION, cues[segment], each.start_ms, each.end_ms, (_key(each.pk),), reasons,
                    words=each.surface, mention=each.pk,
                )  # fmt: skip


# What was heard twice, or not at all.


def _two_readings(transcript: Transcript, segments: Sequence[Segment]) -> Iterator[Doubt]:
    found = second_readings.places(transcript, segments)
    for segment in segments:
        for each in [] if segment.text_by_hand else found.get(segment.pk, []):
            written = segment.text[each.start : each.end]
            start_ms, end_ms = _times(segment, each.start, each.end)
            if each.heard and folded(each.heard) != folded(written):
                yield Doubt(
                    Kind.TWO_READINGS, segment.cue_id, start_ms, end_ms, (_key(segment.cue_id, written, each.heard),),
                    words=written, heard=each.heard,
                )  # fmt: skip


def _heard_anew(transcript: Transcript) -> Iterator[Doubt]:
    waiting = OtherReading.objects.undecided().filter(segment__transcript=transcript)
    for each in waiting.select_related("segment"):
        segment = each.segment
        yield Doubt(
            Kind.HEARD_ANEW, segment.cue_id, segment.start_ms, segment.end_ms, (_key(segment.cue_id, each.text),),
            words=segment.text, heard=each.text,
        )  # fmt: skip


def _gaps(transcript: Transcript, segments: Sequence[Segment]) -> Iterator[Doubt]:
    for gap in gaps.of(transcript):
        before = next((each for each in reversed(segments) if each.start_ms <= gap.start_ms), None)
        beside = before or next(iter(segments), None)
        yield Doubt(
            Kind.GAP, beside.cue_id if beside else "", gap.start_ms, gap.end_ms,
            (_key(gap.kind, gap.start_ms, gap.end_ms),), (gap.kind,), words=gap.heard,
        )  # fmt: skip
