"""Whether a text says somebody's name."""

import re
from collections.abc import Collection

from oralhistory.lib.folding import fold

_PARTICLES = {"del", "las", "los", "das", "dos", "von", "van"}


def says(text: str, names: Collection[str]) -> bool:
    """Whether a word of a name stands in a text, with or without accents and capitals; of "de la" not."""
    words = set(re.findall(r"\w+", fold(text)))
    return any(_telling(name) & words for name in names)


def _telling(name: str) -> set[str]:
    return {word for word in re.findall(r"\w+", fold(name)) if len(word) > 2} - _PARTICLES
