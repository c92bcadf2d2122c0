"""How long work still takes, as an interval: from speeds that were measured, and how much these differ.

Speeds are amounts of work (seconds of sound, say) by seconds of time. Their logarithms are taken to lie normally: around
a mean of each task (a recording), which lies around the mean of all tasks. How widely they lie is itself known only from
what was measured, so a few measures give a wide interval and many a narrow one. The end is played through many times
with speeds drawn so, always the same ones for the same evidence; four fifths of the ends lie in the interval.
"""

import heapq
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

DRAWS = 200
LOWEST, HIGHEST = 0.1, 0.9  # of the ends
MOST_AHEAD = 40  # pieces into which what comes first is divided

# What is believed before anything was measured, in natural logarithms, and as how many measures it counts.
WITHIN, WITHIN_COUNTS = 0.3, 4  # between the pieces of a task
BETWEEN, BETWEEN_COUNTS = 0.3, 3  # between tasks


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds; in four of five cases it takes no less than `low` and no more than `high`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Speeds of the pieces of this task, and of those of others: a sequence for each. They are above zero."""

    own: Sequence[float] = ()
    others: Sequence[Sequence[float]] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.own or any(self.others))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that somebody works on: what is left of it, in steps of at most `step`, the last one `since` seconds ago.

    `pace` is its speed until then, which tells of its share `done` and the more of the rest.
    """

    left: float
    since: float = 0.0
    step: float = 0.0
    pace: float | None = None
    done: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """What workers have before them, in this order."""

    workers: int
    running: Sequence[Piece] = ()  # of this task
    elsewhere: Sequence[Piece] = ()  # of others, begun already
    ahead: float = 0.0  # of others, in all, and that comes first …
    ahead_pieces: int = 0  # … in how many pieces
    waiting: Sequence[float] = ()  # of this task


@dataclass(frozen=True, slots=True)
class Step:
    """Work in one piece that one worker does: its amount, the speeds of such work, a guess that counts as one of them."""

    amount: float
    speeds: Sequence[float]
    guess: float
    since: float | None = None  # seconds ago that it was begun


@dataclass(frozen=True, slots=True)
class Course:
    """The whole way: steps before the pieces, steps beside them, steps after."""

    load: Load
    speed: Measured
    before: Sequence[Step] = ()
    beside: Sequence[Step] = ()
    after: Sequence[Step] = ()


def left(course: Course) -> Interval | None:
    """How long it takes from now on; none where there are pieces whose speed nobody has measured."""
    pieces = bool(course.load.running or course.load.waiting)
    if pieces and not (course.speed.is_any and course.load.workers):
        return None
    chance = random.Random(1)  # noqa: S311  # no secret: the same evidence gives the same interval
    ends = sorted(_end(course, chance, pieces=pieces) for _ in range(DRAWS))
    return Interval(ends[int(LOWEST * DRAWS)], ends[int(HIGHEST * DRAWS)])


def _end(course: Course, chance: random.Random, *, pieces: bool) -> float:
    end = sum(_step(step, chance) for step in course.before)
    beside = max((_step(step, chance) for step in course.beside), default=0.0)
    if pieces:
        own, other = _speeds(course.speed, chance)
        end += _pieces(course.load, own, other)
    return max(end, beside) + sum(_step(step, chance) for step in course.after)


def _step(step: Step, chance: random.Random) -> float:
    others = [[speed] for speed in (*step.speeds, step.guess)]
    own, _other = _speeds(Measured(others=others), chance)
    takes = step.amount / next(own)
    # One that takes longer than it was thought to is not over for that.
    return takes if step.since is None else max(takes - step.since, takes / 10)


def _speeds(measured: Measured, chance: random.Random) -> tuple[Iterator[float], Iterator[float]]:
    """Endless speeds of pieces of this task, and of others, under one belief drawn for all of them."""
    own = [math.log(speed) for speed in measured.own]
    others = [[math.log(speed) for speed in group] for group in measured.others if group]
    within = _spread([own, *others], WITHIN, WITHIN_COUNTS, chance)
    means = [fmean(group) for group in others]
    between = _spread([means], BETWEEN, BETWEEN_COUNTS, chance)
    if not means:
        mean = chance.gauss(fmean(own), within / math.sqrt(len(own)))
        return _around(mean, within, chance), _around(mean, math.hypot(within, between), chance)
    known, weight = fmean(means), 1 / (between**2 * (1 + 1 / len(means)))
    general = chance.gauss(known, between / math.sqrt(len(means)))
    if own:
        heavier = len(own) / within**2
        known = (known * weight + fmean(own) * heavier) / (weight + heavier)
        weight += heavier
    mean = chance.gauss(known, math.sqrt(1 / weight))
    return _around(mean, within, chance), _around(general, math.hypot(within, between), chance)


def _spread(groups: Sequence[Sequence[float]], believed: float, counts: int, chance: random.Random) -> float:
    """How widely values lie around the means of their groups: drawn from what is believed and what is seen."""
    squares, free = counts * believed**2, float(counts)
    for group in groups:
        if len(group) > 1:
            mean = fmean(group)
            squares += sum((value - mean) ** 2 for value in group)
            free += len(group) - 1
    return math.sqrt(squares / chance.gammavariate(free / 2, 2))


def _around(mean: float, spread: float, chance: random.Random) -> Iterator[float]:
    while True:
        yield math.exp(chance.gauss(mean, spread))


def _pieces(load: Load, own: Iterator[float], other: Iterator[float]) -> float:
    """When the last piece is done: whoever is free takes the next."""
    running = [_rest(piece, next(own)) for piece in load.running]
    busy = [*running, *(_rest(piece, next(other)) for piece in load.elsewhere)]
    workers = [*busy, *[0.0] * (load.workers - len(busy))]
    heapq.heapify(workers)
    if load.ahead > 0:
        parts = max(1, min(load.ahead_pieces, MOST_AHEAD))
        for _part in range(parts):
            heapq.heapreplace(workers, workers[0] + load.ahead / parts / next(other))
    end = max(running, default=0.0)
    for amount in load.waiting:
        done = workers[0] + amount / next(own)
        heapq.heapreplace(workers, done)
        end = max(end, done)
    return end


def _rest(piece: Piece, speed: float) -> float:
    """Of the step that is being made some is done, but never all: else it would have been said."""
    if piece.pace:
        speed = piece.pace**piece.done * speed ** (1 - piece.done)
    return max(piece.left / speed - piece.since, max(0.0, piece.left - piece.step) / speed)
