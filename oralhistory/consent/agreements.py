"""Recording what narrators agreed to, narrowing it, withdrawing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

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
    zone: str = ""  # in which these are the beginnings of days
    condition: str = ""

    @property
    def part(self) -> str:
        if self.theme:
            return Part.THEME
        return Part.WHOLE if self.start_ms is None else Part.SPAN


class Widens(Exception):
    """A narrowing holds denials alone: to allow more, a new paper is signed."""


class NothingNarrowed(Exception):
    """A narrowing that changes nothing."""


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
    heard_first: bool = False,
    scan: MediaFile | None = None,
    lifts: Iterable[Agreement] = (),
    reason: str = "",
) -> Agreement:
    """Record a paper and its lines. What it means for an edition that is public is the caller's to see to.

    `lifts`: narrowings that this paper takes back; nothing else ends one.
    """
    agreement = Agreement.objects.create(
        interview=interview, person=person, kind=kind, signed_on=signed_on, scan=scan,
        attribution=attribution, tombstone=tombstone, heard_first=heard_first, recorded_by=by, recorded_at=at,
    )  # fmt: skip
    _write(agreement, lines)
    events.record("agreement recorded", interview, at=at, agent=by.agent, outcome=kind, reason=reason)
    for narrowing in lifts:
        withdraw(narrowing, by=by.agent, at=at)
    return agreement


def _write(agreement: Agreement, lines: Iterable[Line]) -> None:
    Grant.objects.bulk_create(_grants(agreement, lines))


def _grants(agreement: Agreement, lines: Iterable[Line]) -> list[Grant]:
    return [
        Grant(
            agreement=agreement, use=line.use, audience=line.audience, denied=line.denied, part=line.part,
            start_ms=line.start_ms, end_ms=line.end_ms, theme=line.theme, zone=line.zone,
            valid_from=line.valid_from, valid_until=line.valid_until, condition=line.condition,
        )
        for line in lines
    ]  # fmt: skip


def rehearsed(
    interview: Interview,
    lines: Iterable[Line],
    *,
    person: Person | None = None,
    attribution: str = Person.Attribution.REAL_NAME,
) -> tuple[Agreement, list[Grant]]:
    """A narrowing that nobody has decided on yet: to say what it would change."""
    kind = Agreement.Kind.NARROWING
    narrowing = Agreement(interview=interview, person=person, kind=kind, attribution=attribution)
    return narrowing, _grants(narrowing, lines)


@transaction.atomic
def narrow(
    interview: Interview,
    lines: Iterable[Line],
    *,
    by: Agent,
    at: datetime,
    person: Person | None = None,
    attribution: str = Person.Attribution.REAL_NAME,
    tombstone: bool = True,
    reason: str = "",
) -> Agreement:
    """Allow less than the papers do, without a paper and at any time; a new paper takes it back.

    `attribution`: how the person may be shown at most. Raises Widens, NothingNarrowed.
    """
    denials = list(lines)
    if not all(line.denied for line in denials):
        raise Widens
    if not denials and tombstone and attribution == Person.Attribution.REAL_NAME:
        raise NothingNarrowed
    narrowing = Agreement.objects.create(
        interview=interview, person=person, kind=Agreement.Kind.NARROWING, signed_on=timezone.localdate(at),
        attribution=attribution, tombstone=tombstone, narrowed_by_agent=str(by), recorded_at=at,
    )  # fmt: skip
    _write(narrowing, denials)
    said = sorted({line.use for line in denials})
    events.record(
        "consent narrowed", interview, at=at, agent=by, outcome=", ".join(said)[:120], reason=reason
    )
    return narrowing


@transaction.atomic
def withdraw(agreement: Agreement, *, by: Agent, at: datetime, reason: str = "") -> None:
    """The paper holds no more from now on; a narrowing is withdrawn only by the paper that lifts it."""
    Withdrawal.objects.get_or_create(
        agreement=agreement, defaults={"recorded_by_agent": str(by), "at": at, "reason": reason}
    )
    events.record("agreement withdrawn", agreement.interview, at=at, agent=by, reason=reason)


def recorded_after(interview: Interview, person: int | None, since: datetime) -> bool:
    """Whether an agreement that holds was recorded after an instant: of this person, or of all who speak."""
    papers = Agreement.objects.filter(interview=interview, withdrawal=None, recorded_at__gt=since)
    return papers.filter(person=None).exists() or papers.filter(person=person).exists()


@transaction.atomic
def set_embargo(
    interview: Interview,
    until: datetime | None,
    *,
    by: User,
    at: datetime,
    reason: str,
    zone: str = "",
    opens_by_itself: bool = False,
) -> Embargo:
    """Close an interview until an instant, or until a person opens it."""
    row = Embargo.objects.create(
        interview=interview, until=until, zone=zone, reason=reason, set_by=by, set_at=at,
        opens_by_itself=opens_by_itself and until is not None,
    )  # fmt: skip
    events.record(
        "embargo set",
        interview,
        at=at,
        agent=by.agent,
        outcome=until.isoformat() if until else "no day",
        reason=reason,
    )
    return row
