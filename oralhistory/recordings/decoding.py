"""A stranger's file is decoded once, in the sandbox, into two files of our own; everything else reads these."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import soundfile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from oralhistory.files import sandbox
from oralhistory.lib import ffmpeg
from oralhistory.recordings import measuring, microphones, sniffing
from oralhistory.recordings.sniffing import CannotBeRead as CannotBeRead
from oralhistory.recordings.sniffing import NotARecording as NotARecording

LISTENING, HEARING = "listening.flac", "hearing.flac"
_APART = "apart.flac"  # the two microphones; measured, then gone


class TooLong(CannotBeRead):
    """There is more sound in the file than the limit."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Eight hours is more than any session; longer ones come as several recordings."""

    duration_ms: int = 8 * 3600 * 1000
    memory: int = 1 << 30  # bytes of address space
    cpu_seconds: int = 1800
    wall_seconds: float = 1800

    def for_sandbox(self) -> sandbox.Limits:
        # The larger file: 48 kHz, two channels, two bytes, were it not compressed at all.
        size = (self.duration_ms // 1000 + 2) * 48_000 * 2 * 2 + (1 << 20)
        return sandbox.Limits(self.memory, self.cpu_seconds, size, self.wall_seconds)


@dataclass(frozen=True)
class Taking:
    """What is taken of a master. `channels`: one of Recording.Channels.

    LEFT and RIGHT: the other channel goes into nothing. TWO_MICROPHONES: both are mixed, so that nobody hears
    one voice in one ear, and the report tells which one was louder when.
    """

    channels: str = "both"
    shift_ms: int = 0  # left out at the beginning; negative: that much silence before it
    at_least_ms: int = 0  # with silence after it, if it is shorter

    @property
    def apart(self) -> bool:
        return self.channels == "two_microphones"

    def cut(self) -> ffmpeg.Cut:
        alone = {"left": 0, "right": 1}.get(self.channels)
        return ffmpeg.Cut(alone, self.apart, self.shift_ms, self.at_least_ms)


@dataclass(frozen=True)
class Decoded:
    kind: sniffing.Kind
    listening: Path  # full-band FLAC, up to 48 kHz, one or two channels: what access copies are cut from
    hearing: Path  # 16 kHz mono FLAC: what Whisper hears
    samples: int  # of `hearing`
    duration_ms: int
    channels: int  # of `listening`
    sample_rate: int  # of `listening`
    pcm_sha256: str  # of the 16-bit little-endian samples of `hearing`
    report: dict[str, Any]  # plain JSON: see `measuring` and `_What.report`


def decode(
    source: Path,
    folder: Path,
    *,
    limits: Limits = Limits(),
    isolation: str = "preferred",
    taking: Taking = Taking(),
) -> Decoded:
    """Decode `source` into `folder`, which must exist. Leaves nothing behind when it fails.

    Raises CannotBeRead (of which NotARecording and TooLong are kinds) when it is the file's fault; when it is
    not, sandbox.NotIsolated, sandbox.Killed or OSError: then it may be tried again.
    """
    kind = sniffing.sniff(source)
    listening, hearing, apart = folder / LISTENING, folder / HEARING, folder / _APART
    try:
        what = _run(source, folder, kind, limits, isolation, taking)
        heard = measuring.hear(hearing)
        if heard.samples == 0:
            raise CannotBeRead(_NO_SOUND)
        if heard.duration_ms > limits.duration_ms:
            raise TooLong(format_lazy(_TOO_LONG, hours=f"{limits.duration_ms / 3_600_000:g}"))
        listened = measuring.listen(listening)
        louder = {"microphones": microphones.louder(apart)} if taking.apart else {}
    except BaseException as failure:
        listening.unlink(missing_ok=True)
        hearing.unlink(missing_ok=True)
        if isinstance(failure, soundfile.LibsndfileError):
            raise CannotBeRead(_CANNOT) from failure
        raise
    finally:
        apart.unlink(missing_ok=True)
    report = what.report(heard.duration_ms) | heard.report() | listened.report() | louder
    report["channels"] = taking.channels
    return Decoded(
        kind=kind,
        listening=listening,
        hearing=hearing,
        samples=heard.samples,
        duration_ms=heard.duration_ms,
        channels=listened.channels,
        sample_rate=listened.sample_rate,
        pcm_sha256=heard.pcm_sha256,
        report=report,
    )


_CANNOT = _("The recording cannot be read: its sound is damaged or of a kind that we do not know.")
_NO_SOUND = _("The recording cannot be read: there is no sound in it.")
_SILENT_FILM = _(
    "There are moving pictures in this file and no sound. An interview is heard: please bring its sound too."
)
_TOO_HARD = _(
    "The recording cannot be read: decoding it takes more time or space than a recording ever should."
)
_TOO_LONG = _("The recording is longer than {hours} hours. Please bring it in parts.")


def _run(
    source: Path, folder: Path, kind: sniffing.Kind, limits: Limits, isolation: str, taking: Taking
) -> "_What":
    seconds = limits.duration_ms / 1000 + 1
    what = _What()

    def command(given: Path, made: Path) -> list[str]:
        return ffmpeg.decode(
            ffmpeg.binary(),
            given,
            kind.demuxer,
            listening=made / LISTENING,
            hearing=made / HEARING,
            seconds=seconds,
            cut=taking.cut(),
            apart=made / _APART if taking.apart else None,
        )

    ending = sandbox.run(
        command,
        source=source,
        folder=folder,
        limits=limits.for_sandbox(),
        isolation=isolation,
        on_line=what.take,
    )
    # ffmpeg answers the signal of the processor limit by ending in good order, with half of the sound.
    if ending.stopped_by or "Exiting normally, received signal" in ending.said:
        raise CannotBeRead(_TOO_HARD)
    if ending.returncode != 0 and what.has_video and not what.audio_codecs:
        raise CannotBeRead(_SILENT_FILM)
    names = (LISTENING, HEARING, _APART) if taking.apart else (LISTENING, HEARING)
    if ending.returncode != 0 or not all(_is_plain(folder / name) for name in names):
        raise CannotBeRead(_CANNOT)
    what.isolated = ending.isolated
    return what


def _is_plain(path: Path) -> bool:
    """A file, and no link: a decoder that was taken over could leave one that leads out of its folder."""
    return path.is_file() and not path.is_symlink()


_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d)\.(\d\d)")
_STREAM = re.compile(r"^  Stream #0:\d+.*?: (Audio|Video): (\w+)")


