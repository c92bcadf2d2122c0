"""What a narrator chooses about their testimony: under which name, for whom, whether it may be published so."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.consent import grants, links
from oralhistory.consent.agreements import Line
from oralhistory.consent.grants import Terms
from oralhistory.consent.models import Audience, NarratorLink, Use
from oralhistory.editions import consequences, manifest, publishing
from oralhistory.interviews.models import Interview
from oralhistory.jobs.sentences import Sentence
from oralhistory.narrator_room.wishes import concerned, locked
from oralhistory.notices import desk
from oralhistory.people.models import Person
from oralhistory.pipeline import acts
from oralhistory.provenance import events
from oralhistory.review import suggestions, verdicts
from oralhistory.review.models import Suggestion

# Without it nothing could be given back: to have the recording itself erased one speaks with the archive.
NOT_HERE = (Use.PRESERVE,)


class NeedsAPaper(Exception):
    """It would show more of the narrator than the papers allow."""


class ChangedMeanwhile(Exception):
    """What would be published is not what the narrator has seen."""


@transaction.atomic
def choose_name(link: NarratorLink, attribution: str, name: str, *, at: datetime) -> None:
    """Be shown so from now on, also in what is public. Raises NeedsAPaper, after telling the team that it was wished."""
    interview, person, agent = locked(link), link.person, links.agent_of(link)
    terms = grants.in_force(interview, at=at)
    allowed = terms.attributions.get(person.pk, Person.Attribution.CODE)
    if grants.shows_more(attribution, allowed):
        raise NeedsAPaper
    before = manifest.shown_name(person, terms)
    if attribution != Person.Attribution.CODE and name:
        person.attribution, person.shown_name = attribution, name
        person.save(update_fields=["attribution", "shown_name"])
    events.record("name chosen", interview, at=at, agent=agent, outcome=attribution)
    if grants.shows_more(allowed, attribution):
        acts.narrow(interview, [], by=agent, at=at, person=person, attribution=attribution)
    if before and before != manifest.shown_name(person, grants.in_force(interview, at=at)):
        consequences.name_no_longer(interview, before, by=agent, at=at)
    _tell(
        interview,
        Sentence(N_("The narrator has chosen how to be named: look at title, summary and chapters.")),
        at=at,
    )


def wish_for_more(link: NarratorLink, *, at: datetime) -> None:
    """The papers do not allow it: the team brings a new one."""
    _tell(
        link.interview,
        Sentence(N_("The narrator wants to be named more fully: that takes a new paper.")),
        at=at,
    )


def uses_to_take_back(terms: Terms) -> list[str]:
    """What somebody may do now, and the narrator could take back."""
    return [
        use
        for use in Use.values
        if use not in NOT_HERE and terms.audiences.get(use, Audience.NOBODY) != Audience.NOBODY
    ]


def lines(terms: Terms, uses: Iterable[str]) -> list[Line]:
    """The denials that take uses back: from everybody outside; from the archive what is for the archive alone."""
    return [
        Line(
            use,
            Audience.ARCHIVE_TEAM if terms.audiences[use] == Audience.ARCHIVE_TEAM else Audience.READING_ROOM,
            denied=True,
        )
        for use in uses_to_take_back(terms)
        if use in set(uses)
    ]


@transaction.atomic
def allow_less(link: NarratorLink, uses: Iterable[str], *, at: datetime) -> None:
    """Take uses back, one by one, also from what is public. Raises agreements.NothingNarrowed."""
    interview = locked(link)
    denials = lines(grants.in_force(interview, at=at), uses)
    acts.narrow(interview, denials, by=links.agent_of(link), at=at, person=link.person)
    _tell(interview, Sentence(N_("The narrator allows less than before.")), at=at)


@transaction.atomic
def say_of_edition(link: NarratorLink, seen_sha256: str, *, agrees: bool, at: datetime) -> None:
    """Agree to what was shown, or refuse it. Raises ChangedMeanwhile, manifest.NotReleased, manifest.NotComplete."""
    interview = locked(link)
    built = publishing.preview(interview, at=at)
    if built.sha256 != seen_sha256:
        raise ChangedMeanwhile
    verdicts.give(interview, link.person, built.sha256, agrees=agrees, by=links.agent_of(link), at=at)
    said = (
        Sentence(N_("The narrator agrees to the edition."))
        if agrees
        else Sentence(N_("The narrator refuses the edition."))
    )
    _tell(interview, said, at=at)


@transaction.atomic
def suggest(link: NarratorLink, cue_id: str, text: str, *, at: datetime) -> Suggestion:
    """Say what was said. Raises what suggestions.suggest raises."""
    row = suggestions.suggest(link.interview, cue_id, text, by=links.agent_of(link), at=at)
    _tell(link.interview, Sentence(N_("The narrator suggests a correction.")), at=at)
    return row


def _tell(interview: Interview, text: Sentence, *, at: datetime) -> None:
    desk.leave(concerned(interview), interview.code, text, at=at)
