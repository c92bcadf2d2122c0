"""Names that a text has and nothing in the archive knows: no record, no gazetteer, nobody of the interview.

A name is a run of words in capitals, with the small words that join names ("de la Cruz"). What stands first in a
sentence has its capital from there, and tells nothing by it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from oralhistory.interviews.models import Interview
from oralhistory.mentions import gazetteer
from oralhistory.mentions.common_words import JOINING, is_known, word_set
from oralhistory.mentions.reading import Reading, Word
from oralhistory.organizations.models import Name
from oralhistory.people.models import Person
from oralhistory.places import atlas
from oralhistory.places.models import Place, Subject
from oralhistory.transcripts.models import Segment

JOINED_BY = word_set("de del la las los y e da do dos das")
LONGEST = 7  # words; more in capitals are a heading, or shouted


@dataclass(frozen=True, slots=True)
class NameSaid:
    """Where an unknown name stands: characters of the text of the segment at `index` of those that were read."""

    index: int
    start: int
    end: int
    name: str
    folded: str


def known_names(interview: Interview) -> frozenset[str]:
    """What records, places, subjects and the people of the interview are called, folded. Four queries."""
    people = Person.objects.filter(participations__interview=interview)
    return frozenset(
        atlas.key_of(name)
        for names in (
            Name.objects.values_list("text", flat=True),
            Place.objects.values_list("name", flat=True),
            Subject.objects.values_list("name", flat=True),
            people.values_list("shown_name", flat=True),
        )
        for name in names
    )


def of(segments: Sequence[Segment], known: Collection[str]) -> list[NameSaid]:
    """All of them, in order."""
    reading = Reading([segment.text for segment in segments])
    if not reading.cased:
        return []
    found = []
    for first, last in _runs(reading, _taken(reading, known)):
        words = reading.words[first:last]
        while words and words[-1].text in JOINED_BY:  # a known name follows
            words = words[:-1]
        if all(_is_known(part, known) for part in _parts(words)) or _name(words) in known:
            continue
        text = segments[words[0].segment].text
        start, end = words[0].start, words[-1].end
        found.append(NameSaid(words[0].segment, start, end, text[start:end], _name(words)))
    return found


def _taken(reading: Reading, known: Iterable[str]) -> list[bool]:
    """Which words stand in a name of several that is known: "Solidaridad con América Latina" is one."""
    beginnings: dict[str, list[list[str]]] = defaultdict(list)
    for name in known:
        first, _space, rest = name.partition(" ")
        if rest:
            beginnings[first].append(rest.split())
    texts = [word.text for word in reading.words]
    taken = [False] * len(texts)
    for at, text in enumerate(texts):
        for following in beginnings.get(text, ()):
            end = at + 1 + len(following)
            if texts[at + 1 : end] == following:
                taken[at:end] = [True] * (end - at)
    return taken


def _runs(reading: Reading, taken: Sequence[bool]) -> Iterator[tuple[int, int]]:
    words, at = reading.words, 0
    while at < len(words):
        if taken[at] or not _is_capital(words[at]) or (words[at].opens and is_known(words[at].text)):
            at += 1
            continue
        reach = _reach(reading, at)
        last = next((place for place in range(at, reach) if taken[place]), reach)
        if last - at <= LONGEST:
            yield at, last
        at = last


def _reach(reading: Reading, first: int) -> int:
    """After the last word of the run that begins here."""
    words, last = reading.words, first + 1
    while last < len(words):
        after = last
        while after < len(words) and words[after].text in JOINED_BY and not _is_capital(words[after]):
            after += 1
        if after >= len(words) or after - last > 2 or not _is_capital(words[after]):
            return last
        if any(word.gap not in (" ", "-", "’", "'") for word in words[last : after + 1]):
            return last
        last = after + 1
    return last


def _is_capital(word: Word) -> bool:
    """Acronyms are no names of this kind: those that are unknown are suggested as mentions."""
    surface = word.surface
    return surface[0].isupper() and len(surface) > 1 and not surface.isupper()


def _parts(words: Iterable[Word]) -> Iterator[list[Word]]:
    """ "Universidad de Guadalajara" is known if both are."""
    part: list[Word] = []
    for word in words:
        if word.text in JOINED_BY and not _is_capital(word):
            if part:
                yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


def _is_known(words: list[Word], known: Collection[str]) -> bool:
    name = _name(words)
    if len(words) == 1 and (name in JOINING or is_known(name)):
        return True
    return name in known or _is_a_place(name)


@cache
def _is_a_place(name: str) -> bool:
    return name in gazetteer.places() or bool(atlas.candidates(name))


def _name(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)
