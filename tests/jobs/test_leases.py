"""Taking jobs, losing them, giving them up."""

import threading
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone, translation

from oralhistory.jobs import leases, work
from oralhistory.jobs.models import Job
from oralhistory.pipeline import causes
from tests.clock import MINUTE, NOON, SECOND

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_minute_long(settings):
    settings.LEASE_SECONDS = 60


@pytest.fixture
def job():
    return leases.enqueue("test", "thing:1", queue="io", at=NOON, total=10)


def test_asking_twice_for_a_step_gives_one_job(job):
    assert leases.enqueue("test", "thing:1", queue="io", at=NOON + MINUTE) == job
    assert Job.objects.count() == 1


def test_only_one_worker_takes_a_job(job):
    assert leases.take(job.pk, at=NOON) is not None
    assert leases.take(job.pk, at=NOON) is None


def test_a_job_is_not_taken_before_it_is_due(job):
    assert leases.take(job.pk, at=NOON - SECOND) is None


def test_an_expired_lease_is_free_again_and_the_late_worker_is_fenced_off(job):
    slow = leases.take(job.pk, at=NOON)
    leases.free_expired(at=NOON + 61 * SECOND)
    quick = leases.take(job.pk, at=NOON + 61 * SECOND)

    assert quick is not None
    for late in (
        lambda: leases.fence(slow),
        lambda: leases.progress(slow, 5, at=NOON + 62 * SECOND),
        lambda: leases.finish(slow, at=NOON + 62 * SECOND),
        lambda: leases.extend(slow, at=NOON + 62 * SECOND),
    ):
        with pytest.raises(leases.LeaseLost):
            late()
    leases.finish(quick, at=NOON + 63 * SECOND)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_lease_that_was_extended_is_not_freed(job):
    held = leases.take(job.pk, at=NOON)
    leases.extend(held, at=NOON + 50 * SECOND)

    assert leases.free_expired(at=NOON + 70 * SECOND) == 0


def test_three_starts_without_a_step_forward_end_a_job(job):
    now = NOON
    for _ in range(3):
        assert leases.take(job.pk, at=now) is not None
        now += 2 * MINUTE
        leases.free_expired(at=now)

    job.refresh_from_db()
    assert job.state == Job.State.DEAD
    assert job.reason == str(leases.GAVE_UP)
    assert leases.take(job.pk, at=now) is None


def test_thirty_kills_do_not_end_a_job_that_moves_forward(job):
    now = NOON
    for step in range(30):
        held = leases.take(job.pk, at=now)
        assert held is not None
        leases.progress(held, step, at=now)
        now += 2 * MINUTE
        leases.free_expired(at=now)

    job.refresh_from_db()
    assert job.state == Job.State.DUE


def test_a_cancelled_job_stops_its_worker_at_the_next_write(job):
    held = leases.take(job.pk, at=NOON)
    leases.cancel("thing:1", at=NOON)

    with pytest.raises(leases.LeaseLost):
        leases.progress(held, 1, at=NOON)


def test_a_dead_job_starts_again_when_a_person_asks(job):
    leases.bury(leases.take(job.pk, at=NOON), "no", at=NOON)
    job.refresh_from_db()

    leases.retry(job, at=NOON)

    assert leases.take(job.pk, at=NOON) is not None


def test_work_that_succeeds_is_done(job):
    done = []

    assert work.run(job.pk, done.append, clock=lambda: NOON)

    job.refresh_from_db()
    assert (job.state, job.done_units, len(done)) == (Job.State.DONE, 10, 1)


def test_a_doubled_message_does_nothing(job):
    done = []
    work.run(job.pk, done.append, clock=lambda: NOON)

    assert not work.run(job.pk, done.append, clock=lambda: NOON)
    assert len(done) == 1


def test_work_that_is_refused_says_why(job):
    def refuse(_):
        raise work.CannotBeDone("There is no sound in it.")

    work.run(job.pk, refuse, clock=lambda: NOON)

    job.refresh_from_db()
    assert (job.state, job.reason) == (Job.State.DEAD, "There is no sound in it.")


def test_work_that_fails_is_tried_again_later_and_keeps_no_message_that_may_leak(job):
    def fail(_):
        raise ValueError("Ramiro said something")

    work.run(job.pk, fail, clock=lambda: NOON)

    job.refresh_from_db()
    assert job.state == Job.State.DUE
    assert job.due_at > NOON
    assert "Ramiro" not in job.reason
    assert "ValueError" in job.reason


