"""What takes two people: one asks for it and says why, another agrees or refuses.

The table marks these actions with "2". Nothing happens when it is asked for; what happens when somebody agrees is the
business of those who know the action (`pipeline.two_people`), in the same transaction. Both are judged by the table
when it is asked for, and again when it is settled: a role may have been taken meanwhile, the interview may stand
elsewhere. Who holds two roles counts once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from oralhistory.accounts.models import Role, User
from oralhistory.consent import access, lists, table
from oralhistory.consent.models import Proposal
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import MACHINE
from oralhistory.provenance import events

WAITS = timedelta(days=14)
ASKED, AGREED, REFUSED = "asked of a second person", "agreed by a second person", "refused by a second person"
TAKEN_BACK, LAPSED = "taken back by who asked", "settled by nobody in time"
MARK = "2"

Parameters = Mapping[str, str | int]


class NeedsAReason(Exception):
    """Nothing was written where a reason is asked for."""


class AlreadyAsked(Exception):
    """The same was asked for, and waits for a second person."""


class OwnProposal(Exception):
    """Nobody agrees to what they asked for themselves."""


class NotOpen(Exception):
    """It was settled meanwhile, or nobody settled it in time."""


class AskerMayNot(Exception):
    """Who asked for it may not do it any more."""


def actions() -> frozenset[str]:
    """The actions of the table that take two people."""
    rows = table.load().allow.values()
    return frozenset(action for row in rows for action, cell in row.items() if MARK in cell.marks)


@transaction.atomic
def ask(
    interview: Interview,
    action: str,
    *,
    reason: str,
    by: User,
    at: datetime,
    subject: str = "",
    parameters: Parameters | None = None,
) -> Proposal:
    """Ask for something that a second person has to agree to. Raises NeedsAReason, AlreadyAsked, access.Denied."""
    if not reason.strip():
        raise NeedsAReason
    interview = Interview.objects.select_for_update().get(pk=interview.pk)
    _may(by, interview, action, at=at)
    let_lapse(at=at)
    if Proposal.objects.filter(interview=interview, action=action, subject=subject, outcome="").exists():
        raise AlreadyAsked
    proposal = Proposal.objects.create(
        interview=interview, action=action, subject=subject, parameters=dict(parameters or {}), reason=reason.strip(),
        asked_by=by, asked_at=at, expires_at=at + WAITS,
    )  # fmt: skip
    events.record(ASKED, interview, at=at, agent=by.agent, outcome=_outcome(proposal), reason=proposal.reason)
    return proposal


@transaction.atomic
def agree(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """The second person agrees; the caller does what was asked for, in the same transaction.

    Raises OwnProposal, NotOpen, AskerMayNot, access.Denied.
    """
    proposal = _held(proposal, at=at)
    if proposal.asked_by_id == by.pk:
        raise OwnProposal
    _may(by, proposal.interview, proposal.action, at=at)
    if not access.decide(proposal.asked_by, proposal.action, proposal.interview, at=at).allowed:
        raise AskerMayNot
    _settle(proposal, Proposal.Outcome.AGREED, by=by, at=at)
    events.record(
        AGREED, proposal.interview, at=at, agent=by.agent, reason=proposal.reason,
        outcome=f"{_outcome(proposal)} with {proposal.asked_by.agent}",
    )  # fmt: skip
    return proposal


@transaction.atomic
def refuse(proposal: Proposal, *, by: User, at: datetime, reason: str = "") -> Proposal:
    """A second person refuses, or who asked takes it back. Raises NotOpen, access.Denied."""
    proposal = _held(proposal, at=at)
    own = proposal.asked_by_id == by.pk
    if not own:
        _may(by, proposal.interview, proposal.action, at=at)
    _settle(proposal, Proposal.Outcome.REFUSED, by=by, at=at)
    events.record(
        TAKEN_BACK if own else REFUSED, proposal.interview, at=at, agent=by.agent, reason=reason.strip(),
        outcome=f"{_outcome(proposal)} with {proposal.asked_by.agent}",
    )  # fmt: skip
    return proposal


def let_lapse(*, at: datetime) -> int:
    """End what nobody settled in time. Returns how many."""
    late = Proposal.objects.filter(outcome="", expires_at__lte=at).select_related("interview")
    ended = 0
    for proposal in late:
        open_still = Proposal.objects.filter(pk=proposal.pk, outcome="")
        if open_still.update(outcome=Proposal.Outcome.LAPSED, settled_at=at):
            events.record(LAPSED, proposal.interview, at=at, agent=MACHINE, outcome=_outcome(proposal))
            ended += 1
    return ended


def _held(proposal: Proposal, *, at: datetime) -> Proposal:
    """The row and its interview as they stand, so that of two people only the first settles it. Raises NotOpen."""
    interview = Interview.objects.select_for_update().get(pk=proposal.interview_id)
    held = Proposal.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=proposal.pk)
    held.interview = interview
    if held.outcome or held.expires_at <= at:
        raise NotOpen
    return held


def _settle(proposal: Proposal, outcome: str, *, by: User, at: datetime) -> None:
    proposal.outcome, proposal.settled_by, proposal.settled_at = outcome, by, at
    proposal.save(update_fields=["outcome", "settled_by", "settled_at"])


def _may(user: User, interview: Interview, action: str, *, at: datetime) -> None:
    decision = access.decide(user, action, interview, at=at)
    if not decision.allowed:
        raise access.Denied(decision)


def _outcome(proposal: Proposal) -> str:
    return f"{proposal.action}: {proposal.code}"


# Who is asked.


def could_agree(interview: Interview, action: str, *, but: User, at: datetime) -> list[User]:
    """Everybody who could be the second person now."""
    staff = User.objects.filter(is_active=True, roles__role__in=[Role.MODERATOR, Role.ARCHIVIST])
    others = staff.exclude(pk=but.pk).distinct().order_by("name", "pk")
    return [user for user in others if access.decide(user, action, interview, at=at).allowed]


def waiting_for(user: User, *, at: datetime) -> list[Proposal]:
    """What others asked for and this person could settle, oldest first."""
    wait = Proposal.objects.open(at).exclude(asked_by=user)
    asked = sorted(set(wait.values_list("action", flat=True)))
    if not asked:
        return []
    mine = Q(pk__in=[])
    for action in asked:
        mine |= Q(action=action, interview__in=lists.where(user, action).values("pk"))
    return list(wait.filter(mine).select_related("interview", "asked_by").order_by("asked_at", "pk"))


def asked_by(user: User, *, at: datetime) -> list[Proposal]:
    """What this person asked for and waits for, oldest first."""
    mine = Proposal.objects.open(at).filter(asked_by=user)
    return list(mine.select_related("interview").order_by("asked_at", "pk"))


def of(interview: Interview, user: User, *, at: datetime) -> list[Proposal]:
    """What waits about an interview and this person asked for or could settle, oldest first. Without a decision."""
    wait = Proposal.objects.open(at).filter(interview=interview).select_related("asked_by")
    return [
        each
        for each in wait.order_by("asked_at", "pk")
        if each.asked_by_id == user.pk or access.decide(user, each.action, interview, at=at).allowed
    ]


def agreed_to(interview: Interview, action: str) -> Proposal | None:
    """The newest that was agreed."""
    return (
        Proposal.objects.agreed().filter(interview=interview, action=action).order_by("-settled_at").first()
    )
