"""The second copy of what cannot be made again, in the storage that MASTERS_REPLICA names."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef

from oralhistory.files import handling, stores
from oralhistory.files.models import FixityCheck, MediaFile, MediaFileQuerySet, Replica

log = logging.getLogger(__name__)


class FirstCopyIsBad(Exception):
    """What should be copied is not what it was, or not there: it has to be looked after first."""


def place() -> str:
    """Where second copies are now, as their rows name it; empty where none is configured."""
    configured: dict[str, Any] | None = settings.STORAGES.get(handling.REPLICA)
    if configured is None:
        return ""
    options = configured.get("OPTIONS", {})
    parts = [str(options.get(name) or "") for name in ("endpoint_url", "bucket_name", "location")]
    return "/".join(part for part in parts if part)[-255:]


def of(file: MediaFile) -> Replica | None:
    """The second copy that a file should have now."""
    here = place()
    return Replica.objects.filter(file=file, place=here).first() if here else None


def made() -> "models.QuerySet[Replica]":
    """The second copies in the storage that is configured now, of files that are there."""
    here = place()
    return Replica.objects.filter(place=here, file__removed_at=None) if here else Replica.objects.none()


def missing() -> MediaFileQuerySet:
    """What should have a second copy and has none, oldest first."""
    here = place()
    if not here:
        return MediaFile.objects.none()
    has = Replica.objects.filter(file=OuterRef("pk"), place=here)
    return MediaFile.objects.present().irreplaceable().filter(~Exists(has)).order_by("created_at", "pk")


def forget(key: str) -> None:
    """Delete the second copy of what was removed on purpose, unless another file has the same bytes.

    The account may not be allowed to delete: then the sweep names it.
    """
    if (
        place()
        and not MediaFile.objects.present().filter(storage=MediaFile.Storage.MASTERS, key=key).exists()
    ):
        try:
            handling.erase(handling.REPLICA, key)
        except Exception as fails:  # each storage has its own
            log.warning("a second copy could not be deleted: %s", fails)


def make(file: MediaFile, *, at: datetime) -> Replica:
    """Copy a file, read back what was written, and say so. Done before: nothing happens.

    To copy it, it was read whole, and so was the copy: both count as checks.
    Raises FirstCopyIsBad, StorageFails, stores.NotWhatWasSent.
    """
    if there := of(file):
        return there
    try:
        try:
            handling.copy_over(file.storage, handling.REPLICA, file.key, file.sha256)
        except (
            stores.KeyIsDamaged
        ):  # left by another file of the same bytes, or by an earlier life of the archive
            handling.put_aside(handling.REPLICA, file.key, at=at)
            handling.copy_over(file.storage, handling.REPLICA, file.key, file.sha256)
    except (handling.NotTheSame, FileNotFoundError) as bad:
        raise FirstCopyIsBad(file.subject) from bad
    return _record(file, at=at)


@transaction.atomic
def _record(file: MediaFile, *, at: datetime) -> Replica:
    FixityCheck.objects.bulk_create(
        FixityCheck(file=file, copy=copy, at=at, intact=True, found=file.sha256)
        for copy in (FixityCheck.Copy.FIRST, FixityCheck.Copy.REPLICA)
    )
    return Replica.objects.get_or_create(file=file, place=place(), defaults={"key": file.key, "made_at": at})[
        0
    ]
