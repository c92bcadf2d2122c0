"""Numbers as they are said in Spanish, Portuguese and English, read from folded words."""

import re
from collections.abc import Sequence

from oralhistory.mentions.common_words import word_set
from oralhistory.mentions.reading import Word

UNITS = {
    "uno": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
}  # fmt: skip
TEENS = {
    "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16,
    "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiuno": 21, "veintidos": 22,
    "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
    "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
TENS = {
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
}  # fmt: skip

_UNITS = UNITS | {
    "um": 1, "dois": 2, "quatro": 4, "sete": 7, "oito": 8, "nove": 9,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS = TEENS | {"veintiun": 21} | {
    "dez": 10, "onze": 11, "doze": 12, "treze": 13, "quatorze": 14, "dezesseis": 16, "dezasseis": 16, "dezessete": 17,
    "dezassete": 17, "dezoito": 18, "dezenove": 19, "dezanove": 19,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = TENS | {
    "veinte": 20, "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "oitenta": 80,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_JOINING = word_set("y e i")
_ENGLISH_TENS = word_set("twenty thirty forty fifty sixty seventy eighty ninety")
_GLUED = re.compile(f"({'|'.join(_TENS)})(?:i|y|e)?({'|'.join(_UNITS)})$")  # "noventaicuatro", "setentaytres"


_STARTS = frozenset({"mil"} | _UNITS.keys() | _TEENS.keys())
_STEMS = (*_TENS, *(word[:-1] + "i" for word in _ENGLISH_TENS))  # "setentas", "setentaytres", "seventies"


def may_begin(text: str) -> bool:
    """Can a number begin with this folded word? Asked of every word of a transcript, so that the rest is not."""
    return text in _STARTS or text[0].isdigit() or text.startswith(_STEMS)


def spoken(number: int) -> str:
    """A number below 100 in folded words, as names of organizations give their dates: 23 is "veintitres"."""
    for table in (UNITS, TEENS, TENS):
        for word, value in table.items():
            if value == number and word != "un":
                return word
    tens, unit = number - number % 10, number % 10
    return f"{spoken(tens)} y {spoken(unit)}" if tens >= 30 else ""


def below_hundred(words: Sequence[Word], at: int) -> tuple[int, int]:
    """The number below 100 that begins at a word, in words or two digits, and how many words it takes; (0, 0) if none."""
    if at >= len(words):
        return 0, 0
    text = words[at].text
    if text.isdigit():
        return (int(text), 1) if len(text) == 2 else (0, 0)
    if text in _TENS:
        if text in _ENGLISH_TENS:
            if at + 1 < len(words) and (unit := _UNITS.get(words[at + 1].text)):
                return _TENS[text] + unit, 2
        elif (
            at + 2 < len(words)
            and words[at + 1].text in _JOINING
            and (unit := _UNITS.get(words[at + 2].text))
            and words[at + 2].text not in ("un", "um")
        ):
            return _TENS[text] + unit, 3
        return _TENS[text], 1
    if glued := _GLUED.match(text):
        return _TENS[glued[1]] + _UNITS[glued[2]], 1
    if text in _TEENS:
        return _TEENS[text], 1
    return (_UNITS[text], 1) if text in _UNITS else (0, 0)


def is_round(words: Sequence[Word], at: int) -> int:
    """The tens that one word says, in words or digits: 70 for "setenta", "setentas", "seventies" and "70"; 0 if none."""
    text = words[at].text
    if text.isdigit():
        return int(text) if len(text) == 2 and text[1] == "0" else 0
    said = text[:-3] + "y" if text.endswith("ties") else text.removesuffix("s")
    return _TENS.get(said) or (10 if text in ("diez", "dez") else 0)
