"""How words sound as a machine or a list writes them; acronyms in each way in which they may be said.

Letter by letter ("efe eme ele ene"), as a word ("estúnam"), or the first letters so and the rest as a word ("pésum").
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, product

from rapidfuzz import fuzz, process

from oralhistory.lib.folding import fold, tokens
from oralhistory.mentions import phonetics
from oralhistory.mentions.common_words import JOINING, is_common
from oralhistory.mentions.letters import NAMES
from oralhistory.mentions.lexicon import squash

INITIALS = re.compile(r"[A-ZÑ]{2,6}$|[A-Z]$")
AS_A_WORD = re.compile(r"([^aeiou]{0,2}[aeiou]+)+[^aeiou]{0,2}")
LETTERS = {of[0].lower(): name for name, of in reversed(NAMES.items())} | {"w": "dobleve"}
READINGS = 24  # ways in which a passage with several acronyms is read, at most
SHORTEST = 3  # sounds: less is like too many things


def is_misheard(passage: Iterable[str]) -> bool:
    """Is there a word that is none? What is well spelled throughout was heard well, and is something else."""
    return any(
        INITIALS.match(word) or not is_common(fold(word))
        for text in passage
        for word in (token.surface for token in tokens(text))
        if fold(word) not in JOINING and not word.isdigit()
    )


def readings(passage: Sequence[str], article: str = "") -> list[str]:
    """How a passage may sound, as one string each; an article may be heard before one that begins with an acronym."""
    words = [token.surface for word in passage for token in tokens(word)]
    each = [ways(word) for word in words]
    if words and INITIALS.match(words[0]):
        each[0] = ways(words[0], article)
    return list(dict.fromkeys("".join(parts) for parts in islice(product(*each), READINGS)))


@lru_cache(maxsize=16384)
def ways(word: str, before: str = "") -> tuple[str, ...]:
    """How a word as written may sound, with what is said just before it: capitals letter by letter, too."""
    if not INITIALS.match(word):
        said = [phonetics.key(fold(word))]
    else:
        low = fold(squash(word))
        said = [_spelled(low)]
        for spelled in range(3):
            rest = phonetics.key(low[spelled:])
            if AS_A_WORD.fullmatch(low[spelled:]) and len(rest) >= (2 if spelled else SHORTEST):
                said.append(_spelled(low[:spelled]) + rest)
    return tuple(dict.fromkeys(_run_together(phonetics.key(before), text) for text in said))


def _spelled(letters: str) -> str:
    """Letter by letter; what two of them share is said twice, which tells the MIRE from the MIR."""
    return "".join(phonetics.key(LETTERS[letter]) for letter in letters)


def _run_together(one: str, other: str) -> str:
    """Two sounds that are one are said once: "el ELN"."""
    return one[:-1] + other if one and one[-1:] == other[:1] else one + other


def similarity(one: str, other: str) -> float:
    """Of two strings of sounds, 0 to 1; 0 where one is twice as long as the other, or hardly anything."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < SHORTEST or shorter * 2 < longer:
        return 0.0
    return fuzz.ratio(one, other) / 100


def most_alike(one: str, others: Sequence[str], least: float) -> list[tuple[str, float]]:
    """Those of others whose similarity is at least so much; that is above 2/3, so that none is twice as long."""
    if len(one) < SHORTEST:
        return []
    found = process.extract(one, others, scorer=fuzz.ratio, score_cutoff=100 * least, limit=None)
    return [(other, score / 100) for other, score, _at in found]
