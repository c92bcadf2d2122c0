"""What was refused and is kept aside for a week: fetched back, or taken in after all. `arrivals.end` throws it away."""

import contextlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from oralhistory.consent.reasons import NeedsAReason
from oralhistory.files import growing, stores
from oralhistory.intake import limits, writers
from oralhistory.intake.arrivals import MASTERS
from oralhistory.intake.models import Arrival, ArrivalQuerySet
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings import sniffing

LOOKED_AT_AGAIN = "refused file looked at again"
TAKEN_ALL_THE_SAME = "refused file taken all the same"
ANYTHING = ".bin"  # the ending of what is no recording


class NotAside(Exception):
    """Somebody else has decided on it, or its week is over."""


def of(interviews: Iterable[Interview]) -> ArrivalQuerySet:
    """What waits for a person to look at it; what goes first comes first."""
    waiting = Arrival.objects.set_aside().filter(interview__in=interviews)
    return waiting.select_related("interview__collection", "sent_by").order_by("expires_at", "pk")


def place(arrival: Arrival) -> tuple[str, str]:
    """Where in the masters its bytes lie, and an ending for a name that we give them.

    Raises FileNotFoundError if the storage has lost them, StorageFails.
    """
    try:
        key = growing.finish(MASTERS, arrival.parts)
    except growing.Lost as lost:
        raise FileNotFoundError from lost
    ending = ANYTHING
    with stores.open_anywhere(MASTERS, key) as stream, contextlib.suppress(sniffing.NotARecording):
        ending = sniffing.sniff_stream(stream).suffix
    return key, ending


@transaction.atomic
def take_up(arrival: Arrival, *, whole: writers.Whole, reason: str, by: Agent, at: datetime) -> None:
    """Have a worker look at it again, as at every file: what is no recording is refused again.

    What differs from what its sender announced is taken as it is: the reason says who answers for that, and the event
    what was announced. Should other bytes be found than these, they are refused.
    Raises NeedsAReason, NotAside, limits.QuotaReached.
    """
    if not reason.strip():
        raise NeedsAReason
    limits.lock(arrival.interview, arrival.sent_by)
    waiting = Arrival.objects.select_for_update(of=("self",)).set_aside()
    found = waiting.filter(pk=arrival.pk, expires_at__gt=at).first()
    if found is None:
        raise NotAside
    limits.check_quota(found.interview, limits.reserved(found.size))
    kind, outcome = LOOKED_AT_AGAIN, found.code
    if found.differs:
        kind, outcome = TAKEN_ALL_THE_SAME, f"{found.code}: {found.declared_sha256}"
        found.declared_sha256 = found.sha256
    found.state, found.refusal = Arrival.State.WHOLE, ""
    found.save(update_fields=["state", "refusal", "declared_sha256"])
    events.record(kind, found.interview, at=at, agent=by, outcome=outcome, reason=reason.strip())
    whole(found)
