"""Where a text says names of the register: exactly, and nearly. Pure: no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from oralhistory.lib.folding import Token, tokens
from oralhistory.lib.timeline import overlaps
from oralhistory.mentions.common_words import is_known
from oralhistory.mentions.phonetics import key
from oralhistory.review.people_named import alike
from oralhistory.review.people_named.finding import JOINS, Text
from oralhistory.review.people_named.vocabulary import is_only_a_name

SPLIT = 88  # per cent of sounds that two words side by side share with the one they were heard for
LONG = 5  # sounds of such a word


@dataclass(frozen=True, slots=True)
class Known:
    """A spelling of somebody in the register. `any_case`: it is their name in small letters, too."""

    form: alike.Form
    owner: int
    any_case: bool


@dataclass(frozen=True, slots=True)
class Match:
    cue_id: str
    start: int
    end: int
    spelling: str
    owner: int


def known(spelling: str, owner: int, *, by_hand: bool = False) -> Known:
    form = alike.form_of(spelling)
    low = by_hand and spelling == spelling.lower()
    return Known(form, owner, low or len(form) > 1 or (len(form) == 1 and is_only_a_name(form[0])))


def exactly(texts: Sequence[Text], spellings: Iterable[Known]) -> list[Match]:
    """Every place where one of the spellings stands, case and accents forgiven; the longest of several."""
    by_first: dict[str, list[Known]] = {}
    for each in spellings:
        if each.form:
            by_first.setdefault(each.form[0], []).append(each)
    for rows in by_first.values():
        rows.sort(key=lambda each: -len(each.form))
    return [match for text in texts for match in _in_text(text, by_first)] if by_first else []


def _in_text(text: Text, by_first: dict[str, list[Known]]) -> Iterator[Match]:
    words = words_of(text.text)
    cased = any(word.surface[0].isupper() for word in words)
    at = 0
    while at < len(words):
        found = next(
            (
                each
                for each in by_first.get(words[at].text, ())
                if (each.any_case or not cased or words[at].surface[0].isupper())
                and _stands(text.text, words, at, each.form)
            ),
            None,
        )
        if found:
            yield _match(text, words[at], words[at + len(found.form) - 1], found.owner)
        at += len(found.form) if found else 1


def _stands(text: str, words: Sequence[Token], at: int, form: alike.Form) -> bool:
    if tuple(word.text for word in words[at : at + len(form)]) != form:
        return False
    return all(_joins(text, words, place) for place in range(at + 1, at + len(form)))


def _joins(text: str, words: Sequence[Token], at: int) -> bool:
    return bool(JOINS.match(text[words[at - 1].end : words[at].start]))


def _match(text: Text, first: Token, last: Token, owner: int) -> Match:
    return Match(text.cue_id, first.start, last.end, text.text[first.start : last.end], owner)


@lru_cache(maxsize=4096)
def words_of(text: str) -> list[Token]:
    """The words of a segment; the same segments are asked for often."""
    return tokens(text)


def nearly(texts: Sequence[Text], spellings: Iterable[Known], taken: Iterable[Match]) -> list[Match]:
    """What may be one of these names, or part of one, where no spelling of the register stands.

    Each word of a name by itself, another spelling of it, or what it was misheard as, one word or two.
    """
    parts = {part: each.owner for each in spellings for part in alike.meaning(each.form)}
    if not parts:
        return []
    covered: dict[str, list[tuple[int, int]]] = {}
    for match in taken:
        covered.setdefault(match.cue_id, []).append((match.start, match.end))
    near = _Near(parts)
    return [match for text in texts for match in near.within(text, covered.get(text.cue_id, []))]


class _Near:
    def __init__(self, parts: dict[str, int]) -> None:
        self._parts = parts
        self._long = {key(part): owner for part, owner in parts.items() if len(key(part)) >= LONG}
        self._known: dict[str, int | None] = {}

    def within(self, text: Text, covered: list[tuple[int, int]]) -> Iterator[Match]:
        words = words_of(text.text)
        cased = any(word.surface[0].isupper() for word in words)
        at = 0
        while at < len(words):
            first, owner, last = words[at], self._owner(words[at], cased), at
            if owner is None and at + 1 < len(words) and _joins(text.text, words, at + 1):
                owner = self._owner_of_two(words[at], words[at + 1], cased)
                last = at + 1 if owner is not None else at
            if owner is None or overlaps((first.start, words[last].end), covered):
                at += 1
                continue
            while (
                last + 1 < len(words)
                and _joins(text.text, words, last + 1)
                and self._owner(words[last + 1], cased) == owner
            ):
                last += 1
            yield _match(text, first, words[last], owner)
            at = last + 1

    def _owner(self, word: Token, cased: bool) -> int | None:
        """Whose name a word may be part of: in capitals, or where it is a name or no word at all."""
        if cased and word.surface[0].islower() and is_known(word.text) and not is_only_a_name(word.text):
            return None
        if word.text not in self._known:
            self._known[word.text] = next(
                (owner for part, owner in self._parts.items() if alike.words_alike(word.text, part)), None
            )
        return self._known[word.text]

    def _owner_of_two(self, one: Token, other: Token, cased: bool) -> int | None:
        """Whose name two words may be: "o suna". Where the second is enough by itself, only if both are exactly it."""
        if is_known(one.text) and is_known(other.text):
            return None
        said = key(one.text) + key(other.text)
        if said in self._long or self._owner(other, cased) is not None:
            return self._long.get(said)
        return next(
            (owner for sounds, owner in self._long.items() if fuzz.ratio(said, sounds) >= SPLIT), None
        )
