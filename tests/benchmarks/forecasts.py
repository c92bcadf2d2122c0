"""Whether the time left is what it says: four of five ends inside the interval, with speeds that it does not know.

    python -m tests.benchmarks.forecasts [--trials 300]

A recording of three hours in pieces of five minutes is worked off by one or three workers, after others or as the first
one; at some moment the interval is asked for, and held against the end. Natural logarithms of speeds lie by `within`
around the mean of their recording, and these means by `between` around that of all.
"""

import argparse
import heapq
import itertools
import math
import random

from oralhistory.lib import forecasts
from oralhistory.lib.forecasts import Course, Load, Measured, Piece

CASES = [
    {"within": within, "between": between, "others": others, "workers": workers}
    for within, (between, others), workers in itertools.product(
        [0.15, 0.4], [(0.3, 0), (0.2, 3), (0.6, 8)], [1, 3]
    )
]
PIECES, LENGTH, STEP = 36, 300.0, 60.0  # three hours in pieces of five minutes


class Truth:
    """A machine room whose speeds the forecast does not know, and one recording in it."""

    def __init__(self, chance, *, within, between, others, workers):
        general = chance.gauss(0.5, 1.0)

        def pieces(number):
            mean = chance.gauss(general, between)
            return [math.exp(chance.gauss(mean, within)) for _ in range(number)]

        self.workers = workers
        self.others = [pieces(chance.randint(1, 12)) for _ in range(others)]
        self.speeds = pieces(PIECES)
        self.ends, free = [], [(0.0, at) for at in range(workers)]
        for speed in self.speeds:
            begins, worker = heapq.heappop(free)
            self.ends.append((begins, begins + LENGTH / speed))
            heapq.heappush(free, (self.ends[-1][1], worker))
        self.end = max(end for _begins, end in self.ends)

    def at(self, now):
        """What is known at a moment."""
        done, running, waiting = [], [], []
        for speed, (begins, end) in zip(self.speeds, self.ends, strict=True):
            if end <= now:
                done.append(speed)
            elif begins > now:
                waiting.append(LENGTH)
            else:
                steps = (now - begins) * speed // STEP
                since = now - begins - steps * STEP / speed
                known = steps * STEP / LENGTH
                running.append(Piece(LENGTH - steps * STEP, since, STEP, speed if steps else None, known))
        return Course(Load(self.workers, running, waiting=waiting), Measured(done, self.others))


def share_inside(trials, *, seed=7, **how):
    """How many of the ends lie in the interval that is given at some moment before."""
    chance = random.Random(seed)
    inside = 0
    for _ in range(trials):
        truth = Truth(chance, **how)
        now = truth.end * chance.uniform(0.0 if truth.others else 0.15, 0.9)
        found = forecasts.left(truth.at(now))
        inside += found is not None and found.low <= truth.end - now <= found.high
    return inside / trials


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=300)
    trials = parser.parse_args().trials
    shares = []
    for case in CASES:
        shares.append(share_inside(trials, **case))
        print(*(f"{name} {value}" for name, value in case.items()), f"{shares[-1]:.1%}", sep="  ")
    print(f"all  {sum(shares) / len(shares):.1%}")


if __name__ == "__main__":
    main()
