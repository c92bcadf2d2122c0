"""A transcript as the matcher reads it: one row of words over all segments, each knowing where it stands."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from oralhistory.lib.folding import tokens

STOPS = re.compile(r"[.;:?!…¿¡«»\"“”()\[\]=]")
FEW_WORDS = 30  # too few to judge by shares
WORDS_A_SECOND = 2.5  # of unhurried speech, where a text has no times


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the transcript. start and end are characters of its segment."""

    text: str  # folded
    surface: str
    segment: int
    start: int
    end: int
    gap: str  # what stands between the word before and this one, with a line feed for an edge of segments
    opens: bool  # stands first in a sentence, so that a capital tells nothing


class Reading:
    """All words of a transcript in a row."""

    def __init__(self, segments: Sequence[str], starts_ms: Sequence[int] | None = None) -> None:
        self.segments = segments
        self.words = _words(segments)
        self.starts_ms = starts_ms
        self._begins: list[int] = []
        at = 1
        for word in self.words:
            self._begins.append(at)
            at += len(word.text) + 1
        # Surrounded by spaces, so that a pattern in spaces matches whole words only.
        self.text = " " + " ".join(word.text for word in self.words) + " "

    def word_at(self, character: int) -> int:
        """The word that stands at a character of the folded row."""
        return bisect_right(self._begins, character) - 1

    @cached_property
    def stops(self) -> list[bool]:
        """For each word: is there a mark before it that no name crosses? A comma is none."""
        stops = []
        for index, word in enumerate(self.words):
            gap = word.gap
            letters = index and len(word.text) == 1 and len(self.words[index - 1].text) == 1
            # Neither "F. M. L. N." nor "Co.Co" stops inside.
            stops.append(bool(STOPS.search(gap)) and gap != "." and not (letters and gap == ". "))
        return stops

    @cached_property
    def stop_sums(self) -> list[int]:
        """How many stops stand before word i, for asking about a span in one subtraction."""
        sums = [0]
        for stop in self.stops:
            sums.append(sums[-1] + stop)
        return sums

    def crosses_stop(self, first: int, last: int) -> bool:
        """Is there a stop inside words first to last (not included)?"""
        return self.stop_sums[last] - self.stop_sums[first + 1] > 0

    @cached_property
    def cased(self) -> bool:
        """Do capitals tell anything here? Not in texts all in one case."""
        letters = [word.surface for word in self.words if word.surface[0].isalpha()]
        capital = sum(surface[0].isupper() for surface in letters)
        if len(letters) < FEW_WORDS:
            return 0 < capital < len(letters)
        return 0.01 <= capital / len(letters) <= 0.7

    def surface(self, first: int, last: int) -> str:
        """The words first to last (not included) as written, joined by what stands between them."""
        return self.words[first].surface + "".join(
            (word.gap or "") + word.surface for word in self.words[first + 1 : last]
        )

    def seconds_between(self, first: int, second: int) -> float:
        """About how long after one word another is said."""
        if self.starts_ms is not None:
            one, other = self.words[first].segment, self.words[second].segment
            if one != other:
                return abs(self.starts_ms[other] - self.starts_ms[one]) / 1000
        return abs(second - first) / WORDS_A_SECOND

    @cached_property
    def first_words(self) -> list[int]:
        """The index of the first word of each segment, and after the last the number of words."""
        first = [len(self.words)] * (len(self.segments) + 1)
        for index in range(len(self.words) - 1, -1, -1):
            first[self.words[index].segment] = index
        for segment in range(len(self.segments) - 1, -1, -1):
            first[segment] = min(first[segment], first[segment + 1])
        return first


def _words(segments: Sequence[str]) -> list[Word]:
    words: list[Word] = []
    pending = ""
    for number, segment in enumerate(segments):
        at = 0
        for token in tokens(segment):
            gap = pending + segment[at : token.start]
            opens = not words or bool(STOPS.search(gap))
            words.append(Word(token.text, token.surface, number, token.start, token.end, gap, opens))
            at, pending = token.end, ""
        pending += segment[at:] + "\n"
    return words
