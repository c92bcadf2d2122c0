"""Whether the machines work: queues, workers, storage, isolation, engines. Never content."""

import importlib.util
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db.models import Count, Max, Min, Q

from oralhistory.files import handling, sandbox
from oralhistory.jobs.models import Job
from oralhistory.pipeline import needs
from oralhistory.recordings.models import Rendition

# What must be importable for an engine. Looked for, not imported: torch alone is hundreds of megabytes.
ENGINES = {"faster-whisper": "faster_whisper", "openai-whisper": "whisper", "fake": "numpy"}


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    waiting: int
    running: int
    failed: int
    oldest: datetime | None  # of those that wait

    @property
    def stuck(self) -> bool:
        return bool(self.waiting and not self.running)


@dataclass(frozen=True, slots=True)
class Store:
    name: str
    free: int | None  # bytes; none where the storage does not say
    total: int | None


@dataclass(frozen=True, slots=True)
class Engine:
    name: str
    installed: bool
    chosen: bool


def queues(*, at: datetime) -> list[Queue]:
    """Each queue with its open and failed jobs; what is planned for later does not wait yet."""
    due = Q(state=Job.State.DUE, due_at__lte=at)
    rows = (
        Job.objects.values("queue")
        .order_by("queue")
        .annotate(
            waiting=Count("pk", filter=due),
            running=Count("pk", filter=Q(state=Job.State.RUNNING)),
            failed=Count("pk", filter=Q(state=Job.State.DEAD)),
            oldest=Min("due_at", filter=due),
        )
    )
    return [Queue(row["queue"], row["waiting"], row["running"], row["failed"], row["oldest"]) for row in rows]


def leases(*, at: datetime) -> tuple[int, int]:
    """Jobs in the hands of a worker that says it lives, and of one that has fallen silent."""
    running = Job.objects.filter(state=Job.State.RUNNING)
    return running.filter(lease_until__gt=at).count(), running.filter(lease_until__lte=at).count()


def last_finished() -> datetime | None:
    """When a worker last finished something."""
    return (
        Job.objects.filter(state=Job.State.DONE)
        .order_by("-finished_at")
        .values_list("finished_at", flat=True)
        .first()
    )


def stores() -> list[Store]:
    """The space left in each storage, and where files are made."""
    usage = shutil.disk_usage(settings.TEMPORARY_DIR)
    found = [Store("temporary", usage.free, usage.total)]
    for name in handling.names():
        storage = storages[name]
        if isinstance(storage, FileSystemStorage) and Path(storage.location).exists():
            usage = shutil.disk_usage(storage.location)
            found.append(Store(name, usage.free, usage.total))
        else:
            found.append(Store(name, None, None))
    return found


def engines() -> list[Engine]:
    """Which engines are installed here, and which one is used."""
    return [
        Engine(name, importlib.util.find_spec(module) is not None, name == settings.ASR_ENGINE)
        for name, module in ENGINES.items()
    ]


def isolation() -> sandbox.SandboxReport:
    """Whether strangers' files would be read in isolation on the machine that answers. A worker may be on another one:
    what is wrong there is in its log, in what `waits`, and in what it has read (`unisolated`)."""
    return sandbox.probe()


def warnings() -> list[str]:
    """What the machine that answers lacks, in sentences."""
    return needs.warnings()


def unisolated() -> tuple[int, datetime | None]:
    """How many recordings were read with limits alone, by whichever worker, and when the last one was."""
    found = Rendition.objects.filter(decode_report__isolated=False).aggregate(
        count=Count("pk"), last=Max("made_at")
    )
    return found["count"], found["last"]


def waits() -> list[tuple[str, int]]:
    """What keeps work from being done for now, and how much work: the sentences of the workers themselves."""
    due = Job.objects.filter(state=Job.State.DUE).exclude(reason="")
    return list(due.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason"))
