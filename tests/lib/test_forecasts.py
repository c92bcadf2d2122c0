"""The interval holds what it promises; how well, over more trials, is what tests.benchmarks.forecasts measures."""

import math

from oralhistory.lib import forecasts
from oralhistory.lib.forecasts import Course, Interval, Load, Measured, Piece, Step
from tests.benchmarks.forecasts import CASES, LENGTH, PIECES, STEP, share_inside


def test_four_of_five_ends_lie_inside():
    shares = [share_inside(60, **case) for case in CASES]

    assert 0.76 <= sum(shares) / len(shares) <= 0.87
    assert min(shares) > 0.65


def test_nothing_measured_nothing_said():
    assert forecasts.left(Course(Load(2, waiting=[LENGTH] * PIECES), Measured())) is None
    assert forecasts.left(Course(Load(0, waiting=[LENGTH]), Measured([4.0]))) is None


def width(found):
    return math.log(found.high / found.low)


def test_the_more_is_known_the_narrower():
    def of(own, others=()):
        return forecasts.left(Course(Load(1, waiting=[LENGTH] * 10), Measured(own, others)))

    assert width(of([4.0])) > width(of([4.0] * 3)) > width(of([4.0] * 12))
    assert width(of([], [[4.0]])) > width(of([], [[4.0]] * 6)) > width(of([4.0] * 20, [[4.0]] * 6))


def test_its_own_pieces_weigh_more_than_others():
    slow, fast = [1.0] * 8, [[8.0] * 8] * 3

    found = forecasts.left(Course(Load(1, waiting=[LENGTH] * 10), Measured(slow, fast)))

    assert found.low <= 3000 <= found.high
    assert found.low > 1500


def test_what_comes_first_is_waited_for_and_workers_share_it():
    def of(workers, ahead):
        load = Load(workers, ahead=ahead, ahead_pieces=20, waiting=[LENGTH] * 4)
        return forecasts.left(Course(load, Measured([1.0] * 30)))

    assert of(1, 6000).low > of(1, 0).high
    assert of(4, 6000).high < of(1, 6000).low


def test_a_step_that_takes_longer_than_it_should_is_never_a_minus():
    late = Step(600, [100.0] * 5, 100.0, since=3600)
    stuck = Piece(LENGTH, since=10**6, step=STEP)

    found = forecasts.left(Course(Load(1, [stuck]), Measured([1.0] * 9), after=[late]))

    assert 0 < found.low <= found.high


def test_the_same_evidence_gives_the_same_interval():
    course = Course(Load(2, waiting=[LENGTH] * 5), Measured([3.0, 4.0]))

    assert forecasts.left(course) == forecasts.left(course) != Interval(0, 0)
