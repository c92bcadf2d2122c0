"""Recording what narrators agreed to, narrowing it, withdrawing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.consent.models import Agreement, Audience, Embargo, Grant, Part, Use, Withdrawal
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.people.models import Person
from oralhistory.provenance import events


@dataclass(frozen=True, slots=True)
class Line:
    """One grant or denial as a person states it."""

    use: str
    audience: str = Audience.PUBLIC
    denied: bool = False
    start_ms: int | None = None
    end_ms: int | None = None
    theme: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    condition: str = ""

    @property
    def part(self) -> str:
        if self.theme:
            return Part.THEME
        return Part.WHOLE if self.start_ms is None else Part.SPAN


# What the two papers of the demo and of most archives give together.
OPEN_TO_ALL = tuple(
    Line(use)
    for use in (
        Use.TEXT, Use.AUDIO, Use.STILL, Use.VIDEO, Use.SUMMARY, Use.SEARCH_IN_TEXT, Use.QUOTE,
        Use.DOWNLOAD, Use.EMBED, Use.HARVEST, Use.SEARCH_ENGINES, Use.TEACHING,
    )
)  # fmt: skip
FOR_THE_ARCHIVE = (
    Line(Use.PRESERVE, Audience.ARCHIVE_TEAM),
    Line(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM),
)


@transaction.atomic
def add(
    interview: Interview,
    lines: Iterable[Line],
    *,
    kind: str,
    signed_on: date,
    by: User,
    at: datetime,
    person: Person | None = None,
    attribution: str = Person.Attribution.CODE,
    tombstone: bool = True,
    scan: MediaFile | None = None,
    reason: str = "",
) -> Agreement:
    """Record a paper and its lines. What it means for an edition that is public is the caller's to see to."""
    agreement = Agreement.objects.create(
        interview=interview, person=person, kind=kind, signed_on=signed_on, scan=scan,
        attribution=attribution, tombstone=tombstone, recorded_by=by, recorded_at=at,
    )  # fmt: skip
    Grant.objects.bulk_create(
        Grant(
            agreement=agreement, use=line.use, audience=line.audience, denied=line.denied, part=line.part,
            start_ms=line.start_ms, end_ms=line.end_ms, theme=line.theme,
            valid_from=line.valid_from, valid_until=line.valid_until, condition=line.condition,
        )
        for line in lines
    )  # fmt: skip
    events.record("agreement recorded", interview, at=at, agent=by.agent, outcome=kind, reason=reason)
    return agreement


@transaction.atomic
def withdraw(agreement: Agreement, *, by: Agent, at: datetime, reason: str = "") -> None:
    """The paper holds no more from now on."""
    Withdrawal.objects.get_or_create(
        agreement=agreement, defaults={"recorded_by_agent": str(by), "at": at, "reason": reason}
    )
    events.record("agreement withdrawn", agreement.interview, at=at, agent=by, reason=reason)


@transaction.atomic
def set_embargo(
    interview: Interview, until: datetime | None, *, by: User, at: datetime, reason: str
) -> Embargo:
    """Close an interview until an instant, or until a person opens it."""
    row = Embargo.objects.create(interview=interview, until=until, reason=reason, set_by=by, set_at=at)
    events.record(
        "embargo set",
        interview,
        at=at,
        agent=by.agent,
        outcome=until.isoformat() if until else "no day",
        reason=reason,
    )
    return row
