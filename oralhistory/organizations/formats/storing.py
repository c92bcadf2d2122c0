"""What a record that was read must be so that the archive can keep it, whatever format it came in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from oralhistory.lib.folding import fold
from oralhistory.organizations.descriptions import TIES, Description
from oralhistory.organizations.formats.malformed import Malformed
from oralhistory.organizations.models import (
    Identifier,
    Location,
    Name,
    Organization,
    Relation,
    Source,
)

ID = re.compile(r"[\w.:-]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*|")
COUNTRY = re.compile(r"[A-Z]{2}|INT|")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
Refuse = Callable[[str, str], Malformed]  # from the part that is wrong and the reason


def storable(description: Description, refuse: Refuse) -> Description:
    """The record without what it says twice. Raises what `refuse` makes where the archive could not keep it."""
    found = without_repetitions(description)
    _check_columns(found, refuse)
    _check_parts(found, refuse)
    return found


def without_repetitions(description: Description) -> Description:
    """Each name, place, identifier, relation, source and keyword once, as it is said first; none to itself."""
    return replace(
        description,
        names=_once(description.names, lambda each: (each.kind, each.text)),
        places=_once(description.places, lambda each: (each.name, each.country, each.role)),
        identifiers=_once(description.identifiers, lambda each: each),
        ties=_once(
            (tie for tie in description.ties if tie.other != description.id),
            lambda each: (each.kind, each.other),
        ),
        sources=_once(description.sources, lambda each: (each.citation, each.url)),
        keywords=_once(description.keywords, lambda each: each),
    )


def slug(text: str) -> str:
    """An id made of what others call a record: letters and digits of ASCII, divided by hyphens."""
    found = "-".join(re.findall(r"[a-z0-9]+", fold(text).replace("ñ", "n")))[:80].strip("-")
    return found or f"record-{sha256(text.encode()).hexdigest()[:12]}"  # of a script that is not Latin


def checked_id(text: str) -> str:
    """Another archive's id where it can be one of ours, else one made of it."""
    return text if ID.fullmatch(text) and len(text) <= 80 else slug(text)


def _once(parts: Iterable[Any], key: Callable[[Any], Any]) -> tuple[Any, ...]:
    found: dict[Any, Any] = {}
    for part in parts:
        found.setdefault(key(part), part)
    return tuple(found.values())


def _check_columns(each: Description, refuse: Refuse) -> None:
    if not ID.fullmatch(each.id):
        raise refuse("id", f"«{each.id}»: an identifier has letters, digits and - _ . : only")
    _fits(each.id, Organization, "slug", refuse, "id")
    _pattern(each.country, COUNTRY, "a country is two capital letters (ISO 3166) or INT", refuse, "country")
    _pattern(each.language, LANGUAGE, "a language is a code such as es", refuse, "language")
    for column in ("kind", "language", "rules"):
        _fits(getattr(each, column), Organization, column, refuse, column)
    for column in ("history", "mandate", "functions", "structure", "legal_status", "context", "note"):
        _no_control(getattr(each, column), refuse, column)
    if each.status not in Organization.Status.values:
        raise refuse("status", f"«{each.status}» is none of {', '.join(Organization.Status.values)}")
    if each.level not in Organization.Level.values:
        raise refuse("level", f"«{each.level}» is none of {', '.join(Organization.Level.values)}")
    if each.founded and each.dissolved and each.dissolved.year < each.founded.year:
        raise refuse("dissolved", f"{each.dissolved} is before it was founded, {each.founded}")
    for word in each.keywords:
        _no_control(word, refuse, "keywords")
        if "|" in word:
            raise refuse("keywords", f"«{word}»: a keyword has no |")


def _check_parts(each: Description, refuse: Refuse) -> None:
    authorized = each.of_kind(Name.Kind.AUTHORIZED)
    if len(authorized) > 1:
        raise refuse("names", f"has two authorized names, «{authorized[0]}» and «{authorized[1]}»")
    for name in each.names:
        if not name.text or name.kind not in Name.Kind.values:
            raise refuse("names", f"«{name.text}»: a name has a text and a kind that is known")
        _fits(name.text, Name, "text", refuse, "names")
        _pattern(name.language, LANGUAGE, "a language is a code such as es", refuse, "names")
        _fits(name.language, Name, "language", refuse, "names")
        _no_control(name.source, refuse, "names")
        _years(name, refuse, "names", name.text)
    _check_places(each, refuse)
    for scheme, value in each.identifiers:
        if not scheme or not value:
            raise refuse("identifiers", f"«{scheme}:{value}»: an identifier has a scheme and a value")
        _fits(scheme, Identifier, "scheme", refuse, "identifiers")
        _fits(value, Identifier, "value", refuse, "identifiers")
    for source in each.sources:
        if not source.citation or not set(source.supports) <= set(Source.Part.values):
            raise refuse(
                "sources", f"«{source.citation}»: a source has a text and supports parts of a record"
            )
        _no_control(source.citation, refuse, "sources")
        _fits(source.url, Source, "url", refuse, "sources")
    _check_ties(each, refuse)
    parts: tuple[Any, ...] = (*each.names, *each.ties, *each.sources)
    for part in parts:
        _fits(part.learned_from, Relation, "learned_from", refuse, "learned_from")
        if part.withheld and not part.learned_from:
            raise refuse("learned_from", "what is withheld says which interview withholds it")


def _check_places(each: Description, refuse: Refuse) -> None:
    for place in each.places:
        if not (place.name or place.country) or place.role not in Location.Role.values:
            raise refuse(
                "places", f"«{place.name}»: a place has a name or a country, and a role that is known"
            )
        _fits(place.name, Location, "name", refuse, "places")
        _pattern(
            place.country, COUNTRY, "a country is two capital letters (ISO 3166) or INT", refuse, "places"
        )
        _years(place, refuse, "places", place.name or place.country)


def _check_ties(each: Description, refuse: Refuse) -> None:
    for tie in each.ties:
        if tie.kind not in TIES or not ID.fullmatch(tie.other) or len(tie.other) > 80:
            raise refuse(
                "relations", f"«{tie.other}»: a relation has a kind that is known and leads to an id"
            )
        _no_control(tie.description + tie.source, refuse, "relations")
        _years(tie, refuse, "relations", tie.other)


def _fits(value: str, model: Any, field: str, refuse: Refuse, part: str) -> None:
    most = model._meta.get_field(field).max_length
    if len(value) > most:
        raise refuse(part, f"«{value[:40]}…» is longer than {most} characters")
    _no_control(value, refuse, part)


def _no_control(value: str, refuse: Refuse, part: str) -> None:
    if CONTROL.search(value):
        raise refuse(part, "holds a control character")


def _pattern(value: str, pattern: re.Pattern[str], reason: str, refuse: Refuse, part: str) -> None:
    if not pattern.fullmatch(value):
        raise refuse(part, f"«{value}»: {reason}")


def _years(part: Any, refuse: Refuse, column: str, what: str) -> None:
    if part.valid_from and part.valid_to and part.valid_to < part.valid_from:
        raise refuse(column, f"«{what}» ends in {part.valid_to}, before it begins in {part.valid_from}")
