"""Codes of languages and countries as the standards have them."""

from functools import cache

from babel import Locale

# Languages of the continent that ISO 639-1 has no letters for: ISO 639-2 and 639-3.
_OF_AMERICA = frozenset(
    ["nah", "yua", "tzo", "tzh", "mix", "zap", "oto", "pua", "quc", "kek", "mam", "arn", "miq"]
)
# In Babel's list, and no country: test codes, groupings, parts that only trade statistics know.
_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
_GONE = frozenset(["SU", "YU", "DD", "CS"])  # ISO 3166-3: told of all the same


@cache
def languages() -> frozenset[str]:
    """ISO 639-1, and what the archive needs besides."""
    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2) | _OF_AMERICA


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2, those that are gone, and INT for what belongs to none."""
    listed = {code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()}
    return frozenset(listed - _NO_COUNTRIES | _GONE | {"INT"})
