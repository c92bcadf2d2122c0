"""A person notes that a passage is in another language than the rest."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import access
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.review import corrections
from oralhistory.transcripts.models import Transcript

DOUBTED = "other_language"  # the flag of a machine that was not sure; a person has said it now


class NothingThere(Exception):
    """No passage lies between these times."""


@transaction.atomic
def note(
    interview: Interview,
    transcript: Transcript,
    start_ms: int,
    end_ms: int,
    language: str,
    *,
    by: Agent,
    at: datetime,
) -> int:
    """Give every segment that a span touches its language; times are the recording's. Returns how many.

    Raises NothingThere, versions.Overtaken.
    """
    working = corrections.on_the_bench(transcript, at=at)
    touched = list(working.segments.filter(start_ms__lt=end_ms, end_ms__gt=start_ms))
    if not touched:
        raise NothingThere
    for segment in touched:
        segment.language = language
        segment.flags = [flag for flag in segment.flags if flag != DOUBTED]
        segment.save(update_fields=["language", "flags"])
    said = f"language {language}: {touched[0].cue_id}–{touched[-1].cue_id}"
    events.record(access.TEXT_EDITED, interview, at=at, agent=by, outcome=said)
    return len(touched)
