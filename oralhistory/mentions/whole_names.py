"""How far a name reaches: where a name of the list is only a part of what was said, another organization was meant.

"Alianza" is in the list, "Alianza Nacional Popular" is not; "Partido Comunista" is, "Partido Comunista Colombiano" is
not. Capitals tell it, and in small letters words that only names have.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from rapidfuzz import fuzz, process

from oralhistory.mentions import phonetics
from oralhistory.mentions.common_words import JOINING, is_known, word_set, zipf
from oralhistory.mentions.gazetteer import places
from oralhistory.mentions.reading import Reading, Word

# Head nouns by which a name in capitals is known, whatever follows.
HEADS = word_set(
    "agrupacion alianza asamblea asociacion bloque brigada brigadas central coalicion comando comision comisiones comite comites "
    "confederacion congreso coordinadora corriente ejercito federacion frente fuerza fuerzas grupo grupos juventud "
    "juventudes liga ligas movimiento organizacion organizaciones partido resistencia sindicato unidad union vanguardia"
)
# Head nouns of other things too: they need two words in capitals after them ("Centro Exterior de Reportes").
OTHER_HEADS = word_set(
    "agencia circulo centro colectivo consejo federaciones guardia instituto junta nucleo nucleos organismo "
    "radio red tendencia comandos"
)
# In small letters "el movimiento obrero" and "la resistencia popular" are talk, not names.
HEADS_IN_SMALL = HEADS - word_set(
    "asamblea central corriente fuerza grupo grupos resistencia unidad congreso comision comite comites movimiento "
    "vanguardia organizacion organizaciones union"
)
PARTS = word_set(
    "comite comision congreso asamblea consejo seccion direccion comites"
)  # of what they are said of
LINKS = word_set("de del di da te la las los el al y e a con en para por pro contra")
OUTWARD = word_set("de del di te la las los")
LONGEST = 12  # words
NOBODYS_NAME = 5.8  # zipf from which a word says nothing of a name
SHORT = 5  # letters of a misheard "de los"
HEAD_ALIKE = 80  # of 100, between a misheard head noun and the right one
HEAD_SOUNDS = {phonetics.key(head): head for head in HEADS if len(head) >= 5}


def is_capital(word: Word) -> bool:
    """Is it written as a name is, if only within: "deInformaciones"? Initials are another matter."""
    surface = word.surface
    if not surface[0].isupper():
        return not surface.islower() and len(surface) > 5 and not is_known(word.text)
    return not (surface.isupper() and len(surface) > 1)


def is_name_word(reading: Reading, vocabulary: AbstractSet[str]) -> Callable[[Word], bool]:
    """Words that names in small letters are made of: those of the list's names, and those that are no words."""

    def tells(word: Word) -> bool:
        if word.text in JOINING or len(word.text) < 4 or word.surface[0].isupper() or word.text in places():
            return False
        if word.text in vocabulary:
            return zipf(word.text) < NOBODYS_NAME
        return not is_known(word.text) and word.text.isalpha()

    return tells


def is_misheard_link(text: str) -> bool:
    """May it be "de los" or "para la" as somebody heard it: a short word that is none?"""
    return len(text) <= SHORT and text.isalpha() and not is_known(text) and text not in places()


def reach_after(
    reading: Reading,
    last: int,
    taken: Sequence[bool],
    belongs: Callable[[Word], bool],
    links: AbstractSet[str] = LINKS,
) -> int:
    """After the last word that still belongs to a name which has come as far as `last`."""
    words = reading.words
    end, at = last, last
    while at < len(words) and at < last + LONGEST and not reading.stops[at] and not taken[at]:
        word = words[at]
        if "," in word.gap:
            break
        if belongs(word) and word.text not in JOINING:
            joined = words[at - 1].text
            if (
                joined in ("a", "con")
                or (joined == "en" and word.text in places())
                or (joined in ("y", "e") and head_heard(word.text))
            ):
                break
            end = at + 1
        elif word.text.isdigit() and word.gap == "-":
            end = at + 1
        elif word.text not in links and not word.text.isdigit() and not is_misheard_link(word.text):
            break
        at += 1
    return end


def reach_before(reading: Reading, first: int, taken: Sequence[bool]) -> int:
    """The head noun in capitals that a name hangs on: "Unión de la | Juventud Comunista"; else `first`."""
    words = reading.words
    at = first
    while at > 0 and not reading.stops[at] and "," not in words[at].gap and first - at < 3:
        before = words[at - 1]
        if taken[at - 1]:
            return first
        head = before.text in HEADS or before.text in OTHER_HEADS
        if is_capital(before) and head and (at == first or before.text not in PARTS):
            return at - 1
        if before.text not in OUTWARD:
            return first
        at -= 1
    return first


@lru_cache(maxsize=32768)
def head_heard(text: str) -> str:
    """The head noun that a word is, or was misheard for, alone or with what was glued to it; else nothing."""
    if text in HEADS or text in OTHER_HEADS:
        return text
    if len(text) < 6 or is_known(text):
        return ""
    sound = phonetics.key(text)
    for heard, head in HEAD_SOUNDS.items():
        if len(sound) > len(heard) and fuzz.ratio(sound[: len(heard)], heard) >= HEAD_ALIKE + 5:
            return head
    best = process.extractOne(sound, list(HEAD_SOUNDS), scorer=fuzz.ratio, score_cutoff=HEAD_ALIKE)
    return HEAD_SOUNDS[best[0]] if best else ""
