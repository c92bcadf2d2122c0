"""A name taken apart for comparison, and how alike two of them are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from oralhistory.lib.folding import tokens
from oralhistory.mentions import phonetics

# Words that tell no organization from another, in the languages of the records.
_SMALL = frozenset(
    (
        "a",
        "al",
        "de",
        "del",
        "do",
        "dos",
        "da",
        "das",
        "e",
        "el",
        "en",
        "la",
        "las",
        "los",
        "o",
        "os",
        "para",
        "pela",
        "pelo",
        "por",
        "y",
        "the",
        "of",
        "for",
        "and",
        "in",
        "le",
        "les",
        "des",
        "du",
        "et",
    )
)

# Of 100. Between what is written alike and what merely looks alike nothing else may come.
SAME, SAME_FOLDED, SAME_WORDS, SAME_SOUND, ALIKE = 100.0, 98.0, 95.0, 92.0, 90.0
_NEAR = 0.75  # of two words that are not the same: below it they are two words
_MOST_WORDS = 32  # no name has as many
_BY_WORDS = 0.7  # of likeness; the rest is by letters

Weight = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Text:
    """A name as written, folded, and its words that count, each by how it sounds."""

    written: str
    words: tuple[str, ...]  # folded; letters that stand apart are one word: F. M. L. N.
    content: tuple[str, ...]
    keys: tuple[str, ...]  # of the content, see mentions.phonetics

    @property
    def plain(self) -> str:
        return " ".join(self.words)

    def without(self, words: tuple[str, ...]) -> "Text | None":
        """The rest, if these stand in it together and something is left."""
        length = len(words)
        for at in range(len(self.words) - length + 1):
            if self.words[at : at + length] == words and len(self.words) > length:
                return _of_words("", (*self.words[:at], *self.words[at + length :]))
        return None


@lru_cache(maxsize=8192)
def take_apart(written: str) -> Text:
    words: list[str] = []
    spelling = False
    for token in tokens(written):
        letter = len(token.text) == 1 and token.text.isalpha()
        # "P.C. y otros": a letter that is a word of its own belongs to no acronym, unless a full stop follows it.
        spelled = letter and (token.text not in "yeou" or written[token.end : token.end + 1] == ".")
        if spelled and spelling:
            words[-1] += token.text
        else:
            words.append(token.text)
        spelling = spelled
    return _of_words(" ".join(written.split()), tuple(words[:_MOST_WORDS]))


def _of_words(written: str, words: tuple[str, ...]) -> Text:
    content = tuple(word for word in words if word not in _SMALL) or words
    return Text(written, words, content, tuple(phonetics.key(word) or word for word in content))


def likeness(asked: Text, name: Text, weight: Weight) -> float:
    """0–100. `weight` says how much a word (by its key) tells: "partido" little, "farabundo" much."""
    if asked.written and asked.written == name.written:
        return SAME
    if asked.words == name.words:
        return SAME_FOLDED
    if sorted(asked.content) == sorted(name.content):
        return SAME_WORDS
    if sorted(asked.keys) == sorted(name.keys):
        return SAME_SOUND
    by_words = _shared(asked.keys, name.keys, weight)
    if not by_words:
        return 0.0
    by_letters = OSA.normalized_similarity(" ".join(asked.content), " ".join(name.content))
    return ALIKE * (_BY_WORDS * by_words + (1 - _BY_WORDS) * by_letters)


def _shared(ours: tuple[str, ...], theirs: tuple[str, ...], weight: Weight) -> float:
    """The weight of the words that both have, of that of all words of both; a word is had once."""
    left = list(theirs)
    shared = 0.0
    for word in ours:
        best, how_near = None, 0.0
        for other in left:
            near = 1.0 if other == word else OSA.normalized_similarity(word, other)
            if near > how_near:
                best, how_near = other, near
        if best is not None and how_near >= _NEAR:
            left.remove(best)
            shared += how_near * (weight(word) + weight(best))
    return shared / sum(weight(word) for word in (*ours, *theirs))
