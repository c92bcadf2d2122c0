"""Who has done what with a testimony, in sentences that name nobody."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oralhistory.accounts.models import Role, User
from oralhistory.consent import links
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import Assignment, Interview
from oralhistory.provenance import events
from oralhistory.provenance.models import Event

_OPENED_INSIDE = gettext_lazy("%(who)s opened what nobody outside sees, and wrote down why.")
_ASSIGNED = gettext_lazy("%(who)s decided who works on it.")
_PHOTOGRAPHS = gettext_lazy("%(who)s worked on the photographs.")
_LISTENED = gettext_lazy("%(who)s opened the whole recording.")
_ARRANGED = gettext_lazy("%(who)s put the recordings in order.")
DID: dict[str, str | Promise] = {
    "interview begun": gettext_lazy("%(who)s began the record of the interview."),
    "description changed": gettext_lazy("%(who)s changed the description."),
    "chapter written": gettext_lazy("%(who)s wrote a chapter heading."),
    "chapter removed": gettext_lazy("%(who)s took a chapter heading away."),
    "recording added": gettext_lazy("%(who)s added a recording."),
    "recording replaced": gettext_lazy("%(who)s put a better copy of a recording in its place."),
    "transcript brought": gettext_lazy("%(who)s brought a written text."),
    "text corrected": gettext_lazy("%(who)s corrected the text."),
    "text merged": gettext_lazy("%(who)s listened again and wrote down what it heard."),
    "redaction marked": gettext_lazy("%(who)s kept a passage out."),
    "redaction lifted": gettext_lazy("%(who)s gave back a passage that had been kept out."),
    "veil laid": gettext_lazy("%(who)s hid a passage of what is public."),
    "agreement recorded": gettext_lazy("%(who)s recorded a paper."),
    "agreement withdrawn": gettext_lazy("%(who)s recorded that a paper holds no more."),
    "consent narrowed": gettext_lazy("%(who)s recorded that less is allowed."),
    "edition narrowed": gettext_lazy("%(who)s took from what is public what is allowed no longer."),
    "embargo set": gettext_lazy("%(who)s closed it for a time."),
    "approved": gettext_lazy("%(who)s checked it and signed."),
    "published": gettext_lazy("%(who)s made it public."),
    "theme marked": gettext_lazy("%(who)s marked a passage for its theme."),
    "theme unmarked": gettext_lazy("%(who)s took the mark of a theme away."),
    "looked through for a theme": gettext_lazy("%(who)s looked through all of it for a theme."),
    "correction suggested": gettext_lazy("%(who)s suggested a correction."),
    "correction not taken": gettext_lazy("%(who)s left a passage as it is written."),
    "narrator agreed": gettext_lazy("%(who)s agreed to the edition."),
    "narrator refused": gettext_lazy("%(who)s refused the edition."),
    "name chosen": gettext_lazy("%(who)s chose how to be named."),
    "paper kept": gettext_lazy("%(who)s kept a signed paper."),
    "paper read": gettext_lazy("%(who)s opened a signed paper."),
    "narrator link made": gettext_lazy("%(who)s made a private link."),
    "narrator link opened": gettext_lazy("%(who)s opened this private page."),
    "narrator link revoked": gettext_lazy("%(who)s closed a private link."),
    "narrator link refused": gettext_lazy("Somebody tried to open this private page and could not."),
    "package exported": gettext_lazy("%(who)s made a copy for safekeeping."),
    "unredacted sound opened": _LISTENED,
    "unredacted video opened": _LISTENED,
    "original fetched": _LISTENED,
    "opened for a reason": _OPENED_INSIDE,
    "photograph added": _PHOTOGRAPHS,
    "photograph changed": _PHOTOGRAPHS,
    "photograph removed": _PHOTOGRAPHS,
    "given to a moderator": _ASSIGNED,
    "conflict of interest marked": _ASSIGNED,
    "assignment ended": _ASSIGNED,
    "recording placed": _ARRANGED,
    "recording follows": _ARRANGED,
    "recording moved": _ARRANGED,
}
# Of the moves between states those that no other event tells.
MOVED: dict[str, str | Promise] = {
    "submit": gettext_lazy("%(who)s sent it to be checked."),
    "revise": gettext_lazy("%(who)s began a corrected edition."),
    "send_back": gettext_lazy("%(who)s sent it back to be worked on."),
    "suppress": gettext_lazy("%(who)s took it down."),
    "consent": gettext_lazy("%(who)s took it down because it is allowed no longer."),
    "reinstate": gettext_lazy("%(who)s took it up again."),
}
_ELSE = gettext_lazy("%(who)s worked on it.")


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on a day: each sentence, and how often."""

    on: date
    said: list[tuple[str, int]]


def to(link: NarratorLink) -> list[Day]:
    """The newest day first. Five queries, whatever has happened."""
    rows = events.of(link.interview)
    who = _Hands(link, rows)
    days: dict[date, Counter[str]] = {}
    for row in reversed(rows):
        sentence = _sentence(row)
        if sentence is not None:
            said = str(sentence) % {"who": who.of(row.agent)}
            days.setdefault(timezone.localdate(row.at), Counter())[said] += 1
    return [Day(day, list(counted.items())) for day, counted in days.items()]


def _sentence(row: Event) -> str | Promise | None:
    if row.kind == "state change":
        return MOVED.get(row.outcome.partition(":")[0])
    return DID.get(row.kind, _ELSE)


class _Hands:
    """Whose hand it was, by what they are to the interview."""

    def __init__(self, link: NarratorLink, rows: list[Event]) -> None:
        self.me = str(links.agent_of(link))
        codes = {row.agent.partition(":")[2] for row in rows if row.agent.startswith("user:")}
        users = User.objects.filter(code__in=codes).prefetch_related("roles")
        self.words = dict(self._of(link.interview, list(users)))

    def of(self, agent: str) -> str:
        if agent == self.me:
            return _("You")
        if agent.startswith("narrator:"):
            return _("Another narrator")
        if agent.startswith("machine:"):
            return _("The archive’s machine")
        return self.words.get(agent, _("Somebody of the archive"))

    def _of(self, interview: Interview, users: list[User]) -> Iterator[tuple[str, str]]:
        assigned = set(Assignment.objects.filter(interview=interview).values_list("user", flat=True))
        for user in users:
            roles = {held.role for held in user.roles.all()}
            if user.pk == interview.created_by_id:
                word = _("The interviewer")
            elif user.pk in assigned and Role.MODERATOR in roles:
                word = _("A moderator")
            elif Role.ARCHIVIST in roles:
                word = _("An archivist")
            else:
                word = _("Somebody of the archive")
            yield str(user.agent), word
