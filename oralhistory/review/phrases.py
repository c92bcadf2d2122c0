"""Every place in an interview where a word or a phrase is said: case and accents forgiven, inflections with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span
from oralhistory.review.people_named import spoken
from oralhistory.review.people_named.spoken import Passage
from oralhistory.search import analysis


class NoWords(Exception):
    """There is nothing to look for."""


@dataclass(frozen=True, slots=True)
class Said:
    """`exact`: as it was asked for, and not an inflection of it."""

    passage: Passage
    start: int
    end: int
    spelling: str
    exact: bool

    @property
    def span(self) -> Span:
        return self.passage.span(self.start, self.end)


def find(interview: Interview, phrase: str) -> list[Said]:
    """In the order of the time line. Raises NoWords."""
    wanted = [token.word for token in analysis.tokens(phrase)]
    if not wanted:
        raise NoWords
    language = (interview.languages or ["es"])[0]
    passages = spoken.of(interview).passages.values()
    return [each for passage in passages for each in _within(passage, wanted, language)]


def _within(passage: Passage, wanted: Sequence[str], language: str) -> Iterator[Said]:
    text = passage.segment.text
    words = analysis.tokens(text)
    spoken_in = passage.segment.language or language
    sought = [(analysis.plain(word), analysis.key(word, spoken_in)) for word in wanted]
    for at in range(len(words) - len(sought) + 1):
        said = words[at : at + len(sought)]
        same = [analysis.plain(each.word) == plain for each, (plain, _key) in zip(said, sought, strict=True)]
        alike = [
            is_same or analysis.key(each.word, spoken_in) == key
            for is_same, each, (_plain, key) in zip(same, said, sought, strict=True)
        ]
        if all(alike):
            start, end = said[0].start, said[-1].end
            yield Said(passage, start, end, text[start:end], all(same))


def said_in(interview: Interview, spans: Sequence[Span]) -> list[str]:
    """What is said in each of some spans, as whole passages."""
    said = [
        (*each.span(0, len(each.segment.text)), each.segment.text)
        for each in spoken.of(interview).passages.values()
    ]
    return [
        " ".join(text for first, last, text in said if first < end and start < last) for start, end in spans
    ]
