"""A narrator says what they said: kept beside the text, until somebody of the team takes it or not."""

from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections
from oralhistory.review.models import Suggestion
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript


class NothingSuggested(Exception):
    """The words are those that stand there."""


class AlreadySettled(Exception):
    """Somebody has decided on it."""


@transaction.atomic
def suggest(interview: Interview, cue_id: str, text: str, *, by: Agent, at: datetime) -> Suggestion:
    """Other words for a passage of the present text. Raises Segment.DoesNotExist, NothingSuggested."""
    transcript, offset_ms = _text_with(interview, cue_id)
    segment = transcript.segments.get(cue_id=cue_id)
    words = " ".join(text.split())
    if not words or words == segment.text:
        raise NothingSuggested
    events.record("correction suggested", interview, at=at, agent=by, outcome=cue_id)
    return Suggestion.objects.create(
        interview=interview, start_ms=segment.start_ms + offset_ms, cue_id=cue_id, before=segment.text,
        text=words, by_agent=str(by), at=at,
    )  # fmt: skip


@transaction.atomic
def take(suggestion: Suggestion, *, by: Agent, at: datetime) -> None:
    """Write the suggested words into the text.

    Raises AlreadySettled, versions.Overtaken (the text is not what the narrator read), Segment.DoesNotExist.
    """
    _settle(suggestion, by=by, at=at, taken=True)
    transcript, _offset = _text_with(suggestion.interview, suggestion.cue_id)
    corrections.correct(
        suggestion.interview,
        transcript,
        suggestion.cue_id,
        suggestion.text,
        seen=suggestion.before,
        by=by,
        at=at,
    )


@transaction.atomic
def leave(suggestion: Suggestion, *, by: Agent, at: datetime) -> None:
    """The text stays, or was corrected otherwise. Raises AlreadySettled."""
    _settle(suggestion, by=by, at=at, taken=False)
    events.record("correction not taken", suggestion.interview, at=at, agent=by, outcome=suggestion.cue_id)


def waiting(interview: Interview) -> list[Suggestion]:
    return list(Suggestion.objects.filter(interview=interview, settled_at=None).order_by("start_ms", "at"))


def _settle(suggestion: Suggestion, *, by: Agent, at: datetime, taken: bool) -> None:
    open_ = Suggestion.objects.filter(pk=suggestion.pk, settled_at=None)
    if not open_.update(settled_at=at, settled_by_agent=str(by), taken=taken):
        raise AlreadySettled


def _text_with(interview: Interview, cue_id: str) -> tuple[Transcript, int]:
    for recording in Recording.objects.of(interview).filter(state=Recording.State.READY):
        transcript = versions.current(recording)
        if transcript and transcript.segments.filter(cue_id=cue_id).exists():
            return transcript, recording.offset_ms
    raise Segment.DoesNotExist
