"""Are the bits still the bits? And if not: the good ones put back from wherever they are.

What is found is kept for ever, good and bad. A storage that cannot be reached says nothing about its files: that is
StorageFails, and nothing is kept.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum

from oralhistory.files import handling, replicas
from oralhistory.files.models import FixityCheck, FixityCheckQuerySet, MediaFile, MediaFileQuerySet
from oralhistory.files.objects import StorageFails
from oralhistory.lib.agents import MACHINE
from oralhistory.provenance import events

log = logging.getLogger(__name__)

Copy = FixityCheck.Copy
# The schedule aims earlier than it promises, so that machines which stood still for a while break no promise.
AIM = 0.8
# Of what can be made again from what cannot. What the public hears is among it, and a damaged second of sound harms
# nobody until it is found.
WORKING_COPIES = 4


def check(
    file: MediaFile, *, at: datetime, copy: str = Copy.FIRST, repairs: FixityCheck | None = None
) -> FixityCheck:
    """Read a copy whole and keep what was found; one that is not there or cannot be read is a failure, not an error.

    Raises StorageFails.
    """
    found = handling.read(handling.storage_of(file, copy), file.key, file.sha256)
    return FixityCheck.objects.create(
        file=file, copy=copy, at=at, intact=found == file.sha256, found=found, repairs=repairs
    )


@dataclass(frozen=True, slots=True)
class Care:
    """What one look after a file found and did."""

    file: MediaFile
    checks: tuple[FixityCheck, ...]
    news: tuple[FixityCheck, ...]  # failures of copies that were intact, or never read, before
    repairs: tuple[FixityCheck, ...]  # of good bytes that were put back

    @property
    def intact(self) -> bool:
        """Whether every copy is now what it should be."""
        repaired = {each.repairs_id for each in self.repairs}
        return all(each.intact or each.pk in repaired for each in self.checks)


def look_after(file: MediaFile, *, at: datetime) -> Care:
    """Check every copy of a file, and repair the bad from the good. Raises StorageFails for the first copy's.

    A file that was removed on purpose is not looked for, and never put back.
    """
    if _was_removed(file):
        return Care(file, checks=(), news=(), repairs=())
    checks = [_check_with_event(file, Copy.FIRST, at=at)]
    if replicas.of(file) is not None:
        try:
            checks.append(_check_with_event(file, Copy.REPLICA, at=at))
        except StorageFails as away:
            log.warning("%s: its replica cannot be read now (%s)", file.subject, away)
    failed = [each for each, _news in checks if not each.intact]
    done = [repaired for each in failed if (repaired := _repair(file, each, at=at))]
    return Care(
        file,
        checks=tuple(each for each, _news in checks),
        news=tuple(each for each, news in checks if news),
        repairs=tuple(done),
    )


def _check_with_event(file: MediaFile, copy: str, *, at: datetime) -> tuple[FixityCheck, bool]:
    before = FixityCheck.objects.filter(file=file, copy=copy).order_by("-pk").first()
    result = check(file, at=at, copy=copy)
    news = not result.intact and (before is None or before.intact)
    if news:
        said = f"{copy}: {'read as ' + result.found[:16] if result.found else 'cannot be read'}"
        events.record("fixity failed", _Named(file.subject), at=at, agent=MACHINE, outcome=said)
    return result, news


def _repair(file: MediaFile, failure: FixityCheck, *, at: datetime) -> FixityCheck | None:
    """Put good bytes where the bad ones were, which are put aside; None where no good copy is found."""
    place = handling.storage_of(file, failure.copy)
    # What the public hears is not handed out damaged, whether or not there is a better one.
    aside = handling.put_aside(place, file.key, at=at) if place == MediaFile.Storage.ACCESS else ""
    source = _good_copy(file, besides=place)
    if source is None:
        return None
    if _was_removed(file):  # while it was read
        return None
    if place != MediaFile.Storage.ACCESS:
        aside = handling.put_aside(place, file.key, at=at)
    handling.copy_over(source, place, file.key, file.sha256)
    repaired = check(file, at=at, copy=failure.copy, repairs=failure)
    said = f"{failure.copy} from {source}" + (f"; what was there: {aside}" if aside else "")
    if repaired.intact:
        events.record("file repaired", _Named(file.subject), at=at, agent=MACHINE, outcome=said[:120])
    return repaired


def _was_removed(file: MediaFile) -> bool:
    return not MediaFile.objects.present().filter(pk=file.pk).exists()


def _good_copy(file: MediaFile, *, besides: str) -> str | None:
    """A storage in which the same bytes are under the same key."""
    for name in handling.names():
        if name == besides:
            continue
        try:
            if handling.read(name, file.key, file.sha256) == file.sha256:
                return name
        except StorageFails as away:
            log.info("%s: %s cannot be read now (%s)", file.subject, name, away)
    return None


@dataclass(frozen=True, slots=True)
class _Named:
    """A file as events name it."""

    code: str


# The schedule.


def promised(file: MediaFile) -> timedelta:
    """The longest time between two checks of a file."""
    times = 1 if _is_promised(file) else WORKING_COPIES
    return timedelta(days=settings.FIXITY_DAYS * times)


def _is_promised(file: MediaFile) -> bool:
    return file.storage == MediaFile.Storage.MASTERS and file.use in MediaFile.IRREPLACEABLE


def weight(file: MediaFile) -> int:
    """What a check costs: the bytes that are read, and a mebibyte for finding them."""
    return file.size + (1 << 20)


def per_day() -> int:
    """What must be read every day so that every file has its turn in time, as weight."""
    present = MediaFile.objects.present()
    soon = _read_soonest()
    seldom = _weight_of(present.exclude(soon)) / WORKING_COPIES
    return int((_weight_of(present.filter(soon)) + seldom) / (settings.FIXITY_DAYS * AIM))


def _weight_of(files: MediaFileQuerySet) -> int:
    sums = files.aggregate(bytes=Sum("size"), files=Count("pk"))
    return int(sums["bytes"] or 0) + (int(sums["files"]) << 20)


def never_checked(*, before: datetime) -> MediaFileQuerySet:
    """Files stored before an instant that nobody has read since, oldest first."""
    unread = ~Exists(FixityCheck.objects.filter(file=OuterRef("pk"), copy=Copy.FIRST))
    return MediaFile.objects.present().filter(unread, created_at__lte=before).order_by("created_at", "pk")


def in_turn(number: int) -> list[tuple[MediaFile, datetime]]:
    """Those whose next check comes first, and when each was last read.

    Files with an open failure are not in line: `damaged` has them.
    """
    line = _with_last(MediaFile.objects.present()).exclude(last=None).exclude(pk__in=damaged().values("file"))
    soon = _read_soonest()
    rows = [
        *line.filter(soon).order_by("last", "pk")[:number],
        *line.exclude(soon).order_by("last", "pk")[:number],
    ]
    rows.sort(key=lambda file: (file.last + AIM * promised(file), file.pk))
    return [(file, file.last) for file in rows[:number]]


def due(*, at: datetime) -> Iterator[MediaFile]:
    """Whatever the schedule would read by now, and what was never read or was found damaged."""
    yield from never_checked(before=at)
    soon = _read_soonest()
    line = _with_last(MediaFile.objects.present()).order_by("last", "pk")
    aim = timedelta(days=settings.FIXITY_DAYS * AIM)
    yield from line.filter(soon, last__lte=at - aim)
    yield from line.exclude(soon).filter(last__lte=at - aim * WORKING_COPIES)
    yield from MediaFile.objects.filter(pk__in=damaged().values("file"))


def _read_soonest() -> Q:
    return Q(storage=MediaFile.Storage.MASTERS, use__in=MediaFile.IRREPLACEABLE)


def _with_last(files: MediaFileQuerySet) -> "QuerySet[Any]":
    """With the day of the last check as `last`."""
    checks = FixityCheck.objects.filter(file=OuterRef("pk"), copy=Copy.FIRST).order_by("-at")
    return files.annotate(last=Subquery(checks.values("at")[:1]))


def damaged() -> FixityCheckQuerySet:
    """Copies that are not what they were: the last check failed and nothing has put it right."""
    return FixityCheck.objects.failures().standing()


def late(*, at: datetime) -> MediaFileQuerySet:
    """Those whose promise is broken: nobody has read them whole within FIXITY_DAYS."""
    since = at - timedelta(days=settings.FIXITY_DAYS)
    read = FixityCheck.objects.filter(file=OuterRef("pk"), copy=Copy.FIRST, at__gt=since)
    return MediaFile.objects.present().irreplaceable().filter(~Exists(read), created_at__lte=since)


# The report.


@dataclass(frozen=True, slots=True)
class Report:
    """How the files are. `files` and `bytes`: of what nothing else could be made from again."""

    files: int
    bytes: int
    in_time: int  # of those, read whole within FIXITY_DAYS
    never: int
    late: int
    oldest: datetime | None  # the longest ago that one of them was read last
    working_copies: int
    damaged: int  # copies of any file
    failures_ever: int
    repaired_ever: int
    replica_place: str  # empty where none is configured
    replicas: int
    replicas_missing: int


def report(*, at: datetime) -> Report:
    files = _with_last(MediaFile.objects.present().irreplaceable())
    since = at - timedelta(days=settings.FIXITY_DAYS)
    counts = files.aggregate(
        files=Count("pk"),
        bytes=Sum("size"),
        in_time=Count("pk", filter=Q(last__gt=since)),
        never=Count("pk", filter=Q(last=None)),
        late=Count("pk", filter=Q(last__lte=since) | Q(last=None, created_at__lte=since)),
        oldest=Min("last"),
    )
    return Report(
        files=counts["files"],
        bytes=counts["bytes"] or 0,
        in_time=counts["in_time"],
        never=counts["never"],
        late=counts["late"],
        oldest=counts["oldest"],
        working_copies=MediaFile.objects.present().count() - counts["files"],
        damaged=damaged().count(),
        failures_ever=FixityCheck.objects.failures().count(),
        repaired_ever=FixityCheck.objects.exclude(repairs=None).filter(intact=True).count(),
        replica_place=replicas.place(),
        replicas=replicas.made().count(),
        replicas_missing=replicas.missing().count(),
    )
