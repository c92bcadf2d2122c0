"""The text of a recording while it is being heard: what came since somebody last looked, and never all of it again."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from oralhistory.pipeline.following import Piece
from oralhistory.transcripts import joining
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.models import Window
from oralhistory.transcripts.segments import TimedSegment

FIRST = 6  # windows of which somebody who comes sees the text
MOST = 40  # windows at a time: who was away for an hour sees the newest


def newest(pieces: Sequence[Piece]) -> list[TimedSegment]:
    """The last of what was heard."""
    return _of(pieces, {}, FIRST)


def since(pieces: Sequence[Piece], known: Mapping[int, int]) -> list[TimedSegment]:
    """What was heard after as many samples of each piece, by its place, as somebody knows already."""
    return _of(pieces, known, MOST)


def _of(pieces: Sequence[Piece], known: Mapping[int, int], most: int) -> list[TimedSegment]:
    wanted = Q()
    for place, piece in enumerate(pieces):
        # Up to what the piece said when it was read: what came meanwhile is new the next time.
        start, done = piece.chunk.start_sample, piece.job.done_units
        if done > known.get(place, 0):
            wanted |= Q(
                chunk=piece.chunk.pk,
                end_sample__gt=start + known.get(place, 0),
                end_sample__lte=start + done,
            )
    if not wanted:
        return []
    rows = Window.objects.filter(wanted, heard=True).order_by("-start_sample")[:most]
    return joining.join(
        joining.HeardWindow(row.start_sample, row.end_sample, WindowResult.from_dict(row.result))
        for row in rows
    )
