"""Recording events and walking their chain."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Protocol

from django.db import transaction

from oralhistory.lib.agents import Agent
from oralhistory.provenance.models import ChainHead, Event

GENESIS = "0" * 64


class Subject(Protocol):
    """Anything with a code of its own that says nothing."""

    @property
    def code(self) -> str: ...


class ChainBroken(Exception):
    """The chain of events was altered; the message names the first row that does not fit."""


def _digest(event: Event) -> str:
    content = [
        event.previous_sha256,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.kind,
        event.subject,
        event.agent,
        event.outcome,
        event.reason,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def record(
    kind: str, subject: Subject, *, at: datetime, agent: Agent, outcome: str = "", reason: str = ""
) -> Event:
    """Add an event. Ids and codes only: never a name, a file name or what was said."""
    ChainHead.objects.get_or_create(pk=1, defaults={"sha256": GENESIS, "length": 0})
    head = ChainHead.objects.select_for_update().get(pk=1)
    event = Event(
        at=at,
        kind=kind,
        subject=subject.code,
        agent=str(agent),
        outcome=str(outcome),
        reason=reason,
        previous_sha256=head.sha256,
    )
    event.sha256 = _digest(event)
    event.save(force_insert=True)
    head.sha256 = event.sha256
    head.length += 1
    head.save(update_fields=["sha256", "length"])
    return event


def fits(event: Event) -> bool:
    """Whether an event still says what its hash was made of."""
    return event.sha256 == _digest(event)


def verify() -> int:
    """Walk the whole chain and return its length. Raises ChainBroken at the first row that does not fit."""
    previous, count = GENESIS, 0
    for event in Event.objects.order_by("pk").iterator():
        if event.previous_sha256 != previous or event.sha256 != _digest(event):
            raise ChainBroken(
                f"event {event.pk} of {event.at:%Y-%m-%d %H:%M} does not follow from the one before it"
            )
        previous, count = event.sha256, count + 1
    head = ChainHead.objects.filter(pk=1).first()
    if head and (head.sha256 != previous or head.length != count):
        raise ChainBroken(f"{head.length} events were recorded, {count} are there: the end is missing")
    return count


def of(subject: Subject) -> list[Event]:
    """What happened to one record, oldest first."""
    return list(Event.objects.filter(subject=subject.code).order_by("pk"))
