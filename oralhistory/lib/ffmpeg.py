"""Where ffmpeg is, and what it is told. Argument lists only: no shell ever sees a file's name."""

import functools
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

# Rates that FLAC, AAC and browsers all take; a source with another one gets the nearest.
LISTENING_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
HEARING_RATE = 16_000
APART_RATE = 8000  # enough to tell which microphone is louder

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

# The same for pictures: what cameras, telephones and archives of moving pictures write, and no more.
_VIDEO_DECODERS = ",".join(
    [
        "h264,hevc,av1,libdav1d,vp8,vp9,libvpx,libvpx-vp9,mpeg1video,mpeg2video,mpegvideo,mpeg4,msmpeg4v1",
        "msmpeg4v2,msmpeg4,h261,h263,h263i,h263p,flv,wmv1,wmv2,wmv3,vc1,mjpeg,mjpegb,dvvideo,prores,dnxhd,ffv1",
        "huffyuv,ffvhuff,utvideo,v210,rawvideo,theora,svq1,svq3,cinepak,indeo3,indeo5,rv30,rv40",
    ]
)
MOST_PIXELS = 40_000_000  # of one frame: four times what the largest cameras for the home film
VIDEO_SIDE = 1280  # pixels of the longer side of our copies
VIDEO_BITS = 2_500_000  # a second, at most: it bounds the size of the copy, not its quality

# A gap or a repetition in the time stamps becomes silence or is dropped, so that a moment has the same time
# in both copies, in the player and in the words; nothing is stretched.
_ON_TIME = "aresample=async=1:first_pts=0"
# Since version 7 every frame goes from thread to thread; at 16,384 samples a time an MP3 takes a sixth of the time.
_LARGE_FRAMES = "asetnsamples=16384:p=0"


class FfmpegMissing(Exception):
    """Neither the system nor the package imageio-ffmpeg has an ffmpeg."""


def binary() -> Path:
    """The system's ffmpeg if there is one, else the one that imageio-ffmpeg brings. Raises FfmpegMissing."""
    found = _found()
    if found.is_file():
        return found
    _found.cache_clear()  # it was taken away, and another one may stand elsewhere
    if not (found := _found()).is_file():
        raise FfmpegMissing(f"There is no ffmpeg at {found}.")
    return found


@functools.cache
def _found() -> Path:
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


@dataclass(frozen=True)
class Cut:
    """Which part of a sound is taken. `channel`: 0 left, 1 right, alone; none: all of them."""

    channel: int | None = None
    mixed: bool = False  # all channels into one, for listening too
    shift_ms: int = 0  # left out at the beginning; negative: that much silence before it
    at_least_ms: int = 0  # with silence after it, if it is shorter


def decode(
    program: Path,
    source: Path,
    demuxer: str,
    *,
    listening: Path,
    hearing: Path,
    seconds: float,
    cut: Cut = Cut(),
    apart: Path | None = None,
) -> list[str]:
    """One reading of `source` into two FLAC files: full-band, mono or stereo; and 16 kHz mono.

    Only the named demuxer may be opened, by the plain file protocol; only the first sound is taken, none of
    the names, pictures, chapters and subtitles. All stop after `seconds` of sound, whatever the file claims.
    `apart`: a third file, 8 kHz stereo, in which the channels stay apart.
    """
    rates = "|".join(str(rate) for rate in LISTENING_RATES)
    layouts = "mono" if cut.mixed else "mono|stereo"
    full_band = f"{_taken(cut)},aformat=sample_fmts=s16:channel_layouts={layouts}:sample_rates={rates},{_LARGE_FRAMES}"
    narrow_band = f"{_taken(cut)},aformat=sample_fmts=s16:channel_layouts=mono:sample_rates={HEARING_RATE},{_LARGE_FRAMES}"
    two = f"{_taken(cut)},aformat=sample_fmts=s16:channel_layouts=stereo:sample_rates={APART_RATE},{_LARGE_FRAMES}"
    return [
        *_quiet(program, "level+info"),
        *("-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", _AUDIO_DECODERS),
        *("-vn", "-sn", "-dn", "-f", demuxer, "-i", f"file:{source}"),
        *_flac(full_band, listening, seconds),
        *_flac(narrow_band, hearing, seconds),
        *(_flac(two, apart, seconds) if apart else ()),
    ]


