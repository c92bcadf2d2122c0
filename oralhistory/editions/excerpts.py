"""What a passage will be like in an edition, heard and read before anything is kept.

By the rules that make the edition itself: the sound is cut from the full-band decode and overwritten as an access copy's
is, the text is what `passages` leaves of it.
"""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from oralhistory.consent import grants
from oralhistory.consent.models import Use
from oralhistory.editions import passages
from oralhistory.files import stores
from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span, merged, overlaps
from oralhistory.recordings import access_copies, renditions
from oralhistory.recordings.models import Recording
from oralhistory.review.people_named import closings
from oralhistory.review.people_named.closings import Closing
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment

LONGEST = 120_000  # ms that are rendered at once


class NothingThere(Exception):
    """No recording is heard in this stretch of the time line."""


@dataclass(frozen=True, slots=True)
class Change:
    """A segment as it is and as it will be; an empty `after`: it is withheld whole."""

    segment: Segment
    start_ms: int  # on the time line
    before: str
    after: str


def sound(interview: Interview, window: Span, more: Sequence[Span], *, at: datetime) -> bytes:
    """The sound of a stretch as an edition would have it now, with `more` overwritten too. Raises NothingThere."""
    start_ms, end_ms = window
    terms = grants.in_force(interview, at=at)
    standing = [(each.start_ms, each.end_ms) for each in closings.standing(interview)]
    silences = merged([*standing, *terms.closed_spans[Use.AUDIO], *more])
    with ExitStack() as stack:
        parts = []
        for recording in Recording.objects.of(interview).filter(state=Recording.State.READY):
            rendition = renditions.current(recording)
            until = recording.offset_ms + (recording.duration_ms or 0)
            if rendition and recording.offset_ms < end_ms and start_ms < until:
                file = rendition.listening
                path = stack.enter_context(stores.open_local(file.storage, file.key))
                parts.append(access_copies.Part(path, recording.offset_ms))
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR))
        out = Path(folder, "excerpt.m4a")
        try:
            access_copies.excerpt(parts, silences, (start_ms, min(end_ms, start_ms + LONGEST)), out)
        except access_copies.CannotBeEncoded as refusal:
            raise NothingThere from refusal
        return out.read_bytes()


def text(interview: Interview, more: Sequence[Closing], *, at: datetime) -> list[Change]:
    """Every segment that `more` changes, before and after."""
    terms = grants.in_force(interview, at=at)
    standing = closings.standing(interview)
    spans = [(each.start_ms, each.end_ms) for each in more]
    closed = merged(
        [*((each.start_ms, each.end_ms) for each in standing), *spans, *terms.closed_spans[Use.TEXT]]
    )
    instead = [
        (each.start_ms, each.end_ms, each.replacement) for each in [*standing, *more] if each.replacement
    ]
    changes = []
    for recording in Recording.objects.of(interview):
        transcript = versions.current(recording)
        for segment in transcript.segments.all() if transcript else ():
            place = (segment.start_ms + recording.offset_ms, segment.end_ms + recording.offset_ms)
            if overlaps(place, spans):
                passage = passages.redact(segment, recording.offset_ms, closed, instead)
                changes.append(Change(segment, place[0], segment.text, passage.text))
    return changes
