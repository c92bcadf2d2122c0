"""One writer at a time: who may add to an arrival now, until when, and what is written under that right.

A lease in the row, as jobs have it (`jobs.leases`), but kept by the request that receives the bytes. It is short,
so that a server that was killed does not keep its clients waiting, and each write is fenced by its token.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from oralhistory.files import growing
from oralhistory.intake.models import Arrival

LEASE = timedelta(seconds=6)
BEAT = 2.0  # seconds from one extension to the next
LATER = "later"  # the sender declares the checksum when everything is sent

Whole = Callable[[Arrival], object]  # what starts when the last byte is kept, in the same transaction
Clock = Callable[[], datetime]


class BeingWritten(Exception):
    """Another request is adding to it. It was asked to give way if it stalls: try again in a moment."""


class WrongOffset(Exception):
    """There are more or fewer bytes than the sender thinks; the arrival says how many."""


class LeaseLost(Exception):
    """Another request took over, or the arrival was ended: what came is not kept."""


@dataclass(frozen=True)
class Lease:
    """The right to add to an arrival."""

    arrival: Arrival
    token: uuid.UUID
    clock: Clock

    def extend(self) -> bool:
        """Say that the writer lives. Whether somebody waits for it. Raises LeaseLost."""
        mine = Arrival.objects.filter(pk=self.arrival.pk, lease_token=self.token)
        if not mine.update(lease_until=self.clock() + LEASE):
            raise LeaseLost
        return mine.filter(lease_asked=True).exists()

    @transaction.atomic
    def keep(self, parts: growing.Parts, offset: int, *, whole: Whole) -> None:
        """Bytes are durable: say so. Raises LeaseLost."""
        at = self.clock()
        mine = Arrival.objects.filter(pk=self.arrival.pk, lease_token=self.token, state=Arrival.State.COMING)
        if not mine.update(
            parts=parts, offset=offset, moved_at=at, expires_at=expiry(at), lease_until=at + LEASE
        ):
            raise LeaseLost
        close_if_whole(self.arrival, whole=whole)

    def release(self) -> None:
        Arrival.objects.filter(pk=self.arrival.pk, lease_token=self.token).update(
            lease_token=None, lease_until=None, lease_asked=False
        )


def take(arrival: Arrival, offset: int, *, clock: Clock) -> Lease:
    """The right to add behind the first `offset` bytes. Raises WrongOffset, BeingWritten."""
    at, token = clock(), uuid.uuid4()
    free = Q(lease_token=None) | Q(lease_until__lt=at)
    here = Arrival.objects.filter(pk=arrival.pk, state=Arrival.State.COMING)
    taken = here.filter(free, offset=offset).update(
        lease_token=token, lease_until=at + LEASE, lease_asked=False
    )
    if not taken:
        arrival.refresh_from_db()
        if arrival.state != Arrival.State.COMING or arrival.offset != offset:
            raise WrongOffset
        here.update(lease_asked=True)
        raise BeingWritten
    arrival.refresh_from_db()
    return Lease(arrival, token, clock)


def close_if_whole(arrival: Arrival, *, whole: Whole) -> bool:
    """If the last byte and the checksum are here, hand it over to a worker. Inside a transaction."""
    closed = (
        Arrival.objects.filter(pk=arrival.pk, state=Arrival.State.COMING, size=F("offset"))
        .exclude(declared_sha256=LATER)
        .update(state=Arrival.State.WHOLE)
    )
    if closed:
        whole(arrival)
    return bool(closed)


def expiry(at: datetime) -> datetime:
    """When an arrival of which nothing more comes is given up."""
    return at + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS)