def _taken(cut: Cut) -> str:
    filters = [_ON_TIME]
    if cut.channel is not None:
        # Stereo first: of a mono file "right" would else be a channel that is not there, which is silence.
        filters += ["aformat=channel_layouts=stereo", f"pan=mono|c0=c{cut.channel}"]
    if cut.shift_ms > 0:
        filters += [f"atrim=start={cut.shift_ms / 1000:.3f}", "asetpts=PTS-STARTPTS"]
    if cut.shift_ms < 0:
        filters.append(f"adelay=delays={-cut.shift_ms}:all=1")
    if cut.at_least_ms:
        filters.append(f"apad=whole_dur={cut.at_least_ms / 1000:.3f}")
    return ",".join(filters)


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


def describe(program: Path, source: Path, demuxer: str) -> list[str]:
    """What is in `source`, said at the level "info". It ends with an error, because nothing is asked of it."""
    return [
        *_quiet(program, "level+info"),
        *_given(source, demuxer, f"{_AUDIO_DECODERS},{_VIDEO_DECODERS}"),
    ]


def encode_video(
    program: Path, source: Path, demuxer: str, *, sound: Path, out: Path, seconds: float, shift_ms: int
) -> list[str]:
    """The moving pictures of `source` and the sound of `sound` (.m4a of our own, taken as it is) as one MP4.

    H.264, upright, at most 1,280 pixels on the longer side and 30 frames a second, a key frame every two
    seconds, index first, no metadata. `shift_ms` is cut off the pictures' beginning (negative: the first one
    stands for so long), and the whole ends after `seconds`, whatever the file claims.
    """
    return [
        *_quiet(program, "level+warning"),
        *("-filter_threads", "1"),
        *("-an", "-sn", "-dn", *_given(source, demuxer, _VIDEO_DECODERS)),
        *("-protocol_whitelist", "file", "-f", "mov", "-i", f"file:{sound}"),
        # V: no cover, no thumbnail; only what moves.
        *("-map", "0:V:0", "-map", "1:a:0", "-t", f"{seconds:.3f}", "-vf", _video_filters(shift_ms)),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "25", "-profile:v", "high", "-threads", "2"),
        *("-maxrate", str(VIDEO_BITS), "-bufsize", str(2 * VIDEO_BITS)),
        *("-force_key_frames", "expr:gte(t,n_forced*2)"),
        # Captions that a camera hides between the pictures, and the encoder's own note of itself, stay out.
        *("-a53cc", "0", "-bsf:v", "filter_units=remove_types=6"),
        *("-c:a", "copy", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-sn", "-dn"),
        *("-metadata:s:v", "encoder="),
        *("-flags:v", "+bitexact", "-movflags", "+faststart", "-empty_hdlr_name", "1", "-f", "mp4", f"file:{out}"),
    ]  # fmt: skip


def _video_filters(shift_ms: int) -> str:
    scale = f"min(1,min({VIDEO_SIDE}/(iw*sar),{VIDEO_SIDE}/ih))"  # pixels that are not square become square
    return ",".join(
        [
            f"setpts=PTS-{shift_ms / 1000:.3f}/TB",
            "bwdif=mode=send_frame:deint=interlaced",  # only frames that say that they are
            "fps=fps='if(between(source_fps,0.1,30),source_fps,30)':start_time=0",
            f"scale=w='max(16,2*trunc(iw*sar*{scale}/2))':h='max(16,2*trunc(ih*{scale}/2))'",
            "setsar=1",
            "format=yuv420p",
        ]
    )


def still(program: Path, video: Path, out: Path, *, second: float) -> list[str]:
    """One frame of a video of our own, as PNG."""
    return [
        *_quiet(program, "error"),
        *("-protocol_whitelist", "file", "-ss", f"{second:.3f}", "-f", "mov", "-i", f"file:{video}"),
        *("-map", "0:v:0", "-frames:v", "1", "-map_metadata", "-1", "-f", "image2", "-c:v", "png"),
        *("-update", "1", f"file:{out}"),
    ]


def _given(source: Path, demuxer: str, decoders: str) -> list[str]:
    """A stranger's file: one demuxer, the plain file protocol, known decoders, no frame above the limit."""
    return [
        *("-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", decoders),
        *("-max_pixels", str(MOST_PIXELS), "-threads", "2", "-f", demuxer, "-i", f"file:{source}"),
    ]


# Bit-exact: no name and version of the encoder either, so that the same sound is the same bytes.
_NAMELESS = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
    *("-vn", "-sn", "-dn"),
)


def _quiet(program: Path, level: str) -> list[str]:
    return [str(program), "-nostdin", "-hide_banner", "-nostats", "-loglevel", level, "-y"]
