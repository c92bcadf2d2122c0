"""The glossary of an interview: names that are likely to be said in it, the likeliest first.

It is what the archive's records give, and nothing is chosen for one recording:

1. organizations that people found spoken of in this interview,
2. organizations that its description names,
3. its people and places,
4. organizations and places of the collection's other interviews,
5. organizations of the interview's countries, those first that were there in the years it names; then international ones.

A person stands in it only by a real name that they chose to be shown under: whoever is shown by a code, by initials or
by a pseudonym stands in it not at all, and the vault is not asked. Names that a machine misheard (`heard_as`) are none.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from oralhistory.interviews.models import Chapter, Interview, Session, State
from oralhistory.lib.folding import tokens
from oralhistory.mentions.evidence import YEARS_AFTER, YEARS_BEFORE
from oralhistory.mentions.models import Mention
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.years import years
from oralhistory.organizations import registry
from oralhistory.organizations.authorities import Authority
from oralhistory.people.models import Person
from oralhistory.places.models import Place

INTERNATIONAL = "INT"
SHOWN = (Person.Attribution.REAL_NAME, Person.Attribution.FIRST_NAME)
MOST = 400  # entries; the least likely are left out


@dataclass(frozen=True)
class Glossary:
    """Entries as the matcher reads a list: what they are called, with acronyms and other names."""

    entries: tuple[Authority, ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every name as it is written, the likeliest first."""
        return tuple(
            dict.fromkeys(
                text
                for each in self.entries
                for text in (each.preferred_name, *each.acronyms, *each.other_names)
            )
        )

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(self.texts, ensure_ascii=False).encode()).hexdigest()


def of(interview: Interview) -> Glossary:
    """The glossary of an interview as its records are now."""
    organizations = {each.id: _plain(each) for each in registry.authorities()}
    here, elsewhere = _spoken_of(interview)
    described = _description(interview)
    chosen: list[Authority] = [organizations[slug] for slug in here if slug in organizations]
    chosen += [each for each in organizations.values() if _names(described, each)]
    chosen += [*_people(interview), *_places([interview])]
    chosen += [organizations[slug] for slug in elsewhere if slug in organizations]
    chosen += _places(_others(interview))
    chosen += _likely(organizations.values(), interview.countries, _years(described))
    return Glossary(tuple({each.id: each for each in chosen}.values())[:MOST])


def _plain(authority: Authority) -> Authority:
    """Names alone: the glossary's hash is theirs, and a machine's mishearings are no names."""
    return replace(authority, heard_as=(), related=(), predecessors=(), successors=(), keywords=())


def _others(interview: Interview) -> list[Interview]:
    """Of a collection's interviews those that were not withdrawn."""
    same = Interview.objects.filter(collection=interview.collection_id).exclude(pk=interview.pk)
    return list(same.exclude(state=State.WITHDRAWN).order_by("pk"))


def _spoken_of(interview: Interview) -> tuple[list[str], list[str]]:
    """Organizations that people found in this interview, and in others of its collection: the most often first."""
    here: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    accepted = Mention.objects.accepted().filter(
        transcript__recording__session__interview__in=[interview, *_others(interview)]
    )
    rows = accepted.values_list(
        "transcript__recording__session__interview", "organization__slug", "transcript__recording", "start_ms"
    )
    for found_in, slug, _recording, _start in set(rows):  # a version that was copied has its mentions again
        (here if found_in == interview.pk else elsewhere)[slug] += 1
    return _ranked(here), _ranked(elsewhere)


def _ranked(counted: Counter[str]) -> list[str]:
    return sorted(counted, key=lambda slug: (-counted[slug], slug))


def _description(interview: Interview) -> Reading:
    chapters = Chapter.objects.filter(interview=interview).order_by("start_ms")
    return Reading(
        [
            interview.title,
            interview.summary,
            interview.pull_quote,
            *(text for chapter in chapters for text in (chapter.title, chapter.synopsis)),
            interview.collection.title,
            interview.collection.description,
        ]
    )


def _names(described: Reading, authority: Authority) -> bool:
    """Whether the description says a name of several words, or an acronym in its capitals."""
    surfaces = {word.surface for word in described.words}
    if any(acronym in surfaces for acronym in authority.acronyms if len(acronym) > 2):
        return True
    said = (" ".join(token.text for token in tokens(text)) for text in _names_of(authority))
    return any(f" {name} " in described.text for name in said if " " in name)


def _names_of(authority: Authority) -> tuple[str, ...]:
    return (authority.preferred_name, *authority.other_names)


def _people(interview: Interview) -> list[Authority]:
    people = Person.objects.filter(participations__interview=interview, attribution__in=SHOWN)
    named = people.exclude(shown_name="").distinct().order_by("pk")
    return [Authority(f"person:{each.code}", each.shown_name) for each in named]


def _places(interviews: Sequence[Interview]) -> list[Authority]:
    met = Session.objects.filter(interview__in=interviews).exclude(place=None).values("place")
    told = Chapter.objects.filter(interview__in=interviews).exclude(places=None).values("places")
    found = Place.objects.filter(pk__in=met) | Place.objects.filter(pk__in=told)
    return [Authority(f"place:{each.slug}", each.name) for each in found.distinct().order_by("slug")]


def _years(described: Reading) -> tuple[int, int] | None:
    """The first and the last year that the description names."""
    named = [year for _word, year in years(described.words)]
    return (min(named), max(named)) if named else None


def _likely(
    organizations: Iterable[Authority], countries: Sequence[str], told: tuple[int, int] | None
) -> list[Authority]:
    order = {country: at for at, country in enumerate([*countries, INTERNATIONAL])}
    near = [each for each in organizations if each.country in order]
    return sorted(near, key=lambda each: (not _was_there(each, told), order[each.country], each.id))


def _was_there(authority: Authority, told: tuple[int, int] | None) -> bool:
    if told is None:
        return True
    first, last = told
    founded, dissolved = authority.founded or first, authority.dissolved or last
    return founded - YEARS_BEFORE <= last and first <= dissolved + YEARS_AFTER
