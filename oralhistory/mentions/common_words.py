"""How common a word is, so that a form which is also a common word is not taken for a name.

The table is small, generated and committed (data/PROVENANCE.md); nothing is computed from a corpus at run time.
"""

from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "common_words.tsv"
RARE = TABLE.with_name("known_words.txt")


def word_set(text: str) -> frozenset[str]:
    """The words of a text, which is easier to read and to mend than a list of quoted words."""
    return frozenset(text.split())


# Words that join others and carry no name: of names they don't count as content.
JOINING = word_set(
    "a al ante bajo con contra da das de del desde do dos e el en entre for hacia hasta in la las lo los o of para "
    "per pela por pro que se sin sobre the to tras u und un una y and com em na no nos"
)


@cache
def _table() -> dict[str, float]:
    with TABLE.open(encoding="utf-8") as lines:
        return {word: int(tenths) / 10 for word, tenths in (line.rstrip("\n").split("\t") for line in lines)}


def zipf(word: str) -> float:
    """Base-10 logarithm of how often a folded word stands in 1,000 million; 0 when it is not common (below 3.5)."""
    return _table().get(word, 0.0)


def is_common(word: str) -> bool:
    """Is this folded word one that everybody uses?"""
    return word in _table()


@cache
def _rare() -> frozenset[str]:
    return frozenset(RARE.read_text(encoding="utf-8").split())


def is_known(word: str) -> bool:
    """Is this folded word one of the language, common or not? What is none was misheard, or is a name."""
    return word in _table() or word in _rare()
