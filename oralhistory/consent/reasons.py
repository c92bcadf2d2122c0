"""Reading what is sensitive: with a reason in writing where the table asks for one, and always with a trace."""

from datetime import datetime

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events

OPENED = "opened for a reason"
HEARD = "unredacted sound opened"
SEEN = "unredacted video opened"
FETCHED = "original fetched"


class NeedsAReason(Exception):
    """Nothing was written where a reason is asked for."""


def state(interview: Interview, action: str, reason: str, *, by: Agent, at: datetime) -> None:
    """Keep why somebody opens what their role alone does not open. Raises NeedsAReason."""
    if not reason.strip():
        raise NeedsAReason
    events.record(OPENED, interview, at=at, agent=by, outcome=action, reason=reason.strip())


def heard(interview: Interview, recording_code: str, *, by: Agent, at: datetime) -> None:
    """Keep that somebody opened the unredacted sound of a recording."""
    events.record(HEARD, interview, at=at, agent=by, outcome=recording_code)


def seen(interview: Interview, recording_code: str, *, by: Agent, at: datetime) -> None:
    """Keep that somebody opened the unredacted video of a recording."""
    events.record(SEEN, interview, at=at, agent=by, outcome=recording_code)


def fetched(interview: Interview, code: str, *, by: Agent, at: datetime) -> None:
    """Keep that somebody took a file as it came: a recording's master, or one that was refused."""
    events.record(FETCHED, interview, at=at, agent=by, outcome=code)
