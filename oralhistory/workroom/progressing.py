"""Following the work on an interview: all of it when the page comes, then only what has changed since.

What a page shows is told by its mark, which it sends along: what its parts depend on, then for each recording that is
worked on a digest of where it stands, and of each piece how much was heard and in which state it was.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from oralhistory.intake import uploads
from oralhistory.interviews.models import Interview
from oralhistory.lib.forecasts import Interval
from oralhistory.pipeline import following, forecasting, text_so_far
from oralhistory.pipeline.following import Piece, Progress
from oralhistory.recordings import renditions, reporting, videos
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Transcript
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.voice import FRAME
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, words

SO_FAR = 12  # segments of the text as it comes that somebody who comes sees
ANEW = 30  # seconds after which the time left is forecast again though nothing has moved


@dataclass(frozen=True, slots=True)
class Work:
    """A recording with its steps, as a page shows it."""

    progress: Progress
    left: Interval | None  # none where it cannot be said
    whole: bool = True  # its pieces are not on the page yet, or are others now
    fresh: Sequence[tuple[int, Piece]] = ()  # pieces that are not as the page shows them, by their place
    news: Sequence[TimedSegment] = ()  # text that the page does not have

    @property
    def pieces(self) -> list[tuple[int, Piece]]:
        """All of them, by their place."""
        return list(enumerate(self.progress.pieces))

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many pieces are in each state, in the order of the work."""
        found = Counter(piece.state for piece in self.progress.pieces)
        return [(state, found[state]) for state in words.PIECES if found[state]]


def page(request: StaffRequest, found: Interview, may: frozenset[str], *, at: datetime) -> dict[str, Any]:
    """The recordings with their steps; the newest words of what is being heard, for those who may read them."""
    rows, reads = following.of_all(_recordings(found), at=at), _reads(request, found, may)
    refused = any(row.recording.state == Recording.State.REFUSED for row in rows)
    mine = set(uploads.unreadable(found, sent_by=request.user)) if refused and "upload" in may else ()
    with_text = Transcript.objects.filter(recording__in=[row.recording for row in rows])
    texts = set(with_text.values_list("recording", flat=True)) if reads else set()
    return {
        "recordings": [
            {
                "work": Work(row, forecasting.left(row, at=at)),
                "progress": row,
                "may_fetch": _original_of(row.recording) in may or row.recording in mine,
                **_seen(row.recording),
                "has_text": row.recording.pk in texts,
                "shows_text": reads and row.running,
                "so_far": text_so_far.newest(row.pieces)[-SO_FAR:] if reads and row.running else [],
            }
            for row in rows
        ],
        "running": any(row.running for row in rows),
        "mark": _mark(found, rows, reads=reads, at=at),
    }


def changes(request: StaffRequest, found: Interview, may: frozenset[str], *, at: datetime) -> HttpResponse:
    """What has changed since the page was as its mark says: nothing (204), parts of it, or so much that it is asked anew."""
    rows, reads = following.of_all(_recordings(found), at=at), _reads(request, found, may)
    seen, now = request.GET.get("mark", ""), _mark(found, rows, reads=reads, at=at)
    (parts, *shown), (parts_now, *stands) = seen.split(","), now.split(",")
    if parts != parts_now or len(shown) != len(stands):
        # Work has begun or ended, another recording has come: with it what can be seen and done on the page has changed.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if seen == now:
        return HttpResponse(status=204)
    works = [
        _changed(row, before, reads=reads, at=at)
        for row, before, after in zip(rows, shown, stands, strict=True)
        if before != after
    ]
    return render(
        request,
        "workroom/components/progress_changes.html",
        {"interview": found, "may": may, "works": works, "mark": now},
    )


def _changed(row: Progress, before: str, *, reads: bool, at: datetime) -> Work:
    _digest, _colon, pieces = before.partition(":")
    tokens = pieces.split(".") if pieces else []
    known = {place: _heard(token) for place, token in enumerate(tokens)}
    fresh = [
        (place, piece)
        for place, (piece, token) in enumerate(zip(row.pieces, tokens, strict=False))
        if token != _token(piece)
    ]
    comes_new = len(tokens) != len(row.pieces)  # it was not planned yet, or is heard anew
    news = text_so_far.since(row.pieces, {} if comes_new else known) if reads else []
    return Work(row, forecasting.left(row, at=at), comes_new, fresh, news)


def _recordings(found: Interview) -> list[Recording]:
    return list(Recording.objects.of(found).select_related("session"))


def _reads(request: StaffRequest, found: Interview, may: frozenset[str]) -> bool:
    # Before there is a transcript to be read, those who may have it made may see it come.
    if found.state == "uploaded":
        return "transcribe" in may
    return "read_raw_text" in may and doors.is_open(request, found, "read_raw_text")


def _mark(found: Interview, rows: Sequence[Progress], *, reads: bool, at: datetime) -> str:
    """Of all recordings, in their order; of one that nothing is done on, that alone."""
    anew = int(at.timestamp()) // ANEW
    parts = f"{found.state}-{int(reads)}-{''.join(str(int(row.running)) for row in rows)}"
    stands = (
        f"{_digest(row, anew)}:{'.'.join(map(_token, row.pieces))}" if row.running else _digest(row, 0)
        for row in rows
    )
    return ",".join([parts, *stands])


def _digest(row: Progress, anew: int) -> str:
    stands = [anew, row.transcription.pk if row.transcription else 0, row.recording.state, row.cancelled]
    stands += [f"{job.pk} {job.state} {job.attempts} {job.reason}" for job in row.jobs]
    return hashlib.sha256(repr(stands).encode()).hexdigest()[:10]


def _token(piece: Piece) -> str:
    """How much of a piece was heard (in frames, at whose borders windows end), its state and its start: `8470r1`."""
    return f"{-(-piece.job.done_units // FRAME)}{piece.state[0]}{piece.job.attempts}"


def _heard(token: str) -> int:
    """Samples; of a token that somebody made up, none."""
    digits = token[: next((at for at, sign in enumerate(token) if not sign.isdecimal()), len(token))]
    return int(digits[:12] or 0) * FRAME


def _original_of(recording: Recording) -> str:
    """The action by which its master is fetched."""
    return "refused_file" if recording.state == Recording.State.REFUSED else "get_original"


def _seen(recording: Recording) -> dict[str, Any]:
    """Whether a recording can be seen too, and if not, why; and what stands out in its sound."""
    rendition = renditions.current(recording)
    if rendition is None:
        return {}
    return {
        "has_video": rendition.staff_video_id is not None,
        "video_refusal": videos.refusal(rendition),
        "findings": reporting.findings(rendition),
    }
