"""Who did it: a user, a narrator who came by private link, or the machine itself."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Agent:
    """The hand behind an event (PREMIS agent). `code` says nothing about the person."""

    kind: Literal["user", "narrator", "machine"]
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


MACHINE = Agent("machine", "archive")
