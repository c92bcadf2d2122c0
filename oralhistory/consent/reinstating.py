"""Back from withdrawn to the moderator's table: only on the word of those who speak in it, given after the withdrawal."""

from datetime import datetime

from oralhistory.consent import agreements, proposals, workflow
from oralhistory.interviews.models import Interview, Participation, State
from oralhistory.lib.agents import Agent
from oralhistory.provenance.models import Event


class NoNewerAgreement(Exception):
    """Somebody who speaks in it has not agreed to anything since it was withdrawn."""


class Erased(Exception):
    """What was kept of it is erased, or two people have agreed that it will be."""


def withdrawn_at(interview: Interview) -> datetime | None:
    """When it was withdrawn the last time, by the chain of events."""
    moves = Event.objects.filter(subject=interview.code, kind="state change")
    last = moves.filter(outcome__endswith=f": {State.WITHDRAWN}").order_by("-pk").first()
    return last.at if last else None


def may_reinstate(interview: Interview) -> None:
    """Raises NoNewerAgreement, Erased."""
    if proposals.agreed_to(interview, "purge"):
        raise Erased
    since = withdrawn_at(interview)
    narrators = Participation.objects.filter(interview=interview, role=Participation.Role.NARRATOR)
    people: list[int | None] = list(narrators.values_list("person", flat=True))
    if since is None or not all(
        agreements.recorded_after(interview, person, since) for person in people or [None]
    ):
        raise NoNewerAgreement


def reinstate(interview: Interview, *, by: Agent, at: datetime, reason: str) -> Interview:
    """To be reviewed anew; nothing of it is public by that. Raises NoNewerAgreement, Erased, workflow.MoveNotAllowed."""
    may_reinstate(interview)
    return workflow.advance(interview, State.IN_REVIEW, action="reinstate", by=by, at=at, reason=reason)
