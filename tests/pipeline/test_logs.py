"""What a real worker writes about work that fails, and about what was said."""

import json
import time

import pytest
from django.utils import timezone

from oralhistory.celery import app
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.lib import logs
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Transcript
from tests import world as worlds

PATIENCE = 60  # seconds
CANARY = "un-canario-en-la-mina"


def wait_for(condition):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError([(job.kind, job.state, job.reason) for job in Job.objects.all()])


def tell(broker, **message):
    """A message for the worker, as anybody who reaches the broker could send it."""
    with app.connection_for_write(broker) as connection:
        app.send_task(queue="link", connection=connection, **message)


@pytest.mark.django_db(transaction=True)
def test_no_line_of_a_worker_holds_what_was_said_or_what_an_exception_says(
    environment, start_worker, tmp_path, broker_url
):
    environment["LOG_FORMAT"] = "json"
    worlds.transcribed(worlds.build(), tmp_path)
    now = timezone.now()
    read = leases.enqueue("find mentions", f"transcript:{Transcript.objects.get().pk}", queue="link", at=now)
    failing = leases.enqueue("find mentions", f"transcript:{CANARY}", queue="link", at=now)
    leases.enqueue(CANARY, Recording.objects.get().subject, queue="link", at=now)

    worker = start_worker(queues=["link", "safety"])
    tell(broker_url, name="oralhistory.pipeline.tasks.work", kwargs={"job_id": CANARY})
    tell(broker_url, name=CANARY, args=[CANARY], kwargs={CANARY: CANARY})
    wait_for(lambda: Job.objects.get(pk=failing.pk).reason and Job.objects.get(pk=read.pk).state == "done")
    wait_for(lambda: all(text in worker.log.read_text() for text in ("KeyError", "unregistered")))
    worker.stop()

    written = worker.log.read_text()
    for word in (CANARY, "Ramiro", "Colima", "Copesal", worlds.CANARY):
        assert word not in written
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert {name for line in lines for name in line} <= set(logs.FIELDS)
    (failed,) = [line for line in lines if line.get("job") == failing.pk and "error" in line]
    assert (failed["kind"], failed["attempt"], failed["error"]) == ("find mentions", 1, "ValueError")
    assert any("steps.py" in step and "find_mentions" in step for step in failed["trace"])
    assert any(line["logger"] == "celery.app.trace" and line.get("error") for line in lines)
