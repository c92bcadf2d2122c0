"""Mentions go with their words: into the working version, and along when a person changes the text."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from oralhistory.mentions.models import Mention
from oralhistory.mentions.suggesting import times_of
from oralhistory.organizations.models import Organization
from oralhistory.transcripts.models import Segment, Transcript


@transaction.atomic
def carry(source: Transcript, target: Transcript) -> None:
    """Move the mentions of a version to the working version that was copied from it."""
    cues = dict(target.segments.values_list("cue_id", "pk"))
    for mention in Mention.objects.filter(transcript=source).select_related("segment"):
        mention.transcript = target
        mention.segment_id = cues[mention.segment.cue_id]
        mention.save(update_fields=["transcript", "segment"])


@transaction.atomic
def carry_agreeing(source: Transcript, target: Transcript) -> None:
    """Move those mentions of a version whose words another one has at the same passage; the others stay where they are."""
    rows = {row.cue_id: row for row in target.segments.all()}
    taken = set(Mention.objects.filter(transcript=target).values_list("segment", "start"))
    searched_from: dict[tuple[int, str], int] = {}
    for mention in Mention.objects.filter(transcript=source).select_related("segment").order_by("start"):
        row = rows.get(mention.segment.cue_id)
        if row is None:
            continue
        at = row.text.find(mention.surface, searched_from.get((row.pk, mention.surface), 0))
        if at < 0 or (row.pk, at) in taken:
            continue
        searched_from[row.pk, mention.surface] = at + len(mention.surface)
        mention.transcript, mention.segment = target, row
        mention.start, mention.end = at, at + len(mention.surface)
        mention.start_ms, mention.end_ms = times_of(row, mention.start, mention.end)
        mention.save(update_fields=["transcript", "segment", "start", "end", "start_ms", "end_ms"])


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


# When segments are split, merged, deleted and come back.

_FIELDS = (
    "start", "end", "start_ms", "end_ms", "surface", "proposed", "score", "odds", "kind", "evidence", "alternatives",
    "matcher_version", "authority_version", "state", "decided_by_agent", "why",
)  # fmt: skip
Kept = dict[str, Any]  # a mention as plain data: `cue`, `organization` by its slug, and its columns


def as_they_are(transcript: Transcript, cues: Iterable[str]) -> list[Kept]:
    """The mentions in some segments, as they can be put back."""
    rows = Mention.objects.filter(transcript=transcript, segment__cue_id__in=list(cues))
    return [
        {
            "cue": row.segment.cue_id,
            "organization": row.organization.slug if row.organization else "",
            "decided_at": row.decided_at.isoformat() if row.decided_at else "",
            **{name: getattr(row, name) for name in _FIELDS},
        }
        for row in rows.select_related("segment", "organization").order_by("segment__index", "start")
    ]


@transaction.atomic
def follow_split(first: Segment, second: Segment, place: int) -> None:
    """After a segment was split at a character: what lies behind it goes along; what lay across is no more."""
    Mention.objects.filter(segment=first, start__gte=place).update(segment=second)
    follow_edit(first)
    follow_edit(second)


@transaction.atomic
def join(first: Segment, second: Segment) -> None:
    """Before two segments become one: the mentions of both are the first one's, the second's behind its text."""
    beyond = len(first.text) + 1
    Mention.objects.filter(segment=second).update(
        segment=first, start=F("start") + beyond, end=F("end") + beyond
    )


@transaction.atomic
def put_back(transcript: Transcript, segments: Sequence[Segment], kept: Iterable[Kept]) -> None:
    """After segments stand again as they did: their mentions too. One that was decided meanwhile stays decided."""
    by_cue = {segment.cue_id: segment for segment in segments}
    present = list(Mention.objects.filter(segment__in=segments).select_related("organization"))
    for each in kept:
        segment = by_cue.get(each["cue"])
        if segment is None:
            continue
        same = next((row for row in present if _means_the_same(row, each)), None)
        if same is None:
            _make_again(transcript, segment, each)
            continue
        present.remove(same)
        same.segment = segment
        for name in ("start", "end", "start_ms", "end_ms"):
            setattr(same, name, each[name])
        same.save(update_fields=["segment", "start", "end", "start_ms", "end_ms"])
    for row in present:  # found or marked since
        at = next((segment for segment in segments if row.surface in segment.text), None)
        if at is None:
            row.delete()
            continue
        row.segment, row.start = at, at.text.index(row.surface)
        row.end = row.start + len(row.surface)
        row.start_ms, row.end_ms = times_of(at, row.start, row.end)
        row.save(update_fields=["segment", "start", "end", "start_ms", "end_ms"])


def _means_the_same(row: Mention, kept: Kept) -> bool:
    return bool(row.surface == kept["surface"] and row.proposed == kept["proposed"])


def _make_again(transcript: Transcript, segment: Segment, kept: Kept) -> None:
    organization = Organization.objects.filter(slug=kept["organization"]).first()
    if kept["organization"] and organization is None:
        return  # its record is gone
    Mention.objects.create(
        transcript=transcript, segment=segment, organization=organization,
        decided_at=datetime.fromisoformat(kept["decided_at"]) if kept["decided_at"] else None,
        **{name: kept[name] for name in _FIELDS},
    )  # fmt: skip
