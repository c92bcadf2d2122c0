"""What was measured of a recording when it was decoded, as sentences for people: what stands out, and what to do.

A report that an older version wrote lacks some measures; what is not in it is not said.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.lib import timecodes
from oralhistory.recordings.models import Recording, Rendition

QUIET = -35.0  # LUFS; speech at the distance of an arm is at -30 and above
MISSING_MS = 900  # of digital silence, from here on
UNLIKE_DB = 20.0  # between the channels; below this, one is only a little nearer
TURNED_OVER = -0.5  # correlation of the channels: mixed, they take each other away
APART = 0.1  # as little have two microphones in common

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands out, and what to do about it; with the first moments to listen at, in milliseconds of the recording."""

    said: str
    to_do: str
    moments: tuple[int, ...] = ()


def findings(rendition: Rendition) -> list[Finding]:
    """In the order of how much is lost by them; in the language that is active."""
    report, length = rendition.decode_report, rendition.samples // 16
    return [finding for find in _FINDS for finding in find(report, length)]


def _cut_short(report: Report, length: int) -> Iterator[Finding]:
    if report.get("cut_short") and report.get("declared_ms"):
        yield Finding(
            _("The file says that it lasts %(declared)s; only %(read)s could be read.")
            % {"declared": timecodes.clock(report["declared_ms"]), "read": timecodes.clock(length)},
            _("Listen to its end. If there is a whole copy, bring it as a better transfer."),
            (max(0, length - 10_000),),
        )


def _errors(report: Report, length: int) -> Iterator[Finding]:
    if number := report.get("errors", 0):
        yield Finding(
            ngettext(
                "One place in the file was damaged when it was read.",
                "%(count)d places in the file were damaged when it was read.",
                number,
            )
            % {"count": number},
            _("Words may be missing or garbled. If there is a better copy, bring it as a better transfer."),
        )


def _silence(report: Report, length: int) -> Iterator[Finding]:
    if "loudness_lufs" in report and report["loudness_lufs"] is None:
        yield Finding(
            _("There is nothing but silence in it."),
            _("Look whether it is the right file, and whether the microphone was on."),
        )


def _gaps(report: Report, length: int) -> Iterator[Finding]:
    spans = [
        (start, end)
        for start, end in report.get("gaps", [])
        if end - start >= MISSING_MS and start > 0 and end < length - MISSING_MS  # before and after is no gap
    ]
    if not spans or report.get("loudness_lufs") is None:
        return
    seconds = round(sum(end - start for start, end in spans) / 1000)
    yield Finding(
        ngettext(
            "%(seconds)s s are missing in one place: the sound is cut off there.",
            "%(seconds)s s are missing in %(count)d places: the sound is cut off there.",
            len(spans),
        )
        % {"seconds": seconds, "count": len(spans)},
        _("Listen whether something that was said is lost; if so, look for another copy."),
        tuple(start for start, _end in spans),
    )


def _clipping(report: Report, length: int) -> Iterator[Finding]:
    if number := report.get("clipped_count", 0):
        yield Finding(
            ngettext("Clipped in one place: too loud for the recorder.", "Clipped in %(count)d places: too loud for the recorder.", number)
            % {"count": number},
            _("Listen whether the words can be understood; the machine may mishear them."),
            tuple(start for start, _end in report.get("clipped", [])),
        )  # fmt: skip


def _quiet(report: Report, length: int) -> Iterator[Finding]:
    loudness = report.get("loudness_lufs")
    if loudness is not None and loudness < QUIET:
        yield Finding(
            _("Very quiet: %(loudness)s LUFS.") % {"loudness": f"{loudness:.0f}".replace("-", "−")},
            _("The machine may miss what is said softly: check the text with headphones."),
        )


def _channels(report: Report, length: int) -> Iterator[Finding]:
    """Of one sound in stereo: where only one channel was taken, or each was a microphone, somebody has looked already."""
    if report.get("channels", Recording.Channels.BOTH) != Recording.Channels.BOTH:
        return
    correlation, balance = report.get("channel_correlation"), report.get("channel_balance_db") or 0.0
    if side := report.get("silent_channel"):
        said = {"left": _("The left channel is silent."), "right": _("The right channel is silent.")}[side]
        yield Finding(
            said, _("Say that only the other one belongs to the interview, so that it is heard in both ears.")
        )
    elif correlation is not None and correlation < TURNED_OVER:
        yield Finding(
            _("One channel is turned over: mixed, the two take each other away."),
            _("Say that only one of them belongs to the interview; the machine hears more then."),
        )
    elif abs(balance) > UNLIKE_DB:
        quieter = (
            _("The right channel is much quieter.") if balance > 0 else _("The left channel is much quieter.")
        )
        yield Finding(
            quieter,
            _("If nothing is to be heard in it, say that only the other one belongs to the interview."),
        )
    elif correlation is not None and abs(correlation) < APART:
        yield Finding(
            _("The two channels have little in common, as with a microphone for each person."),
            _("If it was so, say it: the machine then knows better who speaks."),
        )


_FINDS: tuple[Callable[[Report, int], Iterator[Finding]], ...] = (
    _silence, _cut_short, _errors, _gaps, _clipping, _quiet, _channels,
)  # fmt: skip
