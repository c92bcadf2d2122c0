"""A machine's new words under what people made of its old ones: three ways, segment by segment.

*Base* is what a machine heard before, *ours* what people made of it (the same segments, by their cue ids), *theirs*
what a machine hears now, in segments of its own. Where people have changed a segment it stays as it is, and what is
heard there now is told beside it. Everywhere else the new words are taken. A segment keeps its cue id as long as
anything is heard in its time: addresses lead to it, and redactions and remarks speak of it.

Nothing is cut in the middle of a new segment next to what people wrote, since a word might then stand on both sides
or on none: old and new segments are settled in groups between the boundaries that both have.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import Word, folded, spread, text_of

NEAR = 2_500  # ms: how far from a boundary of ours the same boundary is looked for among the new words
A_BOUNDARY_TOO = 600  # ms that a place may lie further away if a new segment begins there
THE_SAME_WORD = (
    800  # … if the word before it is the one that was heard there before; as much for the word after
)


@dataclass(frozen=True, slots=True)
class Merged:
    """A segment of the new version. `cue_id` is empty for one that has no forerunner."""

    segment: TimedSegment
    of: str = ""  # the cue id of ours in whose time it lies; several may lie in one
    heard: str | None = None  # where ours stayed: what is heard there now; empty: nothing


@dataclass(slots=True)
class _Frame:
    """A stretch of time that becomes segments: one of ours, or a new segment where ours had none."""

    start_ms: int
    end_ms: int
    ours: TimedSegment | None = None
    was_heard: list[str] = field(default_factory=list)  # words of base, folded
    begins: int = 0  # of the new words, half-open
    ends: int = 0


def merge(
    base: Sequence[TimedSegment],
    ours: Sequence[TimedSegment],
    theirs: Sequence[TimedSegment],
    *,
    held: Collection[str] = frozenset(),
    voiced: Collection[str] = frozenset(),
    lasting: bool = False,
) -> list[Merged]:
    """The segments of the version to be, in order, never overlapping.

    Cues in `held` stay although their text is that of `base`; those in `voiced` keep their speaker whatever their
    words. `lasting`: of ours none goes because nothing is heard there anymore. Of each version the segments follow
    one another without overlapping; a new one begins with its first word and ends with its last.
    """
    said = {each.cue_id: each.text for each in base}
    stays = {each.cue_id for each in ours if each.cue_id in held or said.get(each.cue_id) != each.text}
    new = _New.of(theirs)
    frames = _frames(ours, said, new)
    _cut(frames, new)
    settled: list[Merged | _Taken] = []
    for group in _groups(frames, new):
        if any(each.ours and each.ours.cue_id in stays for each in group):
            settled.extend(_kept(each, new) for each in group if each.ours)
        else:
            settled.extend(_taken(group, new, lasting=lasting))
    return list(_placed(settled, {each.cue_id: each.speaker for each in ours if each.cue_id in voiced}))


def is_alike(text: str, other: str) -> bool:
    """Whether the same is heard in both: capitals, accents and punctuation are nobody's hearing."""
    return _heard_in(text) == _heard_in(other)


def _heard_in(text: str) -> list[str]:
    return [heard for word in text.split() if (heard := folded(word))]


@dataclass(frozen=True, slots=True)
class _New:
    """Theirs as one line of words. `segments` says of each word where it stands; `edges` are where a segment begins."""

    theirs: Sequence[TimedSegment]
    words: list[Word]
    segments: list[int]
    edges: list[int]  # one more than there are segments: the last is the number of words
    starts: list[int]

    @classmethod
    def of(cls, theirs: Sequence[TimedSegment]) -> "_New":
        words: list[Word] = []
        segments: list[int] = []
        edges = [0]
        for index, each in enumerate(theirs):
            words.extend(each.words or spread(each.text.split(), each.start_ms, each.end_ms))
            segments.extend([index] * (len(words) - len(segments)))
            edges.append(len(words))
        return cls(theirs, words, segments, edges, [word.start_ms for word in words])

    def is_edge(self, place: int) -> bool:
        at = bisect_left(self.edges, place)
        return at < len(self.edges) and self.edges[at] == place


