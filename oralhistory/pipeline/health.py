"""Whether the machines work: queues, workers, storage, isolation, engines. Never content."""

import importlib.util
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db.models import Count, Min, Q

from oralhistory.files import sandbox
from oralhistory.jobs.models import Job

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


def queues() -> list[Queue]:
    """Each queue with its open and failed jobs."""
    rows = (
        Job.objects.values("queue")
        .order_by("queue")
        .annotate(
            waiting=Count("pk", filter=Q(state=Job.State.DUE)),
            running=Count("pk", filter=Q(state=Job.State.RUNNING)),
            failed=Count("pk", filter=Q(state=Job.State.DEAD)),
            oldest=Min("due_at", filter=Q(state=Job.State.DUE)),
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
    """The space left in each storage."""
    found = []
    for name in ("masters", "access"):
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
    """Whether strangers' files are read in isolation."""
    return sandbox.probe()
