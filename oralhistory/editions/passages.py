"""A segment's text without what is closed."""

from dataclasses import dataclass

from oralhistory.lib.timeline import Span, overlaps
from oralhistory.transcripts.models import Segment
from oralhistory.transcripts.words import from_rows

Instead = tuple[int, int, str]  # start_ms, end_ms, what is said in the place of the closed words
GAP = "[…]"
TIMES_GUESSED = "times_guessed"  # a flag of segments: their words were spread over a time, not heard at it


@dataclass(frozen=True, slots=True)
class Passage:
    """What is left of a segment. `kept` maps characters of the old text to the new: (old start, old end, new start)."""

    text: str
    words: tuple[tuple[int, int, str], ...]  # on the testimony's time line
    withheld: bool
    kept: tuple[tuple[int, int, int], ...]

    def place_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Where characters [start, end) of the segment stand now; None if any of them is gone."""
        for old_start, old_end, new_start in self.kept:
            if old_start <= start and end <= old_end:
                return new_start + start - old_start, new_start + end - old_start
        return None


def redact(segment: Segment, offset_ms: int, closed: list[Span], words_instead: list[Instead]) -> Passage:
    """Leave out every word that sounds within a closed span; a segment whose words have no times goes whole."""
    timed = [
        (word.start_ms + offset_ms, word.end_ms + offset_ms, word.text) for word in from_rows(segment.words)
    ]
    if closed and TIMES_GUESSED in segment.flags:
        return _WITHHELD  # nobody knows which of the words were said in the closed passage
    if not overlaps((segment.start_ms + offset_ms, segment.end_ms + offset_ms), closed):
        return Passage(segment.text, tuple(timed), False, ((0, len(segment.text), 0),))
    if " ".join(word for _, _, word in timed) != segment.text:
        return _WITHHELD
    text, at, gap_open = "", 0, False
    words: list[tuple[int, int, str]] = []
    kept: list[tuple[int, int, int]] = []
    said: set[Instead] = set()
    for start, end, word in timed:
        old = segment.text.index(word, at)
        at = old + len(word)
        if overlaps((start, max(end, start + 1)), closed):
            instead = next(
                (each for each in words_instead if overlaps((start, max(end, start + 1)), [each[:2]])), None
            )
            if instead and instead not in said:
                said.add(instead)
                text += f"{' ' if text else ''}[{instead[2]}]"
            elif not instead and not gap_open:
                text += f"{' ' if text else ''}{GAP}"
            gap_open = True
            continue
        lead = " " if text else ""
        new = len(text) + len(lead)
        if (
            kept and not gap_open
        ):  # goes on from the word before: one run, so that a name of two words stays findable
            old_start, _, new_start = kept[-1]
            kept[-1] = (old_start, at, new_start)
        else:
            kept.append((old, at, new))
        text += lead + word
        words.append((start, end, word))
        gap_open = False
    if not words and not said:
        return _WITHHELD
    return Passage(text, tuple(words), False, tuple(kept))


_WITHHELD = Passage("", (), True, ())
