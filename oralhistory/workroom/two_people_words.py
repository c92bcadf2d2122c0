"""What takes two people, in words: its pages, what is asked for, and why it was refused."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oralhistory.consent import embargoes, grants, identities, proposals, reinstating
from oralhistory.consent.models import Proposal
from oralhistory.lib import timecodes
from oralhistory.people.models import Person
from oralhistory.pipeline import two_people
from oralhistory.review import redactions
from oralhistory.review.models import Redaction


@dataclass(frozen=True, slots=True)
class Asking:
    """The page on which something is asked for; `title` also names it in lists."""

    title: str | Promise
    lead: str | Promise
    button: str | Promise


ASKING: dict[str, Asking] = {
    "lift_redaction": Asking(
        gettext_lazy("Give back a redacted passage"),
        gettext_lazy("It would be in the text and the sound of the editions to come."),
        gettext_lazy("Ask to give it back"),
    ),
    "shorten_embargo": Asking(
        gettext_lazy("Bring the embargo forward"),
        gettext_lazy("The interview could be opened earlier than was promised."),
        gettext_lazy("Ask to bring it forward"),
    ),
    "reinstate": Asking(
        gettext_lazy("Take it up again"),
        gettext_lazy(
            "It goes back to the moderator’s table, to be reviewed and signed anew. Nothing of it is public by that."
        ),
        gettext_lazy("Ask to take it up again"),
    ),
    "identity": Asking(
        gettext_lazy("Open who somebody is"),
        gettext_lazy(
            "Real names, contacts and signed papers are sealed. When a second person has agreed, who asked can read"
            " them for fifteen minutes; nobody else can, and every reading is kept with the events."
        ),
        gettext_lazy("Ask to open it"),
    ),
    "export": Asking(
        gettext_lazy("Make a full package"),
        gettext_lazy(
            "All that the archive keeps of this interview, unredacted, with the originals: a BagIt package in one file."
            " When a second person has agreed, a worker writes it; who asked can fetch it for a day, then it is"
            " deleted."
        ),
        gettext_lazy("Ask for a package"),
    ),
    "purge": Asking(
        gettext_lazy("Erase it"),
        gettext_lazy(
            "The originals and everything that was made of them are erased, in every storage, and cannot be brought back."
            " What remains: its number, days, checksums, signatures and the events."
        ),
        gettext_lazy("Ask to erase it"),
    ),
}

REFUSED: dict[type[Exception], str | Promise] = {
    redactions.NotRedacted: gettext_lazy("This passage is not redacted any more."),
    redactions.NarratorsOwn: gettext_lazy(
        "The narrator marked this passage. It can be given back only on a new agreement of theirs, recorded after that."
    ),
    embargoes.NoEmbargo: gettext_lazy("There is no embargo."),
    embargoes.WouldNotShorten: gettext_lazy("The embargo would not end earlier than it does now."),
    embargoes.InThePast: gettext_lazy("This day has passed. Choose one to come."),
    embargoes.AgainstThePaper: gettext_lazy(
        "A paper of the narrator’s opens it only later. It cannot be opened before that."
    ),
    reinstating.NoNewerAgreement: gettext_lazy(
        "Nobody agreed to this since it was withdrawn. Record a new agreement of everybody who speaks in it first."
    ),
    reinstating.Erased: gettext_lazy("It is erased, or two people have agreed that it will be."),
    identities.NotOfThisInterview: gettext_lazy("This person takes no part in this interview."),
    proposals.NeedsAReason: gettext_lazy(
        "Write down why: the reason is kept with the events of the interview."
    ),
    proposals.AlreadyAsked: gettext_lazy("The same was asked for, and waits for a second person."),
    proposals.NotOpen: gettext_lazy("It was settled meanwhile, or nobody settled it in time."),
    proposals.AskerMayNot: gettext_lazy("Who asked for it may not do it any more."),
}
# What was typed is wrong; everything else is about how things stand.
TYPED = (embargoes.NoEmbargo, embargoes.WouldNotShorten, embargoes.InThePast, identities.NotOfThisInterview)


def status(refusal: Exception) -> int:
    """The HTTP answer: 422 for what was typed, else 409."""
    return 422 if isinstance(refusal, TYPED) else 409


def what(proposal: Proposal) -> str:
    """What exactly is asked for, beyond the name of the action; empty where there is nothing to say."""
    if proposal.action == "lift_redaction":
        return _passage(proposal.subject)
    if proposal.action == "shorten_embargo":
        now = grants.embargo(proposal.interview, at=timezone.now())
        said = _("Closed until %(day)s.") % {"day": _day(two_people.until(proposal.parameters))}
        before = _day(now.until) if now and now.until else _("a person opens it")
        return f"{said} {_was(before)}"
    if proposal.action == "identity":
        person = Person.objects.filter(code=proposal.subject).first()
        return (person.shown_name or person.code) if person else proposal.subject
    return ""


def _passage(number: str) -> str:
    redaction = Redaction.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if redaction is None:
        return ""
    span = f"{timecodes.clock(redaction.start_ms)}–{timecodes.clock(redaction.end_ms)}"
    return f"{span} · {redaction.reason}" if redaction.reason else span


def _was(day: str) -> str:
    return _("Until now: %(day)s.") % {"day": day}


def _day(instant: datetime) -> str:
    return formats.date_format(timezone.localtime(instant), "DATE_FORMAT")
