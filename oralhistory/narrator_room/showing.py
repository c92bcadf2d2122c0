"""What a narrator is shown of their own interview: unredacted, with what is kept out marked as such."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from oralhistory.consent import grants, links
from oralhistory.consent.models import NarratorLink
from oralhistory.editions import manifest
from oralhistory.editions.models import Edition
from oralhistory.interviews.models import Interview, State
from oralhistory.lib.timeline import Span, merged, overlaps
from oralhistory.narrator_room import plain_words
from oralhistory.recordings import arranging, renditions
from oralhistory.recordings.models import Recording, Rendition
from oralhistory.review import redactions
from oralhistory.review.models import Redaction, Remark, Suggestion
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment, on the interview's time line and within its recording."""

    segment: Segment
    start_ms: int
    end_ms: int
    language: str
    asks: bool
    is_kept_out: bool  # the whole of it
    is_partly_kept_out: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A recording: its sound, and its text if there is one."""

    number: int
    recording: Recording
    passages: list[Passage]
    is_checked: bool  # by a person; else it is what the machine wrote


def parts(interview: Interview) -> list[Part]:
    """The whole interview in the order of its time line."""
    kept_out = merged(redactions.spans(interview))
    return [_part(number, recording, kept_out) for number, recording in enumerate(_ready(interview), 1)]


def _ready(interview: Interview) -> QuerySet[Recording]:
    return Recording.objects.of(interview).filter(state=Recording.State.READY)


def _part(number: int, recording: Recording, kept_out: list[Span]) -> Part:
    transcript = versions.current(recording)
    if transcript is None:
        return Part(number, recording, [], is_checked=False)
    passages = [
        _passage(segment, recording.offset_ms, transcript, kept_out) for segment in transcript.segments.all()
    ]
    return Part(number, recording, passages, is_checked=transcript.audited)


def _passage(segment: Segment, offset_ms: int, transcript: Transcript, kept_out: list[Span]) -> Passage:
    start, end = segment.start_ms + offset_ms, segment.end_ms + offset_ms
    whole = any(first <= start and end <= last for first, last in kept_out)
    spoken: list[str] = transcript.made_by.get("languages") or ["es"]
    return Passage(
        segment, start, end,
        language=segment.language or spoken[0],
        asks=segment.speaker.startswith("interviewer"),
        is_kept_out=whole,
        is_partly_kept_out=not whole and overlaps((start, end), kept_out),
    )  # fmt: skip


def span_of(interview: Interview, cue_id: str) -> Span | None:
    """Where a segment of the text as it stands now lies on the interview's time line."""
    for recording in _ready(interview):
        transcript = versions.current(recording)
        segment = transcript.segments.filter(cue_id=cue_id).first() if transcript else None
        if segment:
            return segment.start_ms + recording.offset_ms, segment.end_ms + recording.offset_ms
    return None


def passage_of(interview: Interview, cue_id: str) -> Passage | None:
    """A segment of the text as it stands now."""
    return next(
        (each for part in parts(interview) for each in part.passages if each.segment.cue_id == cue_id), None
    )


def length_ms(interview: Interview) -> int:
    return max((arranging.end_of(recording) for recording in _ready(interview)), default=0)


def sound_of(interview: Interview, code: str) -> Rendition | None:
    """What is to be heard of a recording of this interview."""
    recording = _ready(interview).filter(code=code).first()
    return renditions.current(recording) if recording else None


def public_edition(interview: Interview) -> Edition | None:
    return Edition.objects.public().filter(standing__public_id=interview.public_id).first()


def page(link: NarratorLink, actions: frozenset[str], *, at: datetime) -> Mapping[str, Any]:
    """Everything on the testimony's page. `actions`: what the narrator may do now."""
    interview = link.interview
    me = str(links.agent_of(link))
    edition = public_edition(interview)
    return {
        "interview": interview,
        "shown_as": manifest.shown_name(link.person, grants.in_force(interview, at=at)),
        "standing": plain_words.standing(State(interview.state)),
        "is_public": edition is not None,
        "sound_is_withheld": edition is not None and bool(edition.audio_key) and edition.veils.exists(),
        "parts": parts(interview),
        "kept_out": [
            (each, each.marked_by_agent == me)
            for each in Redaction.objects.standing().filter(interview=interview)
        ],
        "remarks": Remark.objects.filter(interview=interview, by_agent=me).order_by("at"),
        "suggested": Suggestion.objects.filter(interview=interview, by_agent=me).order_by("at"),
        "actions": actions,
    }
