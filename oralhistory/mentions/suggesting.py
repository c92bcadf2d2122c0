"""Looking for organizations in a transcript, and keeping what was found as suggestions."""

from collections.abc import Sequence
from functools import lru_cache

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.folding import fold
from oralhistory.mentions import heard_first
from oralhistory.mentions.heard_first import HeardFirst
from oralhistory.mentions.matching import MATCHER_VERSION, Found, Matcher
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.organizations import registry
from oralhistory.organizations.authorities import Authority
from oralhistory.organizations.models import Organization
from oralhistory.transcripts import second_readings
from oralhistory.transcripts.models import Segment, Transcript
from oralhistory.transcripts.words import from_rows

QUIET_AFTER = 3  # refusals of a form in one interview


@lru_cache(maxsize=2)  # building the automaton takes longer than matching an interview
def _matcher(authorities: tuple[Authority, ...]) -> Matcher:
    return Matcher(authorities)


def suggest(transcript: Transcript) -> int:
    """Find the mentions of a transcript and keep those that are new. What people decided stays as it is.

    Running it again changes nothing but suggestions that the list or the matcher no longer supports.
    Returns how many suggestions stand, the weak ones included.
    """
    segments = list(transcript.segments.all())
    return _keep(
        transcript, segments, _found(transcript, segments), _refused(transcript.recording.session.interview)
    )


def _found(transcript: Transcript, segments: Sequence[Segment]) -> list[Found]:
    """By what was heard first; what only a second reading says is added as what it is."""
    interview = transcript.recording.session.interview
    matcher = _matcher(tuple(registry.authorities()))

    def find(texts: Sequence[str]) -> list[Found]:
        return matcher.find(
            texts,
            country=interview.countries[0] if interview.countries else None,
            starts_ms=[segment.start_ms for segment in segments],
        )

    places = second_readings.places(transcript, segments)
    texts = [HeardFirst(segment.text, places.get(segment.pk, [])) for segment in segments]
    found = [heard_first.moved(each, texts) for each in find([text.heard for text in texts])]
    return (
        heard_first.with_those_written(found, find([text.text for text in texts]), texts) if places else found
    )


def _refused(interview: Interview) -> set[tuple[str, str | None]]:
    """Forms that were refused here too often, for an organization, or (None) for any."""
    rows = NegativeForm.objects.filter(interview_code__in=["", interview.public_id], times__gte=QUIET_AFTER)
    return set(rows.values_list("folded", "organization__slug"))


@transaction.atomic
def _keep(
    transcript: Transcript,
    segments: Sequence[Segment],
    found: list[Found],
    refused: set[tuple[str, str | None]],
) -> int:
    Transcript.objects.select_for_update().get(pk=transcript.pk)
    Mention.objects.filter(transcript=transcript).suggested().delete()
    decided = list(Mention.objects.filter(transcript=transcript).values_list("segment_id", "start", "end"))
    slugs = {each.organization for each in found if each.organization}
    organizations = {each.slug: each for each in Organization.objects.filter(slug__in=slugs)}
    new = [
        _mention(transcript, segments[each.segment], each, organizations.get(each.organization or ""))
        for each in found
        if (fold(each.surface), each.organization) not in refused
        and not any(
            segments[each.segment].pk == segment and each.start < end and start < each.end
            for segment, start, end in decided
        )
    ]
    Mention.objects.bulk_create(new)
    return len(new)


def _mention(
    transcript: Transcript, segment: Segment, found: Found, organization: Organization | None
) -> Mention:
    # A name that goes on in the next segment is kept as far as this one goes: a mention is a span of one segment.
    end = found.end if found.end_segment == found.segment else len(segment.text)
    start_ms, end_ms = times_of(segment, found.start, end)
    return Mention(
        transcript=transcript, segment=segment, start=found.start, end=end, start_ms=start_ms, end_ms=end_ms,
        surface=found.surface, organization=organization, proposed=found.organization or "", score=found.score, kind=found.kind,
        evidence=[
            {"template": each.template, "parameters": each.parameters, "weight": each.weight}
            for each in found.evidence
        ],
        alternatives=[{"organization": each.organization, "score": each.score} for each in found.alternatives],
        matcher_version=MATCHER_VERSION,
    )  # fmt: skip


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
