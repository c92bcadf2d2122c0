"""Runs of letters that spell an acronym: "efe eme ele ene", "F. M. L. N.", "F M L N", "jotacete", "m 19"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from oralhistory.mentions.common_words import is_common, word_set, zipf
from oralhistory.mentions.reading import Word

# How letters are called, with regional names; one name may stand for more than one letter.
NAMES: dict[str, str] = {
    "a": "A", "be": "BV", "ce": "C", "de": "D", "e": "E", "efe": "F", "ge": "G", "je": "G", "hache": "H",
    "ache": "H", "i": "I", "jota": "J", "ka": "K", "ca": "K", "ele": "L", "eme": "M", "ene": "N", "eñe": "N", "o": "O",
    "pe": "P", "cu": "Q", "qu": "Q", "ere": "R", "erre": "R", "ese": "S", "te": "T", "u": "U", "uve": "V",
    "ve": "VB", "equis": "X", "ye": "YI", "y": "IY", "zeta": "Z", "ceta": "Z", "seta": "Z",
}  # fmt: skip
# Names of two words.
PAIRS: dict[tuple[str, str], str] = {
    ("doble", "ve"): "W", ("doble", "u"): "W", ("uve", "doble"): "W", ("ve", "doble"): "W", ("i", "griega"): "Y",
    ("i", "latina"): "I", ("ve", "corta"): "V", ("ve", "chica"): "V", ("be", "larga"): "B", ("be", "grande"): "B",
}  # fmt: skip
# Said for letters and nothing else: a run needs one of these, or two, to be told from common words.
TELLING = frozenset(
    (
        "efe",
        "hache",
        "jota",
        "ele",
        "eme",
        "ene",
        "erre",
        "ere",
        "equis",
        "zeta",
        "ge",
        "pe",
        "ce",
        "be",
        "uve",
    )
)
GLUED = re.compile("(?:" + "|".join(sorted(NAMES, key=len, reverse=True)) + "){2,}")
MOST_OPTIONS = 8
STOP = re.compile(r"[.,;:?!…\n]")
# Verbs and joining words that may follow a name at once, so that a small word before them was a letter.
VERBS = word_set(
    "ayudaba ayudo cayo daba decia decidio dejo dijo dio empezo entro era eran es esta estaba estaban estuvo fue fueron "
    "ganaba ha habia hacia hizo iba iban llego mando mandaba mandaban nunca ya no se me nos le les tenia tenian tuvo "
    "pedia perdio podia puso queria quiso sabia salio seguia trabajaba vino vivia volvio recibia con en por para y pero "
    "cuando porque desde hasta sin"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Words from first to last (not included) that may be spelled letters, each with the strings it may stand for."""

    first: int
    last: int
    options: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]  # words that each place takes: two for "doble ve"

    def spellings(self, start: int, stop: int) -> Iterator[str]:
        """The strings that the places from start to stop (not included) may spell."""
        for number, parts in enumerate(product(*self.options[start:stop])):
            if number >= MOST_OPTIONS * 4:
                return
            yield "".join(parts)

    def words(self, start: int, stop: int) -> tuple[int, int]:
        """The words that places start to stop (not included) take."""
        begin = self.first + sum(self.widths[:start])
        return begin, begin + sum(self.widths[start:stop])


@lru_cache(maxsize=16384)
def spelled(word: str) -> tuple[str, ...]:
    """What a folded word spells if it is a letter, a digit, the name of a letter, or several names glued."""
    if word.isdigit():
        return (word,)
    if len(word) == 1:
        return ("IY" if word == "y" else "N" if word == "ñ" else word.upper(),) if word != "y" else ("Y", "I")
    if word in NAMES:
        return tuple(NAMES[word])
    if not GLUED.fullmatch(word) or (is_common(word) and len(word) < 9):
        return ()
    return tuple(dict.fromkeys(_readings(word)))[:MOST_OPTIONS]


def _readings(word: str) -> Iterator[str]:
    if not word:
        yield ""
        return
    for size in range(min(6, len(word)), 0, -1):
        for letter in NAMES.get(word[:size], ""):
            for rest in _readings(word[size:]):
                yield letter + rest