def test_work_that_lacks_something_waits_and_loses_no_start(job):
    def wait(_):
        raise work.NotYet("It waits for ffmpeg.")

    for turn in range(5):
        assert work.run(job.pk, wait, clock=lambda turn=turn: NOON + turn * MINUTE)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.reason) == (Job.State.DUE, 0, "It waits for ffmpeg.")
        assert job.due_at == NOON + (turn + 1) * MINUTE

    work.run(job.pk, lambda _: None, clock=lambda: NOON + 5 * MINUTE)
    job.refresh_from_db()
    assert (job.state, job.reason) == (Job.State.DONE, "")


def test_starts_that_were_lost_before_stay_lost_while_it_waits(job):
    leases.take(job.pk, at=NOON)
    leases.free_expired(at=NOON + 2 * MINUTE)

    leases.postpone(leases.take(job.pk, at=NOON + 2 * MINUTE), "It waits.", at=NOON + 2 * MINUTE)

    job.refresh_from_db()
    assert job.attempts == 1


def test_work_that_finds_no_memory_says_so_and_is_tried_again(job):
    """D12: the allocation fails; the worker lives."""
    assert work.run(job.pk, lambda _: bytearray(1 << 62), clock=lambda: NOON, explain=causes.of)

    job.refresh_from_db()
    assert job.state == Job.State.DUE
    assert "MemoryError" not in job.reason
    assert "memoria" in job.reason


def test_a_worker_that_hangs_loses_its_job_at_the_time_limit(job):
    """D13: its heart beats, and nothing moves."""
    Job.objects.update(time_limit=5 * MINUTE)
    now = NOON
    for start in range(leases.MAX_STARTS):
        held = leases.take(job.pk, at=now)
        for _ in range(9):
            now += MINUTE / 2
            leases.extend(held, at=now)
        now += MINUTE / 2
        with pytest.raises(leases.LeaseLost):
            leases.extend(held, at=now)
        now += MINUTE
        assert leases.free_expired(at=now) == 1
        job.refresh_from_db()
        assert str(leases.TOOK_TOO_LONG) in job.reason
        assert job.state == (Job.State.DEAD if start == leases.MAX_STARTS - 1 else Job.State.DUE)


def test_a_step_forward_gives_the_time_again_and_one_that_is_none_does_not(job):
    Job.objects.update(time_limit=5 * MINUTE)
    held = leases.take(job.pk, at=NOON)

    leases.progress(held, 1, at=NOON + 4 * MINUTE)
    leases.progress(held, 1, at=NOON + 8 * MINUTE)

    job.refresh_from_db()
    assert job.lease_until == NOON + 5 * MINUTE
    leases.extend(held, at=NOON + 8 * MINUTE)
    with pytest.raises(leases.LeaseLost):
        leases.extend(held, at=NOON + 9 * MINUTE)


def test_starts_before_a_step_forward_do_not_make_a_later_failure_the_last(job):
    for turn in range(2):
        leases.take(job.pk, at=NOON + turn * 2 * MINUTE)
        leases.free_expired(at=NOON + (turn + 1) * 2 * MINUTE)

    def move_and_fail(held):
        leases.progress(held, 5, at=NOON + 4 * MINUTE)
        raise ValueError

    work.run(job.pk, move_and_fail, clock=lambda: NOON + 4 * MINUTE)

    job.refresh_from_db()
    assert job.state == Job.State.DUE


@pytest.mark.django_db(transaction=True)
def test_a_heart_beats_on_when_the_database_fails_once(job, settings):
    settings.LEASE_SECONDS = 0.06
    beats, alive = [], threading.Event()

    def clock():
        if threading.current_thread() is threading.main_thread():
            return timezone.now()
        beats.append(Job.objects.get(pk=job.pk).lease_until)
        if len(beats) == 2:
            raise OperationalError("the server closed the connection unexpectedly")
        if len(beats) == 5:
            alive.set()
        return timezone.now() + MINUTE

    assert work.run(job.pk, lambda _: alive.wait(20), clock=clock)

    assert beats[4] > beats[1]
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_reason_is_read_in_the_language_of_the_reader(job):
    work.run(job.pk, lambda _: Path("/nowhere").read_bytes(), clock=lambda: NOON, explain=causes.of)

    said = {}
    for language in ("es", "en", "pt"):
        with translation.override(language):
            job.refresh_from_db()
            said[language] = job.reason
    assert said["en"].startswith("A file that it needs is not where it should be.")
    assert said["en"].endswith("It is tried again by itself.")
    assert said["es"].startswith("Un archivo que necesita")
    assert said["es"].endswith("Se vuelve a intentar por sí solo.")
    assert said["pt"].startswith("Um arquivo de que precisa")
