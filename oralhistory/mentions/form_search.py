"""Which transcripts may hold a new form: by its words as they sound, its letters, and by sounds that are near it.

Nothing is missed that the matcher would find, as far as can be: whatever may hold it is read by the matcher itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from oralhistory.mentions import phonetics
from oralhistory.mentions.candidates import Candidates
from oralhistory.mentions.common_words import is_common
from oralhistory.mentions.fuzzy import SoundIndex, least_similarity
from oralhistory.mentions.lexicon import Form, Lexicon, squash
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.word_index import UNCASED, Words
from oralhistory.organizations.authorities import Authority

AT_ONCE = 8  # transcripts in one array: half a million sounds, which a processor holds near
LEAST_SHARED = 0.3  # of a name's trigrams, that a passage must have before it is aligned: fuzzy.LEAST_SHARED
LONGER = 1.5  # times as many sounds as the name has, in which these are counted
# Sounds as numbers of five bits, so that three of them and all sums fit into 16: half of the time is memory's.
BITS = 5
BETWEEN = 31  # transcripts
ALPHABET = dict(zip("abcdefghijklmnopqrstuvwxyzX", range(1, 28), strict=True)) | dict.fromkeys(
    "0123456789", 28
)
CODES = bytes((ALPHABET | {"\n": BETWEEN}).get(chr(code), 0) for code in range(256))
NOT_OF_IT = (
    0.06  # how much less like the form a passage may be than the matcher asks: it aligns words, not sounds
)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that is known by its sound."""

    key: str
    sounds: bytes
    trigrams: NDArray[np.integer[Any]]
    window: int  # sounds
    least: float  # trigrams in it

    @property
    def cutoff(self) -> float:
        return (least_similarity(len(self.key)) - NOT_OF_IT) * 100

    @property
    def shortest(self) -> float:
        """Sounds of a passage that can be so like it at all; a shorter one would be looked for in the name."""
        return len(self.key) * self.cutoff / (200 - self.cutoff)


class FormSearch:
    """Looks for a few forms, of whichever organizations."""

    def __init__(self, forms: Iterable[Authority]) -> None:
        """forms: authorities that have the wanted forms and no others."""
        self._lexicon = Lexicon(list(forms))
        self._exact = [
            (form, f" {' '.join(map(phonetics.key, form.words))} ") for form in self._lexicon.forms
        ]
        common = {phonetics.key(word) for word in map(str.lower, self._lexicon.acronyms) if is_common(word)}
        self._words = [f" {key} " for key in self._lexicon.word_forms if key not in common]
        self._letters = [f" {letters} " for letters in self._lexicon.acronyms]
        self._names = [_name(key) for key in dict.fromkeys(SoundIndex(self._lexicon).keys)]

    @cached_property
    def _candidates(self) -> Candidates:
        """Not needed to look through an archive, and not made in a moment."""
        return Candidates(self._lexicon)

    def among(self, rows: Iterable[tuple[int, Words]]) -> Iterator[int]:
        """The numbers of those rows that may hold one of the forms."""
        left = iter(rows)
        while batch := list(islice(left, AT_ONCE)):
            held = {number for number, words in batch if self._is_spelled(words)}
            yield from sorted(held)
            rest = [(number, words.sounds) for number, words in batch if number not in held]
            yield from sorted(self._by_sound(rest))

    def _is_spelled(self, words: Words) -> bool:
        if any(letters in words.letters for letters in self._letters):
            return True
        if any(key in words.sounds for key in self._words):
            return True
        return any(key in words.sounds and _has_capital(form, words) for form, key in self._exact)

    def _by_sound(self, rows: Sequence[tuple[int, str]]) -> set[int]:
        if not self._names or not rows:
            return set()
        sounds = _numbers("\n".join(text for _, text in rows))
        symbols = np.frombuffer(sounds, np.uint8)
        codes = _trigrams(symbols)
        wanted = np.zeros(1 << (3 * BITS), np.bool_)
        begins = np.concatenate(([0], np.flatnonzero(symbols == BETWEEN) + 1, [len(symbols) + 1]))
        found: set[int] = set()
        for name in self._names:
            wanted[name.trigrams] = True
            passages = list(_passages(name, wanted[codes]))
            wanted[name.trigrams] = False
            for first, last in passages:
                for row in range(_row(begins, first), min(_row(begins, last), len(rows) - 1) + 1):
                    passage = sounds[max(first, begins[row]) : min(last, begins[row + 1] - 1)]
                    if len(passage) >= name.shortest and fuzz.partial_ratio(
                        name.sounds, passage, score_cutoff=name.cutoff
                    ):
                        found.add(rows[row][0])
        return found

    def is_said(self, surface: str) -> bool:
        """Is a passage that was found one of the forms, as it is or misheard?"""
        if not self._lexicon.forms:
            return False
        for text in (surface, f"la {surface}"):  # a short form counts only with its article
            if self._candidates.spans(Reading([text]))[0]:
                return True
        sounds = "".join(phonetics.key(word.text) for word in Reading([surface]).words)
        if any(fuzz.ratio(name.key, sounds) >= name.cutoff for name in self._names):
            return True
        letters = squash(surface)
        return len(letters) > 2 and any(
            len(other) > 2 and Levenshtein.distance(letters, other, score_cutoff=1) <= 1
            for other in self._lexicon.acronyms
        )


def _has_capital(form: Form, words: Words) -> bool:
    """A form of one common word is meant only where it has its capital: else it would be found everywhere."""
    if len(form.words) > 1 or not is_common(form.words[0]) or words.capitals == UNCASED:
        return True
    return f" {form.words[0]} " in words.capitals


def _row(begins: NDArray[np.int64], place: int) -> int:
    return int(np.searchsorted(begins, place, side="right")) - 1


def _name(key: str) -> _Name:
    sounds = _numbers(key)
    codes = np.unique(_trigrams(np.frombuffer(sounds, np.uint8)))
    return _Name(key, sounds, codes, int(len(key) * LONGER) + 3, LEAST_SHARED * len(codes))


def _numbers(sounds: str) -> bytes:
    """Sounds as numbers, without the spaces between words: who mishears a name cuts it elsewhere, too."""
    return sounds.encode("latin-1", "replace").translate(CODES, b" ")


def _trigrams(symbols: NDArray[np.uint8]) -> NDArray[np.integer[Any]]:
    wide = symbols.astype(np.uint16)
    codes: NDArray[np.integer[Any]] = wide[:-2] << (2 * BITS)
    codes |= wide[1:-1] << BITS
    codes |= wide[2:]
    return codes


def _passages(name: _Name, shared_here: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where enough of a name's trigrams stand close together: from and to which sound."""
    sums = np.cumsum(shared_here, dtype=np.uint16)  # may run over: differences are right all the same
    width = min(name.window, len(sums) - 1)
    if width < 1:
        return
    shared = sums[width:] - sums[:-width]
    places = np.flatnonzero(shared >= name.least)
    if not len(places):
        return
    breaks = np.flatnonzero(np.diff(places) > width)
    firsts = places[np.concatenate(([0], breaks + 1))]
    lasts = places[np.concatenate((breaks, [len(places) - 1]))]
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        yield max(0, first - width), last + 2 * width
