"""What an editor should look at first: gaps between the segments, and segments that look wrong, in place and as a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oralhistory.transcripts.gaps import Gap, Kind
from oralhistory.workroom import words
from oralhistory.workroom.reviewing import Row

# What loses or invents most comes first; what is not named here comes last.
_ORDER = (
    Kind.OTHER_LANGUAGE, Kind.UNWRITTEN, "phantom", "repetitive", "left_out", "improbable", "sparse", "too_fast",
    "low_probability", Kind.DROPPED, "times_guessed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap among the segments. `offset_ms` leads to the interview's time line."""

    gap: Gap
    offset_ms: int

    @property
    def anchor(self) -> str:
        return f"gap-{self.gap.start_ms}-{self.gap.end_ms}"

    @property
    def start_ms(self) -> int:
        return self.gap.start_ms + self.offset_ms

    @property
    def said(self) -> str:
        return str(words.GAPS[self.gap.kind])


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the list: where on the page, when on the interview's time line, and why."""

    anchor: str
    start_ms: int
    said: str
    rank: int


def put_among(rows: Sequence[Row], gaps: Iterable[Gap], offset_ms: int) -> list[ShownGap]:
    """Give each row the gaps that come before it. Returns those after the last one."""
    waiting = [ShownGap(gap, offset_ms) for gap in gaps]
    for row in rows:
        while waiting and waiting[0].gap.start_ms < row.segment.start_ms:
            row.gaps.append(waiting.pop(0))
    return waiting


def places(rows: Sequence[Row], after: Sequence[ShownGap]) -> list[Place]:
    """The list. Segments that follow each other with the same flags come from one window: one line."""
    found = []
    before: Sequence[str] = ()
    for row in rows:
        found += [_of_gap(shown) for shown in row.gaps]
        # What a person has written looks wrong no more; what was left out over silence is among the gaps.
        doubted = [] if row.segment.text_by_hand else row.segment.flags
        flags = [flag for flag in doubted if flag != Kind.DROPPED]
        if flags and flags != before:
            said = " ".join(f"{words.flag(flag)}." for flag in flags)
            rank = min(_rank(flag) for flag in flags)
            found.append(Place(f"s-{row.segment.cue_id}", row.start_ms, said, rank))
        before = flags
    found += [_of_gap(shown) for shown in after]
    return sorted(found, key=lambda place: (place.rank, place.start_ms))


def _of_gap(shown: ShownGap) -> Place:
    return Place(shown.anchor, shown.start_ms, shown.said, _rank(shown.gap.kind))


def _rank(code: str) -> int:
    return _ORDER.index(code) if code in _ORDER else len(_ORDER)
