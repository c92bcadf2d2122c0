"""Marking what no edition may carry."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import agreements
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.lib.timeline import Span
from oralhistory.people.models import Person
from oralhistory.provenance import events
from oralhistory.review.models import Redaction


class NotASpan(Exception):
    """The end does not lie after the beginning."""


class NotRedacted(Exception):
    """It was given back already, or never marked."""


class NarratorsOwn(Exception):
    """A narrator marked it, and has not agreed to anything since."""


@transaction.atomic
def mark(
    interview: Interview,
    start_ms: int,
    end_ms: int,
    *,
    reason: str,
    by: Agent,
    at: datetime,
    kind: str = Redaction.Kind.CUT,
    replacement: str = "",
    cue_id: str = "",
) -> Redaction:
    """Keep a span of the interview's time line out of every edition to come. Raises NotASpan.

    What is public already is not changed by this: for that there is the veil.
    """
    if end_ms <= start_ms or start_ms < 0:
        raise NotASpan
    redaction = Redaction.objects.create(
        interview=interview, start_ms=start_ms, end_ms=end_ms, kind=kind,
        replacement="" if kind == Redaction.Kind.CUT else replacement,
        reason=reason, cue_id=cue_id, marked_by_agent=str(by), marked_at=at,
    )  # fmt: skip
    events.record("redaction marked", interview, at=at, agent=by, outcome=str(redaction.pk))
    return redaction


def may_lift(redaction: Redaction) -> None:
    """Whether it can be given back at all; two people decide that. Raises NotRedacted, NarratorsOwn."""
    if redaction.lifted_at:
        raise NotRedacted
    kind, _, code = redaction.marked_by_agent.partition(":")
    if kind != "narrator":
        return
    person = Person.objects.filter(code=code).first()
    if person is None or not agreements.recorded_after(redaction.interview, person.pk, redaction.marked_at):
        raise NarratorsOwn


@transaction.atomic
def lift(redaction: Redaction, *, by: Agent, at: datetime) -> None:
    """Give back what was cut. Who may, and with whom, is access.decide's question."""
    Redaction.objects.filter(pk=redaction.pk, lifted_at=None).update(lifted_at=at, lifted_by_agent=str(by))
    events.record("redaction lifted", redaction.interview, at=at, agent=by, outcome=str(redaction.pk))


def spans(interview: Interview) -> list[Span]:
    """What is cut, on the interview's time line."""
    return list(Redaction.objects.standing().filter(interview=interview).values_list("start_ms", "end_ms"))
