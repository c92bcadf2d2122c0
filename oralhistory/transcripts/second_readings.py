"""The second readings that are kept: what a text takes from them, and what was heard first in those places.

The text does not depend on when the step ended that makes them (hearing_names): until every planned window was heard,
the first readings stand alone.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from oralhistory.recordings.models import Recording
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.models import SecondReading, TranscriptionJob
from oralhistory.transcripts.renaming import Renamed
from oralhistory.transcripts.sound import milliseconds
from oralhistory.transcripts.words import Word, text_of


def of(transcription: TranscriptionJob) -> QuerySet[SecondReading]:
    rows = SecondReading.objects.filter(window__chunk__transcription=transcription)
    return rows.order_by("window__start_sample")


def settled(transcription: TranscriptionJob) -> dict[int, list[Renamed]]:
    """For the join: what is written otherwise than it was heard first, by window. What is not whole is forgotten."""
    rows = list(of(transcription).values_list("window", "heard", "taken"))
    if not all(heard for _window, heard, _taken in rows):
        of(transcription).delete()
        return {}
    return {window: [Renamed.from_row(each) for each in taken] for window, _heard, taken in rows if taken}


def glossary_of(transcription: TranscriptionJob) -> str:
    """The hash of the glossary that a text was read with; empty if with none."""
    return of(transcription).values_list("glossary_sha256", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Words that a second reading put into a text, and what was heard first there. Words in the recording's time."""

    words: tuple[Word, ...]
    heard: str
    prompt: str


def rewritten(recording: Recording) -> list[Rewritten]:
    """Of all transcriptions of a recording that were put together, the newest first."""
    rows = SecondReading.objects.filter(
        window__chunk__transcription__rendition__recording=recording,
        window__chunk__transcription__state=TranscriptionJob.State.JOINED,
    ).exclude(taken=[])
    found = []
    for row in rows.select_related("window").order_by(
        "-window__chunk__transcription", "window__start_sample"
    ):
        first = WindowResult.from_dict(row.window.result)
        start_ms = milliseconds(row.window.start_sample)
        for each in map(Renamed.from_row, row.taken):
            words = tuple(word.moved(start_ms) for word in each.words)
            found.append(Rewritten(words, text_of(first.words[each.first : each.last]), row.prompt))
    return found
