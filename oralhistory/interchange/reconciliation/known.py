"""The public names in memory, so that ten thousand records are asked in milliseconds.

Kept by the process until `organizations.public.state` is another. What is found here is only where to look: it is read
again from the database before anybody sees it, so that a record closed a moment ago is closed.
"""

import math
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from oralhistory.interchange.reconciliation.texts import Text, take_apart
from oralhistory.organizations import public
from oralhistory.organizations.public import Facts

MOST_ALIKE = 60  # records looked at more closely for one name that nobody has exactly
MOST_SAME = 200  # records that have one exactly: acronyms are shared
_MISSPELLED = 0.7  # how near a word of the index has to be to stand for one that is not in it
_SPELLINGS = 6
_MOST_WORDS = 16  # of a name that are looked for: each that nobody has is compared with all there are

_lock = threading.Lock()
_kept: "tuple[tuple[object, ...], Known] | None" = None


class Known:
    """Where a name leads: to the slugs of records that may be meant."""

    def __init__(self, records: Iterable[Facts]) -> None:
        self.records: dict[str, Facts] = {each.slug: each for each in records}
        self._slugs = list(self.records)
        self._plain: dict[str, list[int]] = {}
        self._by_word: dict[str, list[int]] = {}
        for number, record in enumerate(self.records.values()):
            keys: set[str] = set()
            for text, _kind in record.names:
                taken = take_apart(text)
                for form in {taken.plain, "=" + " ".join(sorted(taken.keys))}:
                    self._plain.setdefault(form, []).append(number)
                keys.update(taken.keys)
            for key in keys:
                self._by_word.setdefault(key, []).append(number)
        self._vocabulary = list(self._by_word)
        self._beginnings = sorted(form for form in self._plain if not form.startswith("="))

    def weight(self, key: str) -> float:
        """How much a word tells: the logarithm of how rare it is."""
        return math.log(2 + len(self._slugs) / (1 + len(self._by_word.get(key, ()))))

    def near(self, asked: Text) -> list[str]:
        """The records that have the name, and those that share the rarest words with it, words misspelled included."""
        same = [
            *self._plain.get(asked.plain, ()),
            *self._plain.get("=" + " ".join(sorted(asked.keys)), ()),
        ][:MOST_SAME]
        points: Counter[int] = Counter()
        for key in list(dict.fromkeys(asked.keys))[:_MOST_WORDS]:
            for form, likeness in self._spellings(key):
                worth = likeness * self.weight(form)
                numbers = self._by_word[form]
                # What half of all records have in their name finds nothing by itself.
                if len(numbers) > max(1000, len(self._slugs) // 4) and points:
                    numbers = [number for number in numbers if number in points]
                for number in numbers:
                    points[number] += worth  # type: ignore[assignment]  # a Counter counts in halves as well
        alike = [number for number, _points in points.most_common(MOST_ALIKE)]
        return [self._slugs[number] for number in dict.fromkeys((*same, *alike))]

    def _spellings(self, key: str) -> list[tuple[str, float]]:
        if key in self._by_word:
            return [(key, 1.0)]
        found = process.extract(
            key,
            self._vocabulary,
            scorer=OSA.normalized_similarity,
            score_cutoff=_MISSPELLED,
            limit=_SPELLINGS,
        )
        return [(form, likeness) for form, likeness, _place in found]

    def beginning(self, asked: Text, *, at_most: int) -> list[str]:
        """The records with a name that begins so, whole names first; then those with a word that does."""
        wanted = asked.plain
        found: dict[int, None] = dict.fromkeys(self._plain.get(wanted, ()))
        at = bisect_left(self._beginnings, wanted)
        while at < len(self._beginnings) and self._beginnings[at].startswith(wanted) and len(found) < at_most:
            found.update(dict.fromkeys(self._plain[self._beginnings[at]]))
            at += 1
        inside = f" {wanted}"
        for form in self._beginnings if len(found) < at_most else ():
            if inside in form:
                found.update(dict.fromkeys(self._plain[form]))
                if len(found) >= at_most:
                    break
        return [self._slugs[number] for number in found][:at_most]


def now() -> Known:
    """The public names as they are."""
    global _kept
    state = public.state()
    with _lock:
        if _kept is None or _kept[0] != state:
            _kept = None  # before the next is made: two at once would take twice the memory
            _kept = (state, Known(public.facts().values()))
        return _kept[1]


def fresh(slugs: Iterable[str]) -> Mapping[str, Facts]:
    """The same records as the database has them this moment."""
    return public.facts(slugs)
