"""Deciding about mentions: a person accepts, chooses another, refuses, takes back, adds; and may remember a form.

Every decision says what its hand had before it (`seen`, as `stand` writes it), so that of two moderators at once the
second overwrites nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from oralhistory.lib.agents import Agent
from oralhistory.lib.folding import fold
from oralhistory.mentions.heard_first import ONLY_WRITTEN
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.mentions.suggesting import times_of
from oralhistory.organizations import cataloging, descriptions
from oralhistory.organizations.cataloging import Changed
from oralhistory.organizations.descriptions import NameForm
from oralhistory.organizations.models import Name, Organization
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript

BY_HAND = "by hand"  # the kind of a mention that a person found


class NeedsAnOrganization(Exception):
    """An organization that is not in the list cannot be accepted: choose one, make one, or refuse."""


class Overtaken(Exception):
    """Somebody else has just decided about this mention."""


class AlreadyMarked(Exception):
    """A mention stands on these words already."""


class NoWords(Exception):
    """The span is not one of words of the segment."""


def stand(mention: Mention) -> str:
    """How a mention stands, to be handed back with a decision about it."""
    slug = mention.organization.slug if mention.organization else ""
    return f"{mention.state}:{slug}:{mention.decided_at.isoformat() if mention.decided_at else ''}"


@transaction.atomic
def accept(
    mention: Mention,
    *,
    by: Agent,
    at: datetime,
    organization: Organization | None = None,
    seen: str | None = None,
) -> Mention:
    """It speaks of that organization (the suggested one, or another). Raises NeedsAnOrganization, Overtaken."""
    mention = _open(mention, seen)
    organization = organization or mention.organization
    if organization is None:
        raise NeedsAnOrganization
    _forget_refusal(mention)
    mention.organization, mention.why = organization, ""
    _decide(mention, Mention.State.ACCEPTED, by=by, at=at)
    return mention


@transaction.atomic
def remember_form(mention: Mention, *, by: Agent, at: datetime) -> Changed | None:
    """Keep what was heard as a form of the organization's name: transcripts to come know it. Never public.

    None if the record has the form already.
    """
    if mention.organization is None:
        raise NeedsAnOrganization
    (described,) = descriptions.describe([mention.organization])
    text = " ".join(mention.surface.split())[:250]
    if any(fold(each.text) == fold(text) for each in described.names):
        return None
    heard = NameForm(text, Name.Kind.HEARD_AS.value, source="decided", learned_from=_interview_code(mention))
    return cataloging.save(replace(described, names=(*described.names, heard)), by=by, at=at, why="heard")


@transaction.atomic
def reject(mention: Mention, *, by: Agent, at: datetime, why: str = "", seen: str | None = None) -> Mention:
    """It does not speak of that organization; a form refused three times in an interview is quiet there.

    `why` is a code of the interface or a sentence. Raises Overtaken.
    """
    mention = _open(mention, seen)
    if mention.state != Mention.State.REJECTED:
        form, _ = NegativeForm.objects.get_or_create(**_refusal(mention), defaults={"times": 0})
        NegativeForm.objects.filter(pk=form.pk).update(times=F("times") + 1)
    mention.why = why
    _decide(mention, Mention.State.REJECTED, by=by, at=at)
    return mention


@transaction.atomic
def reopen(mention: Mention, *, seen: str | None = None) -> Mention | None:
    """Take a decision back: the machine's suggestion stands again; one that a person added goes, and gives None.

    Raises Overtaken.
    """
    mention = _open(mention, seen)
    _forget_refusal(mention)
    if mention.kind == BY_HAND:
        mention.delete()
        return None
    mention.organization = Organization.objects.filter(slug=mention.proposed).first()
    mention.state, mention.why = Mention.State.SUGGESTED, ""
    mention.decided_by_agent, mention.decided_at = "", None
    mention.save(update_fields=["state", "organization", "why", "decided_by_agent", "decided_at"])
    return mention


@transaction.atomic
def add(
    segment: Segment, start: int, end: int, organization: Organization, *, by: Agent, at: datetime
) -> Mention:
    """What no machine found: characters [start, end) of a segment speak of an organization.

    Blanks at the edges are left out. A suggestion or refusal under the span gives way. Raises NoWords, AlreadyMarked.
    """
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    said = segment.text[max(start, 0) : end]
    start, end = start + len(said) - len(said.lstrip()), start + len(said.rstrip())
    if start < 0 or end > len(segment.text) or not said.strip():
        raise NoWords
    under = Mention.objects.filter(segment=segment, start__lt=end, end__gt=start)
    if under.accepted().exists():
        raise AlreadyMarked
    under.delete()
    start_ms, end_ms = times_of(segment, start, end)
    return Mention.objects.create(
        transcript=segment.transcript, segment=segment, start=start, end=end, start_ms=start_ms, end_ms=end_ms,
        surface=said.strip(), organization=organization, score=1.0, kind=BY_HAND, state=Mention.State.ACCEPTED,
        decided_by_agent=str(by), decided_at=at,
    )  # fmt: skip


def alike(mention: Mention) -> list[Mention]:
    """Undecided mentions of the same form and organization in the same interview, this one included.

    One that only a second reading says stands alone: a person listens to each of them.
    """
    if mention.kind == ONLY_WRITTEN:
        return [mention]
    folded = fold(mention.surface)
    same = Mention.objects.undecided().filter(
        transcript__in=_texts_beside(mention.transcript), organization=mention.organization
    )
    same = same.exclude(kind=ONLY_WRITTEN).select_related("segment", "organization", "transcript__recording")
    ordered = same.order_by("transcript__recording__offset_ms", "segment__index", "start")
    return [each for each in ordered if fold(each.surface) == folded]


def _texts_beside(transcript: Transcript) -> list[int]:
    """The transcripts that people work on, of all recordings of the interview."""
    session = transcript.recording.session
    recordings = Recording.objects.of(session.interview).exclude(pk=transcript.recording_id)
    texts = [versions.current(recording) for recording in recordings]
    return [transcript.pk, *(text.pk for text in texts if text)]


@transaction.atomic
def accept_some(
    mentions: Iterable[Mention], *, seen: Collection[str], by: Agent, at: datetime
) -> tuple[list[Mention], int]:
    """Accept many at once: those that stand as they were `seen` ("pk stand"). Gives them, and how many were overtaken."""
    stood = dict(each.split(" ", 1) for each in seen if " " in each)
    taken, overtaken = [], 0
    for mention in mentions:
        try:
            taken.append(accept(mention, by=by, at=at, seen=stood.get(str(mention.pk), "")))
        except (Overtaken, NeedsAnOrganization):
            overtaken += 1
    return taken, overtaken


def _open(mention: Mention, seen: str | None) -> Mention:
    expected = stand(mention) if seen is None else seen
    locked = (
        Mention.objects.select_for_update(of=("self",))
        .select_related("organization", "transcript__recording__session__interview", "segment")
        .filter(pk=mention.pk)
        .first()
    )
    if locked is None:  # its text was overtaken by a newer one
        raise Overtaken
    if stand(locked) != expected:
        raise Overtaken
    return locked


def _decide(mention: Mention, state: str, *, by: Agent, at: datetime) -> None:
    mention.state = state
    mention.decided_by_agent = str(by)
    mention.decided_at = at
    mention.save(update_fields=["state", "organization", "why", "decided_by_agent", "decided_at"])


def _interview_code(mention: Mention) -> str:
    return mention.transcript.recording.session.interview.public_id


def _refusal(mention: Mention) -> dict[str, object]:
    return {
        "interview_code": _interview_code(mention),
        "folded": fold(mention.surface)[:250],
        "organization": mention.organization,
    }


def _forget_refusal(mention: Mention) -> None:
    """One refusal less, where this mention was refused."""
    if mention.state == Mention.State.REJECTED:
        forms = NegativeForm.objects.filter(**_refusal(mention))
        forms.update(times=F("times") - 1)
        forms.filter(times__lte=0).delete()
