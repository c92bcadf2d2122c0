"""Whether people speak of organized life around a word: else initials are brands and capitals are somebody's shouting."""

import re
from functools import lru_cache

from oralhistory.mentions.reading import Reading

# Stems of folded words by which an interview shows that it speaks of organized life.
ORGANIZED_LIFE = re.compile(
    r"(milit(an|aba|e$|o$)|guerriller|clandestin|companer[oa]s|comunis|socialis|sindica|revolucion|represi|dictadura|"
    r"exili|solidari|huelg|presos|desaparecid|torturad|comunicado|fundador|dirigente|dirigencia|comandante|organice|"
    r"organizac|partido|movimiento|golpe|toque$|asamblea|campesin|obrer|delegad|volante|consigna|asilo|refugiad|"
    r"congreso|amnistia|tregua|insurreccion|brigad|reclut|simpatizante)"
)
# Said right before what people belong to, found, or leave.
MEMBERSHIP = re.compile(
    r"(militan|militab|milite$|milito$|miembr[oa]|integrante|dirigente|fundador|fundo$|fundaron|fundamos|organice|afili|"
    r"comandante|delegad|cuadro|reclut|simpatizante|celula|base$|bases$|companer[oa]s?$|comunicado|himno|volante|"
    r"bandera|congreso|secretari|ingres|miliciano|combatiente|unidades|dirigencia|gente$|muchachos$)"
)
LEAST_ORGANIZED = 3  # such words before an unknown acronym is taken for an organization
PER_WORDS = 150  # one in so many at least: a long text has some by chance
NEAR = 60  # words; so far around, one such word is company enough for a form that is doubtful by itself
BEFORE = 4  # words in which a membership is told: "miembro de la", "un comunicado que sacó el"


@lru_cache(maxsize=32768)
def is_organized(word: str) -> bool:
    """Is it a word of people who organize?"""
    return ORGANIZED_LIFE.match(word) is not None


@lru_cache(maxsize=32768)
def tells_membership(word: str) -> bool:
    """Is it a word for belonging to something?"""
    return MEMBERSHIP.match(word) is not None


class Company:
    """Where a transcript has words of organized life."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._sums = [0]
        for word in reading.words:
            self._sums.append(self._sums[-1] + is_organized(word.text))

    def near(self, first: int, last: int, words: int = NEAR) -> int:
        """How many stand within so many words of a span, itself left out."""
        begin, end = max(0, first - words), min(len(self._sums) - 1, last + words)
        return self._sums[end] - self._sums[begin] - (self._sums[last] - self._sums[first])

    @property
    def throughout(self) -> bool:
        """Does the whole text speak so?"""
        return self._sums[-1] >= max(LEAST_ORGANIZED, len(self._reading.words) / PER_WORDS)


def is_said_as_member(reading: Reading, first: int) -> bool:
    """Is a membership told right before a word: "militante del …", "fundadora de la …"?"""
    words = reading.words[max(0, first - BEFORE) : first]
    begin = first - len(words)
    return any(
        tells_membership(word.text) and not reading.crosses_stop(begin + at, first)
        for at, word in enumerate(words)
    )
