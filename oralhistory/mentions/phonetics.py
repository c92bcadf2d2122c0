"""A key of how Spanish sounds: what sounds alike in some accent of the language is written alike.

Seseo (s, z, soft c), yeísmo (ll, y), b and v, mute h, qu k and hard c, g and j before e and i, x as s, n before any
consonant as m before b and p is not told from it, final d and t dropped, doubled letters once.
"""

import re
from functools import lru_cache

RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ñ|ny|ni(?=[aeou])", "n"),
        (r"ph", "f"),
        (r"ch|sh", "X"),
        (r"h", ""),
        (r"ck|qu(?=[ei])|q|c(?=[^eiX]|$)", "k"),
        (r"[cz]|x", "s"),
        (r"gu(?=[ei])", "G"),
        (r"g(?=[ei])", "j"),
        (r"ll", "y"),
        (r"\by(?=[^aeiou]|$)|(?<=[^aeiou])y(?=[^aeiou]|$)|y\b", "i"),
        (r"[vw]", "b"),
        (r"m(?=[bp])|m\b", "n"),
        (r"(?<=[aeiou])[dt]\b", ""),
        (r"\bes(?=[bcdfgjklmnpqrstX])", "s"),
        (r"([a-zGX])\1+", r"\1"),
        (r"G", "g"),
    )
)


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """The key of one folded word: "revolución" and "rebolusion" have the same."""
    for pattern, replacement in RULES:
        word = pattern.sub(replacement, word)
    return word
