"""Authority records as flat data: what the matcher reads, and the list in CSV that it can be given in place of an archive.

How the list is written stands in formats/own_csv.py.
"""

from dataclasses import dataclass
from typing import TextIO

from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Tie
from oralhistory.organizations.formats import Malformed, own_csv
from oralhistory.organizations.models import Name

MalformedAuthorities = Malformed  # the name that the matcher's commands know


@dataclass(frozen=True, slots=True)
class Authority:
    """One organization of the list. Years are of the common era, None where not known or not ended."""

    id: str
    preferred_name: str
    language: str = ""
    country: str = ""  # ISO 3166, INT for international, XX or nothing where not known
    kind: str = ""
    founded: int | None = None
    dissolved: int | None = None
    acronyms: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()  # ids, which need not be in the list
    successors: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # single words: places and people that go with it
    wikidata: str = ""
    source: str = ""
    note: str = ""
    heard_as: tuple[str, ...] = ()


def read_csv(stream: TextIO, *, ignore_unknown_columns: bool = False) -> list[Authority]:
    """All records of the list, in its order. Raises Malformed; nothing is half read."""
    return [
        flat(each) for each in own_csv.records(stream.read(), ignore_unknown_columns=ignore_unknown_columns)
    ]


def flat(description: Description) -> Authority:
    """The part of a record that a row of the first layout holds."""
    authorized = next((each for each in description.names if each.kind == Name.Kind.AUTHORIZED), None)
    return Authority(
        id=description.id,
        preferred_name=description.name,
        language=authorized.language if authorized else "",
        country=description.country,
        kind=description.kind,
        founded=description.founded.year if description.founded else None,
        dissolved=description.dissolved.year if description.dissolved else None,
        acronyms=description.of_kind(Name.Kind.ACRONYM),
        other_names=description.of_kind(
            Name.Kind.OTHER, Name.Kind.FORMER, Name.Kind.PARALLEL, Name.Kind.STANDARDIZED
        ),
        predecessors=description.tied("predecessor"),
        successors=description.tied("successor"),
        related=description.tied(
            "part_of", "has_part", "front_of", "has_front", "ally", "opposed", "related"
        ),
        keywords=tuple(word for each in description.keywords for word in each.split()),
        wikidata=next((value for scheme, value in description.identifiers if scheme == "wikidata"), ""),
        source=" ; ".join(each.citation for each in description.sources),
        note=description.note,
        heard_as=description.of_kind(Name.Kind.HEARD_AS),
    )


def description(authority: Authority) -> Description:
    """The record that a row speaks of."""
    names = [NameForm(authority.preferred_name, Name.Kind.AUTHORIZED.value, authority.language)]
    for kind, texts in (
        (Name.Kind.ACRONYM, authority.acronyms),
        (Name.Kind.OTHER, authority.other_names),
        (Name.Kind.HEARD_AS, authority.heard_as),
    ):
        names += [NameForm(text, kind.value) for text in dict.fromkeys(texts)]
    ties = [
        Tie(kind, other)
        for kind, others in (
            ("predecessor", authority.predecessors),
            ("successor", authority.successors),
            ("related", authority.related),
        )
        for other in dict.fromkeys(others)
    ]
    return Description(
        id=authority.id,
        names=tuple(names),
        kind=authority.kind,
        country=authority.country,
        founded=PartialDate(authority.founded) if authority.founded else None,
        dissolved=PartialDate(authority.dissolved) if authority.dissolved else None,
        identifiers=(("wikidata", authority.wikidata),) if authority.wikidata else (),
        ties=tuple(ties),
        sources=tuple(Citation(part.strip()) for part in authority.source.split(" ; ") if part.strip()),
        keywords=authority.keywords,
        note=authority.note,
    )
