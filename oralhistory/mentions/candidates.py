"""Every span of a transcript that may speak of an organization of the list, before any judgement."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from oralhistory.mentions import letters, phonetics
from oralhistory.mentions.automaton import Automaton
from oralhistory.mentions.common_words import is_common
from oralhistory.mentions.evidence import ARTICLES
from oralhistory.mentions.fuzzy import SoundIndex
from oralhistory.mentions.lexicon import Form, Lexicon
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import UNLISTED, Span, longest

Place = tuple[int, int, str]  # first word, word after the last, country
LETTERS_ENOUGH = 4  # so many in a row that are an acronym of the list are no chance
SHORTEST_SOUND = 4  # sounds of an acronym that is known by its sound alone


class Candidates:
    """Finds spans for one list."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._automaton = Automaton(lexicon)
        self._sounds = SoundIndex(lexicon)

    def spans(self, reading: Reading) -> tuple[list[Span], list[Place]]:
        """Spans that don't overlap, and the places that are spoken of."""
        found: list[Span] = []
        where: list[Place] = []
        for first, last, match in self._automaton.matches(reading):
            if isinstance(match, Form):
                if match.short and (not first or reading.words[first - 1].text not in ARTICLES):
                    continue
                found.append(_exact(reading, first, last, match))
            else:
                where.append((first, last, match))
        found += self._spelled(reading)
        found += self._read_as_words(reading)
        found += self._by_sound(reading)
        where.sort()
        return [self._with_country(span, reading, where) for span in longest(found)], where

    def exact_forms(self, reading: Reading) -> Iterator[tuple[int, int, Form]]:
        """Names and acronyms as the list writes them, overlapping ones too."""
        for first, last, match in self._automaton.matches(reading):
            if isinstance(match, Form):
                yield first, last, match

    def _spelled(self, reading: Reading) -> Iterator[Span]:
        """Runs of letters that are acronyms of the list."""
        for run in letters.runs(reading.words):
            places_in_run = len(run.options)
            for start in range(places_in_run):
                for stop in range(start + 1, places_in_run + 1):
                    first, last = run.words(start, stop)
                    spells = stop - start >= LETTERS_ENOUGH or letters.tells(reading.words[first:last])
                    if not spells or letters.cuts_capitals(reading.words, run, first, last):
                        continue
                    for spelling in run.spellings(start, stop):
                        owners = self.lexicon.acronyms.get(spelling)
                        if owners and len(spelling) > 1:
                            yield Span(first, last, "letters", tuple(owners), letters=spelling)

    def _read_as_words(self, reading: Reading) -> Iterator[Span]:
        """Acronyms said as words and written as they sound: "estúnan", "pésum"."""
        for index, word in enumerate(reading.words):
            if len(word.text) < SHORTEST_SOUND or is_common(word.text):
                continue
            for text in (word.text, "des" + word.text[3:] if word.text.startswith("des") else ""):
                owners = self.lexicon.word_forms.get(phonetics.key(text)) if text else None
                if owners:
                    yield Span(index, index + 1, "acronym by sound", tuple(owners), similarity=1.0)

    def _by_sound(self, reading: Reading) -> Iterator[Span]:
        for likeness in self._sounds.likenesses(reading):
            similarity = likeness.similarity - 0.03 * likeness.strangers
            first, last = _trimmed(reading, likeness.first, likeness.last, likeness.form)
            owners = tuple(likeness.form.owners)
            yield Span(
                first, last, "name by sound", owners, likeness.form, "", similarity, likeness.strangers
            )

    def _with_country(self, span: Span, reading: Reading, where: Sequence[Place]) -> Span:
        """ "Ejército de Liberación Nacional de Bolivia" is none of those that are of other countries."""
        if span.form is None or span.form.kind != "name" or span.form.content < 2:
            return span
        countries = {self.lexicon.authorities[owner].country for owner in span.owners}
        nearest = bisect_left(where, (span.last + 1, 0, ""))
        for first, last, country in where[nearest : nearest + 3]:
            between = reading.words[span.last : first]
            if not 1 <= first - span.last <= 2 or reading.crosses_stop(span.first, last):
                continue
            if [word.text for word in between] not in (["de"], ["del"], ["de", "la"]) or "," in reading.words[
                span.last
            ].gap:
                continue
            if country not in countries and countries.isdisjoint(("", "XX", "INT")):
                return Span(span.first, last, UNLISTED, similarity=span.similarity)
        return span


def _exact(reading: Reading, first: int, last: int, form: Form) -> Span:
    before = reading.words[first - 1] if first else None
    # "en El Yunque": written with a capital where no sentence begins, the article is part of the name.
    if before and form.article == before.text and before.surface[0].isupper() and not before.opens:
        first -= 1
    spelled = "".join(form.words).upper() if form.kind == "acronym" else ""
    return Span(first, last, form.kind, tuple(form.owners), form, spelled)


def _trimmed(reading: Reading, first: int, last: int, form: Form) -> tuple[int, int]:
    """Without an article that the name does not begin with."""
    while last - first > 1 and reading.words[first].text in ARTICLES and form.words[0] not in ARTICLES:
        first += 1
    return first, last


def nearly(span: Span, lexicon: Lexicon, owners: Sequence[int]) -> list[int]:
    """Of some organizations, those with an acronym one letter away from a span's."""
    size = len(span.letters)
    if size < 3:
        return []
    near = []
    acronyms = _acronyms_of(lexicon)
    for owner in owners:
        for spelling in acronyms.get(owner, ()):
            if len(spelling) >= 3 and Levenshtein.distance(span.letters, spelling, score_cutoff=1) == 1:
                near.append(owner)
                break
    return near


@lru_cache(maxsize=1)  # of the list that is being read: asked for each acronym that stands in none
def _acronyms_of(lexicon: Lexicon) -> dict[int, list[str]]:
    spellings: dict[int, list[str]] = {}
    for spelling, owners in lexicon.acronyms.items():
        for owner in owners:
            spellings.setdefault(owner, []).append(spelling)
    return spellings
