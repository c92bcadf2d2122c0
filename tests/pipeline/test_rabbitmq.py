"""The same workers on RabbitMQ: drills D01, D02, D04 in small, and what this broker does that others do not."""

import pytest

from oralhistory.jobs.models import Job
from oralhistory.transcripts.models import Transcript
from tests import drills
from tests.pipeline.working import work_off
from tests.servers import rabbitmq
from tests.transcripts import sounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        rabbitmq.program() is None,
        reason="There is no RabbitMQ here (on Debian: apt install rabbitmq-server).",
    ),
]
PATIENCE_MS = 1_500  # how long it lets a worker have a message


@pytest.fixture(scope="module")
def rabbit():
    with rabbitmq.running(consumer_timeout_ms=PATIENCE_MS) as broker:
        yield broker


@pytest.fixture
def broker_url(rabbit):
    return rabbit.url


@pytest.fixture
def recording(settings, environment, tmp_path):
    """Of two chunks, which the fake engine hears in batches of two windows."""
    settings.ASR_ENGINE, settings.ASR_BATCH_WINDOWS = "fake", 2
    environment |= {"LEASE_SECONDS": "1", "ASR_BATCH_WINDOWS": "2"}
    return drills.read(sounds.write(tmp_path / "long.flac", sounds.tone(480)))


def test_whatever_happens_to_worker_and_broker_the_transcript_is_the_same(rabbit, recording, start_worker):
    drills.ask(recording)
    work_off()
    undisturbed = drills.digest_of(Transcript.objects.get())
    start_worker(queues=["cpu", "link", "safety"])
    ear = start_worker(queues=["asr"], beat=False)

    def batches_heard():
        return drills.lines([ear.log], drills.HEARD).total()

    asked = drills.ask(recording, model="fake@0.15")
    chunks = list(Job.objects.filter(chunk__transcription=asked))
    drills.send_many(rabbit.url, chunks, 10)
    drills.until(drills.hearing)
    drills.kill_pool(ear)
    drills.until(batches_heard)
    assert rabbit.purge("asr") > len(chunks)
    rabbit.kill()
    heard = batches_heard()
    drills.until(lambda: batches_heard() > heard)  # work in hand goes on
    rabbit.start()
    drills.until(drills.all_done)

    assert drills.digest_of(Transcript.objects.get(transcription=asked)) == undisturbed
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert set(drills.lines([ear.log], drills.HEARD).values()) == {1}


def test_work_that_takes_longer_than_a_worker_may_have_a_message_ends_like_any_other(
    rabbit, recording, start_worker
):
    worker = start_worker()
    asked = drills.ask(recording, model="fake@0.25")
    drills.send_many(rabbit.url, Job.objects.filter(chunk__transcription=asked), 1)
    drills.until(lambda: drills.all_done() or worker.process.poll() is not None)

    assert worker.process.poll() is None  # it lives
    assert set(Job.objects.values_list("state", "attempts").distinct()) == {("done", 1)}
    assert set(drills.lines([worker.log], drills.HEARD).values()) == {1}
