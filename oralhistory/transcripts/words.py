"""Words with the times at which they are said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from oralhistory.lib.folding import fold

Row = list[int | str | float]  # [start_ms, end_ms, text, probability], as stored and sent

HUMAN = 1.0  # probability of a word that a person wrote


@dataclass(frozen=True, slots=True)
class Word:
    """One word as written, punctuation included, without blanks.

    Times are milliseconds from whatever the list of words is measured from (a window or a recording).
    """

    start_ms: int
    end_ms: int
    text: str
    probability: float  # 0 to 1, the engine's own; 1 if a person wrote it

    def as_row(self) -> Row:
        return [self.start_ms, self.end_ms, self.text, self.probability]

    @classmethod
    def from_row(cls, row: Sequence[int | str | float]) -> "Word":
        start_ms, end_ms, text, probability = row
        return cls(int(start_ms), int(end_ms), str(text), float(probability))

    def moved(self, by_ms: int) -> "Word":
        return Word(self.start_ms + by_ms, self.end_ms + by_ms, self.text, self.probability)


def folded(word: str) -> str:
    """A word without what nobody hears in it: small letters and digits, no accents, no punctuation."""
    return "".join(character for character in fold(word) if character.isalnum())


def as_rows(words: Iterable[Word]) -> list[Row]:
    return [word.as_row() for word in words]


def from_rows(rows: Iterable[Sequence[int | str | float]]) -> list[Word]:
    return [Word.from_row(row) for row in rows]


def text_of(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def placed(words: Iterable[Word], text: str) -> list[tuple[int, int, Word]]:
    """Each word with the characters it has in a text; a word that the text does not have is passed over."""
    found, at = [], 0
    for word in words:
        start = text.find(word.text, at)
        if start >= 0:
            at = start + len(word.text)
            found.append((start, at, word))
    return found


def within(words: Iterable[Word], start_ms: int, end_ms: int) -> list[Word]:
    """The same words with times that never go back and never leave [start_ms, end_ms].

    A word keeps at least one millisecond wherever there is room for one.
    """
    kept: list[Word] = []
    at = start_ms
    for word in words:
        start = max(at, min(word.start_ms, end_ms - 1))
        end = min(max(word.end_ms, start + 1), end_ms)
        kept.append(Word(start, end, word.text, word.probability))
        at = end
    return kept


def realign(words: Sequence[Word], new_text: str, start_ms: int, end_ms: int) -> list[Word]:
    """Give the words of an edited text their times.

    Words that were kept (but for capitals, accents and punctuation) keep their times and probability; a
    word put in the place of another takes its time; new words share, by their length, the time between
    their neighbors. The result is monotone within [start_ms, end_ms] and its text is `new_text` with
    single blanks.
    """
    tokens = new_text.split()
    old = [folded(word.text) or word.text for word in words]
    new = [folded(token) or token for token in tokens]
    placed: list[Word | None] = [None] * len(tokens)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                probability = words[i].probability if tag == "equal" else HUMAN
                placed[j] = Word(words[i].start_ms, words[i].end_ms, tokens[j], probability)
        elif tag == "replace":
            span = spread(tokens[j1:j2], words[i1].start_ms, words[i2 - 1].end_ms)
            placed[j1:j2] = span
    return within(_fill(placed, tokens, start_ms, end_ms), start_ms, end_ms)


def spread(tokens: Sequence[str], start_ms: int, end_ms: int, probability: float = HUMAN) -> list[Word]:
    """Words that share a span of time in proportion to their letters."""
    weights = [len(token) + 1 for token in tokens]
    total = sum(weights) or 1
    edges = [start_ms]
    done = 0
    for weight in weights:
        done += weight
        edges.append(start_ms + (end_ms - start_ms) * done // total)
    return [Word(a, b, token, probability) for token, (a, b) in zip(tokens, pairwise(edges), strict=True)]


def _fill(placed: list[Word | None], tokens: Sequence[str], start_ms: int, end_ms: int) -> list[Word]:
    """Time for each run of words that has none: the gap between its neighbors."""
    filled: list[Word] = []
    at = 0
    while at < len(tokens):
        word = placed[at]
        if word is not None:
            filled.append(word)
            at += 1
            continue
        stop = at
        while stop < len(tokens) and placed[stop] is None:
            stop += 1
        following = placed[stop] if stop < len(tokens) else None
        left = filled[-1].end_ms if filled else start_ms
        right = max(left, following.start_ms if following else end_ms)
        if right - left < stop - at and filled:  # no gap: take it from the word before
            before = filled.pop()
            shared = spread([before.text, *tokens[at:stop]], before.start_ms, right)
            filled.append(Word(shared[0].start_ms, shared[0].end_ms, before.text, before.probability))
            filled.extend(shared[1:])
        else:
            filled.extend(spread(tokens[at:stop], left, right))
        at = stop
    return filled