def _frames(ours: Sequence[TimedSegment], said: dict[str, str], new: _New) -> list[_Frame]:
    frames = [
        _Frame(
            each.start_ms, each.end_ms, each, [_sounds(word) for word in said.get(each.cue_id, "").split()]
        )
        for each in ours
    ]
    ends = [each.end_ms for each in ours]
    for index, each in enumerate(new.theirs):
        following = bisect_right(ends, each.start_ms)
        if following == len(ours) or ours[following].start_ms >= each.end_ms:
            begins, stops = new.edges[index], new.edges[index + 1]
            frames.append(_Frame(each.start_ms, each.end_ms, begins=begins, ends=stops))
    return sorted(frames, key=lambda frame: frame.start_ms)


def _sounds(word: str) -> str:
    return folded(word) or word


def _cut(frames: list[_Frame], new: _New) -> None:
    """Give each frame its new words: all of them, in order."""
    fixed = [frame.begins for frame in frames if frame.ours is None]
    at = 0
    for frame, following in pairwise([*frames, None]):
        assert frame is not None  # noqa: S101  # only the last one is none
        if frame.ours is None:
            at = frame.ends
            continue
        frame.begins = at
        limit = next(iter(fixed[bisect_left(fixed, at) :]), len(new.words))
        if following is None or following.ours is None:
            at = limit
        else:
            at = _place(frame, following, new, at, limit)
        frame.ends = at


def _place(frame: _Frame, following: _Frame, new: _New, low: int, high: int) -> int:
    """Where among the new words the boundary between two segments of ours lies; from `low` to `high`."""
    first = max(low, bisect_left(new.starts, frame.end_ms - NEAR, low, high))
    last = min(high, bisect_right(new.starts, following.start_ms + NEAR, low, high) + 1)
    return min(range(first, last + 1), key=lambda place: _price(frame, following, new, place))


def _price(frame: _Frame, following: _Frame, new: _New, place: int) -> int:
    """How far a place lies from the boundary in milliseconds, less what speaks for it."""
    price = 0
    if place > 0:
        before = new.words[place - 1]
        price += max(0, before.end_ms - following.start_ms)
        price -= THE_SAME_WORD * (frame.was_heard[-1:] == [_sounds(before.text)])
    if place < len(new.words):
        after = new.words[place]
        price += max(0, frame.end_ms - after.start_ms)
        price -= THE_SAME_WORD * (following.was_heard[:1] == [_sounds(after.text)])
    return price - A_BOUNDARY_TOO * new.is_edge(place)


def _groups(frames: Sequence[_Frame], new: _New) -> Iterator[list[_Frame]]:
    """Frames between the boundaries that both versions have."""
    group: list[_Frame] = []
    for frame in frames:
        group.append(frame)
        if new.is_edge(frame.ends):
            yield group
            group = []
    if group:
        yield group


def _kept(frame: _Frame, new: _New) -> Merged:
    assert frame.ours is not None  # noqa: S101  # the caller has asked
    return Merged(frame.ours, frame.ours.cue_id, text_of(new.words[frame.begins : frame.ends]))


@dataclass(slots=True)
class _Taken:
    """New words that become a segment, and the new segments that they come from."""

    words: list[Word]
    sources: list[TimedSegment]  # one for each word
    cue_id: str = ""
    of: str = ""

    @property
    def has_length(self) -> bool:
        return self.words[0].start_ms < self.words[-1].end_ms


def _taken(group: list[_Frame], new: _New, *, lasting: bool) -> Iterator["Merged | _Taken"]:
    """In the time of one segment as many as theirs are; where theirs spans several of ours, as many as ours were."""
    for frame in group:
        if lasting and frame.ours and frame.begins == frame.ends:
            yield _kept(frame, new)
            continue
        pieces = [(frame.begins, frame.ends)] if len(group) > 1 else _by_segment(frame, new)
        parts = [
            _Taken(new.words[begins:ends], [new.theirs[each] for each in new.segments[begins:ends]])
            for begins, ends in pieces
            if begins < ends
        ]
        if frame.ours and parts:
            for part in parts:
                part.of = frame.ours.cue_id
            max(parts, key=lambda part: _shared(part, frame)).cue_id = frame.ours.cue_id
        yield from parts


