"""Deciding about mentions: a person accepts, chooses another, or refuses, and may remember a form."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from oralhistory.lib.agents import Agent
from oralhistory.lib.folding import fold
from oralhistory.mentions.heard_first import ONLY_WRITTEN
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.mentions.suggesting import times_of
from oralhistory.organizations.models import Name, Organization
from oralhistory.transcripts.models import Segment, Transcript


class NeedsAnOrganization(Exception):
    """An organization that is not in the list cannot be accepted: choose one, make one, or refuse."""


class Overtaken(Exception):
    """Somebody else has just decided about this mention."""


@transaction.atomic
def accept(
    mention: Mention,
    *,
    by: Agent,
    at: datetime,
    organization: Organization | None = None,
    remember: bool = False,
) -> Mention:
    """It speaks of that organization (the suggested one, or another). `remember` keeps the heard form as a name.

    Raises NeedsAnOrganization, Overtaken.
    """
    mention = _open(mention)
    organization = organization or mention.organization
    if organization is None:
        raise NeedsAnOrganization
    mention.organization = organization
    _decide(mention, Mention.State.ACCEPTED, by=by, at=at)
    if remember:
        Name.objects.get_or_create(
            organization=organization,
            kind=Name.Kind.HEARD_AS,
            text=mention.surface[:250],
            defaults={"source": "decided"},
        )
    return mention


@transaction.atomic
def reject(mention: Mention, *, by: Agent, at: datetime, why: str = "") -> Mention:
    """It does not speak of that organization; a form refused three times in an interview is quiet there."""
    mention = _open(mention)
    mention.why = why
    _decide(mention, Mention.State.REJECTED, by=by, at=at)
    form, _ = NegativeForm.objects.get_or_create(
        interview_code=mention.transcript.recording.session.interview.public_id,
        folded=fold(mention.surface)[:250],
        organization=mention.organization,
        defaults={"times": 0},
    )
    NegativeForm.objects.filter(pk=form.pk).update(times=F("times") + 1)
    return mention


def alike(mention: Mention) -> list[Mention]:
    """Undecided mentions of the same form and organization in the same transcript, this one included.

    One that only a second reading says stands alone: a person listens to each of them.
    """
    if mention.kind == ONLY_WRITTEN:
        return [mention]
    folded = fold(mention.surface)
    same = Mention.objects.filter(
        transcript=mention.transcript, organization=mention.organization
    ).undecided()
    same = same.exclude(kind=ONLY_WRITTEN)
    return [each for each in same.select_related("segment") if fold(each.surface) == folded]


@transaction.atomic
def accept_alike(mention: Mention, *, by: Agent, at: datetime) -> list[Mention]:
    """Accept every mention like this one."""
    return [accept(each, by=by, at=at) for each in alike(mention)]


def _open(mention: Mention) -> Mention:
    locked = (
        Mention.objects.select_for_update(of=("self",))
        .select_related("organization", "transcript")
        .filter(pk=mention.pk)
        .first()
    )
    if locked is None:  # its text was overtaken by a newer one
        raise Overtaken
    if locked.state != mention.state:
        raise Overtaken
    return locked


def _decide(mention: Mention, state: str, *, by: Agent, at: datetime) -> None:
    mention.state = state
    mention.decided_by_agent = str(by)
    mention.decided_at = at
    mention.save(update_fields=["state", "organization", "why", "decided_by_agent", "decided_at"])


@transaction.atomic
def carry(source: Transcript, target: Transcript) -> None:
    """Move the mentions of a version to the working version that was copied from it."""
    cues = dict(target.segments.values_list("cue_id", "pk"))
    for mention in Mention.objects.filter(transcript=source).select_related("segment"):
        mention.transcript = target
        mention.segment_id = cues[mention.segment.cue_id]
        mention.save(update_fields=["transcript", "segment"])


@transaction.atomic
def follow_edit(segment: Segment) -> None:
    """After a segment's text was changed: a mention whose words are still there moves with them, others go."""
    searched_from: dict[str, int] = {}
    for mention in Mention.objects.filter(segment=segment).order_by("start"):
        at = segment.text.find(mention.surface, searched_from.get(mention.surface, 0))
        if at < 0:
            mention.delete()
            continue
        searched_from[mention.surface] = at + len(mention.surface)
        mention.start, mention.end = at, at + len(mention.surface)
        mention.start_ms, mention.end_ms = times_of(segment, mention.start, mention.end)
        mention.save(update_fields=["start", "end", "start_ms", "end_ms"])
