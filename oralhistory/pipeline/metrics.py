"""Numbers for whoever keeps the machines (Prometheus), read from rows at the moment when they are asked for.

Not counted in the processes that work: those come and go, and nobody can ask them. Rows of what has ended can be erased,
which would make a counter jump; so it is told of the last hour, as gauges. Nothing here speaks of an interview or a person:
labels are from fixed sets, but for what machines are called.
"""

import re
import shutil
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from prometheus_client import exposition
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from oralhistory.files import fixity, replicas
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.intake.models import Arrival
from oralhistory.jobs.models import Job
from oralhistory.pipeline import health, steps
from oralhistory.transcripts.engines import registry as engines
from oralhistory.transcripts.models import Chunk
from oralhistory.transcripts.sound import SAMPLE_RATE

PREFIX = "oralhistory_"
LAST = timedelta(hours=1)
OTHER = "other"

KINDS = frozenset(steps.STEPS)
QUEUES = ("io", "cpu", "asr", "link", "safety")
OUTCOMES = (Job.State.DONE, Job.State.DEAD, Job.State.CANCELLED)
ARRIVALS = (Arrival.State.COMING, Arrival.State.WHOLE, Arrival.State.REFUSED)
# By their names only: the path of a folder is nobody's business.
MODELS = frozenset(
    {
        *(
            "tiny",
            "base",
            "small",
            "medium",
            "large",
            "large-v1",
            "large-v2",
            "large-v3",
            "large-v3-turbo",
            "turbo",
        ),
        *("tiny.en", "base.en", "small.en", "medium.en"),
    }
)
_MACHINE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")

# Every number that there is: its name, what it says, what it is told apart by.
FAMILIES = {
    "jobs": ("Work by state: waiting (due now), later (due later), running, dead.", ("queue", "kind", "state")),
    "jobs_held_up": ("Work that is due, and says what it waits for or why it failed.", ("queue", "kind")),
    "jobs_started_in_vain": ("Work that is due again after a start that failed.", ("queue", "kind")),
    "job_oldest_due_seconds": ("How long the work that waits longest has been due.", ("queue",)),
    "job_oldest_open_seconds": ("How long ago the oldest open work was asked for.", ("queue", "kind")),
    "job_longest_running_seconds": ("How long ago the longest running work was started.", ("queue", "kind")),
    "leases_silent": ("Running work whose worker has fallen silent, and that nobody took back.", ("queue",)),
    "lease_longest_silence_seconds": ("How long ago the first of those leases ran out.", ("queue",)),
    "last_hour_jobs": ("Work that ended in the last hour.", ("kind", "outcome")),
    "last_hour_wall_seconds": ("Time that it took.", ("kind",)),
    "last_hour_cpu_seconds": ("Time of processors that it took.", ("kind",)),
    "last_hour_longest_seconds": ("Time that the longest of it took.", ("kind",)),
    "last_hour_heard_seconds": ("Sound that was transcribed in chunks that ended.", ("engine", "model")),
    "last_hour_hearing_wall_seconds": ("Time that this took.", ("engine", "model")),
    "last_hour_hearing_cpu_seconds": ("Time of processors that this took.", ("engine", "model")),
    "heard_seconds_per_cpu_second": ("Sound that a second of a processor transcribes.", ("engine", "model")),
    "worker_peak_bytes": ("The most memory that a process at work held.", ("machine", "queue")),
    "last_done_timestamp_seconds": ("When work was last done.", ()),
    "files": ("Stored files.", ("storage",)),
    "files_bytes": ("Their size.", ("storage",)),
    "fixity_damaged_copies": ("Copies that are not what they were, and not put right.", ("copy",)),
    "fixity_damaged_bytes": ("Size of the files whose copies they are.", ("copy",)),
    "fixity_late_files": ("Irreplaceable files that nobody has read whole within FIXITY_DAYS.", ()),
    "replicas_missing": ("Irreplaceable files without their second copy.", ()),
    "arrivals": ("Files on their way: coming, whole (waiting for a worker), refused (kept aside).", ("state",)),
    "arrivals_bytes": ("What is kept of them.", ("state",)),
    "arrival_longest_still_seconds": ("How long ago the last byte came of the one that is still longest.", ("state",)),
    "storage_free_bytes": ("Space left, of storages that are folders and of DATA_DIR (working).", ("storage",)),
    "storage_total_bytes": ("Their size.", ("storage",)),
}  # fmt: skip


