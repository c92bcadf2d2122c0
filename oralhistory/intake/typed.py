"""A text that people type here, because no machine knows the language or none was asked: empty lines to begin with."""

from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import lines, versions
from oralhistory.transcripts.models import Transcript, TranscriptionJob
from oralhistory.transcripts.segments import TimedSegment

BEGUN = "typing begun"


class HasAText(Exception):
    """There is a text already: people correct that."""


class NotReadYet(Exception):
    """The recording was not read: nobody knows how long it is."""


def without_text(interview: Interview) -> list[Recording]:
    """What could be typed."""
    ready = Recording.objects.of(interview).filter(state=Recording.State.READY).select_related("session")
    return [recording for recording in ready if versions.current(recording) is None]


@transaction.atomic
def begin(recording: Recording, language: str, *, by: Agent, at: datetime) -> Transcript:
    """A working version with an empty line for each stretch in which somebody speaks. Raises HasAText, NotReadYet."""
    recording = Recording.objects.select_for_update().get(pk=recording.pk)
    rendition = renditions.current(recording)
    if recording.duration_ms is None or rendition is None:
        raise NotReadYet
    if versions.current(recording) is not None:
        raise HasAText
    planned = (
        TranscriptionJob.objects.filter(rendition=rendition, chunks__isnull=False).order_by("-pk").first()
    )
    spans = lines.of_plan(planned) or lines.of_peaks(rendition.peaks, recording.duration_ms)
    transcript = versions.add(
        recording,
        [TimedSegment(start, min(end, recording.duration_ms), "", language=language) for start, end in spans],
        kind=Transcript.Kind.WORKING, made_by={"engine": "", "model": "", "languages": [language], "typed": True},
        at=at,
    )  # fmt: skip
    events.record(BEGUN, recording.session.interview, at=at, agent=by, outcome=recording.code)
    return transcript
