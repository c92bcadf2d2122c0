"""A glossary: names that are likely to be said, the likeliest first. Pure: from lists, for whoever has them.

1. organizations that people found spoken of in this interview,
2. organizations that its description names,
3. its people and places,
4. organizations and places of the collection's other interviews,
5. organizations of the interview's countries, then international ones: those first that were there in the years it tells
   of (its collection's, if it names none), of these those first whose records are tied to one of 1, 2 or 4.

Nothing in it is chosen for one recording.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from oralhistory.lib.folding import tokens
from oralhistory.mentions.evidence import YEARS_AFTER, YEARS_BEFORE
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.years import times
from oralhistory.organizations.authorities import Authority

INTERNATIONAL = "INT"
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


def made(
    organizations: Iterable[Authority],
    description: Sequence[str],
    countries: Sequence[str],
    *,
    here: Sequence[str] = (),
    elsewhere: Sequence[str] = (),
    own: Sequence[Authority] = (),
    theirs: Sequence[Authority] = (),
    collection: Sequence[str] = (),
) -> Glossary:
    """A glossary of a list of organizations; `here` and `elsewhere` are ids of it, `own` and `theirs` are other names.

    description: texts of the interview's record; collection: those of its collection's.
    """
    records = sorted(organizations, key=lambda each: each.id)
    listed = {each.id: _plain(each) for each in records}
    described = Reading([*description, *collection])
    first = [listed[slug] for slug in here if slug in listed]
    first += [each for each in listed.values() if _names(described, each)]
    second = [listed[slug] for slug in elsewhere if slug in listed]
    told = _years(Reading(description)) or _years(Reading(collection))
    tied = _tied(records, {each.id for each in (*first, *second)})
    chosen = [*first, *own, *second, *theirs, *_likely(listed.values(), countries, told, tied)]
    return Glossary(tuple({each.id: each for each in chosen}.values())[:MOST])


def _plain(authority: Authority) -> Authority:
    """Names alone, in an order of their own: the glossary's hash is theirs. A machine's mishearings are no names."""
    return Authority(
        authority.id,
        authority.preferred_name,
        country=authority.country,
        founded=authority.founded,
        dissolved=authority.dissolved,
        acronyms=tuple(sorted(authority.acronyms)),
        other_names=tuple(sorted(authority.other_names)),
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


def _years(described: Reading) -> tuple[int, int] | None:
    """The first and the last year that a description tells of; "los años setenta" are ten."""
    named = times(described.words)
    return (min(each.since for each in named), max(each.until for each in named)) if named else None


def _tied(organizations: Iterable[Authority], chosen: set[str]) -> set[str]:
    """Organizations whose records name one that was chosen, or are named by its record."""
    tied: set[str] = set()
    for each in organizations:
        others = {*each.related, *each.predecessors, *each.successors}
        if each.id in chosen:
            tied |= others
        elif others & chosen:
            tied.add(each.id)
    return tied


def _likely(
    organizations: Iterable[Authority],
    countries: Sequence[str],
    told: tuple[int, int] | None,
    tied: set[str],
) -> list[Authority]:
    order = {country: at for at, country in enumerate([*countries, INTERNATIONAL])}
    near = [each for each in organizations if each.country in order]

    def unlikely(each: Authority) -> tuple[bool, bool, int, str]:
        return not _was_there(each, told), each.id not in tied, order[each.country], each.id

    return sorted(near, key=unlikely)


def _was_there(authority: Authority, told: tuple[int, int] | None) -> bool:
    if told is None:
        return True
    first, last = told
    founded, dissolved = authority.founded or first, authority.dissolved or last
    return founded - YEARS_BEFORE <= last and first <= dissolved + YEARS_AFTER
