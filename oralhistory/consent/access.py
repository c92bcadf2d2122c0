"""Who may do, see or hear what: the one function that every exit asks.

The table (`access.yaml`) says it by actor, action and state. Who somebody is to an interview follows
from facts: their roles, the assignments, who made it, who sent in the sound, who last touched the
text, who signed. Nobody signs or publishes work of their own; who approves does not publish; a
conflict of interest leaves what the public has, whatever the roles.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import table
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.provenance.models import Event

Actor = User | AnonymousUser | NarratorLink

# The events that make an interview somebody's own work.
UPLOADED = "recording added"
TEXT_EDITED = "text corrected"
APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision rests on."""

    state: State
    relations: frozenset[str]  # rows of the table
    signed_in: bool
    own_work: frozenset[str] = frozenset()  # "made", "uploaded", "edited", "approved"


@dataclass(frozen=True, slots=True)
class Decision:
    """`status` is the HTTP answer of a refusal; `needs` are the marks of the table: "2", "J", "+"."""

    allowed: bool
    status: int = 200
    reason: str = ""
    needs: frozenset[str] = field(default_factory=frozenset)


class Denied(Exception):
    """Refused, with the status to answer and why."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


def decide(actor: Actor, action: str, interview: Interview, *, at: datetime) -> Decision:
    """May this actor take this action on this interview now?"""
    return judge(facts(actor, interview, at=at), action)


def judge(facts: Facts, action: str) -> Decision:
    """The pure part: the table, and the rules about one's own work."""
    known = table.load()
    if action not in known.actions:
        raise KeyError(action)
    cells = [cell for who in facts.relations if (cell := known.allow[who].get(action))]
    granting = [cell for cell in cells if facts.state in cell.states]
    if granting:
        own = _own_work(facts, action)
        # The lightest mark wins: what one of somebody's relations allows freely is free.
        needs = min((cell.marks for cell in granting), key=lambda marks: (len(marks), sorted(marks)))
        return Decision(False, 403, own) if own else Decision(True, needs=needs)
    if not facts.signed_in:
        return Decision(False, 404 if action in known.public_paths else 401, "signed out")
    if not any(facts.state in known.allow[who].get("exists", table.Cell()).states for who in facts.relations):
        return Decision(False, 404, "unknown")
    if any(cell.states for cell in cells):
        return Decision(False, 409, "not in this state")
    conflicted = "moderator_conflicted" in facts.relations
    return Decision(False, 403, CONFLICT if conflicted else "not for this person")


CONFLICT = "conflict of interest"
# What makes an interview somebody's own, and the reason that is given for it.
OWN_WORK = {"made": "made it", "uploaded": "sent in its sound", "edited": "corrected it last"}
SIGNED_ALREADY = "signed it already"


def _own_work(facts: Facts, action: str) -> str:
    if action not in ("approve", "publish"):
        return ""
    if action == "publish" and "approved" in facts.own_work:
        return SIGNED_ALREADY
    return next((reason for work, reason in OWN_WORK.items() if work in facts.own_work), "")


def facts(actor: Actor, interview: Interview, *, at: datetime) -> Facts:
    """Read what a decision about this actor and this interview rests on."""
    state = State(interview.state)
    if isinstance(actor, NarratorLink):
        valid = actor.revoked_at is None and actor.expires_at > at
        own = "narrator_own" if valid and actor.interview_id == interview.pk else "narrator_other"
        return Facts(state, frozenset({own}), signed_in=valid)
    held = roles.held_by(actor)
    if not isinstance(actor, User) or not held:
        return Facts(state, frozenset({"public"}), signed_in=isinstance(actor, User))
    return _facts_of(actor, held, [interview])[interview.pk]


def facts_of(user: User, interviews: Sequence[Interview]) -> dict[int, Facts]:
    """The same about many interviews, by their keys, for somebody of the staff. Three queries, however many."""
    return _facts_of(user, roles.held_by(user), interviews)


def _facts_of(user: User, held: frozenset[Role], interviews: Sequence[Interview]) -> dict[int, Facts]:
    tables = dict(
        Assignment.objects.filter(user=user, interview__in=interviews).values_list("interview", "conflicted")
    )
    kinds = [UPLOADED, TEXT_EDITED, APPROVED]
    events = Event.objects.filter(subject__in=[each.code for each in interviews], kind__in=kinds)
    done: dict[str, list[tuple[str, str]]] = {}
    for subject, kind, agent in events.order_by("pk").values_list("subject", "kind", "agent"):
        done.setdefault(subject, []).append((kind, agent))
    return {
        each.pk: Facts(
            State(each.state),
            _relations(user, held, each, tables.get(each.pk)),
            signed_in=True,
            own_work=_work_of(user, each, done.get(each.code, [])),
        )
        for each in interviews
    }


def _relations(
    user: User, held: frozenset[Role], interview: Interview, conflicted: bool | None
) -> frozenset[str]:
    """`conflicted`: what the assignment says; None where there is none."""
    if conflicted:
        return frozenset({"moderator_conflicted"})
    rows = {"public"}
    if Role.INTERVIEWER in held:
        rows.add("interviewer_own" if interview.created_by_id == user.pk else "interviewer_other")
    if Role.MODERATOR in held:
        rows.add("moderator_unassigned" if conflicted is None else "moderator_assigned")
    if Role.ARCHIVIST in held:
        rows.add("archivist")
    if Role.SYSADMIN in held:
        rows.add("sysadmin")
    return frozenset(rows)


def _work_of(user: User, interview: Interview, done: list[tuple[str, str]]) -> frozenset[str]:
    me = str(user.agent)
    last = dict(done)  # the newest of each kind
    work = {
        "made": interview.created_by_id == user.pk,
        "uploaded": (UPLOADED, me) in done,
        "edited": last.get(TEXT_EDITED) == me,
        "approved": last.get(APPROVED) == me,
    }
    return frozenset(name for name, true in work.items() if true)


def fetch(actor: Actor, action: str, public_id: str, *, at: datetime) -> Interview:
    """The interview, if this actor may take this action now. Raises Http404 or Denied.

    An interview that somebody may not know of answers as an id that never existed.
    """
    interview = Interview.objects.select_related("collection").filter(public_id=public_id).first()
    if interview is None:
        if isinstance(actor, AnonymousUser):
            raise Denied(Decision(False, 401, "signed out"))
        raise Http404
    decision = decide(actor, action, interview, at=at)
    if decision.allowed:
        return interview
    if decision.status == 404:
        raise Http404
    raise Denied(decision)


def allowed_actions(actor: Actor, interview: Interview, *, at: datetime) -> frozenset[str]:
    """All that this actor may do now, for a page that offers only what will work."""
    known = facts(actor, interview, at=at)
    return frozenset(action for action in table.load().actions if judge(known, action).allowed)


# What an edition may be used for, by the action of the table.
_GRANTED_BY = {"pub_record": None, "play_access": "audio", "read_pub_text": "text"}


def judge_public(action: str, *, live: bool, tombstone: bool, uses: list[str]) -> Decision:
    """What every public exit asks about an edition: the same answer to everybody.

    `live` and `tombstone` are the standing's, `uses` what the consent granted when the edition was made.
    410 says that it was withdrawn, where the narrator allows that to be said; else 404.
    """
    state = State.PUBLISHED if live else State.WITHDRAWN
    decision = judge(Facts(state, frozenset({"public"}), signed_in=False), action)
    if not decision.allowed:
        return Decision(False, 410 if tombstone else 404, "withdrawn")
    use = _GRANTED_BY[action]
    return decision if use is None or use in uses else Decision(False, 404, "not granted")
