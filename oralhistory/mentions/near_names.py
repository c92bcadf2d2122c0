"""Names of a glossary that a text sounds near, and whether a passage written anew says one of them as it was heard.

Names of several words are found as the matcher finds them (fuzzy.SoundIndex), acronyms by each way in which they may be
said (sounding). What is spelled right already is left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from oralhistory.lib.folding import fold, tokens
from oralhistory.mentions.automaton import Automaton
from oralhistory.mentions.common_words import JOINING
from oralhistory.mentions.fuzzy import SoundIndex, least_similarity
from oralhistory.mentions.lexicon import Form, Lexicon
from oralhistory.mentions.likely_names import Glossary
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.sounding import (
    INITIALS,
    SHORTEST,
    is_misheard,
    most_alike,
    readings,
    similarity,
    ways,
)

LONGEST = 5  # words that an acronym is heard as
WORTH_TELLING = 0.85  # least similarity of an acronym that is told; it must still be heard there
BEHIND = 0.03  # a name that a passage sounds so much less like than another is not told
ARTICLES = ("", "el", "las")  # heard as part of the acronym behind them: "de LRP" for "del ERP"
THE_SAME = 0.95  # from here words that are well spelled may be a name too: "o posición" for "Oposición"
# Least similarity of an acronym, or a name of few sounds, with what was heard; of longer ones fuzzy.least_similarity.
ALIKE = 0.905
FEW = 12  # sounds
PROMPT = 240  # characters: 120 tokens of names in which acronyms are many


@dataclass(frozen=True, slots=True)
class Near:
    """A name as the glossary writes it, and how much a passage sounds like it (0 to 1)."""

    name: str
    similarity: float


class NearNames:
    """The names of one glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self._rank = {name: at for at, name in enumerate(glossary.texts)}
        self._lexicon = Lexicon(glossary.entries)
        self._sounds = SoundIndex(self._lexicon)
        self._automaton = Automaton(self._lexicon)
        self._said: dict[str, list[str]] = {}  # by how they sound
        for form in self._lexicon.forms:
            if form.kind == "acronym" and INITIALS.match(form.surface) and len(form.surface) > 2:
                for sounds in _said(form.surface):
                    self._said.setdefault(sounds, []).append(form.surface)
        self._sayings = list(self._said)

    def near(self, text: str) -> list[Near]:
        """Names that a text sounds near and does not spell right, the nearest first."""
        reading = Reading([text])
        best: dict[str, _Passage] = {}
        for each in (*self._names(reading), *self._acronyms(reading)):
            if each.name not in best or best[each.name].similarity < each.similarity:
                best[each.name] = each
        kept = [each for each in best.values() if not any(each.is_behind(other) for other in best.values())]
        kept.sort(key=lambda each: (-each.similarity, self._rank.get(each.name, len(self._rank)), each.name))
        return [Near(each.name, each.similarity) for each in kept]

    def to_tell(self, text: str) -> tuple[str, ...]:
        """What an engine is told when it hears the text's sound once more; nothing: it is not asked."""
        return to_tell(self.near(text))

    def told(self, names: Iterable[str]) -> "Told":
        return Told(tuple(names), self)

    def spelled(self, reading: Reading) -> list[tuple[int, int]]:
        """Words that are a name of the glossary already; half-open."""
        return [
            (first, last)
            for first, last, match in self._automaton.matches(reading)
            if isinstance(match, Form)
        ]

    def names_in(self, words: Sequence[str]) -> list[str]:
        """Names that are spelled right among words, each as `_row` has it."""
        reading = Reading([" ".join(words)])
        return [_row(word.text for word in reading.words[a:b]) for a, b in self.spelled(reading)]

    def _names(self, reading: Reading) -> Iterator["_Passage"]:
        spelled = self.spelled(reading)
        for each in self._sounds.likenesses(reading):
            if not any(first <= each.first and each.last <= last for first, last in spelled):
                yield _Passage(each.first, each.last, each.form.surface, each.similarity)

    def _acronyms(self, reading: Reading) -> Iterator["_Passage"]:
        words = reading.words
        known = {at for first, last in self.spelled(reading) for at in range(first, last)}
        for first in range(len(words)):
            for last in range(first + 1, min(first + LONGEST, len(words)) + 1):
                if last - 1 in known or reading.crosses_stop(first, last):
                    break
                passage = [word.surface for word in words[first:last]]
                for name, alike in self._sounding_like(passage):
                    yield _Passage(first, last, name, alike)

    def _sounding_like(self, passage: Sequence[str]) -> Iterator[tuple[str, float]]:
        """Acronyms; of words that are well spelled only those that sound the same."""
        misheard = is_misheard(passage)
        for heard in readings(passage):
            if not misheard:
                yield from ((name, 1.0) for name in self._said.get(heard, ()))
                continue
            for sounds, alike in most_alike(heard, self._sayings, WORTH_TELLING):
                yield from ((name, alike) for name in self._said[sounds])


