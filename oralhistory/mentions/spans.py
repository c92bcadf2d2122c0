"""Spans of a transcript that may speak of an organization, and which of them stand when they overlap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from oralhistory.mentions.lexicon import Form

# How a span was found, the surest first: of two on the same words the surer stands.
EXACT = ("name", "acronym", "letters", "heard")
INEXACT = ("name by sound", "acronym by sound", "acronym nearly")
UNLISTED = "unlisted"
GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Span:
    """Words first to last (not included), and the places in the list of those who may be meant."""

    first: int
    last: int
    kind: str
    owners: tuple[int, ...] = ()
    form: Form | None = None
    letters: str = ""  # what an acronym's letters are
    similarity: float = 1.0
    strangers: int = 0  # well-spelled words of the passage that the name does not have
    goes_on: bool = False  # holds a name of the list, and more

    @property
    def exact(self) -> bool:
        return self.kind in EXACT

    @property
    def strength(self) -> float:
        """Of two inexact spans, the one that explains more sounds explains the passage better."""
        sounds = sum(map(len, self.form.words)) if self.form is not None else 4
        return (self.similarity - 0.58) * sounds

    @property
    def size(self) -> int:
        return self.last - self.first

    def overlaps(self, other: "Span") -> bool:
        return self.first < other.last and other.first < self.last


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans on the same words found the same way become one with all their owners."""
    found: dict[tuple[int, int], Span] = {}
    for span in spans:
        at = (span.first, span.last)
        before = found.get(at)
        if before is None:
            found[at] = span
        elif rank(before) == rank(span) and not span.exact:
            found[at] = max(before, span, key=lambda one: (one.similarity, one.strength))
        elif rank(before) == rank(span):
            owners = tuple(dict.fromkeys((*before.owners, *span.owners)))
            found[at] = replace(before, owners=owners)
        elif rank(span) < rank(before):
            found[at] = span
    return list(found.values())


def rank(span: Span) -> int:
    """Exact ways of finding are equal among themselves; then by sound, then nearly."""
    return 0 if span.exact else 1 + INEXACT.index(span.kind) if span.kind in INEXACT else 9


def longest(spans: Iterable[Span]) -> list[Span]:
    """Spans that don't overlap: longer before shorter, exact before inexact. In the order of the text.

    An inexact span that holds a whole exact one inside and is longer stands, if its form holds the other's words: a
    misheard long name is not cut down to the short name within it.
    """
    taken: list[Span] = []
    occupied: dict[int, Span] = {}
    for span in sorted(merged(spans), key=_order):
        inside = {
            id(occupied[word]): occupied[word] for word in range(span.first, span.last) if word in occupied
        }
        if inside and not all(_swallows(span, other) for other in inside.values()):
            continue
        for other in inside.values():
            taken.remove(other)
        taken.append(span)
        occupied.update(dict.fromkeys(range(span.first, span.last), span))
    return sorted(taken, key=lambda span: span.first)


def _order(span: Span) -> tuple[bool, float, float, int]:
    if span.exact:
        return False, -span.size, -span.similarity, span.first
    return True, -span.strength, -span.size, span.first


def _swallows(span: Span, other: Span) -> bool:
    if (
        span.exact
        or not other.exact
        or span.form is None
        or other.form is None
        or other.kind not in ("name", "acronym")
    ):
        return False
    within = span.first <= other.first and other.last <= span.last and span.size > other.size
    words = span.form.words
    size = len(other.form.words)
    if not within or all(words[at : at + size] != other.form.words for at in range(len(words) - size + 1)):
        return False
    # What the short name alone would score against the long one; the rest must have been heard at least by half.
    alone = 2 * len("".join(other.form.words)) / (len("".join(other.form.words)) + len("".join(words)))
    return span.similarity >= alone + (1 - alone) / 2
