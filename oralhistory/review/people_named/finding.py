"""Likely names of people in a text, found without a model: by capitals, frequent names, and what stands before them.

Nothing is decided here. What is found is offered to a person, so that too much is better than too little; what is
surely something else (an organization, a place, a street) is left out. Pure: no database.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from oralhistory.lib.folding import Token, tokens
from oralhistory.lib.timeline import overlaps
from oralhistory.mentions.common_words import is_known, zipf
from oralhistory.places import atlas
from oralhistory.review.people_named import vocabulary as known

STOP = re.compile(r"[.!?…:;¿¡\"«“”(\[—–\n]")
CLOSES = re.compile(r"[.!?…]\W*$")
QUOTE = re.compile(r"[«“\"‘']")
JOINS = re.compile(r"(\s+|-|\.\s*|’|')$")
RARE = 4.0  # zipf: below it a lone word in capitals may be a name
EVERYDAY = 4.95  # zipf: from here a word at the beginning of a sentence is that word, and no name
LARGE = 100_000  # people in a place: below it a surname is taken for a surname
MOST_WORDS = 7


@dataclass(frozen=True, slots=True)
class Text:
    """What is said in a segment. `taken`: characters that speak of an organization."""

    cue_id: str
    text: str
    taken: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Characters [start, end) of a segment that are likely a name."""

    cue_id: str
    start: int
    end: int
    spelling: str
    sign: str  # title, called, given, surname, capitals: what it was found by


def find(texts: Sequence[Text]) -> list[Found]:
    """In the order of the text. They don't overlap."""
    found: list[Found] = []
    begins = True
    for each in texts:
        found += _names_in(each, begins)
        begins = not each.text.strip() or bool(CLOSES.search(each.text))
    return found


@lru_cache(maxsize=8192)  # two long interviews: between two decisions hardly a segment changes
def _names_in(text: Text, begins: bool) -> tuple[Found, ...]:
    return tuple(_Finder(text, begins).names())


