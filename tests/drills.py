"""What the fault drills share: what was decoded how often, whether two transcripts are one, how workers are hurt."""

import contextlib
import hashlib
import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from celery import Celery
from django.utils import timezone

from oralhistory.intake import uploads
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.lib.agents import MACHINE
from oralhistory.pipeline import steps, tasks
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Transcript, TranscriptionJob
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import as_rows
from tests import world as worlds
from tests.servers.process import Server

# The program's own log lines, from the workers: a chunk is begun; a batch of windows was decoded and stored.
BEGUN = re.compile(r"hears job=\d+ chunk=(\d+) windows=(\d+)-")
HEARD = re.compile(r"heard job=\d+ chunk=(\d+) windows=(\d+)-\d+ of")
BEGINS = "hears job="
UNDER_WAY = re.compile(f"{BEGINS}|succeeded in|WorkerLostError")


class TooLong(Exception):
    """What was waited for did not come; the message says where the jobs stand."""


def until(condition: Callable[[], object], *, seconds: float = 120, every: float = 0.02) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up_at:
            raise TooLong(
                [(job.kind, job.state, job.attempts, job.reason) for job in Job.objects.order_by("pk")]
            )
        time.sleep(every)


def lines(logs: Iterable[Path], what: re.Pattern[str]) -> Counter[tuple[str, ...]]:
    """How often each (chunk, first window) stands in the logs."""
    found: Counter[tuple[str, ...]] = Counter()
    for log in logs:
        found.update(match.groups() for match in what.finditer(log.read_text(errors="replace")))
    return found


def digest(segments: Iterable[TimedSegment]) -> str:
    """Of text, times, speakers and words: all that a person could see of it."""
    rows = [[each.start_ms, each.end_ms, each.text, each.language, as_rows(each.words)] for each in segments]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def digest_of(transcript: Transcript) -> str:
    rows = [
        [each.start_ms, each.end_ms, each.text, each.language, each.words]
        for each in transcript.segments.all()
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def read(path: Path, world: worlds.World | None = None) -> Recording:
    """A recording as after its reading; nobody has asked for its text. Without a world, in one that is built."""
    world = world or worlds.build()
    interview, now = worlds.draft(world), timezone.now()
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=now)
    renditions.make(recording, at=now)
    recording.refresh_from_db()
    return recording


def ask(recording: Recording, *, engine: str = "", model: str = "") -> TranscriptionJob:
    """Plan a transcription here, so that workers find its chunks."""
    asked = steps.transcribe(recording, by=MACHINE, at=timezone.now(), engine=engine, model=model)
    tasks.work(job_id=Job.objects.get(subject=asked.subject, kind="plan").pk)
    return asked


def hearing() -> list[Job]:
    return list(Job.objects.filter(kind="hear", state=Job.State.RUNNING))


def starts(worker: Server) -> int:
    """How many chunks it has begun, if it is in the middle of one; else 0. By what it has written."""
    found = UNDER_WAY.findall(worker.log.read_text(errors="replace"))
    return len([each for each in found if each == BEGINS]) if found and found[-1] == BEGINS else 0


def may_be_killed() -> bool:
    """A chunk is being heard, and none would be started for the third time without a step forward: that ends it."""
    running = hearing()
    return bool(running) and all(job.attempts < leases.MAX_STARTS - 1 for job in running)


def all_done() -> bool:
    return not Job.objects.open().exists()


def send_many(broker: str, jobs: Iterable[Job], times: int) -> None:
    """The same messages again and again, past the dispatcher."""
    app = Celery(broker=broker, set_as_current=False)
    with app.connection_for_write() as connection:
        for job in jobs:
            for _ in range(times):
                app.send_task(
                    "oralhistory.pipeline.tasks.work",
                    kwargs={"job_id": job.pk},
                    queue=job.queue,
                    connection=connection,
                )


def kill_pool(worker: Server) -> None:
    """End the processes that do a worker's work, as the kernel does when memory runs out; it makes itself new ones."""
    pid = worker.process.pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)


def two_with_one_lease(first: Server, second: Server, *, lease_seconds: float) -> None:
    """One is frozen past the end of its lease, another takes its chunk, and it wakes up and goes on."""
    until(may_be_killed)
    token = hearing()[0].lease_token
    for worker in (first, second):
        freeze(worker)
    time.sleep(lease_seconds + 0.1)
    thaw(first)
    until(lambda: not Job.objects.filter(lease_token=token).exists())
    thaw(second)


def freeze(worker: Server) -> None:
    os.killpg(worker.process.pid, signal.SIGSTOP)


def thaw(worker: Server) -> None:
    os.killpg(worker.process.pid, signal.SIGCONT)
