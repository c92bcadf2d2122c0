"""From text to the tokens that both databases index; neither of them ever analyzes anything itself.

The index holds two tokens for every word: the exact one (`fold`) for quoted phrases and prefixes,
and the key (`key`: stemmed first, folded after), by which inflections meet. Folding before stemming
would be shorter, but Snowball's Spanish then no longer knows the endings: "liberación" and
"liberaciones" part, "año" and "ano" meet.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import Stemmer

SNOWBALL = {"es": "spanish", "en": "english", "pt": "portuguese"}

# PostgreSQL refuses lexemes above 2 kB; no word of any language is this long.
LONGEST_WORD = 64

# Letters and digits, each with the accents that may follow it as separate characters.
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_NOT_WORD = re.compile(r"[^\w\u0300-\u036f]|_")

_stemmers = threading.local()  # a Snowball stemmer must not be shared by threads


class Token(NamedTuple):  # and no dataclass: one is made for every word of the archive
    """A word and where it stands in its text, in characters."""

    word: str  # lower case, accents kept
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of a text; everything else separates them."""
    found = []
    for match in _WORD.finditer(text):
        word = _normal(match.group())
        if word:
            found.append(Token(word, match.start(), match.end()))
    return found


@lru_cache(maxsize=100_000)
def _normal(word: str) -> str:
    compatible = unicodedata.normalize("NFKC", word).lower()
    return unicodedata.normalize("NFC", _NOT_WORD.sub("", compatible))[:LONGEST_WORD]


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """A word without its accents, but with its ñ, which is a letter: an "año" is no "ano"."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word.replace("ñ", "\0"))
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").replace("\0", "ñ")


def plain(word: str) -> str:
    """A word as a keyboard without ñ would write it."""
    return fold(word).replace("ñ", "n")


@lru_cache(maxsize=100_000)
def key(word: str, language: str) -> str:
    """The token by which the inflections of a word meet; in a language without a stemmer, `fold`."""
    name = SNOWBALL.get(language.split("-")[0].lower())
    return fold(_stemmer(name).stemWord(word)) if name else fold(word)


def keys(word: str) -> set[str]:
    """Every key a word of unknown language may have."""
    return {fold(word), *(key(word, language) for language in SNOWBALL)}


def _stemmer(name: str) -> Stemmer.Stemmer:
    if not hasattr(_stemmers, name):
        setattr(_stemmers, name, Stemmer.Stemmer(name))
    return getattr(_stemmers, name)
