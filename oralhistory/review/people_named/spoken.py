"""What an interview says now: the segments of the versions that count, and which of their characters name organizations."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span
from oralhistory.mentions.bands import PROPOSED
from oralhistory.mentions.models import Mention, MentionQuerySet
from oralhistory.mentions.suggesting import times_of
from oralhistory.recordings.models import Recording
from oralhistory.review.people_named.finding import Text
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment
from oralhistory.transcripts.words import from_rows, placed


@dataclass(frozen=True, slots=True)
class Passage:
    segment: Segment
    offset_ms: int
    is_untimed: bool  # where in the sound it is said is a guess

    def span(self, start: int, end: int) -> Span:
        """When characters [start, end) are said, on the interview's time line."""
        start_ms, end_ms = times_of(self.segment, start, end)
        return start_ms + self.offset_ms, max(end_ms, start_ms + 1) + self.offset_ms

    def words(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and the last word of characters [start, end)."""
        found = placed(from_rows(self.segment.words), self.segment.text)
        inside = [at for at, (a, b, _word) in enumerate(found) if a < end and start < b]
        return (inside[0], inside[-1]) if inside else None


@dataclass(frozen=True)
class Spoken:
    """All recordings, in the order of the time line."""

    passages: dict[str, Passage]  # by cue
    taken: dict[str, tuple[tuple[int, int], ...]]

    @cached_property
    def texts(self) -> list[Text]:
        return [Text(cue, each.segment.text, self.taken.get(cue, ())) for cue, each in self.passages.items()]


def of(interview: Interview) -> Spoken:
    passages, transcripts = {}, []
    for recording in Recording.objects.of(interview):
        transcript = versions.current(recording)
        if transcript is None:
            continue
        transcripts.append(transcript)
        for segment in transcript.segments.all():
            passages[segment.cue_id] = Passage(segment, recording.offset_ms, transcript.is_untimed)
    taken: dict[str, list[tuple[int, int]]] = {}
    mentions = Mention.objects.filter(transcript__in=transcripts)
    for cue, start, end in _of_organizations(mentions):
        taken.setdefault(cue, []).append((start, end))
    return Spoken(passages, {cue: tuple(spans) for cue, spans in taken.items()})


def just(segment: Segment) -> Spoken:
    """One segment by itself."""
    transcript = segment.transcript
    passage = Passage(segment, transcript.recording.offset_ms, transcript.is_untimed)
    return Spoken({segment.cue_id: passage}, {})


def _of_organizations(mentions: MentionQuerySet) -> Iterator[tuple[str, int, int]]:
    """Accepted, or rather likely: what a person refused is no organization."""
    rows = mentions.accepted() | mentions.suggested().filter(score__gte=PROPOSED)
    yield from rows.values_list("segment__cue_id", "start", "end")
