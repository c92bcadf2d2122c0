"""Gaps between the segments, in their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oralhistory.transcripts.gaps import Gap
from oralhistory.workroom import words
from oralhistory.workroom.reviewing import Row


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


def put_among(rows: Sequence[Row], gaps: Iterable[Gap], offset_ms: int) -> list[ShownGap]:
    """Give each row the gaps that come before it. Returns those after the last one."""
    waiting = [ShownGap(gap, offset_ms) for gap in gaps]
    for row in rows:
        while waiting and waiting[0].gap.start_ms < row.segment.start_ms:
            row.gaps.append(waiting.pop(0))
    return waiting


def put_on_leaf(shown: Iterable[Row], rows: Iterable[Row]) -> None:
    """The same gaps for the rows of a leaf."""
    gaps_of = {row.segment.pk: row.gaps for row in rows}
    for row in shown:
        row.gaps = gaps_of[row.segment.pk]
