"""What a narrator decides about their own words. Each takes effect at once, and nobody is asked first."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import agreements, links
from oralhistory.consent.models import Agreement, NarratorLink
from oralhistory.editions import publishing
from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.jobs.sentences import Sentence
from oralhistory.notices import desk
from oralhistory.pipeline import acts, steps
from oralhistory.recordings.models import Recording
from oralhistory.review import redactions, remarks
from oralhistory.review.models import Remark

# Kept in the events, which hold no words of a narrator's: what they want to say of it is a remark.
REASON = "the narrator’s wish"


@transaction.atomic
def keep_out(link: NarratorLink, start_ms: int, end_ms: int, *, at: datetime, cue_id: str = "") -> None:
    """Keep a passage from everybody outside: veiled where it is public, and out of every edition to come.

    Raises redactions.NotASpan.
    """
    interview = locked(link)
    agent = links.agent_of(link)
    if end_ms <= start_ms:
        raise redactions.NotASpan
    try:
        publishing.veil(interview, start_ms, end_ms, by=agent, at=at, reason=REASON)
    except publishing.NotPublic:
        redactions.mark(interview, start_ms, end_ms, reason=REASON, by=agent, at=at, cue_id=cue_id)
    said = Sentence(N_("The narrator has kept a passage out."))
    desk.leave(_answerable(interview), interview.code, said, at=at, urgent=True)


@transaction.atomic
def say(link: NarratorLink, text: str, *, at: datetime, start_ms: int | None = None) -> Remark:
    """Ask for a correction, or tell the team something."""
    interview = link.interview
    desk.leave(concerned(interview), interview.code, Sentence(N_("The narrator has left a remark.")), at=at)
    return remarks.leave(interview, text, by=links.agent_of(link), at=at, start_ms=start_ms)


@transaction.atomic
def take_everything_back(link: NarratorLink, *, at: datetime) -> None:
    """Withdraw every paper that speaks for this narrator, and with them the interview, whatever its state."""
    interview = locked(link)
    agent = links.agent_of(link)
    for agreement in papers_of(link):
        agreements.withdraw(agreement, by=agent, at=at)
    for recording in Recording.objects.of(interview):
        acts.cancel(recording, at=at)
    if interview.state != State.WITHDRAWN:
        publishing.withdraw(interview, by=agent, at=at, action="consent")
        steps.taken_down(interview, at=at)
    said = Sentence(N_("The narrator has withdrawn everything."))
    desk.leave(_answerable(interview), interview.code, said, at=at, urgent=True)


def papers_of(link: NarratorLink) -> list[Agreement]:
    """The papers in force that speak for this narrator: their own, and those of all narrators together.

    What was narrowed is no paper, and stays so when everything is withdrawn.
    """
    papers = Agreement.objects.exclude(kind=Agreement.Kind.NARROWING)
    standing = papers.filter(interview=link.interview, withdrawal=None)
    return list(standing.filter(Q(person=link.person) | Q(person=None)).order_by("signed_on", "pk"))


def is_own_scan(link: NarratorLink, paper: Agreement) -> bool:
    """There is a scan, and nobody else signed it: a paper of all narrators names the others too."""
    return paper.scan_id is not None and paper.person_id == link.person_id


def own_paper(link: NarratorLink, number: int) -> Agreement | None:
    """The agreement of this number, if its scan is this narrator's own."""
    found = (
        Agreement.objects.filter(interview=link.interview, pk=number)
        .select_related("scan", "interview")
        .first()
    )
    return found if found and is_own_scan(link, found) else None


def everything_is_back(link: NarratorLink) -> bool:
    return link.interview.state == State.WITHDRAWN and not papers_of(link)


def locked(link: NarratorLink) -> Interview:
    # Publishing takes the same lock, so that nothing becomes public between the question and the answer.
    return (
        Interview.objects.select_for_update(of=("self",))
        .select_related("created_by")
        .get(pk=link.interview_id)
    )


def _answerable(interview: Interview) -> list[User]:
    """Those who work on it, and the archivists, without those who have a conflict of interest."""
    kept = Assignment.objects.filter(interview=interview, conflicted=True).values_list("user", flat=True)
    people = {user.pk: user for user in (*concerned(interview), *roles.holders(Role.ARCHIVIST))}
    return [user for pk, user in people.items() if pk not in set(kept)]


def concerned(interview: Interview) -> list[User]:
    assigned = Assignment.objects.filter(interview=interview, conflicted=False).select_related("user")
    return list(
        {user.pk: user for user in [interview.created_by, *(each.user for each in assigned)]}.values()
    )