def _joins(before: Word, word: Word) -> bool:
    """Does a run go on from one word to the next? Dots and hyphens between letters only; no other marks."""
    gap = word.gap.strip()
    if not gap or gap in "-–·":
        return _manner(before) == _manner(word) or word.text.isdigit() or before.text.isdigit()
    return gap == "." and "\n" not in word.gap and len(before.text) == 1 and len(word.text) == 1


def _manner(word: Word) -> str:
    """How a letter is given: its name, or itself in capitals; a lower-case vowel may be either."""
    return "capital" if len(word.surface) == 1 and word.surface.isupper() else "said"


def runs(words: Sequence[Word]) -> Iterator[Run]:
    """All longest runs of spelled letters, glued single words included."""
    index = 0
    while index < len(words):
        options: list[tuple[str, ...]] = []
        widths: list[int] = []
        at = index
        while at < len(words):
            if options and not _joins(words[at - 1], words[at]):
                break
            pair = PAIRS.get((words[at].text, words[at + 1].text)) if at + 1 < len(words) else None
            here = tuple(pair) if pair else spelled(words[at].text)
            if not here or (words[at].text.isdigit() and not options):
                break
            options.append(here)
            widths.append(2 if pair else 1)
            at += widths[-1]
        if options and (len(options) > 1 or len(options[0][0]) > 2):
            yield Run(index, at, tuple(options), tuple(widths))
        index = max(at, index + 1)


def cuts_capitals(words: Sequence[Word], run: Run, first: int, last: int) -> bool:
    """Is this part of a run of single capitals, with more of them next to it? M L N is not said in "M L N P"."""
    if _manner(words[first]) != "capital":
        return False
    before = first > run.first and _manner(words[first - 1]) == "capital"
    return before or (last < run.last and _manner(words[last]) == "capital")


# What follows a small word that is no letter: "ce a | la salida", "ce de | ustedes".
COMPLEMENT = word_set(
    "la las el los un una unos unas mi mis su sus tu tus nuestro nuestra ese esa eso este esta esto esos esas otro otra "
    "otros otras quien ellos ellas ustedes usted mi ti vos alguien nadie todos todas toda todo ver que verano año dia mes "
    "tiempo momento dos tres cuatro cinco ahi aqui alla donde cada veces pie caballo gritos manera partir pesar traves"
)
DOUBTFUL_ENDS = frozenset(("a", "y", "e", "o", "de", "ese", "te"))  # small words too


def is_doubtful_end(words: Sequence[Word], last: int) -> bool:
    """May the word that closes a run be a word? "a" is one in "ce a la salida", a letter in "ce a recibía"."""
    word = words[last]
    if word.text not in DOUBTFUL_ENDS or (word.surface.isupper() and len(word.surface) == 1):
        return False
    if last + 1 >= len(words) or STOP.search(words[last + 1].gap):
        return False
    after = words[last + 1]
    if word.text == "y":
        return True
    if word.text == "e":  # the joining word stands before i only
        return after.text.startswith(("i", "hi"))
    if after.text in VERBS:
        return False
    if word.text in ("o", "te"):
        return is_common(after.text)
    return after.text in COMPLEMENT or after.surface[0].isupper() or zipf(after.text) < 6


def goes_on(words: Sequence[Word], run: "Run", last: int) -> bool:
    """Does a run of said letters go on with one more that can be nothing else? P R T is not said in "pe ere te ce"."""
    return last < run.last and words[last].text in TELLING and _manner(words[last]) == "said"


def comes_from(words: Sequence[Word], run: "Run", first: int) -> bool:
    """Are letters said before it in its run that can be nothing else?"""
    said = words[run.first : first]
    return any(word.text in TELLING and _manner(word) == "said" for word in said)


def tells(words: Sequence[Word]) -> bool:
    """Can these words hardly be anything but letters? ("de a" and "te o" can; "efe a erre" can't.)"""
    if any(_manner(word) == "capital" for word in words) or any("." in word.gap for word in words[1:]):
        return True
    if all(len(word.text) == 1 or word.text.isdigit() for word in words):
        return sum(word.text not in "aeouy" for word in words) >= 2
    telling = sum(word.text in TELLING or (len(word.text) > 4 and word.text not in NAMES) for word in words)
    return telling >= 1 and (telling * 3 >= len(words) or len(words) >= 4)
