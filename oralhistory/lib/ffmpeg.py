"""Where ffmpeg is, and what it is told. Argument lists only: no shell ever sees a file's name."""

import functools
import shutil
import subprocess
from pathlib import Path

import imageio_ffmpeg

# Rates that FLAC, AAC and browsers all take; a source with another one gets the nearest.
LISTENING_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
HEARING_RATE = 16_000

# Decoders that may be opened at all. Without this list ffmpeg opens the decoder of every stream to look at
# it, also of the pictures that nobody asked for. Names that a version of ffmpeg does not know do no harm.
_AUDIO_DECODERS = ",".join(
    [
        "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_s64le,pcm_s64be",
        "pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_alaw,pcm_mulaw,pcm_dvd,pcm_bluray,pcm_lxf",
        "pcm_s8_planar,pcm_s16le_planar,pcm_s16be_planar,pcm_s24le_planar,pcm_s32le_planar",
        "adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_ima_oki,adpcm_yamaha,adpcm_g722,adpcm_g726,adpcm_g726le",
        "g722,g726,gsm,gsm_ms,libgsm,libgsm_ms,mp1,mp1float,mp2,mp2float,mp3,mp3float,aac,aac_fixed,aac_latm",
        "alac,flac,opus,libopus,vorbis,libvorbis,speex,libspeex,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb",
        "wmav1,wmav2,wmapro,wmalossless,wmavoice,ac3,ac3_fixed,eac3,dca,mace3,mace6,qdm2,qdmc,qcelp,evrc",
    ]
)

# A gap or a repetition in the time stamps becomes silence or is dropped, so that a moment has the same time
# in both copies, in the player and in the words; nothing is stretched.
_ON_TIME = "aresample=async=1:first_pts=0"
# Since version 7 every frame goes from thread to thread; at 16,384 samples a time an MP3 takes a sixth of the time.
_LARGE_FRAMES = "asetnsamples=16384:p=0"


class FfmpegMissing(Exception):
    """Neither the system nor the package imageio-ffmpeg has an ffmpeg."""


@functools.cache
def binary() -> Path:
    """The system's ffmpeg if there is one, else the one that imageio-ffmpeg brings. Raises FfmpegMissing."""
    if found := shutil.which("ffmpeg"):
        return Path(found).resolve()
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe()).resolve()
    except RuntimeError as missing:
        raise FfmpegMissing(
            "There is no ffmpeg here: install it, or the package imageio-ffmpeg."
        ) from missing


@functools.cache
def version() -> str:
    """As in "ffmpeg n9.0.2": kept with everything that it decoded."""
    result = subprocess.run(
        [binary(), "-hide_banner", "-version"], capture_output=True, text=True, check=True
    )
    return " ".join(result.stdout.split()[0:3:2])


def decode(
    program: Path, source: Path, demuxer: str, *, listening: Path, hearing: Path, seconds: float
) -> list[str]:
    """One reading of `source` into two FLAC files: full-band, mono or stereo; and 16 kHz mono.

    Only the named demuxer may be opened, by the plain file protocol; only the first sound is taken, none of
    the names, pictures, chapters and subtitles. Both stop after `seconds` of sound, whatever the file claims.
    """
    rates = "|".join(str(rate) for rate in LISTENING_RATES)
    full_band = (
        f"{_ON_TIME},aformat=sample_fmts=s16:channel_layouts=mono|stereo:sample_rates={rates},{_LARGE_FRAMES}"
    )
    narrow_band = (
        f"{_ON_TIME},aformat=sample_fmts=s16:channel_layouts=mono:sample_rates={HEARING_RATE},{_LARGE_FRAMES}"
    )
    return [
        *_quiet(program, "level+info"),
        *("-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", _AUDIO_DECODERS),
        *("-vn", "-sn", "-dn", "-f", demuxer, "-i", f"file:{source}"),
        *_flac(full_band, listening, seconds),
        *_flac(narrow_band, hearing, seconds),
    ]


def _flac(filters: str, out: Path, seconds: float) -> list[str]:
    return [
        *("-map", "0:a:0", "-af", filters, "-t", f"{seconds:.3f}", *_NAMELESS),
        *("-c:a", "flac", "-compression_level", "5", "-f", "flac", f"file:{out}"),
    ]


def samples(program: Path, flac: Path, *, rate: int) -> list[str]:
    """One of our own FLAC files as raw 16-bit samples at another rate, on standard output."""
    return [
        *_quiet(program, "error"),
        *("-protocol_whitelist", "file", "-f", "flac", "-i", f"file:{flac}"),
        *("-map", "0:a:0", "-ar", str(rate), "-f", "s16le", "pipe:1"),
    ]


def encode_aac(program: Path, out: Path, *, rate: int, channels: int, out_rate: int, bits: int) -> list[str]:
    """Raw 16-bit samples from standard input into AAC-LC in an MP4 whose index comes first, with no metadata."""
    return [
        *_quiet(program, "error"),
        *(
            "-protocol_whitelist",
            "pipe",
            "-f",
            "s16le",
            "-ar",
            str(rate),
            "-ac",
            str(channels),
            "-i",
            "pipe:0",
        ),
        *("-map", "0:a:0", *_NAMELESS, "-ar", str(out_rate)),
        *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(bits)),
        *("-movflags", "+faststart", "-empty_hdlr_name", "1", "-f", "mp4", f"file:{out}"),
    ]


# Bit-exact: no name and version of the encoder either, so that the same sound is the same bytes.
_NAMELESS = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
    *("-vn", "-sn", "-dn"),
)


def _quiet(program: Path, level: str) -> list[str]:
    return [str(program), "-nostdin", "-hide_banner", "-nostats", "-loglevel", level, "-y"]
