"""What takes effect only with a second person: for each action whether it can be done at all, and what is done.

Both are asked when it is asked for and when it is agreed to, since the state may have changed meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.accounts.models import User
from oralhistory.consent import embargoes, identities, proposals, reinstating
from oralhistory.consent.models import Proposal
from oralhistory.consent.proposals import Parameters
from oralhistory.interviews.models import Interview
from oralhistory.jobs.sentences import Sentence
from oralhistory.notices import desk
from oralhistory.pipeline import packages, purging
from oralhistory.review import redactions
from oralhistory.review.models import Redaction

Refused = (
    redactions.NotRedacted, redactions.NarratorsOwn, embargoes.NoEmbargo, embargoes.WouldNotShorten,
    embargoes.InThePast, embargoes.AgainstThePaper, reinstating.NoNewerAgreement, reinstating.Erased,
    identities.NotOfThisInterview,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """`may` raises one of Refused; `do` is done with the agreement, in its transaction."""

    may: Callable[[Interview, str, Parameters, datetime], None]
    do: Callable[[Proposal, User, datetime], None]


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
    """Ask a second person, on the desk of everybody who could agree. Raises one of Refused, what proposals.ask raises."""
    ACTS[action].may(interview, subject, parameters or {}, at)
    proposal = proposals.ask(
        interview, action, reason=reason, by=by, at=at, subject=subject, parameters=parameters
    )
    others = proposals.could_agree(interview, action, but=by, at=at)
    desk.leave(
        others, interview.code, Sentence(N_("Something is asked for that takes a second person.")), at=at
    )
    return proposal


@transaction.atomic
def agree(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """The second person agrees, and it takes effect. Raises one of Refused, what proposals.agree raises."""
    act = ACTS[proposal.action]
    act.may(proposal.interview, proposal.subject, proposal.parameters, at)
    agreed = proposals.agree(proposal, by=by, at=at)
    act.do(agreed, by, at)
    desk.leave(
        [agreed.asked_by],
        agreed.interview.code,
        Sentence(N_("A second person agreed to what you asked for.")),
        at=at,
    )
    return agreed


@transaction.atomic
def refuse(proposal: Proposal, *, by: User, at: datetime, reason: str = "") -> Proposal:
    """A second person refuses, or who asked takes it back. Raises what proposals.refuse raises."""
    refused = proposals.refuse(proposal, by=by, at=at, reason=reason)
    if refused.asked_by_id != by.pk:
        said = Sentence(N_("A second person refused what you asked for."))
        desk.leave([refused.asked_by], refused.interview.code, said, at=at)
    return refused


# Giving back a passage.


def redaction_of(interview: Interview, number: str) -> Redaction:
    """Raises redactions.NotRedacted."""
    marked = Redaction.objects.standing().filter(interview=interview)
    found = marked.filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise redactions.NotRedacted
    return found


def _may_lift(interview: Interview, subject: str, _parameters: Parameters, _at: datetime) -> None:
    redactions.may_lift(redaction_of(interview, subject))


def _lift(proposal: Proposal, by: User, at: datetime) -> None:
    redactions.lift(redaction_of(proposal.interview, proposal.subject), by=by.agent, at=at)


# Bringing an embargo forward.


def until(parameters: Parameters) -> datetime:
    return datetime.fromisoformat(str(parameters["until"]))


def _may_shorten(interview: Interview, _subject: str, parameters: Parameters, at: datetime) -> None:
    embargoes.may_shorten(interview, until(parameters), at=at)


def _shorten(proposal: Proposal, by: User, at: datetime) -> None:
    embargoes.shorten(proposal.interview, until(proposal.parameters), by=by, at=at, reason=proposal.reason)


# Back from withdrawn.


def _may_reinstate(interview: Interview, _subject: str, _parameters: Parameters, _at: datetime) -> None:
    reinstating.may_reinstate(interview)


def _reinstate(proposal: Proposal, by: User, at: datetime) -> None:
    reinstating.reinstate(proposal.interview, by=by.agent, at=at, reason=proposal.reason)


# Who somebody is: what was agreed opens it (identities.read).


def _may_open(interview: Interview, subject: str, _parameters: Parameters, _at: datetime) -> None:
    identities.person_of(interview, subject)


def _open(_proposal: Proposal, _by: User, _at: datetime) -> None:
    """Nothing is done: it can be read now."""


# A package, and the end of everything: work for a worker.


def _is_kept(interview: Interview, _subject: str, _parameters: Parameters, _at: datetime) -> None:
    if proposals.agreed_to(interview, purging.ACTION):
        raise reinstating.Erased


def _export(proposal: Proposal, _by: User, at: datetime) -> None:
    packages.ask(proposal, at=at)


def _purge(proposal: Proposal, _by: User, at: datetime) -> None:
    purging.ask(proposal, at=at)


ACTS: dict[str, Act] = {
    "lift_redaction": Act(_may_lift, _lift),
    "shorten_embargo": Act(_may_shorten, _shorten),
    "reinstate": Act(_may_reinstate, _reinstate),
    identities.ACTION: Act(_may_open, _open),
    packages.ACTION: Act(_is_kept, _export),
    purging.ACTION: Act(_is_kept, _purge),
}
