"""From the matcher's log-odds to a score that holds what it says: of suggestions at 80 %, eight of ten are right.

The hand-set one was measured on made interviews. Others are fitted to what moderators decided (`refitting.py`). Whatever
is fitted, the limits of the design hold afterwards: a short form never passes EVEN, an exact and unambiguous name of
several words never falls below FLOOR, what is even stays worth asking.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

FLOOR = 0.90  # of an exact, unambiguous name of several words, whatever the context
EVEN = 0.50  # of a short form, at most
MOST = 0.99  # nothing is surer than that before a person has looked
UNLISTED = "not in the list"  # a kind of its own, beside the ways in which a span was found


@dataclass(frozen=True, slots=True)
class Calibration:
    """A line over log-odds, with a shift for each kind of mention."""

    slope: float = 1.5
    offset: float = 0.0
    shifts: Mapping[str, float] = field(default_factory=dict)
    version: int | None = None  # of the scorer that was adopted; none: set by hand

    def odds(self, odds: float, kind: str, *, listed: bool) -> float:
        """Log-odds as they should be."""
        shift = self.shifts.get(kind, 0.0) + (0.0 if listed else self.shifts.get(UNLISTED, 0.0))
        return self.slope * odds + self.offset + shift

    def score(self, score: float, kind: str, *, listed: bool, floor: float = 0.0) -> float:
        """A probability as it should be, not below a floor."""
        if score <= 0.0:
            return 0.0
        return max(self.of_odds(logit(score), kind, listed=listed), floor)

    def of_odds(self, odds: float, kind: str, *, listed: bool) -> float:
        """The same from log-odds, without a floor."""
        return min(sigmoid(self.odds(odds, kind, listed=listed)), MOST)


BY_HAND = Calibration()


def logit(score: float) -> float:
    """Log-odds from a probability."""
    score = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(score / (1 - score))


def sigmoid(value: float) -> float:
    """Probability from log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
