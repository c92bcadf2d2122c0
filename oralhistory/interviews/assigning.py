"""Giving an interview to a moderator, or keeping it from one."""

from datetime import datetime

from django.db import transaction

from oralhistory.accounts.models import Role, User
from oralhistory.interviews.models import Assignment, Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events


class NotAModerator(Exception):
    """An interview is given to a moderator only."""


def moderators() -> list[User]:
    """Everybody to whom an interview can be given."""
    return list(User.objects.filter(roles__role=Role.MODERATOR, is_active=True).order_by("name"))


@transaction.atomic
def give(
    interview: Interview, user: User, *, by: Agent, at: datetime, conflicted: bool = False
) -> Assignment:
    """Put an interview on somebody's table; `conflicted` keeps it from them, whatever their roles.

    Raises NotAModerator.
    """
    if not conflicted and user not in moderators():
        raise NotAModerator
    assignment = Assignment.objects.update_or_create(
        interview=interview, user=user, defaults={"conflicted": conflicted}
    )[0]
    kind = "conflict of interest marked" if conflicted else "given to a moderator"
    events.record(kind, interview, at=at, agent=by, outcome=str(user.agent))
    return assignment


@transaction.atomic
def take_back(interview: Interview, user: User, *, by: Agent, at: datetime) -> None:
    """Clear the table, or the mark."""
    Assignment.objects.filter(interview=interview, user=user).delete()
    events.record("assignment ended", interview, at=at, agent=by, outcome=str(user.agent))
