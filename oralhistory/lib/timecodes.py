"""Times in a recording: integer milliseconds inside, several ways of writing them outside."""

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}):([0-5]?\d)(?:[.,](\d{1,9}))?")
_SECONDS = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?s?")
_DURATION = re.compile(r"PT(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.(\d{1,9}))?S)?")


class NotATime(ValueError):
    """The text is no way of writing a time that we know."""


def clock(ms: int) -> str:
    """As people read it, whole seconds, rounded down: "0:07", "1:22", "1:02:03"."""
    hours, minutes, seconds, _ = _split(ms)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def webvtt(ms: int) -> str:
    """As WebVTT writes it: "00:01:22.500"."""
    hours, minutes, seconds, rest = _split(ms)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"


def srt(ms: int) -> str:
    """As SubRip writes it: "00:01:22,500"."""
    return webvtt(ms).replace(".", ",")


def iso_duration(ms: int) -> str:
    """As ISO 8601 and HTML's `datetime` write a length: "PT1H2M3.5S"; "PT0S" for none."""
    hours, minutes, seconds, rest = _split(ms)
    fraction = f".{rest:03}".rstrip("0") if rest else ""
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    parts.append(f"{seconds}{fraction}S" if seconds or rest or not (hours or minutes) else "")
    return "PT" + "".join(parts)


def seconds(ms: int) -> str:
    """As a media fragment writes it (`#t=754.2`): seconds without needless zeros."""
    whole, rest = divmod(_whole(ms), 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


def parse(text: str) -> int:
    """Milliseconds of "754.2", "1:22", "1:02:03", "00:01:22.500" or "00:01:22,500", or "PT1M22.5S".

    A minute of more than 59 is taken when there is no hour ("90:00"). Raises NotATime.
    """
    text = text.strip().removeprefix("#").removeprefix("t=").removeprefix("npt:")
    if found := _SECONDS.fullmatch(text):
        return int(found[1]) * 1000 + _thousandths(found[2])
    if found := _CLOCK.fullmatch(text):
        hours, minutes = int(found[1] or 0), int(found[2])
        if found[1] is None or minutes < 60:
            return ((hours * 60 + minutes) * 60 + int(found[3])) * 1000 + _thousandths(found[4])
    if found := _DURATION.fullmatch(text):
        hours, minutes, whole = (int(part or 0) for part in found.groups()[:3])
        return ((hours * 60 + minutes) * 60 + whole) * 1000 + _thousandths(found[4])
    raise NotATime(f"not a time: {text[:40]!r}")


def _thousandths(digits: str | None) -> int:
    return int((digits or "").ljust(3, "0")[:3])


def _whole(ms: int) -> int:
    if ms < 0:
        raise NotATime(f"a time is never before the beginning: {ms} ms")
    return ms


def _split(ms: int) -> tuple[int, int, int, int]:
    whole, rest = divmod(_whole(ms), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return hours, minute, second, rest
