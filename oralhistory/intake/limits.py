"""How much may be on its way: asked before a byte is taken, under locks that make parallel starts wait for each other."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db.models import Sum
from django.utils.translation import gettext as _

from oralhistory.accounts.models import User
from oralhistory.intake.models import Arrival, ArrivalQuerySet, Upload
from oralhistory.interviews.models import Interview


class NotTaken(Exception):
    """The file is refused before anything is kept; the message is for the person who sent it."""


class TooLarge(NotTaken):
    """One file is more than the archive takes."""


class QuotaReached(NotTaken):
    """The interview holds as much as it may."""


class TooManyOpen(NotTaken):
    """This person has as many files on their way as anybody may have."""


class NoRoom(NotTaken):
    """The disk could not hold it."""


def lock(interview: Interview, user: User) -> None:
    """Always in this order. SQLite has one lock for all, taken when the transaction began."""
    Interview.objects.select_for_update(no_key=True).get(pk=interview.pk)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def check_size(size: int | None) -> None:
    """Raises TooLarge."""
    if size is not None and size > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(
            _("The file is larger than this archive takes (%(most)s).")
            % {"most": _amount(settings.UPLOAD_MAX_BYTES)}
        )


def check(interview: Interview, user: User, size: int | None, *, besides: Arrival | None = None) -> None:
    """Whether so many more bytes may come; `besides`: an arrival that they take the place of.

    Inside a transaction, after `lock`. Raises TooLarge, TooManyOpen, QuotaReached, NoRoom.
    """
    check_size(size)
    open_now = Arrival.objects.open()
    if besides is not None:
        open_now = open_now.exclude(pk=besides.pk)
    if open_now.filter(sent_by=user).count() >= settings.UPLOAD_MOST_OPEN:
        raise TooManyOpen(
            _("You have %(count)d files on their way already. Finish or give up one of them first.")
            % {"count": settings.UPLOAD_MOST_OPEN}
        )
    wanted = reserved(size)
    _check_quota(interview, wanted, open_now)
    if not _fits(wanted, open_now.values_list("size", "offset")):
        raise NoRoom(
            _("The archive's disk is too full to take this file now. Try again later, or tell an archivist.")
        )


def check_quota(interview: Interview, size: int) -> None:
    """Whether a file that is here already may become the interview's. After `lock`. Raises QuotaReached."""
    _check_quota(interview, size, Arrival.objects.open())


def _check_quota(interview: Interview, wanted: int, open_now: ArrivalQuerySet) -> None:
    kept = Upload.objects.filter(interview=interview).aggregate(sum=Sum("size"))["sum"] or 0
    coming = sum(
        reserved(each) for each in open_now.filter(interview=interview).values_list("size", flat=True)
    )
    if kept + coming + wanted > settings.UPLOAD_QUOTA_BYTES:
        raise QuotaReached(
            _("This interview would hold more than one interview may (%(most)s).")
            % {"most": _amount(settings.UPLOAD_QUOTA_BYTES)}
        )


def reserved(size: int | None) -> int:
    """What an arrival may grow to: its size, or what is set for those that do not know it yet."""
    return min(settings.UPLOAD_DEFERRED_BYTES, settings.UPLOAD_MAX_BYTES) if size is None else size


def _fits(wanted: int, open_now: Iterable[tuple[int | None, int]]) -> bool:
    storage = storages["masters"]
    if not isinstance(storage, FileSystemStorage):
        return True
    folder = Path(storage.location)
    folder.mkdir(parents=True, exist_ok=True)
    disk = os.statvfs(folder)
    still_to_come = sum(max(0, reserved(size) - offset) for size, offset in open_now)
    free = disk.f_bavail * disk.f_frsize
    return free >= wanted + still_to_come + int(settings.UPLOAD_RESERVE_BYTES)


def _amount(size: int) -> str:
    return f"{size / (1 << 30):.3g} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.3g} MiB"
