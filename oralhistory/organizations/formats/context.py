"""What a file of records says beside the records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Context:
    """When, by whom and under which addresses records are given out."""

    at: datetime
    agency: str = "Archive of oral history"  # that maintains the records
    base: str = "http://127.0.0.1:8000/organizations/"  # what the id of a record follows in its address
    # Of records that are tied to but not given out, by id.
    names: Mapping[str, str] = field(default_factory=dict)

    def address(self, record: str) -> str:
        return f"{self.base}{record}/"

    def name(self, record: str) -> str:
        """What the record is called, or its id."""
        return self.names.get(record, record)
