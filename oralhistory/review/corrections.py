"""A person corrects what a machine heard: on a version of their own, with the mentions that were found in it."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import access
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.mentions import carrying, word_index
from oralhistory.provenance import events
from oralhistory.review.people_named import register
from oralhistory.transcripts import edits, reshaping, versions
from oralhistory.transcripts.models import Edit, Segment, Transcript


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
    row = working.segments.get(cue_id=cue_id)
    before = [edits.state_of(each) for each in (row, *(_speaking_on(row) if onward else []))]
    mentions = carrying.as_they_are(working, [cue_id])
    segment = versions.correct(working, cue_id, text, seen=seen, by=by, at=at, speaker=speaker)
    carrying.follow_edit(segment)
    word_index.forget(working)
    register.follow_edit(interview, segment, by=by, at=at)
    if speaker is not None and speaker != row.speaker:
        segment.speaker_from_voice = False  # said of this passage, whatever its voice is called
        segment.save(update_fields=["speaker_from_voice"])
    after = [edits.state_of(segment), *before[1:]]
    if speaker is not None and onward:
        following = [reshaping.spoken_by(state, speaker) for state in before[1:]]
        after = [after[0], *map(edits.state_of, edits.write(working, before[1:], following))]
    kind = Edit.Kind.SPEAKER if segment.text == row.text else Edit.Kind.TEXT
    edits.record(working, kind, before, after, by=by, at=at, kept={"mentions": mentions} if mentions else {})
    events.record(access.TEXT_EDITED, interview, at=at, agent=by, outcome=cue_id)
    return segment


@transaction.atomic
def on_the_bench(transcript: Transcript, *, at: datetime) -> Transcript:
    """The version that people work on, with the mentions of the one it was copied from."""
    working = versions.working(transcript, at=at)
    if working != transcript:
        carrying.carry(transcript, working)
    return working


def _speaking_on(segment: Segment) -> list[Segment]:
    """The segments after this one that have the same speaker, up to another's."""
    following = Segment.objects.filter(transcript=segment.transcript_id, index__gt=segment.index)
    other = following.exclude(speaker=segment.speaker).order_by("index").first()
    return list(following.filter(index__lt=other.index) if other else following)
