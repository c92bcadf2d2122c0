"""Looking for organizations in a transcript, and keeping what was found as suggestions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.folding import fold
from oralhistory.mentions import heard_first, scorers, word_index
from oralhistory.mentions.calibration import Calibration
from oralhistory.mentions.evidence import Evidence
from oralhistory.mentions.heard_first import HeardFirst
from oralhistory.mentions.matching import Found, Matcher
from oralhistory.mentions.models import Mention, NegativeForm, TranscriptWords
from oralhistory.organizations import authority_version, registry
from oralhistory.organizations.models import Organization
from oralhistory.transcripts.models import Segment, Transcript
from oralhistory.transcripts.words import from_rows

QUIET_AFTER = 3  # refusals of a form in one interview
MOST_CHANGES = 5  # of the list, while one transcript is being matched


@lru_cache(
    maxsize=1
)  # building it takes longer than matching an interview; a second one would hold as much memory
def _matcher(version: str) -> Matcher:
    return Matcher(registry.authorities())


@dataclass(frozen=True, slots=True)
class Reader:
    """What transcripts are read with; every suggestion carries its versions."""

    matcher: Matcher
    calibration: Calibration
    authority_version: str

    @property
    def version(self) -> str:
        return scorers.version_of(self.calibration)


def reader() -> Reader:
    """For the list as it is now, and the scorer in force: a changed name is seen by the next asking."""
    version = authority_version.current()
    return Reader(_matcher(version), scorers.in_force(), version)


def suggest(transcript: Transcript) -> int:
    """Find the mentions of a transcript and keep those that are new. What people decided stays as it is.

    Running it again changes nothing but suggestions that the list or the matcher no longer supports.
    Returns how many suggestions stand, the weak ones included.
    """
    standing = 0
    for _ in range(MOST_CHANGES):
        current = reader()
        segments = list(transcript.segments.all())
        heard = word_index.heard_of(transcript, segments)
        found = find(current, transcript, segments, heard)
        standing = _keep(transcript, segments, heard, found, current)
        # Asked once more after the row of its words is there: a name that came meanwhile is either seen here, or
        # whoever looks for it in the archive (rescanning) finds that row.
        if authority_version.current() == current.authority_version:
            break
    return standing


def is_matched(transcript: Transcript) -> bool:
    """Is its text what it was when it was last matched as a whole, by this matcher and scorer, with this list?"""
    return TranscriptWords.objects.filter(
        transcript=transcript,
        matcher_version=scorers.version_of(scorers.in_force()),
        authority_version=authority_version.current(),
    ).exists()


def find(
    current: Reader, transcript: Transcript, segments: Sequence[Segment], heard: Sequence[HeardFirst]
) -> list[Found]:
    """By what was heard first; what only a second reading says is added as what it is. Of any score."""
    interview = transcript.recording.session.interview

    def read(texts: Sequence[str]) -> list[Found]:
        return current.matcher.find(
            texts,
            country=interview.countries,
            starts_ms=[segment.start_ms for segment in segments],
            calibration=current.calibration,
        )

    found = [heard_first.moved(each, heard) for each in read([each.heard for each in heard])]
    if not any(each.places for each in heard):
        return found
    return heard_first.with_those_written(found, read([each.text for each in heard]), heard)


def refused(interview: Interview) -> set[tuple[str, str | None]]:
    """Forms that were refused here too often, for an organization, or (None) for any."""
    rows = NegativeForm.objects.filter(interview_code__in=["", interview.public_id], times__gte=QUIET_AFTER)
    return set(rows.values_list("folded", "organization__slug"))


@transaction.atomic
def _keep(
    transcript: Transcript,
    segments: Sequence[Segment],
    heard: Sequence[HeardFirst],
    found: list[Found],
    current: Reader,
) -> int:
    Transcript.objects.select_for_update().get(pk=transcript.pk)
    Mention.objects.filter(transcript=transcript).suggested().delete()
    decided = list(Mention.objects.filter(transcript=transcript).values_list("segment_id", "start", "end"))
    quiet = refused(transcript.recording.session.interview)
    new = [
        each
        for each in found
        if (fold(each.surface), each.organization) not in quiet
        and not any(
            segments[each.segment].pk == segment and each.start < end and start < each.end
            for segment, start, end in decided
        )
    ]
    Mention.objects.bulk_create(as_mentions(transcript, segments, new, current))
    word_index.keep(
        transcript, heard, matcher_version=current.version, authority_version=current.authority_version
    )
    return len(new)


def as_mentions(
    transcript: Transcript, segments: Sequence[Segment], found: Sequence[Found], current: Reader
) -> list[Mention]:
    """What was found, as suggestions that are not stored yet."""
    slugs = {each.organization for each in found if each.organization}
    organizations = {each.slug: each for each in Organization.objects.filter(slug__in=slugs)}
    return [
        _mention(
            transcript, segments[each.segment], each, organizations.get(each.organization or ""), current
        )
        for each in found
    ]


def _mention(
    transcript: Transcript,
    segment: Segment,
    found: Found,
    organization: Organization | None,
    current: Reader,
) -> Mention:
    # A name that goes on in the next segment is kept as far as this one goes: a mention is a span of one segment.
    end = found.end if found.end_segment == found.segment else len(segment.text)
    start_ms, end_ms = times_of(segment, found.start, end)
    return Mention(
        transcript=transcript, segment=segment, start=found.start, end=end, start_ms=start_ms, end_ms=end_ms,
        surface=found.surface, organization=organization, proposed=found.organization or "", score=found.score, odds=found.odds,
        kind=found.kind,
        evidence=_rows(found.evidence),
        alternatives=[
            {"organization": each.organization, "score": each.score, "evidence": _rows(each.evidence)}
            for each in found.alternatives
        ],
        matcher_version=current.version, authority_version=current.authority_version,
    )  # fmt: skip


def _rows(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {"template": each.template, "parameters": each.parameters, "weight": each.weight} for each in evidence
    ]


def times_of(segment: Segment, start: int, end: int) -> tuple[int, int]:
    """When characters [start, end) of a segment are said: by its words, else by the segment itself."""
    times, at = [], 0
    for word in from_rows(segment.words):
        at = segment.text.find(word.text, at)
        if at < 0:
            return segment.start_ms, segment.end_ms
        if at < end and start < at + len(word.text):
            times.append(word)
        at += len(word.text)
    if not times:
        return segment.start_ms, segment.end_ms
    return times[0].start_ms, max(times[-1].end_ms, times[0].start_ms + 1)
