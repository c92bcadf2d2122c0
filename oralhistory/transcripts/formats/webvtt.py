"""WebVTT (W3C), as players and other archives read it."""

import html
from collections.abc import Iterable, Sequence

from oralhistory.lib import timecodes
from oralhistory.transcripts.segments import TimedSegment


def write(segments: Iterable[TimedSegment], *, notes: Sequence[str] = ()) -> str:
    """A cue for each segment, with its speaker as voice; `notes` become comment blocks at the head.

    Whatever a text holds, it stays inside its cue: blank lines and arrows would end one.
    """
    blocks = ["WEBVTT"]
    # On a line of its own, which the standard allows and Samvera's Ramp asks for.
    blocks.extend(f"NOTE\n{_without_arrows(_one_line(note))}" for note in notes)
    blocks.extend(_cue(segment) for segment in segments)
    return "\n\n".join(blocks) + "\n"


def _cue(segment: TimedSegment) -> str:
    timing = f"{timecodes.webvtt(segment.start_ms)} --> {timecodes.webvtt(segment.end_ms)}"
    text = escaped(segment.text)
    if speaker := escaped(segment.speaker):
        text = f"<v {speaker}>{text}"
    lines = [timing, text]
    if segment.cue_id:
        lines.insert(0, _without_arrows(_one_line(segment.cue_id)))
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text for a cue or a voice annotation: one line, `&`, `<` and `>` as references."""
    return html.escape(_one_line(text), quote=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_arrows(text: str) -> str:
    return text.replace("-->", "→")
