"""What a change of consent does to what is public already: it narrows at once, and never widens."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import grants
from oralhistory.consent.grants import Terms
from oralhistory.consent.models import Agreement, Part, ThemeSpan, Use
from oralhistory.editions import indexing, manifest, narrowing, publishing
from oralhistory.editions.models import Edition, EditionSegment, Standing
from oralhistory.interviews.models import Interview, Participation, State
from oralhistory.lib.agents import Agent
from oralhistory.lib.timeline import Span

_SAID = (Use.TEXT, Use.AUDIO)


@transaction.atomic
def follow_consent(interview: Interview, *, by: Agent, at: datetime) -> bool:
    """After consent changed: take from what is public what it no longer allows, and leave the rest.

    Exits close of uses that are lost, passages are veiled, names go; where neither text nor sound is left, the
    whole is withdrawn. An interview without an edition whose last paper was withdrawn is withdrawn too.
    Returns whether there are files that are public no more while the edition is.
    """
    terms = grants.in_force(interview, at=at)
    if not terms.tombstone:
        Standing.objects.filter(public_id=interview.public_id).update(tombstone=False)
    edition = Edition.objects.public().filter(standing__public_id=interview.public_id).first()
    if edition:
        return _narrow(edition, interview, terms, by=by, at=at)
    if not terms.papers and interview.state not in (State.DRAFT, State.WITHDRAWN) and _had_a_paper(interview):
        publishing.withdraw(interview, by=by, at=at, action="consent")
    return False


def _had_a_paper(interview: Interview) -> bool:
    papers = Agreement.objects.exclude(kind=Agreement.Kind.NARROWING)
    return papers.filter(interview=interview, withdrawal__isnull=False).exists()


def _narrow(edition: Edition, interview: Interview, terms: Terms, *, by: Agent, at: datetime) -> bool:
    lost = set(edition.uses) - set(terms.public_uses())
    if not set(_SAID) & (set(edition.uses) - lost):
        publishing.withdraw(interview, by=by, at=at, action="consent")
        return False
    if lost:
        narrowing.lose_uses(edition, interview, lost, by=by, at=at)
    if names := _names_lost(edition, interview, terms):
        narrowing.lose_names(edition, interview, names, by=by, at=at)
    uses = {use for use in _SAID if use in edition.uses} | ({Use.VIDEO} if edition.gives_its_video else set())
    spans = [span for span in _closed_since(edition, interview, uses, at=at) if not _hidden(edition, span)]
    for start_ms, end_ms in spans:
        narrowing.cover(edition, start_ms, end_ms, by=by, at=at)
    if spans:
        indexing.replace(edition)
    return bool(lost)


@transaction.atomic
def name_no_longer(interview: Interview, name: str, *, by: Agent, at: datetime) -> None:
    """A narrator does not want to be shown under a name any more: it goes from what is public."""
    edition = Edition.objects.public().filter(standing__public_id=interview.public_id).first()
    if edition and name in edition.narrators:
        narrowing.lose_names(edition, interview, [name], by=by, at=at)


def _names_lost(edition: Edition, interview: Interview, terms: Terms) -> list[str]:
    """What the edition calls narrators, if one may not be named any more and the next edition would not."""
    narrators = Participation.objects.filter(interview=interview, role=Participation.Role.NARRATOR)
    names = [manifest.shown_name(each.person, terms) for each in narrators.select_related("person")]
    return [name for name in edition.narrators if name not in names] if "" in names else []


def _closed_since(edition: Edition, interview: Interview, uses: set[Use], *, at: datetime) -> set[Span]:
    """Passages that were closed after the edition was made: it was made without those that were closed before."""
    made = edition.published_at
    wanted = {refused for use in uses for refused in grants.refused_by(use)}
    marks = list(ThemeSpan.objects.standing().filter(interview=interview))
    spans: set[Span] = set()
    lines = grants.standing(at=at).filter(agreement__interview=interview, denied=True, use__in=wanted)
    for line in lines.exclude(part=Part.WHOLE).select_related("agreement"):
        began = max(line.agreement.recorded_at, line.valid_from or line.agreement.recorded_at)
        if line.start_ms is not None and line.end_ms is not None and began >= made:
            spans.add((line.start_ms, line.end_ms))
        spans |= {
            (mark.start_ms, mark.end_ms)
            for mark in marks
            if mark.theme == line.theme and max(mark.at, began) >= made
        }
    return spans


def _hidden(edition: Edition, span: Span) -> bool:
    """Whether a passage is out of sight already: veiled, or withheld when the edition was made."""
    start, end = span
    if edition.veils.filter(start_ms__lte=start, end_ms__gte=end).exists():
        return True
    heard = EditionSegment.objects.filter(edition=edition, start_ms__lt=end, end_ms__gt=start)
    return not heard.filter(withheld=False).exists() and not edition.audio_key and not edition.gives_its_video
