"""What of a second reading, made by an engine that was told names, is taken into the first one: names, and nothing else.

A decoder that is told names likes to write them: where something like them is said, where something else is said, and
where nobody speaks. So both readings are laid side by side by their words, and a span of the second one takes the
place of what was heard first only if

- the whole window is hardly less probable to the engine so than before (`DROP`),
- its words are one of the names that the engine was told, an article or preposition before it aside, and the engine
  believes in them at least a little (`LEAST_BELIEVED`),
- what stood there sounds like it: judged by `Names`, which knows how names sound.

What has nothing to stand in the place of is not taken, so that a prompt that is echoed adds no word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from statistics import fmean
from typing import Any, Protocol

from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.words import Row, Word, as_rows, folded, from_rows, text_of, within

DROP = 0.1  # of the average log probability, at most
LEAST_BELIEVED = 0.05  # mean probability of the words
LONGEST = 12  # words of the first reading that one name may stand for, beside those that it has itself
BEFORE = 2  # words before a name that may change with it: "de Lemeiere", "del MIR"
LEADS = {"es": "Se habla de", "pt": "Fala-se de", "en": "They speak of"}
MARKS = ".,;:!?…¡¿\"'«»“”()[]"  # that stand at a word and are no part of it
UNTRUSTED = ("phantom", "repetitive")  # flags of a text that is nothing to hold another one against


class Names(Protocol):
    """The names that an engine was told."""

    def places(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Where words, as written, are one of the names; half-open, not overlapping."""

    def is_heard(self, heard: Sequence[str], written: Sequence[str]) -> float:
        """How much two passages sound alike, 0 to 1; 0 where the one must not be written for the other."""

    def is_joining(self, word: str) -> bool:
        """An article or a preposition."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Words of the first reading from first to last (not included), and those that are written in their place."""

    first: int
    last: int
    words: tuple[Word, ...]

    def as_row(self) -> list[int | list[Row]]:
        return [self.first, self.last, as_rows(self.words)]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "Renamed":
        return cls(int(row[0]), int(row[1]), tuple(from_rows(row[2])))


@dataclass(frozen=True, slots=True)
class _Choice:
    similarity: float
    first: int  # in the first reading, half-open
    last: int
    begins: int  # in the second one
    ends: int


def prompt_of(names: Sequence[str], language: str) -> str:
    """Names as an engine is told them: in a sentence, which it goes on from more readily than from a list."""
    return f"{LEADS.get(language, '')} {', '.join(names)}.".lstrip()


def taken(first: WindowResult, second: WindowResult, names: Names) -> list[Renamed]:
    """The spans of the first reading that are written otherwise now, in order."""
    if second.avg_logprob < first.avg_logprob - DROP or set(UNTRUSTED) & {*first.flags, *second.flags}:
        return []
    sides = _Sides(first.words, second.words)
    found: list[Renamed] = []
    for begins, ends in names.places([word.text for word in second.words]):
        choice = sides.choice(begins, ends, names)
        renamed = sides.renamed(choice) if choice else None
        if renamed and (not found or found[-1].last <= renamed.first):
            found.append(renamed)
    return found


def applied(result: WindowResult, renamed: Iterable[Renamed]) -> WindowResult:
    """The first reading with the names in it."""
    words: list[Word] = []
    at = 0
    for each in renamed:
        words += [*result.words[at : each.first], *each.words]
        at = each.last
    words += result.words[at:]
    return replace(result, words=tuple(words), text=text_of(words)) if at else result


class _Sides:
    """Two readings of a window, word by word."""

    def __init__(self, first: Sequence[Word], second: Sequence[Word]) -> None:
        self.first, self.second = first, second
        self._one = [folded(word.text) for word in first]
        self._other = [folded(word.text) for word in second]
        self._blocks = SequenceMatcher(None, self._one, self._other, autojunk=False).get_opcodes()

    def choice(self, begins: int, ends: int, names: Names) -> _Choice | None:
        """What was heard first in the place of a name of the second reading, if it is other words that sound like it."""
        low, high, fixed = self._opposite(begins, ends)
        if len(fixed) == ends - begins or high - low > LONGEST + ends - begins:
            return None
        best: _Choice | None = None
        for start in self._starts(begins, names):
            written = [word.text for word in self.second[start:ends]]
            for first in range(low, (fixed[0] if fixed else high - 1) + 1):
                for last in range(fixed[-1] + 1 if fixed else first + 1, high + 1):
                    heard = [word.text for word in self.first[first:last]]
                    choice = _Choice(names.is_heard(heard, written), first, last, start, ends)
                    if choice.similarity and (best is None or choice.similarity > best.similarity):
                        best = choice
        return best

    def _opposite(self, begins: int, ends: int) -> tuple[int, int, list[int]]:
        """The words of the first reading that may stand opposite a span of the second; those that are equal in it."""
        low, high = len(self.first), 0
        fixed: list[int] = []
        for tag, i1, i2, j1, j2 in self._blocks:
            if tag == "delete" and not begins <= j1 <= ends:
                continue
            if tag != "delete" and (j2 <= begins or ends <= j1):
                continue
            if tag == "equal":
                i1, i2 = i1 + max(0, begins - j1), i2 - max(0, j2 - ends)
                fixed.extend(range(i1, i2))
            low, high = min(low, i1), max(high, i2)
        return low, high, fixed

    def _starts(self, begins: int, names: Names) -> list[int]:
        """Where what is written begins: with the name, or with the joining words before it that changed too."""
        starts = [begins]
        for start in range(begins - 1, max(-1, begins - 1 - BEFORE), -1):
            if not names.is_joining(self.second[start].text) or self._is_equal(start):
                break
            starts.append(start)
        return starts

    def _is_equal(self, at: int) -> bool:
        return any(tag == "equal" and j1 <= at < j2 for tag, _i1, _i2, j1, j2 in self._blocks)

    def renamed(self, choice: _Choice) -> Renamed | None:
        """Without the words that are equal at either end, inside the time of what they stand for."""
        first, last, begins, ends = choice.first, choice.last, choice.begins, choice.ends
        if fmean(word.probability for word in self.second[begins:ends]) < LEAST_BELIEVED:
            return None
        while first < last and begins < ends and self._one[first] == self._other[begins]:
            first, begins = first + 1, begins + 1
        while first < last and begins < ends and self._one[last - 1] == self._other[ends - 1]:
            last, ends = last - 1, ends - 1
        heard, written = self.first[first:last], self.second[begins:ends]
        if not heard or not written:
            return None
        words = within(written, heard[0].start_ms, heard[-1].end_ms)
        return Renamed(first, last, tuple(_marked(words, heard)))


def _marked(words: Sequence[Word], heard: Sequence[Word]) -> list[Word]:
    """With the punctuation that what was heard has at its ends: only names change."""
    first, last = heard[0].text, heard[-1].text
    opening = first[: len(first) - len(first.lstrip(MARKS))] if first.strip(MARKS) else ""
    closing = last[len(last.rstrip(MARKS)) :] if last.strip(MARKS) else ""
    marked = list(words)
    marked[0] = replace(marked[0], text=opening + (marked[0].text.lstrip(MARKS) or marked[0].text))
    marked[-1] = replace(marked[-1], text=(marked[-1].text.rstrip(MARKS) or marked[-1].text) + closing)
    return marked
