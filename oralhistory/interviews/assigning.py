"""Giving an interview to a moderator, or keeping it from one."""

from datetime import datetime

from django.db import transaction

from oralhistory.accounts.models import Role, User
from oralhistory.interviews.models import Assignment, Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events


class NotAModerator(Exception):
    """An interview is given to a moderator only."""


class HasAConflict(Exception):
    """It was kept from this moderator for a conflict of interest, and handing a table over is no way round that."""


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


def on_the_table_of(user: User) -> list[Assignment]:
    """What somebody was given; what is kept from them for a conflict is not."""
    given = Assignment.objects.filter(user=user, conflicted=False)
    return list(given.select_related("interview__collection").order_by("interview__title", "pk"))


@transaction.atomic
def hand_over(assignment: Assignment, to: User, *, by: Agent, at: datetime) -> None:
    """From one moderator's table to another's. Raises NotAModerator, HasAConflict."""
    interview = assignment.interview
    if Assignment.objects.filter(interview=interview, user=to, conflicted=True).exists():
        raise HasAConflict
    take_back(interview, assignment.user, by=by, at=at)
    give(interview, to, by=by, at=at)
