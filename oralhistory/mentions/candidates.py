"""Every span of a transcript that may speak of an organization of the list, before any judgement."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from oralhistory.mentions import letters, phonetics, whole_names
from oralhistory.mentions.automaton import Automaton
from oralhistory.mentions.common_words import JOINING, is_known
from oralhistory.mentions.evidence import ARTICLES
from oralhistory.mentions.fuzzy import SoundIndex
from oralhistory.mentions.lexicon import Form, Lexicon
from oralhistory.mentions.reading import Reading, Word
from oralhistory.mentions.spans import UNLISTED, Span, longest

Place = tuple[int, int, str]  # first word, word after the last, country
LETTERS_ENOUGH = 4  # so many in a row that are an acronym of the list are no chance
SHORT_ACRONYM = 3  # letters
LETTERS_AFTER_ARTICLE = 3
ALONE_IN_A_ROW = 3  # letters of an acronym that may be said right before or after another
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
        kept = [span for span in longest(found) if not self._is_cut(span, reading)]
        kept = [self._with_country(span, reading, where) for span in kept]
        return self._whole(kept, reading, where), where

    def exact_forms(self, reading: Reading) -> Iterator[tuple[int, int, Form]]:
        """Names and acronyms as the list writes them, overlapping ones too."""
        for first, last, match in self._automaton.matches(reading):
            if isinstance(match, Form):
                yield first, last, match

    def _spelled(self, reading: Reading) -> Iterator[Span]:
        """Runs of letters that are acronyms of the list, alone or one after the other."""
        for run in letters.runs(reading.words):
            found = list(self._spelled_in(run, reading))
            whole = [span for span in found if len(span.letters) >= ALONE_IN_A_ROW]
            firsts, lasts = {span.first for span in whole}, {span.last for span in whole}
            for span in found:
                enough = len(span.letters) >= ALONE_IN_A_ROW
                before = (enough and span.first in lasts) or not letters.comes_from(
                    reading.words, run, span.first
                )
                after = (enough and span.last in firsts) or not letters.goes_on(reading.words, run, span.last)
                if before and after:
                    yield span

    def _spelled_in(self, run: letters.Run, reading: Reading) -> Iterator[Span]:
        places_in_run = len(run.options)
        for start in range(places_in_run):
            for stop in range(start + 1, places_in_run + 1):
                first, last = run.words(start, stop)
                # After an article no small word stands, so that even "la u e ese" can be nothing but letters.
                spells = stop - start >= LETTERS_ENOUGH or letters.tells(reading.words[first:last])
                after_article = first > 0 and reading.words[first - 1].text in ARTICLES
                spells = spells or (after_article and stop - start >= LETTERS_AFTER_ARTICLE)
                if not spells or letters.cuts_capitals(reading.words, run, first, last):
                    continue
                doubtful = letters.is_doubtful_end(reading.words, last - 1)
                for spelling in run.spellings(start, stop):
                    if doubtful and spelling[:-1] in self.lexicon.acronyms:
                        continue
                    owners = self.lexicon.acronyms.get(spelling)
                    if owners and len(spelling) > 1:
                        yield Span(first, last, "letters", tuple(owners), letters=spelling)

    def _read_as_words(self, reading: Reading) -> Iterator[Span]:
        """Acronyms said as words and written as they sound: "estúnan", "pésum"."""
        for index, word in enumerate(reading.words):
            if len(word.text) < SHORTEST_SOUND or is_known(word.text):
                continue
            for text in (word.text, "des" + word.text[3:] if word.text.startswith("des") else ""):
                owners = self.lexicon.word_forms.get(phonetics.key(text)) if text else None
                if owners:
                    yield Span(index, index + 1, "acronym by sound", tuple(owners), similarity=1.0)

    def _by_sound(self, reading: Reading) -> Iterator[Span]:
        for likeness in self._sounds.likenesses(reading):
            similarity = likeness.similarity - 0.03 * likeness.strangers
            first, last = _trimmed(reading, likeness.first, likeness.last, likeness.form)
            first = _with_article(reading, first, likeness.form)
            owners = tuple(likeness.form.owners)
            yield Span(
                first, last, "name by sound", owners, likeness.form, "", similarity, likeness.strangers
            )

    def _is_cut(self, span: Span, reading: Reading) -> bool:
        """Is it one part of an acronym in parts, of which another is nobody's: MLN in "MLN-T"?"""
        if span.kind != "acronym" or not reading.words[span.last - 1].surface[-1:].isupper():
            return False
        words = reading.words
        for at, joined in ((span.first - 1, span.first), (span.last, span.last)):
            if not 0 <= at < len(words) or joined >= len(words) or words[joined].gap not in ("-", "–"):
                continue
            other = words[at]
            part = other.surface.isupper() or (other.text.isdigit() and len(other.text) <= 3)
            if part and other.text.upper() not in self.lexicon.acronyms:
                return True
        return False

    def _whole(self, spans: Sequence[Span], reading: Reading, where: Sequence[Place]) -> list[Span]:
        """Names that go on, or hang on a head noun, are of other organizations than the shorter name."""
        short = [span for span in spans if span.form is not None and span.form.short]
        taken = [False] * len(reading.words)
        for span in spans:
            if span not in short:
                taken[span.first : span.last] = [True] * span.size
        placed = {word: country for first, last, country in where for word in range(first, last)}
        in_small = whole_names.is_name_word(reading, self.lexicon.vocabulary)
        whole: list[Span] = []
        for span in (*(each for each in spans if each not in short), *short):
            reaches = self._reach(span, reading, taken, placed, in_small)
            if reaches is not None and not any(reaches.overlaps(other) for other in whole):
                whole.append(reaches)
        return sorted(whole, key=lambda span: span.first)

    def _reach(
        self,
        span: Span,
        reading: Reading,
        taken: Sequence[bool],
        placed: Mapping[int, str],
        in_small: Callable[[Word], bool],
    ) -> Span | None:
        """A span, or a longer one where its name goes on; nothing for a short form that begins another name."""
        name = span.kind in ("name", "name by sound") and span.form is not None
        if not name or span.form is None:
            return span
        words = reading.words[span.first : span.last]
        capital = reading.cased and whole_names.is_capital(words[0])
        if capital:
            first = whole_names.reach_before(reading, span.first, taken)
            last = whole_names.reach_after(
                reading, span.last, taken, whole_names.is_capital, whole_names.OUTWARD
            )
        elif span.size > 1 or span.kind == "name by sound":
            first = span.first
            last = whole_names.reach_after(reading, span.last, taken, in_small, whole_names.OUTWARD)
        else:
            return span
        added = [at for at in range(span.last, last) if reading.words[at].text not in JOINING]
        countries = {self.lexicon.authorities[owner].country for owner in span.owners}
        if first == span.first and all(placed.get(at) in countries for at in added):
            return span  # a branch of it: "Partido Comunista de Monterrey"
        if span.form.short or (first == span.first and span.size == 1 and not capital):
            return None
        return Span(first, last, UNLISTED, form=span.form, similarity=span.similarity, goes_on=True)

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
    first = _with_article(reading, first, form)
    spelled = "".join(form.words).upper() if form.kind == "acronym" else ""
    return Span(first, last, form.kind, tuple(form.owners), form, spelled)


