"""What a change of consent does to what is public already: it narrows at once, and never widens."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import grants
from oralhistory.consent.models import Use
from oralhistory.editions import manifest, publishing
from oralhistory.editions.models import Edition, EditionSegment, Standing
from oralhistory.interviews.models import Interview, Participation, State
from oralhistory.lib.agents import Agent
from oralhistory.lib.timeline import Span


@transaction.atomic
def follow_consent(interview: Interview, *, by: Agent, at: datetime) -> None:
    """After a paper was recorded or withdrawn: take down what it no longer allows, veil the passages it closes.

    An interview without an edition whose last paper was withdrawn is withdrawn too.
    """
    terms = grants.in_force(interview, at=at)
    if not terms.tombstone:
        Standing.objects.filter(public_id=interview.public_id).update(tombstone=False)
    edition = Edition.objects.public().filter(standing__public_id=interview.public_id).first()
    if edition and (_gives_more(edition, terms) or _names_more(edition, interview, terms)):
        publishing.withdraw(interview, by=by, at=at, action="consent")
        return
    if edition:
        seen = terms.closed_spans[Use.VIDEO] if edition.gives_its_video else ()
        for span in {*terms.closed_spans[Use.TEXT], *terms.closed_spans[Use.AUDIO], *seen}:
            if not _hidden(edition, span):
                publishing.veil(interview, *span, by=by, at=at, reason="consent")
    if edition is None and not terms.papers and interview.state not in (State.DRAFT, State.WITHDRAWN):
        publishing.withdraw(interview, by=by, at=at, action="consent")


def _gives_more(edition: Edition, terms: grants.Terms) -> bool:
    return not set(edition.uses) <= set(terms.public_uses())


def _names_more(edition: Edition, interview: Interview, terms: grants.Terms) -> bool:
    """Whether a narrator may not be named any more, and it has a name that the next edition would not have."""
    narrators = Participation.objects.filter(interview=interview, role=Participation.Role.NARRATOR)
    names = [manifest.shown_name(each.person, terms) for each in narrators.select_related("person")]
    return "" in names and not set(edition.narrators) <= set(names)


def _hidden(edition: Edition, span: Span) -> bool:
    """Whether a passage is out of sight already: veiled, or withheld when the edition was made."""
    start, end = span
    if edition.veils.filter(start_ms__lte=start, end_ms__gte=end).exists():
        return True
    heard = EditionSegment.objects.filter(edition=edition, start_ms__lt=end, end_ms__gt=start)
    return not heard.filter(withheld=False).exists() and not edition.audio_key and not edition.gives_its_video
