"""A text to read: paragraphs with time marks ("[00:12:34]", "(12:34)", "00:12:34 ANA:"), or without any."""

import re
from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from oralhistory.transcripts.formats.reading import marks, markup, names
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed, Cue, Findings

# At the head of a line, in brackets or bare, perhaps with the end: "[00:12:34]", "(12:34 - 12:50)", "00:12:34".
_MARK = re.compile(
    rf"\s*(?P<open>[\[({{<]\s*)?(?P<start>{marks.TIME})(?:\s*(?:-->|–|—|-|a|to)\s*(?P<end>{marks.TIME}))?"
    r"(?:(?P<close>\s*[\])}>])|(?=[\s:,.–—-]|\Z))\s*[-–—:]?\s*",
)
_INSIDE = re.compile(rf"\[(?P<start>{marks.TIME})\]\s*")
_BARE_NAME = re.compile(r"[^\W\d_][\w .'’-]{0,39}")


def read(text: str) -> Findings:
    """Raises CannotBeParsed when there is no text."""
    found = Findings()
    read_lines(enumerate(text.split("\n"), 1), found)
    if not found.cues:
        raise CannotBeParsed(_("There is no text in this file."))
    return found


def read_lines(
    numbered: Iterable[tuple[int, str]],
    found: Findings,
    known: frozenset[str] = frozenset(),
    *,
    wrapped: bool = True,
) -> None:
    """Lines with their numbers in the file, after what was found before them.

    `known`: speakers' names. `wrapped`: a line may have been broken because it was full.
    """
    lines = [(number, markup.plain(line)) for number, line in numbered]
    known |= names.those_in(without_mark(line) for _number, line in lines)
    timed = any(_mark(line) for _number, line in lines)
    before = len(found.cues)
    open_paragraph = False
    for number, line in lines:
        mark = _mark(line)
        if not line:
            open_paragraph = False
        elif mark:
            _marked(line, mark, number, known, found)
            open_paragraph = True
        else:
            _unmarked(line, number, known, found, timed=timed, goes_on=open_paragraph, wrapped=wrapped)
            open_paragraph = True
    found.cues[before:] = [cue for cue in found.cues[before:] if cue.text]
    if timed and not before and found.cues and found.cues[0].start_ms is None:
        found.forgive("text_before_first_time", found.cues[0].line)


def has_mark(line: str) -> bool:
    """Whether a line begins with a time."""
    return _mark(line) is not None


def _mark(line: str) -> re.Match[str] | None:
    found = _MARK.match(line)
    if not found or marks.milliseconds(found["start"]) is None:
        return None
    # A bare "12:30" in a line of its own words is a time of day; with seconds or in brackets it is a mark.
    bracketed = found["open"] is not None and found["close"] is not None
    return (
        found
        if bracketed or found["start"].count(":") > 1 or found.end() == len(line) or found["end"]
        else None
    )


def without_mark(line: str) -> str:
    mark = _mark(line)
    return line[mark.end() :] if mark else line


def _marked(line: str, mark: re.Match[str], number: int, known: frozenset[str], found: Findings) -> None:
    start = marks.milliseconds(mark["start"])
    end = marks.milliseconds(mark["end"]) if mark["end"] else None
    rest = line[mark.end() :]
    before = found.cues[-1].speaker if found.cues else ""
    inside = list(_INSIDE.finditer(rest))
    first = rest[: inside[0].start()] if inside else rest
    said = names.split(first, known)
    name, text = said or _only_a_name(first, known) or (before, first)
    # A mark with nothing after it gives its time to the line that follows.
    found.add(Cue(text.strip(), start, end if not inside else None, name, number))
    for at, each in enumerate(inside):
        stop = inside[at + 1].start() if at + 1 < len(inside) else len(rest)
        found.add(Cue(rest[each.end() : stop].strip(), marks.milliseconds(each["start"]), None, name, number))


def _only_a_name(text: str, known: frozenset[str]) -> tuple[str, str] | None:
    """ "00:12:34 ANA" with her words in the next line."""
    name = markup.speaker(text)
    return (name, "") if name and (name in known or (name.isupper() and _BARE_NAME.fullmatch(name))) else None


def _unmarked(
    line: str,
    number: int,
    known: frozenset[str],
    found: Findings,
    *,
    timed: bool,
    goes_on: bool,
    wrapped: bool,
) -> None:
    said = names.split(line, known)
    last = found.cues[-1] if found.cues else None
    if last is not None and not last.text and last.start_ms is not None:
        name, text = said or (last.speaker, line)
        found.cues[-1] = Cue(text, last.start_ms, last.end_ms, name, number)
        return
    if said is None and only_name(line, known):
        found.add(Cue("", None, None, markup.speaker(line), number))
        return
    if said is None and last is not None and goes_on and wrapped and is_wrapped(last.text):
        found.cues[-1] = replace(last, text=f"{last.text} {line}")
        return
    name, text = said or (last.speaker if last and (goes_on or timed or not last.text) else "", line)
    found.add(Cue(text, None, None, name, number))


def is_wrapped(text: str) -> bool:
    """Whether a line was broken because it was full, and not because something was said."""
    return 45 <= len(text) < 5000 and not text.endswith((".", "?", "!", "…", ":", "”", "»", '"'))


def only_name(line: str, known: frozenset[str]) -> bool:
    """Whether a line is a known speaker's name alone, as over a paragraph."""
    return line.endswith(":") and markup.speaker(line) in known
