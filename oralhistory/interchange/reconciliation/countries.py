"""The code of a country that is named in a language of the archive."""

from functools import cache, lru_cache

from babel import Locale
from django.conf import settings

from oralhistory.lib.folding import fold

# What ISO 3166 has no code for any more, or never had.
_MORE = {
    "union sovietica": "SU", "soviet union": "SU", "uniao sovietica": "SU", "urss": "SU", "ussr": "SU", "eeuu": "US",
    "ee. uu.": "US", "usa": "US", "eua": "US", "internacional": "INT", "international": "INT", "int": "INT",
}  # fmt: skip


@cache
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found[fold(name)] = code
                found[code.lower()] = code
    return found | _MORE


@lru_cache(maxsize=1024)
def code(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country by its name or code, as the records have it; empty if it is none."""
    return _codes().get(fold(text.strip()), "")
