"""Where the times of a text come from that was brought without any: for the page on which it is worked on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oralhistory.jobs.models import Job
from oralhistory.pipeline import times
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.formats.reading.timing import GUESSED
from oralhistory.transcripts.models import Segment, Transcript


@dataclass(frozen=True, slots=True)
class Times:
    """`state`: "found", "unlike" (the text is not the recording's), "awaited", "failed", "possible" or "closed"."""

    state: str
    share: int = 0  # of the words, in whole per cent: heard where they stand
    machine: str = ""
    doubtful: tuple[Segment, ...] = ()  # passages to look at
    reason: str = ""


def of(transcript: Transcript, segments: Iterable[Segment], *, at: datetime) -> Times | None:
    """None for a text that had times, or that a machine wrote."""
    fitted = transcript.made_by.get("fitted")
    share = 100 * fitted["matched"] // max(fitted["words"], 1) if fitted else 0
    if fitted and not transcript.is_untimed:
        doubtful = tuple(segment for segment in segments if GUESSED in segment.flags)
        return Times("found", share, f"{fitted['engine']} {fitted['model']}".strip(), doubtful)
    if not transcript.is_untimed:
        return None
    if not times.are_wanted(transcript.recording):
        return Times("unlike", share)
    return _not_yet(transcript.recording, at=at)


def _not_yet(recording: Recording, *, at: datetime) -> Times:
    asked = Job.objects.about(recording.subject).filter(kind=times.JOB).order_by("generation").last()
    if asked and asked.state in (Job.State.DUE, Job.State.RUNNING):
        return Times("awaited", reason=asked.reason)
    if asked and asked.state == Job.State.DEAD:
        return Times("failed", reason=asked.reason)
    return Times("possible" if times.may_be_heard(recording, at=at) else "closed")
