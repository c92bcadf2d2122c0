"""Years and decades as they are written and as they are said, in Spanish, Portuguese and English.

"1979", "mil novecientos setenta y nueve", "en el setenta y tres", "del 71 al 76", "octubre del 68", "'68", "los años
setenta", "a mediados de los ochenta", "nineteen seventy-three", "in the late seventies". Not numbers of people, pesos or
years of age.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from oralhistory.mentions.common_words import word_set
from oralhistory.mentions.numerals import below_hundred, is_round, may_begin, spoken
from oralhistory.mentions.reading import Word

__all__ = ["APPROXIMATE", "DECADE", "EXACT", "Time", "spoken", "times", "years"]

EXACT, DECADE, APPROXIMATE = "exact", "decade", "approximate"
FIRST, LAST = 1850, 2035  # of years written in four digits
EARLIEST_SHORT = 30  # "en el doce" is a day, a house or a bus

THOUSANDS = {
    ("mil", "novecientos"): 1900, ("mil", "ochocientos"): 1800, ("mil", "novecentos"): 1900, ("mil", "oitocentos"): 1800,
    ("nineteen", "hundred"): 1900, ("eighteen", "hundred"): 1800, ("dos", "mil"): 2000, ("dois", "mil"): 2000,
    ("two", "thousand"): 2000,
}  # fmt: skip
CENTURIES = {"nineteen": 1900, "eighteen": 1800, "twenty": 2000}
BEFORE_SHORT = word_set("el del al pal")  # "en el setenta y tres": in the singular a year, not a number
BEFORE_BARE = word_set("en em in")  # "en setenta y tres", "em 73": a year, if nothing is counted
BEFORE_WHOLE = (
    BEFORE_SHORT | BEFORE_BARE | word_set("de do año ano year desde hasta ate since until from by to a entre")
)
MONTHS = word_set(
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre janeiro "
    "fevereiro março marco abril maio junho julho setembro outubro novembro dezembro january february march april may june "
    "july august september october november december"
)
YEAR = word_set("año ano year")
YEARS = word_set("años anos")
COUNTED = word_set(
    "pesos peso dolares colones quetzales lempiras cordobas soles reales reais cruzeiros euros dollars personas pessoas "
    "people hombres mujeres niños muertos heridos desaparecidos presos detenidos compañeros companheiros estudiantes "
    "obreros soldados familias casas hectareas kilometros quilometros metros kilos libras grados horas minutos segundos "
    "dias semanas meses años anos years days weeks months hours minutes miles kilometers millones milhoes mil cien ciento "
    "porciento percent aniversario batallon regimiento brigada congreso km kg ejemplares votos delegados of"
)
# Words that end in s and count nothing, so that a year may stand before them.
NO_NOUNS = word_set(
    "es los las nos nosotros entonces despues antes pues mas ellos ellas vos tres dos seis unos unas cuando sus mis tus "
    "estas estos esas esos ademas apenas quizas detras jamas menos as os das dos nas nos eles elas depois antes mas pois "
    "was is this his its us yes as"
)
PERSONAL = word_set("her his my their your our a with")  # "in her seventies", "a los setenta": years of age
PARTS = {  # of a decade: what is said of it, and its first and last year
    **dict.fromkeys(word_set("principios principio comienzos comienzo inicios inicio comeco early"), (0, 3)),
    **dict.fromkeys(word_set("mediados mitad meados mid middle"), (4, 6)),
    **dict.fromkeys(word_set("finales final fines fin finais fins late end"), (7, 9)),
}
ABOUT = (
    ("como", "en"), ("por", "ahi"), ("alla", "por"), ("hacia",), ("alrededor",), ("cerca",), ("mas", "o", "menos"), ("around",),
    ("about",), ("circa",), ("por", "volta"), ("aproximadamente",), ("como", "por"), ("tipo",),
)  # fmt: skip
LINKS = frozenset((("al",), ("a",), ("hasta",), ("hasta", "el"), ("y", "el"), ("y",), ("ate",), ("to",), ("and",), ("until",), ("e",)))  # fmt: skip
OPENING = word_set("del de desde entre from between")


@dataclass(frozen=True, slots=True)
class Time:
    """Words first to last (not included) speak of the years since to until, both included."""

    first: int
    last: int
    since: int
    until: int
    kind: str = EXACT


def years(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """(word, year) for each year that is said for itself; decades are none, of "del 71 al 76" both."""
    return (
        (each.first, each.since)
        for each in _single(words)
        if each.kind != DECADE and each.since == each.until
    )


def times(words: Sequence[Word]) -> list[Time]:
    """Every time that is spoken of, in order: a year, a span of years, a decade or a part of one."""
    found: list[Time] = []
    for each in _single(words):
        each = _about(words, each)
        before = found[-1] if found else None
        joined = before and (_span(words, before, each) or _either(words, before, each))
        if joined:
            found[-1] = joined
        else:
            found.append(each)
    return found


def _single(words: Sequence[Word]) -> Iterator[Time]:
    at = 0
    while at < len(words):
        if not may_begin(words[at].text):
            at += 1
            continue
        found = _decade(words, at) or _whole(words, at) or _short(words, at)
        if found is None:
            at += 1
        else:
            yield found
            at = found.last


# Years in full.


def _whole(words: Sequence[Word], at: int) -> Time | None:
    text = words[at].text
    if text.isdigit():
        number = int(text) if len(text) == 4 else 0
        if FIRST <= number <= LAST and not _counts(words, at + 1, strict=False):
            return Time(at, at + 1, number, number)
        return None
    century = THOUSANDS.get((text, _text(words, at + 1)))
    if century is not None:
        return _after_thousand(words, at, century)
    if text in CENTURIES:
        return _english(words, at)
    return None


def _after_thousand(words: Sequence[Word], at: int, century: int) -> Time | None:
    """ "mil novecientos" and what follows; by itself, and from 2000 on, only where a year is expected."""
    end = at + 2
    follows = end + 1 if _text(words, end) in ("e", "and") else end
    number, size = below_hundred(words, follows)
    if size and number < 100:
        end = follows + size
    elif size:
        number = 0
    expected = _before(words, at) in BEFORE_WHOLE
    if (century == 2000 or not number) and not expected:
        return None
    if century + number > LAST or _counts(words, end, strict=century == 2000 or not number):
        return None
    return Time(at, end, century + number, century + number)


def _english(words: Sequence[Word], at: int) -> Time | None:
    """ "nineteen seventy-three", "nineteen oh five"."""
    century = CENTURIES[words[at].text]
    end = at + 1
    if _text(words, end) in ("oh", "o") and century != 2000:
        number, size = below_hundred(words, end + 1)
        if size == 1 and number < 10:
            return Time(at, end + 2, century + number, century + number)
        return None
    number, size = below_hundred(words, end)
    if not size or number < 10 or words[end].text.isdigit() or century + number > LAST:
        return None
    if _counts(words, end + size, strict=False):
        return None
    return Time(at, end + size, century + number, century + number)


# Years of two digits.


def _short(words: Sequence[Word], at: int) -> Time | None:
    number, size = below_hundred(words, at)
    if not size:
        return None
    apostrophe = words[at].text.isdigit() and words[at].gap.rstrip("\n")[-1:] in ("'", "’", "´", "‘")
    end = at + size
    if not EARLIEST_SHORT <= number <= 99:
        if not (apostrophe and number <= LAST - 2000 and _before(words, at) in BEFORE_WHOLE):
            return None
        return Time(at, end, 2000 + number, 2000 + number)
    if not _is_short_year(words, at, end, apostrophe=apostrophe):
        return None
    return Time(at, end, 1900 + number, 1900 + number)


def _is_short_year(words: Sequence[Word], at: int, end: int, *, apostrophe: bool) -> bool:
    before = _before(words, at)
    dated = before in MONTHS or (before in ("de", "del", "of") and _before(words, at - 1) in MONTHS)
    year = before in YEAR or (before in ("de", "del") and _before(words, at - 1) in YEAR)
    if apostrophe or dated or year:
        return not _counts(words, end, strict=False)
    if before in BEFORE_SHORT:
        return not _counts(words, end, strict=False)
    if before in BEFORE_BARE and (words[at].text.isdigit() or end - at > 1):
        return not _counts(words, end, strict=True)
    return False


# Decades.


def _decade(words: Sequence[Word], at: int) -> Time | None:
    tens = is_round(words, at)
    text = words[at].text
    full = (
        int(text)
        if text.isdigit() and len(text) == 4 and text.endswith("0") and FIRST <= int(text) <= LAST
        else 0
    )
    if not tens and not full:
        return None
    end = at + 1
    plural = text.endswith("s") and not text.isdigit()
    if text.isdigit() and _text(words, end) == "s" and words[end].gap.strip("'’") == "":
        end, plural = end + 1, True
    first = _opening(words, at, plural=plural, full=bool(full))
    if first is None or (not plural and _counts(words, end, strict=True)) or _goes_on(words, at, end):
        return None
    century = CENTURIES.get(_before(words, at), 1900) if plural else 1900
    if plural and _before(words, at) in CENTURIES:
        first = min(first, at - 1)
    since = full or century + tens
    return _part(words, Time(first, end, since, since + 9, DECADE))


def _opening(words: Sequence[Word], at: int, *, plural: bool, full: bool) -> int | None:
    """The first word of what makes a number a decade: "los años", "la década del", "the"; None if nothing does."""
    first, said = at, False
    if plural and first and words[first - 1].text in CENTURIES:
        first, said = first - 1, True
    if first and words[first - 1].text in YEARS:
        first, said = first - 1, True
    if first and words[first - 1].text in ("los", "os", "dos", "nos", "the"):
        first -= 1
        before = _before(words, first)
        if not said and (before in PERSONAL or not (plural or full or at == first + 1)):
            return None
        tens = is_round(words, at)
        said = said or plural or full or (words[first].text == "los" and tens >= EARLIEST_SHORT)
    elif plural and _before(words, first) in PARTS:
        said = True
    link = first - 1 if first and words[first - 1].text in ("de", "del", "da", "of") else first
    if _before(words, link) in ("decada", "decade"):
        return link - 1
    return first if said else None


def _goes_on(words: Sequence[Word], at: int, end: int) -> bool:
    """ "los setenta y tres": a number that is not round."""
    return below_hundred(words, at)[1] > end - at


def _part(words: Sequence[Word], decade: Time) -> Time:
    """Its beginning, middle or end, where that is said."""
    at = decade.first
    for _ in range(3):  # "a finales de la década de"
        if at and words[at - 1].text in ("de", "la", "los", "dos", "da", "of", "the"):
            at -= 1
    if (part := PARTS.get(_before(words, at))) is None:
        return decade
    begin, end = part
    return replace(
        decade, first=at - 1, since=decade.since + begin, until=decade.since + end, kind=APPROXIMATE
    )


# What stands around.


def _span(words: Sequence[Word], one: Time, other: Time) -> Time | None:
    """ "del 71 al 76", "entre 1971 y 1976", "1971-1976"."""
    if one.kind == DECADE or other.kind == DECADE or one.since != one.until or one.since >= other.since:
        return None
    between = tuple(word.text for word in words[one.last : other.first])
    opened = one.first and words[one.first - 1].text in OPENING
    opened = opened or (one.first > 1 and words[one.first - 2].text in OPENING)
    dash = not between and words[other.first].gap.strip() in ("-", "–", "—")
    if dash or (opened and between in LINKS):
        return replace(one, last=other.last, until=other.until)
    return None


def _either(words: Sequence[Word], one: Time, other: Time) -> Time | None:
    """ "en el setenta y dos o en el setenta y tres": one of them."""
    between = [word.text for word in words[one.last : other.first]]
    near = one.kind == other.kind == EXACT and one.since == one.until and abs(other.since - one.since) <= 5
    if near and between and between[0] in ("o", "ou", "or", "u") and len(between) <= 3:
        years = sorted((one.since, other.since))
        return Time(one.first, other.last, years[0], years[1], APPROXIMATE)
    return None


def _about(words: Sequence[Word], time: Time) -> Time:
    """ "como en el 73", "allá por el 73": a year more or less."""
    if time.kind != EXACT:
        return time
    at = time.first
    while at and words[at - 1].text in ("el", "del", "de", "en", "los", "año", "in"):
        at -= 1
    for said in ABOUT:
        for start in (at - len(said), at + 1 - len(said)):
            if start >= 0 and tuple(word.text for word in words[start : start + len(said)]) == said:
                return Time(start, time.last, time.since - 1, time.until + 1, APPROXIMATE)
    return time


def _counts(words: Sequence[Word], at: int, *, strict: bool) -> bool:
    """Does the number before this word count something? strict: any noun in the plural will do."""
    if at >= len(words):
        return False
    word = words[at]
    if "%" in word.gap:
        return True
    if any(mark in word.gap for mark in ".,;:?!)»\n"):
        return False
    if word.text == "por" and _text(words, at + 1) in ("ciento", "cento"):
        return True
    if word.text in COUNTED:
        return True
    noun = word.text.endswith("s") and len(word.text) > 3 and not word.text.endswith("mos")
    return strict and noun and word.text not in NO_NOUNS


def _text(words: Sequence[Word], at: int) -> str:
    return words[at].text if at < len(words) else ""


def _before(words: Sequence[Word], at: int) -> str:
    return words[at - 1].text if at > 0 else ""