def _with_article(reading: Reading, first: int, form: Form) -> int:
    """ "En El Yunque": written with a capital where no sentence begins, the article is part of the name."""
    before = reading.words[first - 1] if first else None
    capital = before is not None and before.surface[0].isupper() and not before.opens
    return first - 1 if before is not None and capital and form.article == before.text else first


def _trimmed(reading: Reading, first: int, last: int, form: Form) -> tuple[int, int]:
    """Without an article that the name does not begin with."""
    while last - first > 1 and reading.words[first].text in ARTICLES and form.words[0] not in ARTICLES:
        first += 1
    return first, last


def _one_letter_off(heard: str, spelling: str) -> bool:
    """In a short one a digit is not misheard for a letter: "PS-1" is none of the PST."""
    short = max(len(heard), len(spelling)) <= SHORT_ACRONYM
    if short and any(map(str.isdigit, heard)) != any(map(str.isdigit, spelling)):
        return False
    return Levenshtein.distance(heard, spelling, score_cutoff=1) == 1


def namesakes(span: Span, lexicon: Lexicon, owner: int) -> list[int]:
    """Who else has the acronym of an organization that is one letter away from a span's, itself included."""
    members = [
        owners
        for spelling, owners in lexicon.acronyms.items()
        if owner in owners and _one_letter_off(span.letters, spelling)
    ]
    return list(dict.fromkeys(other for owners in members for other in owners))


def nearly(span: Span, lexicon: Lexicon, owners: Sequence[int]) -> list[int]:
    """Of some organizations, those with an acronym one letter away from a span's."""
    size = len(span.letters)
    if size < 3:
        return []
    near = []
    acronyms = _acronyms_of(lexicon)
    for owner in owners:
        for spelling in acronyms.get(owner, ()):
            if len(spelling) >= 3 and _one_letter_off(span.letters, spelling):
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
