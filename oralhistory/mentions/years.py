"""Years as they are written and as they are said: 1979, "mil novecientos setenta y nueve", "en el setenta y tres"."""

from collections.abc import Iterator, Sequence

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
BEFORE_SHORT_YEARS = frozenset(
    ("el", "del", "al")
)  # "en el setenta y tres": in the singular a year, not a number
EARLIEST_SHORT, LATEST_SHORT = 30, 99  # "en el doce" is a day, a house or a bus


def spoken(number: int) -> str:
    """A number below 100 in folded words, as names of organizations give their dates: 23 is "veintitres"."""
    for table in (UNITS, TEENS, TENS):
        for word, value in table.items():
            if value == number and word != "un":
                return word
    tens, unit = number - number % 10, number % 10
    return f"{spoken(tens)} y {spoken(unit)}" if tens >= 30 else ""


def _below_hundred(words: Sequence[Word], at: int) -> tuple[int, int]:
    """The number below 100 that begins at a word, and how many words it takes; (0, 0) if none."""
    if at >= len(words):
        return 0, 0
    text = words[at].text
    if text in TENS:
        if at + 2 < len(words) and words[at + 1].text == "y" and words[at + 2].text in UNITS:
            return TENS[text] + UNITS[words[at + 2].text], 3
        return TENS[text], 1
    for table in (TEENS, UNITS):
        if text in table:
            return table[text], 1
    return 0, 0


def years(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """(word, year) for each year spoken of."""
    for at, word in enumerate(words):
        if word.text.isdigit():
            if len(word.text) == 4 and "1850" <= word.text <= "2035":
                yield at, int(word.text)
            elif (
                len(word.text) == 2 and at and words[at - 1].text in BEFORE_SHORT_YEARS and word.text >= "30"
            ):
                yield at, 1900 + int(word.text)
        elif word.text == "mil" and at + 2 < len(words) and words[at + 1].text == "novecientos":
            number, _ = _below_hundred(words, at + 2)
            if number:
                yield at, 1900 + number
        elif word.text in TENS and at and words[at - 1].text in BEFORE_SHORT_YEARS:
            number, _ = _below_hundred(words, at)
            if EARLIEST_SHORT <= number <= LATEST_SHORT:
                yield at, 1900 + number
