"""Places, peoples and a few persons whose mention tells which country is being spoken of."""

from functools import cache
from pathlib import Path

from oralhistory.lib.folding import fold, tokens

TABLE = Path(__file__).parent / "data" / "places.tsv"


@cache
def places() -> dict[str, str]:
    """Folded names (words joined by single spaces) with the country each speaks for."""
    table: dict[str, str] = {}
    with TABLE.open(encoding="utf-8") as lines:
        for line in lines:
            country, names = line.rstrip("\n").split("\t")
            for name in names.split("|"):
                table[" ".join(token.text for token in tokens(name))] = country
    return table


@cache
def country_names() -> dict[str, str]:
    """For each country, what it is called itself: the first of its names."""
    with TABLE.open(encoding="utf-8") as lines:
        return {fold(line.split("\t")[1].split("|")[0]): line.split("\t")[0] for line in lines}
