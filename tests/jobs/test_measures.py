"""What a job cost stands beside it, whoever asks later."""

import platform
import time

import pytest

from oralhistory.jobs import leases, work
from oralhistory.jobs.models import Job
from tests.clock import NOON, SECOND

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    return leases.enqueue("test", "thing:1", queue="io", at=NOON, total=10)


def toil(milliseconds=20):
    """Keep the processor busy."""
    until = time.process_time() + milliseconds / 1000
    while time.process_time() < until:
        pass


def test_work_that_is_done_says_what_it_cost_and_where(job):
    held = bytearray(8 << 20)

    def step(taken):
        leases.progress(taken, 4, at=NOON)
        toil()

    work.run(job.pk, step, clock=lambda: NOON + SECOND)

    job.refresh_from_db()
    assert job.cpu_ms >= 20
    assert job.wall_ms >= 20
    assert job.peak_kib * 1024 > len(held)
    assert (job.machine, job.started_at) == (platform.node(), NOON + SECOND)
    assert (job.measured_units, job.done_units) == (4, 10)  # what was there already was not paid for


def test_a_start_that_fails_counts_too_and_the_next_adds_to_it(job):
    def fail(taken):
        leases.progress(taken, 4, at=NOON)
        toil()
        raise ValueError

    def go_on(taken):
        assert taken.done_units == 4
        leases.progress(taken, 10, at=NOON)
        toil()

    work.run(job.pk, fail, clock=lambda: NOON)
    first = Job.objects.get()
    work.run(job.pk, go_on, clock=lambda: NOON + 60 * SECOND)

    job.refresh_from_db()
    assert first.measured_units == 4
    assert first.cpu_ms >= 20
    assert job.cpu_ms >= first.cpu_ms + 20
    assert (job.state, job.measured_units) == (Job.State.DONE, 10)


def test_who_has_lost_the_lease_writes_no_numbers(job):
    def slow(_taken):
        leases.cancel("thing:1", at=NOON)
        toil()

    work.run(job.pk, slow, clock=lambda: NOON)

    job.refresh_from_db()
    assert (job.state, job.cpu_ms, job.wall_ms, job.peak_kib) == (Job.State.CANCELLED, 0, 0, 0)
