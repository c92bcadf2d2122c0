"""Editions as they are indexed, made by a seed, and questions of which it is known what answers them.

Words are drawn as people say them: some two thousand common ones by their frequencies, then sixty thousand that are made of
syllables, by Zipf's law, with accents, ñ and inflections. Every two-hundredth segment speaks of an organization: as it is
written, by its acronym, or in spelled letters. Each word begins at a time of its own.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from oralhistory.mentions import common_words
from oralhistory.search import letters
from oralhistory.search.analysis import fold, key, plain
from oralhistory.search.documents import Document, Lead, Segment
from oralhistory.search.passages import SEGMENTS, STEP

MADE = 60_000
ORGANIZATIONS = 4_000
SPEAKING = 0.005  # of the segments
SEGMENTS_EACH = 100
WORDS_EACH = 17  # of a segment, in the middle
COUNTRIES = ("SV", "MX", "GT", "NI", "AR", "CL", "UY", "BR", "PE", "CO", "HN", "BO")
COMMON_SHARE = 0.05  # of the passages, for a word that is called common
PASSAGES = 1 / STEP  # for each segment
KINDS = (
    "rare", "middle", "common", "two words", "phrase", "prefix", "no accents", "acronym", "misspelled",
)  # fmt: skip
JUDGED = ("rare", "two words", "phrase", "no accents", "acronym")


@dataclass(frozen=True)
class Question:
    kind: str
    text: str
    document_id: str  # where it was drawn from …
    start_ms: int  # … and when the first word asked for begins there
    over_an_edge: bool = False
    meant: str = ""  # of a misspelled name


@dataclass(frozen=True)
class Named:
    slug: str
    name: str
    acronym: str


class Corpus:
    """The same editions and questions for the same seed and number of segments."""

    def __init__(self, segments: int, seed: int = 7) -> None:
        self.count = max(segments // SEGMENTS_EACH, 1)
        self.seed = seed
        dice = random.Random(seed)
        self.words, weights = _lexicon(dice)
        self._sums = list(accumulate(weights))
        self.organizations = list(_organizations(dice))

    def documents(self) -> Iterator[Document]:
        return (self.document(number) for number in range(self.count))

    def document(self, number: int) -> Document:
        dice = random.Random(f"{self.seed}:{number}")
        language = dice.choices(("es", "pt", "en"), (85, 10, 5))[0]
        now = dice.randrange(5_000)
        segments = []
        spoken_of = set()
        for index in range(SEGMENTS_EACH):
            said = dice.choices(self.words, cum_weights=self._sums, k=dice.randint(8, 26))
            also: tuple[Lead, ...] = ()
            if dice.random() < SPEAKING:
                named = dice.choice(self.organizations)
                spoken_of.add(named.slug)
                said, also = _speaking(dice, said, named)
            words, now = _timed(dice, said, now)
            segments.append(
                Segment(
                    cue_id=f"c{index:03}",
                    start_ms=words[0][0],
                    end_ms=now,
                    text=" ".join(said) + ".",
                    language=language,
                    speaker="" if dice.random() < 0.1 else "N",
                    words=words,
                    also=also,
                    asks=dice.random() < 0.1,
                )
            )
            now += dice.randrange(900)
        years = tuple(sorted({dice.randint(1962, 1994) for _ in range(dice.randint(0, 6))}))
        return Document(
            id=f"made{number:06}",
            title=f"Testimony {number}",
            collection=f"Collection {dice.randrange(30)}",
            languages=(language,),
            countries=tuple({dice.choice(COUNTRIES) for _ in range(2)}),
            organizations=tuple(sorted(spoken_of)),
            years=years,
            segments=tuple(segments),
            held_on=f"{dice.randint(1990, 2024)}-{dice.randint(1, 12):02}",
        )


def questions(corpus: Corpus, frequencies: "Frequencies", each: int) -> dict[str, list[Question]]:
    """So many of each kind, drawn from testimonies in Spanish."""
    dice = random.Random(f"{corpus.seed}:questions")
    found: dict[str, list[Question]] = {kind: [] for kind in KINDS}
    while any(len(ones) < each for ones in found.values()):
        document = corpus.document(dice.randrange(corpus.count))
        if document.languages != ("es",):
            continue
        drawn = _Drawn(dice, document, frequencies)
        for kind in KINDS:
            question = drawn.question(kind, over_an_edge=len(found[kind]) % 3 == 0)
            if len(found[kind]) < each and question:
                found[kind].append(question)
    return found


class Frequencies:
    """In how many segments each key is said, and each acronym led to."""

    def __init__(self) -> None:
        self.keys: Counter[str] = Counter()
        self.plain: Counter[str] = Counter()
        self.acronyms: Counter[str] = Counter()
        self.segments = 0

    def add(self, document: Document) -> None:
        for segment in document.segments:
            words = {word for _start, _end, word in segment.words}
            self.keys.update({key(word.lower(), "es") for word in words})
            self.plain.update({plain(word.lower()) for word in words})
            self.acronyms.update({lead.term for lead in segment.also})
            self.segments += 1


class _Drawn:
    """What may be asked of one testimony."""

    def __init__(self, dice: random.Random, document: Document, frequencies: Frequencies) -> None:
        self.dice, self.document, self.frequencies = dice, document, frequencies
        self.words = [
            (word, start, number)
            for number, segment in enumerate(document.segments)
            if not segment.also
            for start, _end, word in segment.words
        ]

    def question(self, kind: str, *, over_an_edge: bool) -> Question | None:
        if kind in ("acronym", "misspelled"):
            return self._name(kind)
        if kind == "phrase":
            return self._phrase(over_an_edge=over_an_edge)
        if kind == "two words":
            return self._two_words()
        wanted = {
            "rare": lambda word: 1 <= self._often(word) <= 5,
            "middle": lambda word: 0.001 <= self._share(word) <= 0.005,
            "common": lambda word: 0.8 <= self._share(word) * SEGMENTS / COMMON_SHARE <= 1.25,
            "prefix": lambda word: len(word) >= 7 and 1 <= self._often(word) <= 200,
            "no accents": lambda word: (
                plain(word) != word and "ñ" not in word and self.frequencies.plain[plain(word)] <= 5
                and self._often(word) <= 5
            ),
        }[kind]  # fmt: skip
        fitting = [each for each in self.words if wanted(each[0])]
        if not fitting:
            return None
        word, start, _number = self.dice.choice(fitting)
        text = {"prefix": f"{word[:5]}*", "no accents": plain(word)}.get(kind, word)
        return Question(kind, text, self.document.id, start)

    def _often(self, word: str) -> int:
        return self.frequencies.keys[key(word, "es")]

    def _share(self, word: str) -> float:
        return self._often(word) / self.frequencies.segments

    def _by_chance(self, phrase: list[str]) -> float:
        """How often these words stand beside each other in an archive in which words know nothing of each other."""
        said = self.frequencies.segments * WORDS_EACH
        return said * math.prod(self._share(word) / WORDS_EACH for word in phrase)

    def _two_words(self) -> Question | None:
        """Two words of one segment, in any order, that meet in hardly any other passage: who finds many asks again."""
        by_segment: dict[int, list[tuple[str, int]]] = {}
        for word, start, number in self.words:
            if len(word) > 3 and self._share(word) <= 0.01:
                by_segment.setdefault(number, []).append((word, start))
        several = [ones for ones in by_segment.values() if len({word for word, _ in ones}) > 1]
        if not several:
            return None
        ones = self.dice.choice(several)
        first, second = self.dice.sample(ones, 2)
        by_chance = self._share(first[0]) * self._share(second[0]) * SEGMENTS**2
        if first[0] == second[0] or by_chance * self.frequencies.segments * PASSAGES > 1:
            return None
        return Question("two words", f"{first[0]} {second[0]}", self.document.id, min(first[1], second[1]))

    def _phrase(self, *, over_an_edge: bool) -> Question | None:
        """Two to four words that stand so beside each other by chance once at most, as nobody remembers "de la"."""
        length = self.dice.randint(2, 4)
        places = [
            at
            for at in range(len(self.words) - length + 1)
            if (self.words[at + length - 1][2] - self.words[at][2] == 1) == over_an_edge
            and self.words[at + length - 1][2] - self.words[at][2] <= 1
            and self._by_chance([word for word, _, _ in self.words[at : at + length]]) <= 1
        ]
        if not places:
            return None
        at = self.dice.choice(places)
        words = [word for word, _, _ in self.words[at : at + length]]
        return Question("phrase", f'"{" ".join(words)}"', self.document.id, self.words[at][1], over_an_edge)

    def _name(self, kind: str) -> Question | None:
        for segment in self.document.segments:
            if not segment.also:
                continue
            name, acronym = (lead.term for lead in segment.also)
            if self.frequencies.acronyms[acronym] > 5:
                continue
            before = len(segment.text[: segment.also[0].start].split())
            start = segment.words[before][0]
            if kind == "acronym":
                return Question(kind, acronym, self.document.id, start)
            word = name.split()[-1].lower()
            return Question(kind, _misspelled(self.dice, word), self.document.id, start, meant=word)
        return None


def _misspelled(dice: random.Random, word: str) -> str:
    at = dice.randrange(1, len(word) - 2)
    return dice.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] * 2 + word[at + 1 :],
        )
    )


_ONSETS = (
    "b",
    "c",
    "ch",
    "d",
    "f",
    "g",
    "j",
    "l",
    "ll",
    "m",
    "n",
    "ñ",
    "p",
    "qu",
    "r",
    "s",
    "t",
    "v",
    "y",
    "z",
    "tr",
    "br",
    "pl",
    "cr",
    "gr",
)
_VOWELS = ("a", "e", "i", "o", "u", "a", "e", "o", "ia", "ie", "ue")
_ACCENTED = str.maketrans("aeiou", "áéíóú")
_ENDS = ("", "", "", "n", "s", "r", "l", "ción", "ciones", "do", "da", "dos", "mente", "ba", "ría", "s")


def _made(dice: random.Random, syllables: tuple[int, int]) -> str:
    parts = [dice.choice(_ONSETS) + dice.choice(_VOWELS) for _ in range(dice.randint(*syllables))]
    end = dice.choice(_ENDS)
    if "ó" not in end and dice.random() < 0.25:
        parts[-1] = parts[-1][:-1] + parts[-1][-1].translate(_ACCENTED)
    return "".join(parts) + end


def _lexicon(dice: random.Random) -> tuple[list[str], list[float]]:
    """Words and how often they are said, of a million."""
    rows = common_words.TABLE.read_text(encoding="utf-8").splitlines()
    common = [(word, 10 ** (int(tenths) / 10 - 3)) for word, tenths in (row.split("\t") for row in rows)]
    common = sorted((one for one in common if one[0].isalpha()), key=lambda one: (-one[1], one[0]))[:2_000]
    least = common[-1][1]
    made: dict[str, None] = {}
    while len(made) < MADE:
        made[_made(dice, (2, 4))] = None
    known = dict(common)
    words = [word for word, _ in common] + [word for word in made if word not in known]
    weights = [often for _, often in common]
    weights += [least * 0.4 / (1 + rank / 60) ** 1.1 for rank in range(len(words) - len(weights))]
    return words, weights


def _organizations(dice: random.Random) -> Iterator[Named]:
    acronyms: dict[str, None] = {}
    while len(acronyms) < ORGANIZATIONS:
        acronyms["".join(dice.choice("BCDFGHJLMNPRST") for _ in range(dice.randint(4, 5)))] = None
    heads = ("Frente", "Movimiento", "Unión", "Comité", "Liga", "Coordinadora")
    for number, acronym in enumerate(acronyms):
        name = (
            f"{dice.choice(heads)} {_made(dice, (3, 4)).capitalize()} de {_made(dice, (4, 5)).capitalize()}"
        )
        yield Named(f"made-{number}", name, acronym)


def _speaking(dice: random.Random, said: list[str], named: Named) -> tuple[list[str], tuple[Lead, ...]]:
    spelled = next(letters.spellings(fold(named.acronym.lower())))
    words = dice.choices((list(spelled), named.name.split(), [named.acronym]), (4, 3, 3))[0]
    at = dice.randrange(len(said))
    before = " ".join(said[:at])
    start = len(before) + bool(before)
    end = start + len(" ".join(words))
    return [*said[:at], *words, *said[at:]], (Lead(named.name, start, end), Lead(named.acronym, start, end))


def _timed(dice: random.Random, said: list[str], now: int) -> tuple[list[tuple[int, int, str]], int]:
    words = []
    for word in said:
        end = now + 60 + len(word) * dice.randint(30, 90)
        words.append((now, end, word))
        now = end + dice.choice((0, 0, 20, 150))
    return words, now
