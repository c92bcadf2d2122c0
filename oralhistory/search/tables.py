"""Which of the two indexes is meant, and within which documents somebody may look.

Whoever names none has the public's. The staff's can be written as a whole and asked only within the documents that the
person who asks may read: `STAFF.within(ids)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from oralhistory.search import models


class NotNarrowed(Exception):
    """The staff's index was asked without a word about who asks."""


@dataclass(frozen=True)
class Tables:
    """One index. `among`: the only documents of it that exist for who asks; None where all are for everybody."""

    prefix: str  # of the tables' names
    document: Any
    facet: Any
    passage: Any
    word: Any
    state: Any
    is_private: bool
    among: tuple[str, ...] | None = None

    def within(self, document_ids: Iterable[str]) -> "Tables":
        return replace(self, among=tuple(sorted(set(document_ids))))

    @property
    def reach(self) -> tuple[str, ...] | None:
        """`among`, for a question. Raises NotNarrowed."""
        if self.is_private and self.among is None:
            raise NotNarrowed
        return self.among

    @property
    def known_words(self) -> Any:
        """The words that a question may learn from. Raises NotNarrowed."""
        words = self.word.objects.all()
        return words if self.reach is None else words.filter(document__in=self.reach).order_by().distinct()


PUBLIC = Tables(
    "search_public", models.PublicDocument, models.PublicFacet, models.PublicPassage, models.PublicWord,
    models.PublicState, is_private=False,
)  # fmt: skip
STAFF = Tables(
    "search_staff", models.StaffDocument, models.StaffFacet, models.StaffPassage, models.StaffWord,
    models.StaffState, is_private=True,
)  # fmt: skip
