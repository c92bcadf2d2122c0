"""The one door through which an interview changes its state."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import table
from oralhistory.interviews.models import Interview, State
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events


class MoveNotAllowed(Exception):
    """No such move leads from the state the interview is in now."""


def moves(interview: Interview) -> dict[State, set[str]]:
    """Where an interview can go from here, and by which actions."""
    result: dict[State, set[str]] = {}
    for move in table.load().moves:
        if move.before == interview.state:
            result.setdefault(move.after, set()).add(move.by)
    return result


@transaction.atomic
def advance(
    interview: Interview, to: State, *, action: str, by: Agent, at: datetime, reason: str = ""
) -> Interview:
    """Move an interview to another state by an action of the table, and record who moved it.

    Reads the state again under a lock, so that of two people only the first moves it. Whether this
    agent may take this action is access.decide's question, asked before. Raises MoveNotAllowed.
    """
    interview = Interview.objects.select_for_update().get(pk=interview.pk)
    if action not in moves(interview).get(to, set()):
        raise MoveNotAllowed(f"{interview.state} does not become {to} by {action}")
    interview.state = to
    interview.save(update_fields=["state"])
    events.record("state change", interview, at=at, agent=by, outcome=f"{action}: {to}", reason=reason)
    return interview