@dataclass(frozen=True, slots=True)
class _Passage:
    """Words from first to last (not included) that sound like a name."""

    first: int
    last: int
    name: str
    similarity: float

    def is_behind(self, other: "_Passage") -> bool:
        overlaps = self.first < other.last and other.first < self.last
        return overlaps and self.similarity < other.similarity - BEHIND


def _said(acronym: str) -> set[str]:
    """How an acronym sounds, alone and behind articles; without them enough to be told from other words."""
    return {
        sounds
        for article in ARTICLES
        for sounds in ways(acronym, article)
        if len(sounds) >= SHORTEST + len(article)
    }


def to_tell(near: Iterable[Near]) -> tuple[str, ...]:
    """The names that a prompt has room for, the nearest last: one that is too long is cut at its beginning."""
    told: list[str] = []
    length = 0
    for each in near:
        length += len(each.name) + 2
        if length > PROMPT:
            break
        told.append(each.name)
    return tuple(reversed(told))


@dataclass(frozen=True)
class Told:
    """The names that a decoder was told, for judging what it wrote then."""

    names: tuple[str, ...]
    glossary: NearNames

    @cached_property
    def _words(self) -> list[tuple[str, ...]]:
        """The longest first: a name within a name is not taken alone."""
        split = {tuple(token.text for token in tokens(name)) for name in self.names}
        return sorted(split, key=lambda words: (-len(words), words))

    def places(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Where words as written are one of the names: from the first to after the last. They don't overlap."""
        found: list[tuple[int, int]] = []
        said = [tuple(token.text for token in tokens(word)) for word in words]
        for first in range(len(words)):
            if found and first < found[-1][1]:
                continue
            for name in self._words:
                last = _end(said, first, name)
                if last:
                    found.append((first, last))
                    break
        return found

    def is_joining(self, word: str) -> bool:
        return fold(word) in JOINING

    def _is_acronym(self, written: Sequence[str]) -> bool:
        words = [token.surface for word in written for token in tokens(word)]
        return all(INITIALS.match(word) or self.is_joining(word) for word in words)

    def is_heard(self, heard: Sequence[str], written: Sequence[str]) -> float:
        """How much what was heard sounds like what is written now; 0 where that is not enough to take it."""
        if any(name not in _row(written) for name in self.glossary.names_in(heard)):
            return 0.0  # a name was heard, and another one is written
        other = [sounds for article in ARTICLES for sounds in readings(written, article)]
        alike = max((similarity(a, b) for a in readings(heard) for b in other), default=0.0)
        sounds = min(map(len, other), default=0)
        least = ALIKE if sounds < FEW or self._is_acronym(written) else least_similarity(sounds)
        return alike if alike >= (least if is_misheard(heard) else THE_SAME) else 0.0


def _row(words: Iterable[str]) -> str:
    """Folded words between blanks: a row of some is a part of a row of more."""
    return f" {' '.join(token.text for word in words for token in tokens(word))} "


def _end(said: Sequence[tuple[str, ...]], first: int, name: tuple[str, ...]) -> int:
    """After the last of the words from `first` on that are a name; 0 if they are not."""
    left = name
    for last in range(first, len(said)):
        if not said[last] or left[: len(said[last])] != said[last]:
            return 0
        left = left[len(said[last]) :]
        if not left:
            return last + 1
    return 0
