"""Times as files write them, more freely than any standard."""

import re

_DIGITS = r"\d{1,9}"
# 01:02:03.456  1:02:03,4  02:03.456  02:03  and 01:02:03:12 (frames) or 01:02:03;12
TIME = rf"(?:{_DIGITS}:)?\d{{1,4}}\s?:\s?\d{{1,2}}(?:\s?[.,]\s?{_DIGITS}|[:;]\d{{1,2}}(?![\d:]))?"
_PARTS = re.compile(r"(?:(\d{1,9}):)?(\d{1,4})\s?:\s?(\d{1,2})(?:\s?[.,]\s?(\d{1,9})|[:;](\d{1,2}))?")
_SECONDS = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?\s*s?")
_FRAMES = 25  # a second, where a time counts them and does not say
LATEST = 1000 * 3600 * 1000  # ms; nothing is longer than a thousand hours


def milliseconds(text: str) -> int | None:
    """The time that `text` is, or None. Hours may be missing; minutes above 59 count where there are none."""
    found = _PARTS.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
    if seconds > 59 or (found[1] is not None and minutes > 59):
        return None
    rest = int((found[4] or "0").ljust(3, "0")[:3])
    if found[5]:
        rest = min(999, int(found[5]) * 1000 // _FRAMES)
    return _credible(((hours * 60 + minutes) * 60 + seconds) * 1000 + rest)


def from_cell(text: str) -> int | None:
    """A time of a table: as above, or seconds ("754.2"); None for what is none ("NaN", "-3")."""
    text = text.strip().strip("[]()")
    if found := _SECONDS.fullmatch(text):
        return _credible(int(found[1]) * 1000 + int((found[2] or "0").ljust(3, "0")[:3]))
    return milliseconds(text)


def _credible(ms: int) -> int | None:
    return ms if ms <= LATEST else None
