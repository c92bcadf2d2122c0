"""`access.yaml`, read once: who may do what to an interview, by its state."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oralhistory.interviews.models import State

SOURCE = Path(__file__).with_name("access.yaml")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one actor may do with one action: in which states, and under which mark."""

    states: frozenset[State] = frozenset()
    marks: frozenset[str] = (
        frozenset()
    )  # "2": a second person; "J": a written reason; "+": may add, never lift


@dataclass(frozen=True, slots=True)
class Move:
    """A pair of states, and the action (or the machine) that leads from one to the other."""

    before: State
    after: State
    by: str


@dataclass(frozen=True, slots=True)
class Table:
    actors: tuple[str, ...]
    actions: dict[str, str]  # action → what it means
    allow: dict[str, dict[str, Cell]]
    moves: tuple[Move, ...]
    public_paths: frozenset[str]


def _states(value: str | list[str], groups: dict[str, list[str]]) -> frozenset[State]:
    names = groups[value] if isinstance(value, str) else value
    return frozenset(State(name) for name in names)


def _cell(value: Any, groups: dict[str, list[str]]) -> Cell:
    if isinstance(value, dict):
        return Cell(_states(value["states"], groups), frozenset(value.get("mark", "")))
    return Cell(_states(value, groups))


def _allowed(raw: dict[str, Any], actor: str, groups: dict[str, list[str]]) -> dict[str, Cell]:
    own = dict(raw[actor])
    parent = own.pop("inherit", None)
    cells = _allowed(raw, parent, groups) if parent else {}
    return cells | {action: _cell(value, groups) for action, value in own.items()}


@cache
def load() -> Table:
    """The table, expanded: every actor with what it inherits."""
    raw = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    groups = raw["groups"]
    return Table(
        actors=tuple(raw["actors"]),
        actions=raw["actions"],
        allow={actor: _allowed(raw["allow"], actor, groups) for actor in raw["actors"]},
        moves=tuple(
            Move(before, State(move["to"]), move["by"])
            for move in raw["moves"]
            for before in sorted(_states(move["from"], groups))
            if before != move["to"]
        ),
        public_paths=frozenset(raw["public_paths"]),
    )