def _by_segment(frame: _Frame, new: _New) -> list[tuple[int, int]]:
    inner = new.edges[bisect_right(new.edges, frame.begins) : bisect_left(new.edges, frame.ends)]
    return list(pairwise([frame.begins, *inner, frame.ends]))


def _shared(part: _Taken, frame: _Frame) -> int:
    """How long a part sounds in the time of a frame."""
    return min(part.words[-1].end_ms, frame.end_ms) - max(part.words[0].start_ms, frame.start_ms)


def _placed(settled: Sequence["Merged | _Taken"], voices: dict[str, str]) -> Iterator[Merged]:
    """Everything in its time: what stayed has its own, the new words fit in between."""
    at = 0
    waiting: list[_Taken] = []
    for each in settled:
        if isinstance(each, _Taken):
            waiting.append(each)
            continue
        yield from _fitted(waiting, at, each.segment.start_ms, voices)
        waiting = []
        yield each
        at = each.segment.end_ms
    if waiting:
        number = sum(len(part.words) for part in waiting)
        yield from _fitted(waiting, at, max(waiting[-1].words[-1].end_ms, at + number), voices)


def _fitted(parts: list[_Taken], start_ms: int, end_ms: int, voices: dict[str, str]) -> Iterator[Merged]:
    """Segments of new words within [start_ms, end_ms]. Parts that have no time left join the one before."""
    if not parts:
        return
    fits = start_ms <= parts[0].words[0].start_ms and parts[-1].words[-1].end_ms <= end_ms
    if not fits or not all(part.has_length for part in parts):
        parts = _squeezed(parts, start_ms, end_ms)
    made: list[_Taken] = []
    for part in parts:
        if made and not part.has_length:
            made[-1].words.extend(part.words)
            made[-1].sources.extend(part.sources)
        else:
            made.append(part)
    for part in made:
        yield Merged(_segment(part, voices), part.of)


def _squeezed(parts: list[_Taken], start_ms: int, end_ms: int) -> list[_Taken]:
    left = sum(len(part.words) for part in parts)
    if end_ms - start_ms < left:
        return _crowded(parts, start_ms, end_ms)
    at = start_ms
    squeezed = []
    for part in parts:
        words = []
        for word in part.words:
            left -= 1
            latest = end_ms - left  # each word after it gets a millisecond, too
            begins = max(at, min(word.start_ms, latest - 1))
            at = min(max(word.end_ms, begins + 1), latest)
            words.append(Word(begins, at, word.text, word.probability))
        squeezed.append(replace(part, words=words))
    return squeezed


def _crowded(parts: list[_Taken], start_ms: int, end_ms: int) -> list[_Taken]:
    """More words than milliseconds: each part has one as long as there are any, and its last words have none."""
    at = start_ms
    crowded = []
    for after, part in zip(range(len(parts) - 1, -1, -1), parts, strict=True):
        until = min(at + len(part.words), max(at, end_ms - after))
        words = [
            Word(min(at + place, until), min(at + place + 1, until), word.text, word.probability)
            for place, word in enumerate(part.words)
        ]
        crowded.append(replace(part, words=words))
        at = until
    return crowded


def _segment(part: _Taken, voices: dict[str, str]) -> TimedSegment:
    most = Counter(map(id, part.sources)).most_common(1)[0][0]
    source = next(each for each in part.sources if id(each) == most)
    return TimedSegment(
        start_ms=part.words[0].start_ms,
        end_ms=part.words[-1].end_ms,
        text=text_of(part.words),
        speaker=voices.get(part.of, source.speaker),
        language=source.language,
        flags=tuple(dict.fromkeys(flag for each in part.sources for flag in each.flags)),
        words=tuple(part.words),
        voice=source.voice,
        cue_id=part.cue_id,
    )
