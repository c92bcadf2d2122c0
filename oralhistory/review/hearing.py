"""What of a testimony was listened to by those who review it, before anybody signs it.

A machine's text is checked by ear, and what is published without a word being written is heard all the more. What no
edition carries needs no hearing, and neither does what is silent. The interviewer was there: others have to listen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.consent import grants
from oralhistory.consent.models import Use
from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span, length, merged, without
from oralhistory.recordings.models import Recording
from oralhistory.review import redactions
from oralhistory.review.models import Heard
from oralhistory.transcripts import gaps, versions

FORGIVEN = 300  # ms: players tell where they are four times a second
SPEECH = frozenset({gaps.Kind.UNWRITTEN, gaps.Kind.OTHER_LANGUAGE})


@dataclass(frozen=True, slots=True)
class Unheard:
    """A stretch that nobody has listened to, in the recording's own time."""

    recording: Recording
    start_ms: int
    end_ms: int

    @property
    def at_ms(self) -> int:
        """On the interview's time line."""
        return self.start_ms + self.recording.offset_ms


@dataclass(frozen=True, slots=True)
class Coverage:
    needed_ms: int
    unheard: tuple[Unheard, ...]

    @property
    def is_whole(self) -> bool:
        return not self.unheard

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all of it."""
        missing = sum(each.end_ms - each.start_ms for each in self.unheard)
        return 100 * (self.needed_ms - missing) // self.needed_ms if self.needed_ms else 100


@transaction.atomic
def note(recording: Recording, spans: Iterable[Span], *, by: User, at: datetime) -> Heard:
    """Somebody has listened to spans of a recording: added to what they heard before."""
    Recording.objects.select_for_update().get(pk=recording.pk)
    heard, _made = Heard.objects.get_or_create(recording=recording, user=by, defaults={"at": at})
    end = recording.duration_ms or 0
    inside = [(max(0, a), min(b, end)) for a, b in spans]
    heard.spans = merged([*_spans(heard), *((a, b) for a, b in inside if a < b)])
    heard.at = at
    heard.save(update_fields=["spans", "at"])
    return heard


def coverage(interview: Interview, *, at: datetime) -> Coverage:
    """Of all recordings of an interview together."""
    terms = grants.in_force(interview, at=at)
    cut = redactions.spans(interview)
    parts = [
        of_recording(each, interview, terms, cut)
        for each in Recording.objects.of(interview).filter(state=Recording.State.READY)
    ]
    return Coverage(
        sum(part.needed_ms for part in parts), tuple(each for part in parts for each in part.unheard)
    )


def of_recording(
    recording: Recording, interview: Interview, terms: grants.Terms, cut: Iterable[Span]
) -> Coverage:
    needed = _needed(recording, terms, list(cut))
    holes = [span for span in without(needed, heard(recording, interview)) if span[1] - span[0] > FORGIVEN]
    return Coverage(length(needed), tuple(Unheard(recording, *span) for span in holes))


def heard(recording: Recording, interview: Interview) -> list[Span]:
    """What reviewers have heard of a recording, together."""
    rows = Heard.objects.filter(recording=recording).exclude(user=interview.created_by_id)
    return merged(span for each in rows for span in _spans(each))


def _spans(heard: Heard) -> list[Span]:
    return [(start, end) for start, end in heard.spans]


def _needed(recording: Recording, terms: grants.Terms, cut: list[Span]) -> list[Span]:
    """What an edition would give the public: by each of its uses, without what is kept from it."""
    transcript = versions.current(recording)
    if transcript is None or not recording.duration_ms:
        return []
    written = list(transcript.segments.exclude(text="").values_list("start_ms", "end_ms"))
    spoken = [(each.start_ms, each.end_ms) for each in gaps.of(transcript) if each.kind in SPEECH]
    offset = recording.offset_ms
    given: list[Span] = []
    for use, carried in ((Use.TEXT, written), (Use.AUDIO, [*written, *spoken])):
        if terms.allows(use):
            closed = [(start - offset, end - offset) for start, end in (*cut, *terms.closed_spans[use])]
            given += without(carried, closed)
    return merged(
        (start, min(end, recording.duration_ms)) for start, end in given if start < recording.duration_ms
    )
