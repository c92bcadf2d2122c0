"""A person corrects what a machine heard: on a version of their own, with the mentions that were found in it."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import access
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.mentions import carrying, word_index
from oralhistory.provenance import events
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript


@transaction.atomic
def correct(
    interview: Interview,
    transcript: Transcript,
    cue_id: str,
    text: str,
    *,
    seen: str,
    by: Agent,
    at: datetime,
    speaker: str | None = None,
    onward: bool = False,
) -> Segment:
    """Change what a segment says or who says it; `onward`: the speaker also of what follows, up to another's.

    The first change to a machine's version makes a working copy, and takes its mentions along.
    Raises versions.Overtaken, versions.NothingLeft, Segment.DoesNotExist.
    """
    working = on_the_bench(transcript, at=at)
    before = working.segments.get(cue_id=cue_id).speaker
    segment = versions.correct(working, cue_id, text, seen=seen, by=by, at=at, speaker=speaker)
    carrying.follow_edit(segment)
    word_index.forget(working)
    if speaker is not None and speaker != before:
        segment.speaker_from_voice = False  # said of this passage, whatever its voice is called
        segment.save(update_fields=["speaker_from_voice"])
    if speaker is not None and onward:
        _speaks_on(segment, before)
    events.record(access.TEXT_EDITED, interview, at=at, agent=by, outcome=cue_id)
    return segment


@transaction.atomic
def on_the_bench(transcript: Transcript, *, at: datetime) -> Transcript:
    """The version that people work on, with the mentions of the one it was copied from."""
    working = versions.working(transcript, at=at)
    if working != transcript:
        carrying.carry(transcript, working)
    return working


def _speaks_on(segment: Segment, before: str) -> None:
    """Give the segments after this one the same speaker, as long as they had the one that this had."""
    following = Segment.objects.filter(transcript=segment.transcript_id, index__gt=segment.index)
    other = following.exclude(speaker=before).order_by("index").first()
    if other:
        following = following.filter(index__lt=other.index)
    following.update(speaker=segment.speaker, speaker_by_hand=True, speaker_from_voice=False)