def exposition_of(*, at: datetime, accept: str = "") -> tuple[bytes, str]:
    """All numbers as Prometheus reads them, and their content type: text, or OpenMetrics where that is accepted."""
    registry = CollectorRegistry()
    registry.register(Rows(at=at))
    write, content_type = exposition.choose_encoder(accept)
    return write(registry), content_type


class Rows(Collector):
    """The rows as they are at an instant: nine queries, however many rows."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = Numbers()
        for read in (_open_jobs, _ended_jobs, _hearing, _files, _damage, _arrivals, _space):
            read(found, at=self.at)
        yield from _families(found)


class Numbers:
    """What was found, by name and labels. What no fixed set knows is put together as `other`."""

    def __init__(self) -> None:
        self.values: dict[str, dict[tuple[str, ...], float]] = {name: {} for name in FAMILIES}

    def add(self, name: str, value: float | None, *labels: str) -> None:
        self.values[name][labels] = self.values[name].get(labels, 0) + (value or 0)

    def most(self, name: str, value: float | None, *labels: str) -> None:
        self.values[name][labels] = max(self.values[name].get(labels, 0), value or 0)


def _families(found: Numbers) -> Iterator[GaugeMetricFamily]:
    for name, (said, labels) in FAMILIES.items():
        family = GaugeMetricFamily(PREFIX + name, said, labels=labels)
        for values, number in sorted(found.values[name].items()):
            family.add_metric(values, number)
        yield family


def _fixed(value: str | None, allowed: Collection[str]) -> str:
    return value if value is not None and value in allowed else OTHER


def _age(instant: datetime | None, at: datetime) -> float:
    return max(0.0, (at - instant).total_seconds()) if instant else 0.0


# What is to be done.


def _open_jobs(found: Numbers, *, at: datetime) -> None:
    due, running, dead = (Q(state=state) for state in (Job.State.DUE, Job.State.RUNNING, Job.State.DEAD))
    waiting, silent = due & Q(due_at__lte=at), running & Q(lease_until__lte=at)
    rows = (
        Job.objects.filter(state__in=[Job.State.DUE, Job.State.RUNNING, Job.State.DEAD])
        .values("state", "queue", "kind")  # what has an index first: else SQLite reads what is done, too
        .annotate(
            waiting=Count("pk", filter=waiting),
            later=Count("pk", filter=due & Q(due_at__gt=at)),
            running=Count("pk", filter=running),
            dead=Count("pk", filter=dead),
            silent=Count("pk", filter=silent),
            held_up=Count("pk", filter=due & ~Q(reason="")),
            in_vain=Count("pk", filter=due & Q(attempts__gt=0)),
            oldest_due=Min("due_at", filter=waiting),
            oldest_open=Min("created_at", filter=due | running),
            longest_running=Min("started_at", filter=running),
            first_silent=Min("lease_until", filter=silent),
        )
    )
    for queue in QUEUES:  # nothing is a number too: what is watched should not vanish when all is well
        for name in ("job_oldest_due_seconds", "leases_silent", "lease_longest_silence_seconds"):
            found.add(name, 0, queue)
    for row in rows:
        queue, kind = _fixed(row["queue"], QUEUES), _fixed(row["kind"], KINDS)
        for state in ("waiting", "later", "running", "dead"):
            found.add("jobs", row[state], queue, kind, state)
        found.add("jobs_held_up", row["held_up"], queue, kind)
        found.add("jobs_started_in_vain", row["in_vain"], queue, kind)
        found.add("leases_silent", row["silent"], queue)
        found.most("job_oldest_due_seconds", _age(row["oldest_due"], at), queue)
        found.most("job_oldest_open_seconds", _age(row["oldest_open"], at), queue, kind)
        found.most("job_longest_running_seconds", _age(row["longest_running"], at), queue, kind)
        found.most("lease_longest_silence_seconds", _age(row["first_silent"], at), queue)


# What was done.


def _ended_jobs(found: Numbers, *, at: datetime) -> None:
    rows = (
        Job.objects.filter(state__in=OUTCOMES, finished_at__gt=at - LAST)
        # Not by kind first: SQLite would read every job there ever was, in the order of that index.
        .values("machine", "queue", "kind", "state")
        .annotate(
            jobs=Count("pk"),
            wall=Sum("wall_ms"),
            cpu=Sum("cpu_ms"),
            longest=Max("wall_ms"),
            peak=Max("peak_kib"),
        )
    )
    for row in rows:
        kind = _fixed(row["kind"], KINDS)
        found.add("last_hour_jobs", row["jobs"], kind, row["state"])
        found.add("last_hour_wall_seconds", row["wall"] / 1000, kind)
        found.add("last_hour_cpu_seconds", row["cpu"] / 1000, kind)
        found.most("last_hour_longest_seconds", row["longest"] / 1000, kind)
        if row["peak"]:
            machine = row["machine"] if _MACHINE.fullmatch(row["machine"]) else OTHER
            found.most("worker_peak_bytes", row["peak"] * 1024, machine, _fixed(row["queue"], QUEUES))
    if last := health.last_finished():
        found.add("last_done_timestamp_seconds", last.timestamp())


def _hearing(found: Numbers, *, at: datetime) -> None:
    rows = (
        Chunk.objects.filter(job__finished_at__gt=at - LAST, job__measured_units__gt=0)
        .values(
            engine=KeyTextTransform("engine", F("transcription__spec")),
            model=KeyTextTransform("model", F("transcription__spec")),
        )
        .annotate(units=Sum("job__measured_units"), wall=Sum("job__wall_ms"), cpu=Sum("job__cpu_ms"))
        .order_by()  # a chunk's own order would make a group of each
    )
    for row in rows:
        by = _fixed(row["engine"], engines.MODULES), _fixed(row["model"], MODELS)
        found.add("last_hour_heard_seconds", row["units"] / SAMPLE_RATE, *by)
        found.add("last_hour_hearing_wall_seconds", row["wall"] / 1000, *by)
        found.add("last_hour_hearing_cpu_seconds", row["cpu"] / 1000, *by)
    for labels, cpu in found.values["last_hour_hearing_cpu_seconds"].items():
        if cpu:
            heard = found.values["last_hour_heard_seconds"][labels]
            found.add("heard_seconds_per_cpu_second", heard / cpu, *labels)


# What is kept, and what is on its way.


def _files(found: Numbers, *, at: datetime) -> None:
    for storage in MediaFile.Storage.values:
        found.add("files", 0, storage)
        found.add("files_bytes", 0, storage)
    for row in MediaFile.objects.present().values("storage").annotate(files=Count("pk"), bytes=Sum("size")):
        found.add("files", row["files"], row["storage"])
        found.add("files_bytes", row["bytes"], row["storage"])
    found.add("replicas_missing", replicas.missing().count())


def _damage(found: Numbers, *, at: datetime) -> None:
    for copy in FixityCheck.Copy.values:
        found.add("fixity_damaged_copies", 0, copy)
        found.add("fixity_damaged_bytes", 0, copy)
    for row in fixity.damaged().values("copy").annotate(copies=Count("pk"), bytes=Sum("file__size")):
        found.add("fixity_damaged_copies", row["copies"], row["copy"])
        found.add("fixity_damaged_bytes", row["bytes"], row["copy"])
    found.add("fixity_late_files", fixity.late(at=at).count())


def _arrivals(found: Numbers, *, at: datetime) -> None:
    nothing_kept = Q(state=Arrival.State.REFUSED, parts={})
    rows: Any = (
        Arrival.objects.filter(state__in=ARRIVALS)
        .exclude(nothing_kept)
        .values("state")
        .annotate(arrivals=Count("pk"), bytes=Sum("offset"), still=Min("moved_at"))
    )
    for state in ARRIVALS:
        found.add("arrivals", 0, state)
        found.add("arrivals_bytes", 0, state)
        found.add("arrival_longest_still_seconds", 0, state)
    for row in rows:
        found.add("arrivals", row["arrivals"], row["state"])
        found.add("arrivals_bytes", row["bytes"], row["state"])
        found.most("arrival_longest_still_seconds", _age(row["still"], at), row["state"])


def _space(found: Numbers, *, at: datetime) -> None:
    usage = shutil.disk_usage(settings.DATA_DIR)
    found.add("storage_free_bytes", usage.free, "working")
    found.add("storage_total_bytes", usage.total, "working")
    for store in health.stores():
        if store.free is not None:
            found.add("storage_free_bytes", store.free, store.name)
            found.add("storage_total_bytes", store.total, store.name)
