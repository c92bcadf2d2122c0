"""One automaton over every form of a list, and over the places that speak for a country."""

from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, Implementation

from oralhistory.mentions import gazetteer
from oralhistory.mentions.lexicon import Form, Lexicon
from oralhistory.mentions.reading import Reading

MOST_COMMAS_PER_WORDS = 4  # a name may cross a comma if it has at least so many words: "…, Perseguidos, …"


class Automaton:
    """Finds all forms at once, overlapping: else the second of two adjacent names is lost."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._forms = lexicon.forms
        table = gazetteer.places() | gazetteer.of_records(lexicon.authorities)
        self._countries = list(table.values())
        patterns = [f" {' '.join(form.words)} " for form in lexicon.forms]
        patterns += [f" {name} " for name in table]
        self._automaton = AhoCorasick(
            patterns, implementation=Implementation.ContiguousNFA, store_patterns=False
        )

    def matches(self, reading: Reading) -> Iterator[tuple[int, int, Form | str]]:
        """(first word, word after the last, form or country) wherever no full stop is crossed."""
        found = self._automaton.find_matches_as_indexes(reading.text, overlapping=True)
        for pattern, start, end in found:
            first = reading.word_at(start + 1)
            last = reading.word_at(end - 2) + 1
            if reading.crosses_stop(first, last):
                continue
            if pattern >= len(self._forms):
                if gazetteer.is_said(reading, first, last):
                    yield first, last, self._countries[pattern - len(self._forms)]
            elif not _commas(reading, first, last) or last - first >= MOST_COMMAS_PER_WORDS:
                yield first, last, self._forms[pattern]


def _commas(reading: Reading, first: int, last: int) -> bool:
    return any("," in reading.words[at].gap for at in range(first + 1, last))
