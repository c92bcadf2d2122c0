"""The periodic care for what is kept: what is due to be copied, checked or swept, as jobs.

Beat asks every few minutes. Whatever is decided here is read from rows, so that a beat that asks twice, two beats, or
none for weeks make no work twice and no storm.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from oralhistory.accounts.models import Role, User
from oralhistory.editions import copies
from oralhistory.files import fixity, handling, replicas, sweeping
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.files.objects import StorageFails
from oralhistory.intake import arrivals
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import NotYet
from oralhistory.notices import desk
from oralhistory.notices.models import Notice
from oralhistory.pipeline import dispatcher, health, packages

Clock = Callable[[], datetime]

CHECK, COPY, SWEEP, CLEAR = "check fixity", "replicate", "sweep storage", "clear up"
KINDS = (CHECK, COPY, SWEEP, CLEAR)
# Of one kind waiting at once: workers that stand still for a month do not wake to a month of work.
MOST_WAITING = 20
FIRST_AFTER = timedelta(days=1)  # a file's first check: when no memory holds it any more
FRESH_AT_ONCE = 4 << 30  # bytes of first checks waiting at once: half a terabyte a day
DAMAGED_AGAIN = timedelta(days=1)  # perhaps its second copy can be reached by now
AHEAD = timedelta(minutes=15)  # how far the schedule is written down: a little more than beat's pause
SWEPT_EVERY = timedelta(days=7)
FULL = (90, 80)  # percent of a disk
FULL_AGAIN = timedelta(days=7)  # said once more while it stays so
GIVES_WAY = timedelta(days=1)  # how long a check lets all other work of its queue go first

log = logging.getLogger(__name__)


def enqueue(*, at: datetime) -> None:
    """Make jobs of what is due. What goes wrong with one kind holds up no other."""
    for make in (_clear, _copy, plan_checks, _sweep):
        try:
            make(at=at)
        except Exception:
            log.exception("looking for what is due: %s", make)


def check_now(file: MediaFile, *, at: datetime) -> Job:
    """A person does not want to wait for the schedule."""
    return _next(CHECK, file.subject, at=at)


# What is due.


def _clear(*, at: datetime) -> None:
    if not _waiting(CLEAR):
        _next(CLEAR, "archive", at=at, generation=int(at.timestamp()) // 3600)


def _copy(*, at: datetime) -> None:
    if _stands_still(COPY):
        return
    waiting = _waiting(COPY)
    damaged = fixity.damaged().filter(copy=FixityCheck.Copy.FIRST).values("file")
    for file in replicas.missing().exclude(pk__in=damaged)[:MOST_WAITING]:
        if len(waiting) < MOST_WAITING and file.subject not in waiting:
            _next(COPY, file.subject, at=at)
            waiting.add(file.subject)


def plan_checks(*, at: datetime) -> None:
    """Which files are read when."""
    if _stands_still(CHECK):
        return
    waiting = _waiting(CHECK)
    _check_damaged(waiting, at=at)
    _check_fresh(waiting, at=at)
    _check_in_turn(waiting, at=at)


def _check_damaged(waiting: set[str], *, at: datetime) -> None:
    for failure in fixity.damaged().filter(at__lte=at - DAMAGED_AGAIN).select_related("file")[:MOST_WAITING]:
        if failure.file.subject not in waiting:
            _next(CHECK, failure.file.subject, at=at)
            waiting.add(failure.file.subject)


def _check_fresh(waiting: set[str], *, at: datetime) -> None:
    """What nobody has read since it was stored, apart from the schedule, as fast as does no harm."""
    codes = [subject.partition(":")[2] for subject in waiting]
    heavy = sum(MediaFile.objects.filter(code__in=codes).values_list("size", flat=True))
    for file in fixity.never_checked(before=at - FIRST_AFTER)[:MOST_WAITING]:
        if len(waiting) >= MOST_WAITING or heavy >= FRESH_AT_ONCE:
            return
        if file.subject not in waiting:
            _next(CHECK, file.subject, at=at)
            waiting.add(file.subject)
            heavy += file.size


def _check_in_turn(waiting: set[str], *, at: datetime) -> None:
    """The schedule: one file after another, each as long after the one before as reading that one may take.

    So the load is the same at every hour, however large a file is and whenever it came. After a pause it goes
    on from now, at twice the pace while anything is late.
    """
    line = [
        (file, last)
        for file, last in fixity.in_turn(MOST_WAITING + len(waiting))
        if file.subject not in waiting
    ]
    rate = fixity.per_day() / timedelta(days=1).total_seconds()
    if line and line[0][1] + fixity.promised(line[0][0]) <= at:
        rate *= 2
    before = Job.objects.filter(kind=CHECK, total_units__gt=0).order_by("-due_at").first()
    turn = max(at, _after(before, rate)) if before else at
    for file, last in line:
        just_read = last > at - fixity.promised(file) / 10  # in a small archive, or one that has grown
        if just_read or turn > at + AHEAD or len(waiting) >= MOST_WAITING:
            return
        job = _next(CHECK, file.subject, at=at, due_at=turn, total=fixity.weight(file))
        turn = _after(job, rate)
        waiting.add(file.subject)


def _after(job: Job, rate: float) -> datetime:
    return job.due_at + timedelta(seconds=job.total_units / max(rate, 1e-9))


def _sweep(*, at: datetime) -> None:
    for name in handling.names():
        subject = f"storage:{name}"
        jobs = Job.objects.filter(kind=SWEEP, subject=subject)
        if not jobs.open().exists() and not jobs.filter(created_at__gt=at - SWEPT_EVERY).exists():
            _next(SWEEP, subject, at=at, generation=int(at.timestamp()) // 86_400)


def _waiting(kind: str) -> set[str]:
    return set(Job.objects.filter(kind=kind).open().values_list("subject", flat=True))


def _stands_still(kind: str) -> bool:
    """A storage is away: more of the same would only wait beside what waits."""
    return Job.objects.filter(kind=kind, state=Job.State.DUE).exclude(reason="").exists()


def _next(
    kind: str,
    subject: str,
    *,
    at: datetime,
    due_at: datetime | None = None,
    total: int = 0,
    generation: int | None = None,
) -> Job:
    """A job whose generation is the minute it was asked for in: two who ask at once get the same row."""
    number = int(at.timestamp()) // 60 if generation is None else generation
    job = leases.enqueue(kind, subject, queue="io", at=due_at or at, generation=number, total=total)
    if job.due_at <= at:
        dispatcher.send(job, at=at)
    return job


# What workers do.


def check_fixity(job: Job, clock: Clock = timezone.now) -> None:
    _give_way(job, at=clock())
    file = _file(job)
    try:
        tell(fixity.look_after(file, at=clock()), at=clock())
    except StorageFails as away:
        raise _not_yet(file.storage, away) from away


def replicate(job: Job, clock: Clock = timezone.now) -> None:
    _give_way(job, at=clock())
    file = _file(job)
    if file.removed_at:
        return
    if away := handling.why_away(handling.REPLICA):
        raise _not_yet(handling.REPLICA, away)
    try:
        replicas.make(file, at=clock())
    except StorageFails as fails:
        raise _not_yet(handling.REPLICA, fails) from fails
    except replicas.FirstCopyIsBad:
        tell(fixity.look_after(file, at=clock()), at=clock())


def sweep_storage(job: Job, clock: Clock = timezone.now) -> None:
    name = job.subject.partition(":")[2]
    orphans = size = 0
    try:
        with sweeping.sweep(name, named(name), at=clock()) as found:
            for each in found.orphans:
                orphans, size = orphans + 1, size + each.size
            for key in found.missing:
                look_for(name, key, at=clock())
    except StorageFails as away:
        raise _not_yet(name, away) from away
    if orphans:
        text = _(
            "In the storage “%(name)s” lie %(count)d files (%(size).1f MB) that no record names. Nothing was done with"
            " them; “manage.py sweep_storages” lists them."
        )
        values = {"name": name, "count": orphans, "size": size / 1e6}
        _leave([Role.SYSADMIN], job.subject, text % values, at=clock())


def clear_up(job: Job, clock: Clock = timezone.now) -> None:
    try:
        arrivals.end_expired(at=clock())
        packages.end_expired(at=clock())
        for name in handling.names():
            sweeping.clear_temporary(name, at=clock())
    except StorageFails as away:
        raise _not_yet("masters", away) from away
    sweeping.clear_leftovers(at=clock())
    tell_of_full_disks(at=clock())


STEPS: dict[str, Callable[[Job], None]] = {
    CHECK: check_fixity,
    COPY: replicate,
    SWEEP: sweep_storage,
    CLEAR: clear_up,
}


def _file(job: Job) -> MediaFile:
    return MediaFile.objects.get(code=job.subject.partition(":")[2])


def _give_way(job: Job, *, at: datetime) -> None:
    """A file that somebody has just brought is never kept waiting by the care for those that are safe. Raises NotYet."""
    others = Job.objects.filter(queue=job.queue, state=Job.State.DUE, due_at__lte=at, reason="")
    if job.created_at > at - GIVES_WAY and others.exclude(kind__in=KINDS).exists():
        raise NotYet("")  # nothing that anybody need know


def _not_yet(storage: str, why: object) -> NotYet:
    text = _(
        "The storage “%(name)s” cannot be used now: %(why)s. The work goes on by itself when it can; until then no"
        " file there is copied or checked."
    )
    return NotYet(text % {"name": storage, "why": why})


# What rows name.


def named(storage: str) -> Iterator[str]:
    """Every key that a row names in a storage; some more than once."""
    if storage == handling.REPLICA:
        yield from replicas.made().values_list("key", flat=True).iterator(chunk_size=2000)
        return
    present = MediaFile.objects.present().filter(storage=storage)
    yield from present.values_list("key", flat=True).iterator(chunk_size=2000)
    yield from copies.named(storage)
    if storage == MediaFile.Storage.MASTERS:
        yield from packages.named()


def look_for(storage: str, key: str, *, at: datetime) -> list[fixity.Care]:
    """A row names a key that was not listed: look again, repair, tell. Raises StorageFails."""
    if storage == handling.REPLICA:
        files = MediaFile.objects.present().filter(replicas__key=key, replicas__place=replicas.place())
    else:
        files = MediaFile.objects.present().filter(storage=storage, key=key)
    found = [fixity.look_after(file, at=at) for file in files.distinct()]
    for care in found:
        tell(care, at=at)
    return found


# Who is told.


def tell(care: fixity.Care, *, at: datetime) -> None:
    """Archivists and sysadmins, once: when a copy is found damaged, and when it is put right."""
    repaired = {each.repairs_id for each in care.repairs if each.intact}
    if any(each.pk not in repaired for each in care.news):
        text = _(
            "The file %(code)s is damaged or missing, and no good copy was found. The desk says what to do."
        )
    elif repaired:
        text = _(
            "The file %(code)s was damaged or missing. Good bytes were put back from another copy; what was there is"
            " kept beside it."
        )
    else:
        return
    _leave([Role.ARCHIVIST, Role.SYSADMIN], care.file.subject, text % {"code": care.file.code}, at=at)


def tell_of_full_disks(*, at: datetime) -> None:
    """Sysadmins, while there is still room: a disk that is full takes nothing in."""
    for store in health.stores():
        used = 100 - 100 * store.free // store.total if store.free is not None and store.total else 0
        percent = next((each for each in FULL if used >= each), None)
        if percent is None:
            continue
        subject = f"storage:{store.name}"
        text = _(
            "The disk of “%(name)s” is more than %(percent)d %% full. When it is full, nothing more is taken in."
        ) % {"name": store.name, "percent": percent}
        if not Notice.objects.filter(subject=subject, text=text, created_at__gt=at - FULL_AGAIN).exists():
            _leave([Role.SYSADMIN], subject, text, at=at)


def _leave(wanted: Iterable[Role], subject: str, text: str, *, at: datetime) -> None:
    users: QuerySet[User] = User.objects.filter(is_active=True, roles__role__in=list(wanted)).distinct()
    read_it_not = Notice.objects.filter(subject=subject, text=text, read_at=None).values("user")
    desk.leave(users.exclude(pk__in=read_it_not), subject, text, at=at)
