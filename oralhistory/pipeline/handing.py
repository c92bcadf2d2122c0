"""An interview from hand to hand: to review, to a table, back, on to the second signature. Each tells whom it concerns."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import holds, workflow
from oralhistory.editions import publishing
from oralhistory.editions.models import Edition
from oralhistory.interviews import assigning
from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.jobs.sentences import Sentence
from oralhistory.lib.agents import Agent
from oralhistory.notices import desk
from oralhistory.notices.models import Notice
from oralhistory.pipeline import steps
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.review import recusing, sending_back

OFFERED = "offered to review"


class AlreadyOffered(Exception):
    """They have said so, and an archivist knows."""


@transaction.atomic
def submit(interview: Interview, *, by: User, at: datetime) -> None:
    """To review, with the points answered that it had come back with. Raises workflow.MoveNotAllowed."""
    workflow.advance(interview, State.IN_REVIEW, action="submit", by=by.agent, at=at)
    sending_back.answered(interview, at=at)
    steps.look_through_what_was_typed(interview, at=at)
    if reviewers := _reviewers(interview):
        _tell(reviewers, interview, Sentence(N_("An interview on your table waits to be reviewed.")), at=at)
    else:
        _tell_archivists(
            interview, Sentence(N_("An interview was sent to review and waits for a moderator.")), at=at
        )


@transaction.atomic
def give(interview: Interview, user: User, *, by: Agent, at: datetime) -> None:
    """Onto a moderator's table. Raises assigning.NotAModerator, assigning.HasAConflict."""
    if Assignment.objects.filter(interview=interview, user=user, conflicted=True).exists():
        raise assigning.HasAConflict
    assigning.give(interview, user, by=by, at=at)
    _tell([user], interview, Sentence(N_("An interview was given to you to review.")), at=at)


@transaction.atomic
def offer(interview: Interview, *, by: User, at: datetime) -> None:
    """A moderator could take an interview: archivists decide. Raises AlreadyOffered."""
    if by.pk in {user.pk for user in offering([interview]).get(interview.pk, [])}:
        raise AlreadyOffered
    events.record(OFFERED, interview, at=at, agent=by.agent)
    said = Sentence(N_("%(name)s could take an interview that waits for a moderator."), {"name": by.name})
    _tell_archivists(interview, said, at=at)


def offering(interviews: Iterable[Interview]) -> dict[int, list[User]]:
    """Who said that they could take which of these, by the interview's key. Two queries."""
    by_code = {interview.code: interview.pk for interview in interviews}
    rows = Event.objects.filter(kind=OFFERED, subject__in=by_code).values_list("subject", "agent")
    offers = set(rows)
    codes = {agent.partition(":")[2] for _subject, agent in offers}
    users = {str(user.agent): user for user in User.objects.filter(code__in=codes, is_active=True)}
    found: dict[int, list[User]] = {}
    for subject, agent in sorted(offers):
        if agent in users:
            found.setdefault(by_code[subject], []).append(users[agent])
    return found


@transaction.atomic
def recuse(interview: Interview, user: User, *, by: Agent, at: datetime, words: str = "") -> None:
    """Off somebody's table for a conflict of interest; archivists find somebody else."""
    recusing.recuse(interview, user, by=by, at=at, words=words)
    if by == user.agent:
        said = Sentence(N_("A moderator has declared a conflict of interest and handed an interview back."))
        _tell_archivists(interview, said, at=at)


@transaction.atomic
def send_back(
    interview: Interview, words: str, points: Iterable[str] = (), *, role: str, by: User, at: datetime
) -> None:
    """One step back, with words for whoever gets it. Raises workflow.MoveNotAllowed."""
    came_from = interview.state
    publishing.send_back(interview, by=by.agent, at=at)
    sending_back.keep(interview, words, points, came_from=came_from, role=role, by=by.agent, at=at)
    to_bench = came_from == State.IN_REVIEW
    concerned = [interview.created_by] if to_bench else _reviewers(interview)
    _tell(
        [user for user in concerned if user != by],
        interview,
        Sentence(N_("An interview came back to you, with reasons and what to put right.")),
        at=at,
    )


def signed(interview: Interview, *, at: datetime) -> None:
    """The first hand has signed: the second is an archivist's."""
    _tell_archivists(interview, Sentence(N_("An interview is signed and waits to be published.")), at=at)


@transaction.atomic
def publish(interview: Interview, *, by: User, at: datetime) -> Edition | None:
    """The second hand. Raises what publishing.publish raises."""
    edition = publishing.publish(interview, by=by, at=at)
    if edition:
        people = {user.pk: user for user in (interview.created_by, *_reviewers(interview)) if user != by}
        _tell(people.values(), interview, Sentence(N_("An interview that you worked on is public.")), at=at)
    return edition


def tell_of_embargoes(*, at: datetime) -> None:
    """An embargo that has passed is a task for a person: archivists are told once. It opens nothing by itself."""
    said = Sentence(N_("An embargo has passed: look at the edition once more, and open it."))
    for row in holds.passed(at=at):
        told = Notice.objects.filter(subject=row.interview.code, created_at__gte=row.until, text=said)
        if not told.exists():
            _tell_archivists(row.interview, said, at=at)


def _reviewers(interview: Interview) -> list[User]:
    given = interview.assignments.filter(conflicted=False).select_related("user")
    return [each.user for each in given if each.user.is_active]


def _tell_archivists(interview: Interview, said: Sentence, *, at: datetime) -> None:
    _tell(roles.holders(Role.ARCHIVIST), interview, said, at=at)


def _tell(users: Iterable[User], interview: Interview, said: Sentence, *, at: datetime) -> None:
    desk.leave(users, interview.code, said, at=at)
