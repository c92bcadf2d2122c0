"""Mentions go with their words: into the working version, and along when a person changes the text."""

from django.db import transaction

from oralhistory.mentions.models import Mention
from oralhistory.mentions.suggesting import times_of
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
