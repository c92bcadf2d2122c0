"""Texts without case and accents, and where each folded character came from.

Folding never loses its way back: whoever matches in the folded text can mark the span in the text as written.
The letter ñ is kept (año is not ano); keys that sound words out may drop it.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

# A word is a run of letters (with their combining marks) or a run of digits: M-19, M19 and M 19 are two words each.
WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+")
TILDE = "\u0303"


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character.casefold())
    kept = "".join(part for part in decomposed if not unicodedata.combining(part))
    return "ñ" if kept == "n" and TILDE in decomposed else kept


def fold(text: str) -> str:
    """The text without case and accents, composed or not; "Ñandú" gives "ñandu". May be shorter or longer."""
    return "".join(map(_fold_character, unicodedata.normalize("NFC", text)))


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters the place in the original that it came from."""

    text: str
    origins: tuple[int, ...]  # one more than the characters: the last is the length of the original

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded characters from start (included) to end (not included) stand in the original.

        Combining marks that follow the last character belong to it.
        """
        if start >= end:
            return self.origins[start], self.origins[start]
        last = self.origins[end - 1]
        following = bisect_right(self.origins, last, end - 1)
        stop = self.origins[following] if following < len(self.origins) else self.origins[-1]
        return self.origins[start], stop


def fold_with_offsets(text: str) -> Folded:
    """Fold, remembering origins. Works on texts that are not normalized."""
    characters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        if unicodedata.combining(character):
            if character == TILDE and characters and characters[-1] == "n":
                characters[-1] = "ñ"
            continue
        for folded in _fold_character(character):
            characters.append(folded)
            origins.append(index)
    return Folded("".join(characters), (*origins, len(text)))


class Token(NamedTuple):
    """A word as written and folded; start and end are characters of the text it stands in."""

    text: str
    surface: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of a text, in order."""
    return [
        Token(fold(found.group()), found.group(), found.start(), found.end()) for found in WORD.finditer(text)
    ]
