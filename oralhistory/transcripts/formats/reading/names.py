"""Who speaks, where a file writes it before the text: "ANA: …"."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from oralhistory.transcripts.formats.reading import markup
from oralhistory.transcripts.formats.reading.cues import Cue

_NAME = re.compile(r"(?:[-–—•]\s?)?(?P<name>[^\W\d_][^:<>\n]{0,39}?)\s?:\s+(?P<rest>\S.*)", re.DOTALL)


def those_in(texts: Iterable[str]) -> frozenset[str]:
    """The names before a colon that are speakers: in capitals, coming back, or where most texts begin with one."""
    seen: Counter[str] = Counter()
    count = 0
    for text in texts:
        count += bool(text)
        if found := _NAME.match(text):
            seen[markup.speaker(found["name"])] += 1
    most = 2 * seen.total() > count
    return frozenset(
        name
        for name, times in seen.items()
        if len(name.split()) <= 4 and (name.isupper() or (name[0].isupper() and (times > 1 or most)))
    )


def split(text: str, names: frozenset[str]) -> tuple[str, str] | None:
    """(name, the rest) if the text begins with one of the names and a colon."""
    found = _NAME.match(text)
    name = markup.speaker(found["name"]) if found else ""
    return (name, found["rest"]) if found and name in names else None


def told_apart(cues: Sequence[Cue]) -> list[Cue]:
    """The cues with the speakers that their texts begin with, if the file says them in no other way."""
    if any(cue.speaker for cue in cues):
        return list(cues)
    known = those_in(cue.text for cue in cues)
    return [
        replace(cue, text=said[1], speaker=said[0]) if (said := split(cue.text, known)) else cue
        for cue in cues
    ]