class _Finder:
    """One segment. `begins`: the one before had come to an end."""

    def __init__(self, given: Text, begins: bool) -> None:
        self._text, self._given, self._begins = given.text, given, begins
        self._tokens: list[Token] = tokens(given.text)
        self._cased = any(token.surface[0].isupper() for token in self._tokens)

    def names(self) -> Iterator[Found]:
        at = 0
        while at < len(self._tokens):
            sign = self._sign(at)
            stop = self._end_of_run(at) if sign else at
            if sign and self._is_a_person(at, stop, sign):
                start, end = self._tokens[at].start, self._tokens[stop - 1].end
                yield Found(self._given.cue_id, start, end, self._text[start:end], sign)
            at = max(stop, at + 1)

    # Where a name may begin.

    def _sign(self, at: int) -> str:
        """By what the word at a place may begin a name; empty: it does not."""
        token = self._tokens[at]
        if not token.text.isalpha() or len(token.text) < 2 or self._is_taken(token):
            return ""
        before, word = self._before(at), token.text
        if token.surface[0].isupper() and word in known.TITLES | known.ROLES | known.SHORT_TITLES:
            following = self._follows(at + 1)
            if not known.is_name(word) or (following and self._tokens[at + 1].surface[0].isupper()):
                return ""  # "Doña Rosario": the name begins after it
        if before in known.TITLES | known.SHORT_TITLES and self._may_follow_a_title(token, before):
            return "title"
        if not token.surface[0].isupper():
            return self._sign_in_small_letters(at)
        if token.surface.isupper() and len(word) > 1 and not self._is_shouted():
            return ""
        if before in known.ROLES and word not in known.NO_NAMES:
            return "title"
        if self._is_called(at):
            return "called"
        return self._sign_in_capitals(at)

    def _sign_in_capitals(self, at: int) -> str:
        word = self._tokens[at].text
        initial = self._is_initial(at)
        doubtful = initial and word in known.ALSO_WORDS and zipf(word) >= EVERYDAY
        if known.is_given(word) and (not doubtful or self._end_of_run(at) - at > 1):
            return "given"
        if known.is_surname(word) and (
            not initial or (word not in known.ALSO_WORDS and zipf(word) < EVERYDAY)
        ):
            return "surname"
        if word in known.NO_NAMES | known.THINGS | known.PARTICLES:
            return ""
        if initial:
            return "capitals" if not is_known(word) and self._end_of_run(at) - at > 1 else ""
        return "capitals"

    def _sign_in_small_letters(self, at: int) -> str:
        """Of a text without capitals: two frequent names side by side."""
        if self._cased or at + 1 >= len(self._tokens) or not self._follows(at + 1):
            return ""
        word, other = self._tokens[at].text, self._tokens[at + 1].text
        return "given" if known.is_given(word) and known.is_only_a_name(other) and known.is_name(word) else ""

    def _may_follow_a_title(self, token: Token, title: str) -> bool:
        if token.surface[0].isupper():
            return token.text not in known.THINGS and not (token.surface.isupper() and len(token.text) > 1)
        return title in known.TITLES and known.is_only_a_name(token.text)

    def _is_called(self, at: int) -> bool:
        """ "alias Ramiro", "le decíamos el Chino", el «Chino»; and the Chino, the Flaco."""
        before, twice = self._before(at), self._before(at - 1) if at else ""
        article = before in ("el", "la", "o", "a", "al", "del", "the")
        gap = self._gap(at)
        if self._tokens[at].text in known.NICKNAMES and (article or QUOTE.search(gap)):
            return True
        said = before in known.CALLED or (article and twice in known.CALLED)
        quoted = bool(QUOTE.search(gap)) and self._plain_before(at) in ("el", "la", "al", "del")
        return (said and self._tokens[at].text not in known.THINGS) or quoted

    # How far it goes.

    def _end_of_run(self, at: int) -> int:
        """After the last word of the name that begins at a place."""
        stop, small = at + 1, not self._tokens[at].surface[0].isupper()
        while stop < min(len(self._tokens), at + MOST_WORDS) and self._follows(stop):
            ahead = stop
            while ahead < len(self._tokens) and self._is_particle(ahead, at, stop) and self._follows(ahead):
                ahead += 1
            if ahead >= len(self._tokens) or not self._follows(ahead) or not self._goes_on(ahead, small):
                break
            if ahead > stop and self._is_where(ahead):
                break
            stop = ahead + 1
        return stop

    def _goes_on(self, at: int, small: bool) -> bool:
        token = self._tokens[at]
        if self._is_taken(token) or not token.text.isalpha():
            return False
        if not token.surface[0].isupper():
            return small and known.is_only_a_name(token.text)
        return len(token.surface) == 1 or not token.surface.isupper() or self._is_shouted()

    def _is_particle(self, at: int, first: int, stop: int) -> bool:
        word = self._tokens[at].text
        if word in ("y", "e"):  # "Tamayo y Baus", and not "Ramiro y Rosario"
            following = self._tokens[at + 1].text if at + 1 < len(self._tokens) else ""
            return (
                stop - first > 1
                and not known.is_given(self._tokens[stop - 1].text)
                and not known.is_given(following)
            )
        return word in known.PARTICLES and not self._tokens[at].surface[0].isupper()

    def _is_where(self, at: int) -> bool:
        """ "Juan, de Guatemala": a place after a particle, which is no surname."""
        word = self._tokens[at]
        return not known.is_name(word.text) and bool(atlas.candidates(word.surface))

    # What it is.

    def _is_a_person(self, at: int, stop: int, sign: str) -> bool:
        words = [token.text for token in self._tokens[at:stop]]
        before = self._before(at)
        if sign in ("title", "called"):
            expected = sign == "title" or known.is_given(words[0]) or words[0] in known.NICKNAMES
            return expected or not self._is_a_place(at, stop)
        if before in known.THINGS or self._plain_before(at, skip=known.PARTICLES) in known.THINGS:
            return False
        if words[0] in known.THINGS or all(word in known.NO_NAMES | known.PARTICLES for word in words):
            return False
        if self._is_a_place(at, stop):
            return self._is_rather_a_person(at, words)
        if sign != "capitals":
            return True
        if stop - at == 1:
            return zipf(words[0]) < RARE and words[0] not in known.NO_NAMES
        return not any(word in known.THINGS | known.NO_NAMES for word in words)

    def _is_rather_a_person(self, at: int, words: list[str]) -> bool:
        """A given name or a surname that is a place, too: by what stands before it."""
        before = self._before(at)
        if before in known.LOCATIVE or len(words) > 1:
            return False
        if known.is_given(words[0]):
            return True
        largest = max(each.population for each in atlas.candidates(self._tokens[at].surface))
        return known.is_surname(words[0]) and (largest < LARGE or before not in ("", "de"))

    def _is_a_place(self, at: int, stop: int) -> bool:
        return bool(atlas.candidates(self._text[self._tokens[at].start : self._tokens[stop - 1].end]))

    # What stands around a word.

    def _gap(self, at: int) -> str:
        return self._text[self._tokens[at - 1].end if at else 0 : self._tokens[at].start]

    def _follows(self, at: int) -> bool:
        """Whether a word goes on from the one before it, with a blank, a hyphen or the dot of an initial."""
        if at >= len(self._tokens) or at < 1:
            return False
        gap, previous = self._gap(at), self._tokens[at - 1]
        if "." in gap and len(previous.surface) > 1 and previous.text not in known.SHORT_TITLES:
            return False
        return bool(JOINS.match(gap))

    def _before(self, at: int) -> str:
        """The folded word before, if this one goes on from it."""
        return self._tokens[at - 1].text if at > 0 and self._follows(at) else ""

    def _plain_before(self, at: int, skip: frozenset[str] = frozenset()) -> str:
        """The folded word before, quotation marks between or not; small words passed over."""
        at -= 1
        while at > 0 and self._tokens[at].text in skip and not STOP.search(self._gap(at + 1)):
            at -= 1
        return self._tokens[at].text if at >= 0 and "." not in self._gap(at + 1) else ""

    def _is_initial(self, at: int) -> bool:
        return self._begins if at == 0 else bool(STOP.search(self._gap(at)))

    def _is_taken(self, token: Token) -> bool:
        return overlaps((token.start, token.end), self._given.taken)

    def _is_shouted(self) -> bool:
        """A text all in capitals: they say nothing."""
        letters = [token.surface for token in self._tokens if len(token.surface) > 2]
        return len(letters) > 3 and all(word.isupper() for word in letters)
