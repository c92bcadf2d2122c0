"""Drills D01, D02, D04, D08 in small: workers are killed and frozen, the broker is emptied, messages are doubled.

`python -m tests.benchmarks.crashes` is the same with thirty kills, every step and real speech.
"""

import random
import time

import pytest
import redis

from oralhistory.jobs.models import Job
from oralhistory.transcripts.models import Transcript
from tests import drills
from tests.pipeline.working import work_off
from tests.transcripts import sounds

pytestmark = pytest.mark.django_db(transaction=True)
SEED = 1979
KILLS = 4
MODEL = "fake@0.3"  # seconds for each window
BATCH = "2"


def test_whatever_is_killed_frozen_lost_or_doubled_the_transcript_is_the_same(
    environment, start_worker, tmp_path, settings
):
    settings.ASR_ENGINE, settings.ASR_BATCH_WINDOWS = "fake", int(BATCH)
    environment |= {"LEASE_SECONDS": "1", "ASR_BATCH_WINDOWS": BATCH}
    recording = drills.read(sounds.write(tmp_path / "long.flac", sounds.tone(480)))
    drills.ask(recording)
    work_off()
    undisturbed = drills.digest_of(Transcript.objects.get())
    chance = random.Random(SEED)

    start_worker(queues=["cpu", "link", "safety"])
    workers = [start_worker(queues=["asr"], beat=False) for _ in range(2)]
    asked = drills.ask(recording, model=MODEL)
    chunks = list(Job.objects.filter(chunk__transcription=asked))
    drills.send_many(environment["BROKER_URL"], chunks, 10)

    drills.two_with_one_lease(*workers, lease_seconds=1)

    for number in range(KILLS):
        drills.until(drills.may_be_killed)
        time.sleep(chance.random() * 0.4)
        drills.kill_pool(workers[number % 2])
        if number == 1:
            with redis.Redis.from_url(environment["BROKER_URL"]) as broker:
                broker.flushall()
    drills.until(drills.all_done)

    disturbed = Transcript.objects.get(transcription=asked)
    assert drills.digest_of(disturbed) == undisturbed
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    logs = [worker.log for worker in workers]
    assert set(drills.lines(logs, drills.HEARD).values()) == {1}  # nothing that was stored was decoded again
    assert len(chunks) < drills.lines(logs, drills.BEGUN).total() <= len(chunks) + 2 * KILLS + 2