@dataclass
class _What:
    """What ffmpeg says while it decodes. A file can make it say anything: for people to read, decides nothing."""

    errors: int = 0
    warnings: int = 0
    first_error: str = ""
    declared_ms: int | None = None
    audio_codecs: list[str] = field(default_factory=list)
    has_video: bool = False
    isolated: bool = False
    _input_over: bool = False

    def take(self, line: str) -> None:
        before, level, text = _level(line)
        if level in ("error", "fatal", "panic"):
            self.errors += 1
            self.first_error = self.first_error or text[:200]
        elif level == "warning":
            self.warnings += 1
        elif level == "info" and not before:
            self._take_info(text)

    def _take_info(self, text: str) -> None:
        if text.startswith("Stream mapping:"):
            self._input_over = True  # what follows describes our own files
        elif self._input_over:
            return
        elif self.declared_ms is None and (found := _DURATION.match(text)):
            hours, minutes, seconds, hundredths = (int(part) for part in found.groups())
            self.declared_ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + hundredths * 10
        elif found := _STREAM.match(text):
            if found[1] == "Audio" and len(self.audio_codecs) < 16:
                self.audio_codecs.append(found[2][:20])
            elif found[1] == "Video" and "attached pic" not in text:
                self.has_video = True

    def report(self, duration_ms: int) -> dict[str, Any]:
        declared = self.declared_ms
        return {
            "decoder": ffmpeg.version(),
            "isolated": self.isolated,
            "errors": self.errors,
            "warnings": self.warnings,
            "first_error": self.first_error,
            "audio_codecs": self.audio_codecs,
            "has_video": self.has_video,
            "declared_ms": declared,
            # A tenth, because the length of a variable-rate MP3 without an index is only ffmpeg's guess.
            "cut_short": declared is not None and duration_ms < declared * 0.9 - 1000,
        }


def _level(line: str) -> tuple[str, str, str]:
    """`[mp3 @ 0x55] [error] Header missing` as ("[mp3 @ 0x55] ", "error", "Header missing")."""
    found = re.match(r"^(\[[^\]]* @ 0x[0-9a-f]+\] )?\[(\w+)\] (.*)$", line)
    return (found[1] or "", found[2], found[3]) if found else ("", "", line)
