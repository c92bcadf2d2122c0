"""Acronyms and the letters that spell them aloud: who types one also means the other.

An accepted mention leads from "FMLN" to "efe eme ele ene" by itself; this does so where nobody has looked yet.
"""

from collections.abc import Iterator
from itertools import islice, product

# How each letter is called in Spanish and Portuguese, without accents, the most usual first.
_NAMES: dict[str, tuple[str, ...]] = {
    "a": ("a",), "b": ("be",), "c": ("ce",), "d": ("de",), "e": ("e",), "f": ("efe",), "g": ("ge",),
    "h": ("hache", "aga"), "i": ("i",), "j": ("jota",), "k": ("ka",), "l": ("ele",), "m": ("eme",), "n": ("ene",),
    "ñ": ("eñe",), "o": ("o",), "p": ("pe",), "q": ("cu", "que"), "r": ("erre", "ere"), "s": ("ese", "esse"),
    "t": ("te",), "u": ("u",), "v": ("ve", "uve"), "w": ("doble ve", "doble u"), "x": ("equis", "xis"),
    "y": ("ye", "i griega"), "z": ("zeta", "ze"),
}  # fmt: skip
_LETTERS: dict[tuple[str, ...], str] = {
    tuple(name.split()): letter for letter, names in _NAMES.items() for name in names
}
# Words that are hardly ever anything but a letter; of "de", "te" and "a" no acronym is made.
_TELLING = {
    "efe",
    "hache",
    "aga",
    "jota",
    "ka",
    "ele",
    "eme",
    "ene",
    "erre",
    "ere",
    "equis",
    "xis",
    "zeta",
    "ge",
    "pe",
}

SHORTEST, LONGEST = 2, 8
MOST_SPELLINGS = 4


def spelled(words: tuple[str, ...]) -> str | None:
    """The acronym that all of these folded words together spell: "fmln" for "efe eme ele ene"."""
    if not _TELLING & set(words):
        return None
    letters, at = [], 0
    while at < len(words):
        pair = _LETTERS.get(words[at : at + 2])
        one = _LETTERS.get(words[at : at + 1])
        if pair:
            letters.append(pair)
        elif one:
            letters.append(one)
        else:
            return None
        at += 2 if pair else 1
    return "".join(letters) if SHORTEST <= len(letters) <= LONGEST else None


def spellings(acronym: str) -> Iterator[tuple[str, ...]]:
    """The words that spell a folded acronym aloud; none for what no letters spell."""
    if not SHORTEST <= len(acronym) <= LONGEST or not all(letter in _NAMES for letter in acronym):
        return iter(())
    chosen = islice(product(*(_NAMES[letter] for letter in acronym)), MOST_SPELLINGS)
    return (tuple(" ".join(names).split()) for names in chosen)


def is_acronym(typed: str) -> bool:
    """Whether a word as it was typed is one: in capitals, or without a vowel."""
    return SHORTEST <= len(typed) <= LONGEST and (
        typed.isupper() or (len(typed) > SHORTEST and not set(typed.lower()) & set("aeiouáéíóúüy"))
    )
