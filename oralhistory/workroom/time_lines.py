"""How the recordings of an interview lie on its time line, for the page that arranges them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from oralhistory.interviews.models import Interview, Session
from oralhistory.jobs.models import Job
from oralhistory.recordings import arranging, renditions
from oralhistory.recordings.models import Recording, Transfer
from oralhistory.transcripts.models import TranscriptionJob

LANE = 26  # pixels from one lane of the drawing to the next


@dataclass(frozen=True, slots=True)
class Row:
    """A recording in its sitting. `gap_ms`: silence before it; below 0, it begins while another still runs."""

    recording: Recording
    number: int  # within its sitting, as people count
    first: bool
    last: bool
    gap_ms: int
    at_work: bool  # what is to be heard of it is being made
    other_text: bool  # its text was written from what is heard no more
    troubles: list[str]
    transfers: list[Transfer]

    @property
    def end_ms(self) -> int:
        return arranging.end_of(self.recording)

    @property
    def overlap_ms(self) -> int:
        return -self.gap_ms

    @property
    def label(self) -> str:
        return f"{self.recording.session.number}.{self.number}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A recording in the drawing: percent of the width, pixels from the top."""

    row: Row
    left: str
    width: str
    top: int

    @property
    def baseline(self) -> int:
        return self.top + 15


@dataclass(slots=True)
class Sitting:
    session: Session
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TimeLine:
    sittings: list[Sitting]
    bars: list[Bar]
    length_ms: int
    height: int


def of(interview: Interview) -> TimeLine:
    """Everything on the page of sittings and recordings."""
    sittings = {
        each.pk: Sitting(each)
        for each in Session.objects.filter(interview=interview).select_related("place").order_by("number")
    }
    recordings = list(Recording.objects.of(interview).select_related("session", "master"))
    gaps = _gaps([each for each in recordings if each.state == Recording.State.READY])
    for recording in recordings:
        siblings = [each for each in recordings if each.session_id == recording.session_id]
        sittings[recording.session_id].rows.append(_row(recording, siblings, gaps.get(recording.pk, 0)))
    rows = [row for sitting in sittings.values() for row in sitting.rows]
    length = max((row.end_ms for row in rows), default=0)
    bars = _bars([row for row in rows if row.recording.state == Recording.State.READY], length)
    height = max((bar.top for bar in bars), default=0) + LANE
    return TimeLine(list(sittings.values()), bars, length, height)


def _gaps(recordings: Sequence[Recording]) -> dict[int, int]:
    """By the clock, not by the order of the sittings."""
    end, gaps = 0, {}
    for recording in sorted(recordings, key=lambda each: (each.offset_ms, each.pk)):
        gaps[recording.pk] = recording.offset_ms - end
        end = max(end, arranging.end_of(recording))
    return gaps


def _row(recording: Recording, siblings: list[Recording], gap_ms: int) -> Row:
    rendition = renditions.current(recording)
    heard = (
        TranscriptionJob.objects.filter(rendition__recording=recording)
        .order_by("-requested_at", "-pk")
        .first()
    )
    transfers = list(recording.transfers.order_by("-arrived_at", "-pk"))
    subjects = [recording.subject, *(each.subject for each in transfers)]
    kinds = ["decode again", "compare transfer", "put transfer in place"]
    dead = Job.objects.filter(subject__in=subjects, kind__in=kinds, state=Job.State.DEAD)
    number = siblings.index(recording)
    return Row(
        recording,
        number + 1,
        first=number == 0,
        last=number == len(siblings) - 1,
        gap_ms=gap_ms,
        at_work=recording.state == Recording.State.READY and rendition is None,
        other_text=bool(rendition and heard and heard.rendition_id != rendition.pk),
        troubles=list(dead.values_list("reason", flat=True)),
        transfers=transfers,
    )


def _bars(rows: list[Row], length_ms: int) -> list[Bar]:
    """Two that sound at once lie in two lanes."""
    bars: list[Bar] = []
    ends: list[int] = []
    for row in sorted(rows, key=lambda each: each.recording.offset_ms):
        start = row.recording.offset_ms
        lane = next((index for index, end in enumerate(ends) if end <= start), len(ends))
        ends[lane : lane + 1] = [row.end_ms]
        share = 100 / max(length_ms, 1)
        width = max((row.end_ms - start) * share, 0.4)  # a line at least
        bars.append(Bar(row, f"{start * share:.2f}%", f"{width:.2f}%", lane * LANE + 2))
    return bars


@dataclass(frozen=True, slots=True)
class Moment:
    """The same words in the old copy and in the new one, in milliseconds of each."""

    old_ms: int
    old_end_ms: int
    new_ms: int
    new_end_ms: int


def moments(transfer: Transfer, *, count: int = 4, length_ms: int = 12_000) -> list[Moment]:
    """Moments spread over what both copies have, to be heard side by side."""
    if transfer.shift_ms is None or transfer.duration_ms is None or not transfer.recording.duration_ms:
        return []
    first = max(0, -transfer.shift_ms)
    last = min(transfer.recording.duration_ms, transfer.duration_ms - transfer.shift_ms)
    shared = max(0, last - first)
    length = min(length_ms, shared // count)
    starts = [first + (shared - length) * index // (count - 1) for index in range(count)]
    return [
        Moment(start, start + length, start + transfer.shift_ms, start + length + transfer.shift_ms)
        for start in starts
        if length
    ]
