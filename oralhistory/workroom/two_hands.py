"""Who signed, who still has to, and why it is not for whoever looks: in sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts.models import Role, User
from oralhistory.consent import access
from oralhistory.interviews.models import Interview, State
from oralhistory.provenance import events
from oralhistory.review import signatures
from oralhistory.review.models import Signature
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing

REFUSED = "signature refused"
_FIRST: dict[str, str | Promise] = {
    "made it": _("You made this interview, so someone else signs."),
    "sent in its sound": _("You sent in its sound, so someone else signs."),
    "corrected it last": _("You corrected this text last, so someone else signs."),
}
_SECOND: dict[str, str | Promise] = {
    "made it": _("You made this interview, so someone else publishes it."),
    "sent in its sound": _("You sent in its sound, so someone else publishes it."),
    "corrected it last": _("You corrected this text last, so someone else publishes it."),
    access.SIGNED_ALREADY: _("You signed it, so someone else publishes it."),
}
_BENCH = (State.IN_REVIEW, State.REVISING)
_SIGNED = (State.APPROVED, State.EMBARGOED)


@dataclass(frozen=True, slots=True)
class Hand:
    """One of the two that open a testimony: whose it is to be, and whose it was."""

    role: Role
    signature: Signature | None = None
    name: str = ""
    holds: bool = True


def hands(
    interview: Interview, user: User, signature: Signature | None, *, holds: bool, at: datetime
) -> dict[str, object]:
    """For the page of signing: the two hands, and why the next one is not this person's."""
    name = ""
    if signature:
        name = showing.agent_names([signature.by_agent]).get(signature.by_agent, signature.by_agent)
    return {
        "hands": [Hand(Role.MODERATOR, signature, name, holds), Hand(Role.ARCHIVIST)],
        "in_a_row": signatures.beside(signature) if signature else 0,
        "why_not": why_not(interview, user, at=at),
    }


def why_not(interview: Interview, user: User, *, at: datetime) -> str | Promise:
    """Why somebody does not take the next step themself; empty if they may, or if there is none."""
    if interview.state in _BENCH:
        decision = access.decide(user, "approve", interview, at=at)
        others = _("Whoever has it on their table signs first; an archivist publishes after that.")
        return "" if decision.allowed else _FIRST.get(decision.reason, others)
    if interview.state in _SIGNED:
        decision = access.decide(user, "publish", interview, at=at)
        others = _("An archivist publishes it: not whoever signed it, made it or sent in the sound.")
        return "" if decision.allowed else _SECOND.get(decision.reason, others)
    return ""


def enter(request: StaffRequest, action: str, public_id: str) -> Interview:
    """As doors.enter, to sign or publish: who tries it with work of their own leaves a trace.

    Raises Http404, access.Denied.
    """
    try:
        return doors.enter(request, action, public_id)
    except access.Denied as denied:
        reason = denied.decision.reason
        if reason in _SECOND or reason == access.CONFLICT:
            interview = Interview.objects.get(public_id=public_id)
            outcome = f"{action}: {reason}"
            events.record(REFUSED, interview, at=timezone.now(), agent=request.agent, outcome=outcome)
        raise
