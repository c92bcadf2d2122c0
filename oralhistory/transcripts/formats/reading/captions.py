"""WebVTT and SubRip: blocks of a time line and text. One reader for both, since files mix their ways.

Our own and not a library's: `webvtt-py` and `srt` stop at the first block that breaks a rule, and every second real
file has one; here such a block costs its time, never its text.
"""

import re

from django.utils.translation import gettext_lazy as _

from oralhistory.transcripts.formats.reading import marks, markup, names
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed, Cue, Findings

_TIMING = re.compile(
    rf"\s*(?P<start>-?{marks.TIME})\s*(?:-->|->|–>|—>)\s*(?P<end>-?{marks.TIME})?(?=\s|\Z)(?P<rest>.*)"
)
_STRICT = re.compile(r"\s*(?:\d{2,}:)?\d{2}:\d{2}[.,]\d{3}\s*-->\s*(?:\d{2,}:)?\d{2}:\d{2}[.,]\d{3}(?:\s.*)?")
_LOOKS_TIMED = re.compile(r".{0,40}\d.{0,20}-->.{0,60}")
_ONE_LINE_HOURS = re.compile(r"\d+:\d+:\d+")
_BLOCKS = ("STYLE", "REGION")


def read(text: str, *, header: bool) -> Findings:
    """`header`: it should begin with WEBVTT. Raises CannotBeParsed."""
    found = Findings()
    lines = text.split("\n")
    at = 0
    if header:
        at = _after_header(lines, found)
    while at < len(lines):
        at = _block(lines, at, found, numbered=not header)
    if not found.cues:
        raise CannotBeParsed(_("There is no text with a time in this file."))
    found.cues = names.told_apart(found.cues)
    return found


def _after_header(lines: list[str], found: Findings) -> int:
    """The line after the header's block. The header ends at a blank line or at the first time."""
    if not lines[0].startswith("WEBVTT"):
        found.forgive("no_header", 1)
        return 0
    at = 1
    while at < len(lines) and lines[at].strip() and not _TIMING.match(lines[at]) and "-->" not in lines[at]:
        at += 1
    return at


def _block(lines: list[str], at: int, found: Findings, *, numbered: bool) -> int:
    """Read the block that begins at or after a line; returns the line after it."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at == len(lines):
        return at
    first = lines[at].strip()
    if first in _BLOCKS or re.match(r"(?:STYLE|REGION)\s*$|Region:", first):
        found.forgive("style_block", at + 1)
        return _to_blank(lines, at)
    if re.match(r"NOTE(?:\s|$)", first):
        found.forgive("comment", at + 1)
        return _to_blank(lines, at)
    timing_at = at if _timing(lines[at]) else at + 1 if at + 1 < len(lines) and _timing(lines[at + 1]) else -1
    if timing_at < 0:
        return _stray(lines, at, found, numbered=numbered)
    if numbered and timing_at == at:
        found.forgive("no_number", at + 1)
    return _cue(lines, timing_at, found)


def _timing(line: str) -> re.Match[str] | None:
    found = _TIMING.fullmatch(line) if "->" in line or "–>" in line or "—>" in line else None
    return found if found and marks.milliseconds(found["start"].lstrip("-")) is not None else None


def _to_blank(lines: list[str], at: int) -> int:
    """Comments and styles end at a blank line, or at a time, which no comment holds."""
    while at < len(lines) and lines[at].strip() and not _timing(lines[at]):
        at += 1
    return at


def _stray(lines: list[str], at: int, found: Findings, *, numbered: bool) -> int:
    """A block without a time. Its text belongs to the caption before it: a blank line is no reason to lose words."""
    stop = at
    while stop < len(lines) and lines[stop].strip() and not _timing(lines[stop]):
        stop += 1
    if stop < len(lines) and lines[stop].strip() and stop > at + 1:
        stop -= 1  # the number or name of the caption that follows
    block = lines[at:stop]
    if any(_LOOKS_TIMED.fullmatch(line) for line in block):
        found.forgive("no_time", at + 1)
        block = [line for line in block if not _LOOKS_TIMED.fullmatch(line)]
    elif len(block) > 1 and "-->" in block[0] and len(block[0]) < 60:
        found.forgive("no_time", at + 1)
        block = block[1:]
    if not numbered and not found.cues and any("{" in line for line in block):
        found.forgive("style_block", at + 1)  # a blank line inside a style
        return max(stop, at + 1)
    words = [line for line in block if not line.strip().isdecimal()]
    said = list(markup.voices("\n".join(words)))
    if said:
        found.forgive("text_without_time" if found.cues else "text_before_first_time", at + 1)
    for name, text in said:
        found.add(Cue(text, None, None, name, at + 1))
    return max(stop, at + 1)


def _cue(lines: list[str], at: int, found: Findings) -> int:
    timing = _timing(lines[at])
    assert timing is not None  # noqa: S101  # _block looked
    start, end = (
        marks.milliseconds(timing["start"].lstrip("-")),
        marks.milliseconds((timing["end"] or "").lstrip("-")),
    )
    if not _STRICT.fullmatch(lines[at]):
        found.forgive(
            "hours_missing" if not _ONE_LINE_HOURS.search(lines[at]) and "." in lines[at] else "loose_time",
            at + 1,
        )
    stop = at + 1
    while stop < len(lines) and lines[stop].strip() and not _timing(lines[stop]):
        stop += 1
    # Without a blank line between captions, the line before a time is the next one's number, or its name.
    if stop < len(lines) and lines[stop].strip() and stop > at + 1 and _is_name(lines[stop - 1]):
        stop -= 1
    _say("\n".join(lines[at + 1 : stop]), start or 0, end, at + 1, found)
    return stop


def _is_name(line: str) -> bool:
    """No text has an arrow; a number alone before a time is hardly said."""
    return line.strip().isdecimal() or "-->" in line


def _say(payload: str, start: int, end: int | None, line: int, found: Findings) -> None:
    if markup.has_markup(payload):
        found.forgive("markup", line)
    if markup.is_unclosed(payload):
        found.forgive("unclosed_tag", line)
    said = list(markup.voices(payload))
    if not said:
        found.forgive("empty_cue", line)
    total = sum(len(text) for _name, text in said)
    done = 0
    for name, text in said:  # several voices share the time by their letters
        begin = start if end is None or end <= start else start + (end - start) * done // total
        done += len(text)
        until = end if end is None or end <= start else start + (end - start) * done // total
        found.add(Cue(text, begin, until, name, line))
