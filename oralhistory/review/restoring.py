"""An earlier version of a recording's text counts again, as a new one: nothing that was written is destroyed."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import access
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.mentions import carrying, word_index
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Correction, Segment, Transcript


class AlreadyCurrent(Exception):
    """It is the version that counts."""


@transaction.atomic
def restore(interview: Interview, earlier: Transcript, *, by: Agent, at: datetime) -> Transcript:
    """Make a version that reads as an earlier one, and let it count. Mentions go along where their words stand in it.

    A passage that reads otherwise than the present one is a person's from now on, since a person chose it.
    Raises AlreadyCurrent.
    """
    Recording.objects.select_for_update().get(pk=earlier.recording_id)
    present = versions.current(earlier.recording)
    if present is None or present == earlier:
        raise AlreadyCurrent
    rows = list(earlier.segments.all())
    after = versions.add(
        earlier.recording, [versions.timed(row) for row in rows], kind=Transcript.Kind.WORKING,
        made_by={**earlier.made_by, "restored": earlier.version}, at=at, merged_from=present,
        parent=earlier.parent if earlier.kind == Transcript.Kind.WORKING else earlier,
    )  # fmt: skip
    _keep_hands(present, after, rows, by=by, at=at)
    carrying.carry_agreeing(present, after)
    carrying.carry_agreeing(earlier, after)
    word_index.forget(after)
    events.record(access.TEXT_EDITED, interview, at=at, agent=by, outcome=f"version {earlier.version}")
    return after


def _keep_hands(
    present: Transcript, after: Transcript, earlier: list[Segment], *, by: Agent, at: datetime
) -> None:
    """What was people's in the earlier version is so in the new one; what it changes is told as a change."""
    stood = dict(present.segments.values_list("cue_id", "text"))
    corrections = []
    made = list(after.segments.all())
    for row, old in zip(made, earlier, strict=True):
        before = stood.get(row.cue_id)
        row.text_by_hand = old.text_by_hand or (before is not None and before != row.text)
        row.speaker_by_hand, row.speaker_from_voice = old.speaker_by_hand, old.speaker_from_voice
        if before is not None and before != row.text:
            corrections.append(
                Correction(segment=row, before=before, after=row.text, by_agent=str(by), at=at)
            )
    Segment.objects.bulk_update(
        made, ["text_by_hand", "speaker_by_hand", "speaker_from_voice"], batch_size=500
    )
    Correction.objects.bulk_create(corrections)
