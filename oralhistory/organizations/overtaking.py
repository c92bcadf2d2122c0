"""Two people who change one record at once: what the second wrote, with what the first has changed meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.joining import KEYS


@dataclass(frozen=True, slots=True)
class Clash:
    """A part that both changed, each in another way. Mine stands until somebody decides."""

    field: str
    before: Any
    theirs: Any
    mine: Any


def brought_together(
    base: Description, theirs: Description, mine: Description
) -> tuple[Description, tuple[Clash, ...]]:
    """Mine with what they changed and I did not; and where both changed the same thing."""
    values: dict[str, Any] = {}
    clashes: list[Clash] = []
    for each in fields(Description):
        name = each.name
        before, other, own = (getattr(record, name) for record in (base, theirs, mine))
        if other in (before, own):
            values[name] = own
        elif own == before:
            values[name] = other
        elif name in KEYS:
            values[name], clashing = _lists(KEYS[name], before, other, own)
            clashes += [Clash(name, *each) for each in clashing]
        else:
            values[name] = own
            clashes.append(Clash(name, before, other, own))
    return replace(mine, **values), tuple(clashes)


def _lists(
    key: Callable[[Any], Any], before: Any, theirs: Any, mine: Any
) -> tuple[tuple[Any, ...], list[tuple[Any, Any, Any]]]:
    """Row by row. One that only they touched is theirs, also gone if they took it away."""
    was, other, own = ({key(row): row for row in rows} for rows in (before, theirs, mine))
    rows, clashes = [], []
    for name in dict.fromkeys((*own, *other)):
        first, their, my = was.get(name), other.get(name), own.get(name)
        row = their if my == first else my
        if row is not None:
            rows.append(row)
        if my not in (first, their) and their != first:
            clashes.append((first, their, my))
    return tuple(rows), clashes
