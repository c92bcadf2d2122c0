"""Telling workers: again when a message is lost, and not again while it waits."""

from datetime import timedelta

import pytest
from django.conf import settings

from oralhistory.jobs import leases
from oralhistory.pipeline import dispatcher
from tests.clock import DAY, MINUTE, NOON, SECOND

pytestmark = pytest.mark.django_db
MESSAGES = settings.BROKER_FOLDER / "messages"


@pytest.fixture(autouse=True)
def empty_broker():
    """The one of the embedded default: a folder."""
    _empty()
    yield
    _empty()


def _empty():
    for message in MESSAGES.iterdir():
        message.unlink()


@pytest.fixture
def jobs(django_capture_on_commit_callbacks):
    made = [leases.enqueue("test", f"thing:{n}", queue="asr", at=NOON) for n in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        for job in made:
            dispatcher.send(job, at=NOON)
    return made


def messages():
    return len(list(MESSAGES.iterdir()))


def test_jobs_that_wait_in_a_queue_are_not_told_of_again(jobs):
    for minute in range(0, 24 * 60, 30):
        assert dispatcher.send_due(at=NOON + minute * MINUTE) == 0

    assert messages() == len(jobs)


def test_what_the_broker_lost_is_sent_again_and_nothing_else(jobs):
    next(MESSAGES.iterdir()).unlink()

    assert dispatcher.send_due(at=NOON + 5 * SECOND) == 0  # it may be on its way to a worker
    assert dispatcher.send_due(at=NOON + 30 * SECOND) == 1
    assert dispatcher.send_due(at=NOON + 60 * SECOND) == 0
    assert messages() == len(jobs)

    _empty()
    assert dispatcher.send_due(at=NOON + DAY) == len(jobs)
    assert messages() == len(jobs)


def test_a_broker_that_does_not_say_what_it_holds_is_told_at_growing_pauses(jobs):
    def silent(_):
        return {}

    minutes = range(0, 200, 2)
    told = [minute for minute in minutes if dispatcher.send_due(at=NOON + minute * MINUTE, ask=silent)]

    pauses = [after - before for before, after in zip([0, *told], told, strict=False)]
    assert pauses == [2, 4, 8, 16, 32, 64, 64]


def test_a_message_that_could_not_be_sent_is_sent_as_soon_as_it_can_be():
    job = leases.enqueue("test", "thing", queue="asr", at=NOON)
    MESSAGES.rename(MESSAGES.with_name("away"))
    try:
        dispatcher.send_due(at=NOON)
    finally:
        MESSAGES.with_name("away").rename(MESSAGES)
    job.refresh_from_db()
    assert job.sent_at is None

    assert dispatcher.send_due(at=NOON + SECOND) == 1
    assert messages() == 1


def test_the_time_limit_of_a_job_is_its_messages_too(django_capture_on_commit_callbacks):
    job = leases.enqueue("hear", "chunk:1", queue="asr", at=NOON, time_limit=timedelta(minutes=7))
    with django_capture_on_commit_callbacks(execute=True):
        dispatcher.send(job, at=NOON)

    assert '"timelimit": [420, null]' in next(MESSAGES.iterdir()).read_text()
