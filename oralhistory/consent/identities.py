"""Who a person really is: sealed when it is written down, opened for one reader who a second person vouches for.

What is sealed is replaced, never shown again to who wrote it. It is opened for some minutes, to the one who asked, and
every reading is an event.
"""

from datetime import datetime, timedelta

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.consent.models import Proposal
from oralhistory.interviews.models import Interview, Participation
from oralhistory.lib.agents import Agent
from oralhistory.people import vault
from oralhistory.people.models import Person
from oralhistory.provenance import events

ACTION = "identity"
OPEN_FOR = timedelta(minutes=15)
SEALED, OPENED = "identity sealed", "identity opened"
FIELDS = ("name", "contact", "notes")


class NotOfThisInterview(Exception):
    """This person takes no part in this interview."""


class Closed(Exception):
    """Nobody agreed to it, it was somebody else who asked, or its minutes are over."""


def person_of(interview: Interview, code: str) -> Person:
    """Raises NotOfThisInterview."""
    takes_part = Participation.objects.filter(interview=interview, person__code=code).select_related("person")
    first = takes_part.first()
    if first is None:
        raise NotOfThisInterview
    return first.person


@transaction.atomic
def seal(
    interview: Interview, person: Person, identity: dict[str, str], *, by: Agent, at: datetime, reason: str
) -> None:
    """Keep who a participant is, in the place of what was kept."""
    vault.seal(person, {name: identity[name] for name in FIELDS if identity.get(name)}, at=at)
    events.record(SEALED, interview, at=at, agent=by, outcome=person.code, reason=reason)


def closes_at(proposal: Proposal) -> datetime | None:
    """When what was agreed to is closed again; None where nobody agreed."""
    agreed = proposal.outcome == Proposal.Outcome.AGREED and proposal.action == ACTION
    return proposal.settled_at + OPEN_FOR if agreed and proposal.settled_at else None


def must_be_open(proposal: Proposal, *, by: User, at: datetime) -> None:
    """Raises Closed."""
    until = closes_at(proposal)
    if until is None or at >= until or proposal.asked_by_id != by.pk:
        raise Closed


def read(proposal: Proposal, *, by: User, at: datetime) -> dict[str, str]:
    """What is sealed of the person that was asked for, and an event. Raises Closed, vault.CannotBeOpened."""
    must_be_open(proposal, by=by, at=at)
    person = person_of(proposal.interview, proposal.subject)
    identity = vault.open_identity(person)
    events.record(
        OPENED, proposal.interview, at=at, agent=by.agent, reason=proposal.reason,
        outcome=f"{person.code}: {proposal.code}",
    )  # fmt: skip
    return identity
