"""Which interviews somebody may know of, and which of them wait for this very person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import access, embargoes, table
from oralhistory.interviews.models import Assignment, Interview, State

# What a state waits for: the action that moves it on, in the order of the work.
_NEXT = {
    State.DRAFT: "upload",
    State.TRANSCRIBED: "submit",
    State.IN_REVIEW: "approve",
    State.REVISING: "approve",
    State.APPROVED: "publish",
    State.EMBARGOED: "publish",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An interview, and the action that somebody may take to move it on.

    "assign": nobody has it yet; "open": it is to be published, and its embargo has passed.
    """

    interview: Interview
    action: str


def visible_to(user: User) -> QuerySet[Interview]:
    """The interviews of which the table lets this account know."""
    return where(user, "exists")


def where(user: User, action: str) -> QuerySet[Interview]:
    """The interviews on which the table lets this account take an action, as one query.

    Without the rules about one's own work: not for signing and publishing.
    """
    held = roles.held_by(user)
    conflicted = Q(assignments__user=user, assignments__conflicted=True)
    assigned = Q(assignments__user=user, assignments__conflicted=False)
    may = _states("public", action)
    if Role.INTERVIEWER in held:
        may |= Q(created_by=user) & _states("interviewer_own", action)
    if Role.MODERATOR in held:
        may |= _states("moderator_unassigned", action) | (assigned & _states("moderator_assigned", action))
    if Role.ARCHIVIST in held:
        may |= _states("archivist", action)
    kept = Interview.objects.filter(conflicted).values("pk")
    if not held:
        return Interview.objects.none()
    shown = Interview.objects.filter(may).exclude(Q(pk__in=kept) & ~_states("moderator_conflicted", action))
    return shown.distinct().order_by("-created_at", "-pk")


def _states(who: str, action: str) -> Q:
    cell = table.load().allow[who].get(action, table.Cell())
    return Q(state__in=sorted(cell.states))


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """What this person could move on now, newest first. A moderator's unassigned tables are an archivist's to give.

    What an embargo keeps closed waits for nobody before that has passed. Eight queries, however many there are.
    """
    candidates = list(visible_to(user).filter(state__in=list(_NEXT)).select_related("collection"))
    facts = access.facts_of(user, candidates)
    closed = embargoes.closed(candidates, at=at)
    given = set(
        Assignment.objects.filter(interview__in=candidates, conflicted=False).values_list(
            "interview", flat=True
        )
    )
    waiting = []
    for interview in candidates:
        known, action = facts[interview.pk], _NEXT[State(interview.state)]
        if access.judge(known, action).allowed:
            if interview.state != State.EMBARGOED or interview.pk not in closed:
                waiting.append(Waiting(interview, "open" if interview.state == State.EMBARGOED else action))
        elif (
            interview.state in (State.IN_REVIEW, State.REVISING)
            and interview.pk not in given
            and access.judge(known, "assign").allowed
        ):
            waiting.append(Waiting(interview, "assign"))
    return waiting
