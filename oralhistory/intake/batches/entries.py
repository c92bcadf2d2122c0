"""What a list says, once it is checked: interviews with their people, sittings, files and papers."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from oralhistory.interviews.describing import Description, Narrator, Sitting


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording to be brought, and the transcript that comes with it."""

    line: int
    path: Path
    name: str  # as the list has it; staff only
    size: int
    session: int
    channels: str
    transcript: Path | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    kind: str
    signed_on: date
    preset: str  # of template.PRESETS, or "" for a paper that allows nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """An interview of the list."""

    line: int  # its first
    collection: str
    identifier: str
    description: Description
    narrators: tuple[Narrator, ...]
    real_names: tuple[str, ...]  # one for each narrator, empty where none is given
    interviewers: tuple[str, ...]
    sittings: dict[int, Sitting] = field(default_factory=dict)
    tapes: tuple[Tape, ...] = ()
    paper: Paper | None = None
    photographs: tuple[Path, ...] = ()
    caption: str = ""
    credit: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.collection.casefold(), self.identifier
