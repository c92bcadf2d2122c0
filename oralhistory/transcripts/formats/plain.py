"""Plain text to read: a line for each segment, a blank line and a name where the speaker changes."""

from collections.abc import Iterable, Sequence

from oralhistory.lib import timecodes
from oralhistory.transcripts.segments import TimedSegment


def write(segments: Iterable[TimedSegment], *, times: bool = False, notes: Sequence[str] = ()) -> str:
    """`times` puts [1:02:03] before each line; `notes` stand at the head."""
    lines = list(notes)
    if notes:
        lines.append("")
    speaker = None
    for segment in segments:
        if speaker is not None and segment.speaker != speaker:
            lines.append("")
        name = (
            f"{' '.join(segment.speaker.split())}: " if segment.speaker and segment.speaker != speaker else ""
        )
        time = f"[{timecodes.clock(segment.start_ms)}] " if times else ""
        lines.append(f"{time}{name}{' '.join(segment.text.split())}")
        speaker = segment.speaker
    return "\n".join(lines) + "\n" if lines else ""
