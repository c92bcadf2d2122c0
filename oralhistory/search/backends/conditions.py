"""What a backend answers with when it is asked for the passages that match."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """Parts of a SELECT of passages; `rank` puts the best first when ascending."""

    tables: str
    with_documents: str  # the same, and whatever it takes that `p` is the table of passages
    id: str
    where: str
    where_parameters: tuple[str, ...]
    rank: str
    rank_parameters: tuple[str, ...]
