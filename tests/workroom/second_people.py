"""Actions that take two people, each with what has to be there before, and how one sees that it took effect."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import agreements, grants, identities
from oralhistory.consent.models import Proposal
from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.jobs.models import Job
from oralhistory.people.models import Person
from oralhistory.review.models import Redaction
from tests import world as worlds
from tests.clock import NOON

NAME = "Ramira Verdadera"


@dataclass(frozen=True)
class Case:
    action: str
    state: Callable[..., Interview]
    first: str  # of the world
    took_effect: Callable[[Interview, Proposal], bool]
    url: str = ""
    before: Callable[[worlds.World, Interview], Any] = lambda _world, _interview: None
    data: dict[str, str] = field(default_factory=dict)
    more: Callable[[Interview], dict[str, Any]] = lambda _interview: {}

    def address(self, interview: Interview) -> str:
        return reverse(
            f"workroom:{self.url or self.action}",
            kwargs={"public_id": interview.public_id, **self.more(interview)},
        )

    def ready(self, world: worlds.World, folder: Path) -> Interview:
        interview = self.state(world, folder)
        self.before(world, interview)
        return interview

    def form(self, interview: Interview) -> dict[str, str]:
        person = Person.objects.filter(
            participations__interview=interview, participations__role="narrator"
        ).get()
        return {
            "reason": "The family asks",
            **self.data,
            **({"person": person.code} if self.action == "identity" else {}),
        }


def second_of(world: worlds.World, first: str, interview: Interview) -> User:
    """Another who may do the same."""
    role = Role.MODERATOR if first == "moderator" else Role.ARCHIVIST
    second = roles.create_account("second@example.org", "Second", [role], password=worlds.PASSWORD)
    if role == Role.MODERATOR:
        Assignment.objects.create(interview=interview, user=second)
    return second


def ask(case: Case, interview: Interview, client: Client) -> Proposal:
    answer = client.post(case.address(interview), case.form(interview))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return Proposal.objects.get(interview=interview, outcome="")


def settle(proposal: Proposal, client: Client, do: str = "agree") -> int:
    address = reverse("workroom:asked", args=[proposal.interview.public_id, proposal.code])
    return client.post(address, {"do": do}).status_code


def in_days(days: int) -> str:
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%d}"


def redaction(interview: Interview) -> Redaction:
    return Redaction.objects.get(interview=interview)


def is_lifted(interview: Interview, _proposal: Proposal) -> bool:
    return redaction(interview).lifted_at is not None


def is_shorter(interview: Interview, _proposal: Proposal) -> bool:
    standing = grants.embargo(interview, at=timezone.now())
    return standing is not None and standing.until is not None


def is_taken_up(interview: Interview, _proposal: Proposal) -> bool:
    interview.refresh_from_db()
    return interview.state == State.IN_REVIEW


def is_open(_interview: Interview, proposal: Proposal) -> bool:
    proposal.refresh_from_db()
    try:
        identities.must_be_open(proposal, by=proposal.asked_by, at=timezone.now())
    except identities.Closed:
        return False
    return True


def asks_for_work(kind: str) -> Callable[[Interview, Proposal], bool]:
    return lambda _interview, _proposal: Job.objects.filter(kind=kind, state=Job.State.DUE).exists()


def close(world: worlds.World, interview: Interview) -> None:
    agreements.set_embargo(interview, None, by=world.archivist, at=NOON, reason="x")


def write_down(world: worlds.World, interview: Interview) -> None:
    person = Person.objects.get(participations__interview=interview, participations__role="narrator")
    identities.seal(
        interview,
        person,
        {"name": NAME, "contact": "Calle Colima"},
        by=world.interviewer.agent,
        at=NOON,
        reason="x",
    )


LIFT = Case(
    "lift_redaction", worlds.in_review, "moderator", is_lifted, before=worlds.redact_the_secret,
    more=lambda interview: {"number": redaction(interview).pk},
)  # fmt: skip
SHORTEN = Case(
    "shorten_embargo", worlds.approved, "archivist", is_shorter, before=close, data={"until": in_days(40)}
)
REINSTATE = Case("reinstate", worlds.withdrawn, "archivist", is_taken_up, before=worlds.agree_again)
IDENTITY = Case(
    "identity", lambda world, _folder: worlds.draft(world), "archivist", is_open, before=write_down
)
EXPORT = Case("export", worlds.uploaded, "archivist", asks_for_work("write package"))
PURGE = Case("purge", worlds.withdrawn, "archivist", asks_for_work("purge"))
CASES = [LIFT, SHORTEN, REINSTATE, IDENTITY, EXPORT, PURGE]
