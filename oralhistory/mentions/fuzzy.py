"""Names heard with other words or broken at other places: "vrigued obrerode estudentez".

Both sides are written as one string of sounds (phonetics.key) without spaces, since a machine that mishears a name also
cuts it elsewhere. Trigrams weighed by their rarity choose which names to try on which stretch; rapidfuzz aligns.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from oralhistory.mentions import phonetics
from oralhistory.mentions.common_words import JOINING, is_common, is_known, zipf
from oralhistory.mentions.lexicon import Form, Lexicon
from oralhistory.mentions.reading import Reading

SHORTEST = 7  # sounds in a name; shorter ones sound like too many things
STRETCH, STEP = 26, 13  # words tried at once where there is no punctuation
LEAST_SHARED = 0.30  # weight of a name's trigrams that a stretch must have before it is aligned
ALL_BUT_EQUAL = 0.95  # from here well-spelled words are taken too: "brigadas" for "brigada"
EQUAL = 0.97  # from here even where two words were taken for one: "deliberación" for "de liberación"
LEAST_TELLING = 0.58  # how much of the word that tells a name from others must be heard
WITH_STRANGERS = 0.79  # least similarity of a passage with well-spelled words that the name does not have
STRAYS = frozenset(
    ("yo", "y", "que", "a", "se", "me", "le", "o", "e", "no", "ya")
)  # after a name, and of none
LENT = 0.05  # the similarity that one of them may have lent
SLACK = 2  # words that the alignment may be off at either end


@dataclass(frozen=True, slots=True)
class Likeness:
    """Words first to last (not included) sound like a form; similarity from 0 to 1."""

    first: int
    last: int
    form: Form
    similarity: float
    strangers: int  # well-spelled words of the passage that the name does not have


def least_similarity(sounds: int) -> float:
    """Below this a name of so many sounds is not tried further: long names may be heard worse than short ones."""
    return 0.67 if sounds >= 26 else 0.72 if sounds >= 18 else 0.78 if sounds >= 12 else 0.83


class SoundIndex:
    """The names of a list by how they sound."""

    def __init__(self, lexicon: Lexicon) -> None:
        # "los tupas" are people, known by sight, not by sound.
        self.forms = [
            form
            for form in lexicon.forms
            if form.kind == "name" and not form.short and (len(form.words) > 1 or form.surface[0].isupper())
        ]
        self.keys = ["".join(map(phonetics.key, form.words)) for form in self.forms]
        kept = [number for number, key in enumerate(self.keys) if len(key) >= SHORTEST]
        self.forms = [self.forms[number] for number in kept]
        self.keys = [self.keys[number] for number in kept]
        self.known = lexicon.vocabulary
        names_of = Counter(word for form in lexicon.forms for word in set(form.words))
        # The word that tells a name from others: the rarest of the list, of those the longest.
        self.telling = [
            phonetics.key(
                min(
                    (word for word in form.words if word not in JOINING),
                    key=lambda word: (names_of[word], -len(word)),
                )
            )
            if form.content
            else ""
            for form in self.forms
        ]
        postings: dict[str, list[int]] = {}
        for number, key in enumerate(self.keys):
            for trigram in trigrams(key):
                postings.setdefault(trigram, []).append(number)
        self._postings = {trigram: np.array(numbers, np.int32) for trigram, numbers in postings.items()}
        total = max(len(self.keys), 1)
        self._weights = {
            trigram: float(np.log1p(total / len(numbers))) for trigram, numbers in postings.items()
        }
        self._full = np.array(
            [sum(self._weights[trigram] for trigram in trigrams(key)) for key in self.keys], np.float64
        )

    def likenesses(self, reading: Reading) -> Iterator[Likeness]:
        """Passages that sound like a name, each with the name; several may overlap."""
        if not self.keys:
            return
        sounds = [phonetics.key(word.text) for word in reading.words]
        for first, last in stretches(reading):
            joined = "".join(sounds[first:last])
            if len(joined) < SHORTEST:
                continue
            for number in self._worth_trying(joined):
                likeness = self._align(number, reading, sounds, first, last, joined)
                if likeness is not None:
                    yield likeness

    def _worth_trying(self, joined: str) -> NDArray[np.intp]:
        here = [trigram for trigram in trigrams(joined) if trigram in self._postings]
        if not here:
            return np.zeros(0, np.intp)
        numbers = np.concatenate([self._postings[trigram] for trigram in here])
        weights = np.repeat(
            [self._weights[trigram] for trigram in here], [len(self._postings[trigram]) for trigram in here]
        )
        shared = np.bincount(numbers, weights, len(self.keys))
        return np.flatnonzero(shared >= LEAST_SHARED * self._full)

    def _align(
        self, number: int, reading: Reading, sounds: Sequence[str], first: int, last: int, joined: str
    ) -> Likeness | None:
        key, form = self.keys[number], self.forms[number]
        least = least_similarity(len(key))
        found = fuzz.partial_ratio_alignment(key, joined, score_cutoff=(least - 0.06) * 100)
        if found is None:
            return None
        begin, end = _words_under(sounds, first, last, found.dest_start, found.dest_end)
        best = _best_window(
            key, sounds, range(max(first, begin - SLACK), min(last, begin + SLACK + 1)), end, last
        )
        if best is None or best[0] < least:
            return None
        similarity, start, stop = self._without_strays(best, key, form, reading, sounds)
        telling = self.telling[number]
        if fuzz.partial_ratio(telling, "".join(sounds[start:stop])) < LEAST_TELLING * 100:
            return None
        equal = similarity >= EQUAL or (similarity >= ALL_BUT_EQUAL and stop - start >= len(form.words))
        if not equal and not self._misheard(form, reading, start, stop):
            return None
        strangers = self._strangers(form, reading, start, stop)
        if strangers and similarity < WITH_STRANGERS:
            return None
        return Likeness(start, stop, form, similarity, strangers)

    def _without_strays(
        self,
        best: tuple[float, int, int],
        key: str,
        form: Form,
        reading: Reading,
        sounds: Sequence[str],
    ) -> tuple[float, int, int]:
        """Small words at the end that lent a sound to a name which lost one: "del Puebl | yo"."""
        similarity, start, stop = best
        while stop - start > 1:
            word = reading.words[stop - 1].text
            if word not in STRAYS or word in form.words:
                break
            without = fuzz.ratio(key, "".join(sounds[start : stop - 1])) / 100
            if without < similarity - LENT:
                break
            similarity, stop = without, stop - 1
        return similarity, start, stop

    def _misheard(self, form: Form, reading: Reading, start: int, stop: int) -> bool:
        """Is there a word here that is none? What is well spelled throughout was heard well, and is something else."""
        return any(
            not is_known(word.text) and word.text not in self.known and not word.text.isdigit()
            for word in reading.words[start:stop]
        )

    def _strangers(self, form: Form, reading: Reading, start: int, stop: int) -> int:
        """Words that the list or everybody knows, well spelled here, that this name does not have.

        They speak for another name ("Nacional" for "Nacionalista"), where a misheard one gives words unknown.
        """
        sounds = {phonetics.key(word) for word in form.words}
        count = 0
        for word in reading.words[start:stop]:
            text = word.text
            if text in JOINING or text in form.words or phonetics.key(text) in sounds or len(text) < 3:
                continue
            if any(
                text in other or other in text for other in form.words if len(other) > 4 and len(text) > 5
            ):
                count += text in self.known or zipf(text) >= 4
            elif text in self.known or (is_common(text) and zipf(text) >= 4):
                count += 1
        return count


def trigrams(key: str) -> set[str]:
    """Three sounds at a time."""
    return {key[at : at + 3] for at in range(len(key) - 2)}


def stretches(reading: Reading) -> Iterator[tuple[int, int]]:
    """Passages that names don't reach beyond: between stops, long ones cut with an overlap."""
    first = 0
    count = len(reading.words)
    for index in range(1, count + 1):
        if index < count and not reading.stops[index]:
            continue
        for begin in range(first, index, STEP):
            end = min(begin + STRETCH, index)
            yield begin, end
            if end == index:
                break
        first = index


def _words_under(sounds: Sequence[str], first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The words that hold the sounds from start to end of a stretch."""
    begin, stop, at = first, last, 0
    for index in range(first, last):
        if at <= start:
            begin = index
        at += len(sounds[index])
        if at >= end:
            stop = index + 1
            break
    return begin, stop


def _best_window(
    key: str, sounds: Sequence[str], begins: range, end: int, last: int
) -> tuple[float, int, int] | None:
    """(similarity, first, after the last) of the window most like the key; the shorter of equals."""
    best: tuple[float, int, int] | None = None
    for begin in begins:
        for stop in range(max(begin + 1, end - SLACK), min(last, end + SLACK) + 1):
            similarity = fuzz.ratio(key, "".join(sounds[begin:stop])) / 100
            if best is None or (similarity, best[2] - best[1]) > (best[0], stop - begin):
                best = (similarity, begin, stop)
    return best
