"""What a person has to look at: promises that end, embargoes that pass, conditions that no program can check."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from oralhistory.accounts.models import User
from oralhistory.consent.models import Embargo, Grant, HoldLook
from oralhistory.interviews.models import State
from oralhistory.provenance import events

SOON = timedelta(days=90)
LOOKED_AT_EVERY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Hold:
    """A line with a condition, when somebody looked at it last, and whether it is time again."""

    line: Grant
    looked_at: datetime
    is_due: bool


def ending(*, at: datetime) -> QuerySet[Grant]:
    """What is allowed until a day that comes soon, the nearest first."""
    lines = _in_force().filter(denied=False, valid_until__gt=at, valid_until__lte=at + SOON)
    return lines.order_by("valid_until", "pk")


def reopened(*, at: datetime) -> QuerySet[Grant]:
    """What was closed until a day that has passed not long ago or passes soon: a next edition may show it."""
    lines = _in_force().filter(
        denied=True, condition="", valid_until__gt=at - SOON, valid_until__lte=at + SOON
    )
    return lines.order_by("valid_until", "pk")


def embargoes(*, at: datetime) -> QuerySet[Embargo]:
    """Those whose day has passed while the interview waits, or passes soon; the nearest first."""
    newest = (
        Embargo.objects.filter(interview=OuterRef("interview")).order_by("-set_at", "-pk").values("pk")[:1]
    )
    waiting = [State.APPROVED, State.EMBARGOED]
    rows = Embargo.objects.filter(pk=Subquery(newest), until__lte=at + SOON, interview__state__in=waiting)
    return rows.select_related("interview").order_by("until", "pk")


def passed(*, at: datetime) -> QuerySet[Embargo]:
    """Those of them whose day has passed: a person opens the interview, or it opens by itself if that was asked for."""
    return embargoes(at=at).filter(until__lte=at, interview__state=State.EMBARGOED)


def conditions(*, at: datetime) -> list[Hold]:
    """Every condition in force; what nobody has looked at for a year first."""
    lines = _in_force().exclude(condition="").annotate(last=Max("looks__at"))
    holds = []
    for line in lines:
        looked_at = getattr(line, "last", None) or line.agreement.recorded_at
        holds.append(Hold(line, looked_at, looked_at <= at - LOOKED_AT_EVERY))
    return sorted(holds, key=lambda hold: (hold.looked_at, hold.line.pk))


def _in_force() -> QuerySet[Grant]:
    lines = Grant.objects.filter(agreement__withdrawal=None)
    return lines.select_related("agreement__interview")


@transaction.atomic
def looked_at(line: Grant, *, by: User, at: datetime) -> HoldLook:
    """The condition still holds. That it holds no more says a new paper."""
    events.record(
        "condition looked at", line.agreement.interview, at=at, agent=by.agent, outcome=str(line.pk)
    )
    return HoldLook.objects.create(grant=line, by=by, at=at)


def waiting(*, at: datetime) -> int:
    """How many things wait for a person now."""
    return passed(at=at).count() + sum(hold.is_due for hold in conditions(at=at)) + ending(at=at).count()
