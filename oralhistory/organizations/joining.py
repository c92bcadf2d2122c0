"""One description made of two records of the same organization, and what it was before."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from oralhistory.organizations.descriptions import Description, NameForm, Tie
from oralhistory.organizations.models import Name

# What a record says once: of two that differ, one stands.
STATEMENTS = (
    "kind", "country", "founded", "dissolved", "history", "mandate", "functions", "structure", "legal_status", "context",
)  # fmt: skip
# What it says many of, and by what each is known.
KEYS: dict[str, Callable[[Any], Any]] = {
    "names": lambda each: (each.kind, each.text),
    "places": lambda each: (each.name, each.country, each.role),
    "identifiers": lambda each: each,
    "ties": lambda each: (each.kind, each.other),
    "sources": lambda each: (each.citation, each.url),
    "keywords": lambda each: each,
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A statement in which the two differ."""

    field: str
    ours: Any
    theirs: Any
    taken: bool  # theirs stands


@dataclass(frozen=True, slots=True)
class Joined:
    record: Description
    conflicts: tuple[Conflict, ...]
    filled: tuple[str, ...]  # statements that ours did not make
    added: dict[str, tuple[Any, ...]]  # what comes over, by part
    left: dict[str, tuple[Any, ...]]  # what cannot come over without being seen


def join(
    ours: Description, theirs: Description, *, taken: Collection[str] = (), hidden_by: str = ""
) -> Joined:
    """Ours with all of theirs: their authorized name becomes another name, a relation between the two falls away.

    `hidden_by` is the interview that theirs was learned from while nobody may know of it: what comes over is withheld
    by it, and what cannot be (places, identifiers, statements) stays behind.
    """
    conflicts, filled, values = _statements(ours, theirs, taken, hidden_by)
    added, left = {}, {}
    for part, rows in _moving(ours, theirs, hidden_by).items():
        key = KEYS[part]
        known = {key(each) for each in getattr(ours, part)}
        new = tuple({key(each): each for each in rows if key(each) not in known}.values())
        if new and hidden_by and part in ("places", "identifiers"):
            left[part] = new
        elif new:
            added[part] = new
    values |= {part: (*getattr(ours, part), *new) for part, new in added.items()}
    values["ties"] = tuple(tie for tie in values.get("ties", ours.ties) if tie.other != theirs.id)
    notes = [note for note in (ours.note, theirs.note) if note]
    values["note"] = "\n\n".join(dict.fromkeys(notes))
    return Joined(replace(ours, **values), tuple(conflicts), tuple(filled), added, left)


def _statements(
    ours: Description, theirs: Description, taken: Collection[str], hidden_by: str
) -> tuple[list[Conflict], list[str], dict[str, Any]]:
    conflicts: list[Conflict] = []
    filled: list[str] = []
    values: dict[str, Any] = {}
    for field in STATEMENTS:
        mine, other = getattr(ours, field), getattr(theirs, field)
        if not other or mine == other or hidden_by:
            continue
        if mine:
            conflicts.append(Conflict(field, mine, other, field in taken))
        else:
            filled.append(field)
        if not mine or field in taken:
            values[field] = other
    founded, dissolved = values.get("founded", ours.founded), values.get("dissolved", ours.dissolved)
    if (
        founded and dissolved and dissolved.year < founded.year
    ):  # one of the two filled a gap that does not fit
        for field in ("founded", "dissolved"):
            values.pop(field, None)
            filled = [each for each in filled if each != field]
    return conflicts, filled, values


def _moving(ours: Description, theirs: Description, hidden_by: str) -> dict[str, Iterable[Any]]:
    def kept(each: Any) -> Any:
        if not hidden_by or each.withheld:
            return each
        return replace(each, learned_from=hidden_by, withheld=True)

    said = {each.text for each in ours.names if each.kind != Name.Kind.HEARD_AS}
    names = [_as_other(each) for each in theirs.names]
    ties: list[Tie] = [kept(tie) for tie in theirs.ties if tie.other != ours.id]
    return {
        "names": [kept(each) for each in names if each.kind != Name.Kind.OTHER or each.text not in said],
        "places": theirs.places,
        "identifiers": theirs.identifiers,
        "ties": ties,
        "sources": [kept(each) for each in theirs.sources],
        "keywords": theirs.keywords,
    }


def _as_other(name: NameForm) -> NameForm:
    return replace(name, kind=Name.Kind.OTHER.value) if name.kind == Name.Kind.AUTHORIZED else name


def without(now: Description, *, before: Description, after: Description) -> Description:
    """A record without what came to it between two of its states; what was changed since stays."""
    values: dict[str, Any] = {}
    for field in (*STATEMENTS, "note"):
        if getattr(now, field) == getattr(after, field) != getattr(before, field):
            values[field] = getattr(before, field)
    for part, key in KEYS.items():
        had = {key(each) for each in getattr(before, part)}
        came = {key(each) for each in getattr(after, part)} - had
        gone = [
            each for each in getattr(before, part) if key(each) not in {key(x) for x in getattr(after, part)}
        ]
        kept = [each for each in getattr(now, part) if key(each) not in came]
        there = {key(each) for each in kept}
        values[part] = (*kept, *(each for each in gone if key(each) not in there))
    return replace(now, **values)
