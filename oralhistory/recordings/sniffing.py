"""What a file is, by its content alone: its name and its declared type are what a stranger says about it.

What is on the list gets the one ffmpeg demuxer that may read it. Everything else is refused here, before any
decoder sees it: playlists and scripts of ffmpeg's own, which would pull other files in, pages, texts,
programs; and sound whose header claims what no recorder makes.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.recordings import mpeg_frames

_HEAD = 64 * 1024
_MOST_CHUNKS = 1000  # before the sound begins; a file with more is made to waste time
_SLOWEST, _FASTEST = 4000, 768_000  # samples a second: a telephone has 8,000, the best converters 768,000
_MOST_CHANNELS = 32


class CannotBeRead(Exception):
    """There is no sound to be had from the file. `sentence` says so to the person who brought it."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotARecording(CannotBeRead):
    """The file is not one of the kinds we take, or its header is a lie. No decoder has seen it."""


@dataclass(frozen=True)
class Kind:
    name: str  # as shown to people
    demuxer: str  # the only one ffmpeg may open
    media_type: str
    suffix: str  # for names that we give; never the uploader's


WAV = Kind("WAV", "wav", "audio/wav", ".wav")
AIFF = Kind("AIFF", "aiff", "audio/aiff", ".aiff")
FLAC = Kind("FLAC", "flac", "audio/flac", ".flac")
MP3 = Kind("MP3", "mp3", "audio/mpeg", ".mp3")
AAC = Kind("AAC", "aac", "audio/aac", ".aac")
M4A = Kind("M4A", "mov", "audio/mp4", ".m4a")
MP4 = Kind("MP4", "mov", "video/mp4", ".mp4")
MOV = Kind("QuickTime", "mov", "video/quicktime", ".mov")
THREE_GP = Kind("3GP", "mov", "video/3gpp", ".3gp")
OGG = Kind("Ogg", "ogg", "audio/ogg", ".ogg")
WEBM = Kind("WebM", "matroska", "video/webm", ".webm")
MKV = Kind("Matroska", "matroska", "video/x-matroska", ".mkv")
AMR = Kind("AMR", "amr", "audio/amr", ".amr")
WMA = Kind("Windows Media", "asf", "audio/x-ms-wma", ".wma")
CAF = Kind("CAF", "caf", "audio/x-caf", ".caf")
AVI = Kind("AVI", "avi", "video/x-msvideo", ".avi")
MPEG = Kind("MPEG", "mpeg", "video/mpeg", ".mpg")
MPEG_TS = Kind("MPEG-TS", "mpegts", "video/mp2t", ".ts")

_NOTHING = _("The file is empty.")
_CUT = _("The file cannot be read: it is too short or was cut off before its sound begins.")
_IMPOSSIBLE = _("The file cannot be read: its header claims a sound that no recorder makes.")
_NO_INDEX = _(
    "The file cannot be read: its index is missing. It was probably cut off before the recorder closed it."
)
_NO_SOUND = _("There is no sound in this file that we can read.")
_UNKNOWN = _("This is not a sound or video recording of a kind that we can read.")
_PLAYLIST = _("This is a playlist or a list of other files, not a recording.")
_DOCUMENT = _("This is a document or a text, not a recording.")
_PICTURE = _("This is a picture, not a recording.")
_PROGRAM = _("This is a program or an archive of files, not a recording.")

# For the sentence only: what is not on the list above is refused whether it is named here or not.
_REFUSED = (
    (b"#EXTM3U", _PLAYLIST),
    (b"[playlist]", _PLAYLIST),
    (b"ffconcat", _PLAYLIST),
    (b"<MPD", _PLAYLIST),
    (b"v=0", _PLAYLIST),
    (b"%PDF", _DOCUMENT),
    (b"{\\rtf", _DOCUMENT),
    (b"\xd0\xcf\x11\xe0", _DOCUMENT),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"#!/", _PROGRAM),
    (b"PK\x03\x04", _PROGRAM),
    (b"\x1f\x8b", _PROGRAM),
    (b"Rar!", _PROGRAM),
    (b"7z\xbc\xaf", _PROGRAM),
)


def sniff(source: Path) -> Kind:
    """The kind of a file. Reads its beginning and its table of parts, never its sound. Raises NotARecording."""
    with source.open("rb") as stream:
        return sniff_stream(stream)


def sniff_stream(stream: BinaryIO) -> Kind:
    """The same for a file that is not on this disk. Raises NotARecording."""
    head = stream.read(_HEAD)
    if not head:
        raise NotARecording(_NOTHING)
    kind = _by_magic(stream, head) or _by_frames(stream, head)
    if kind is None:
        raise NotARecording(_why_not(head))
    return kind


def _by_magic(stream: BinaryIO, head: bytes) -> Kind | None:
    form = head[8:12]
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and form == b"WAVE":
        return _wav(stream)
    if head[:4] == b"RIFF" and form == b"AVI ":
        return AVI
    if head[:4] == b"FORM" and form in (b"AIFF", b"AIFC"):
        return _aiff(stream)
    if head[:4] == b"fLaC":
        return _flac(head)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return _iso_media(stream, head)
    if head[:4] == b"OggS":
        return _ogg(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return _matroska(head)
    if head[:6] == b"#!AMR\n" or head[:9] == b"#!AMR-WB\n":
        return AMR
    if head[:16] == bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"):
        return WMA
    if head[:8] in (b"caff\x00\x01\x00\x00", b"caff\x00\x01\x00\x01"):
        return _caf(head)
    return None


def _by_frames(stream: BinaryIO, head: bytes) -> Kind | None:
    """Kinds without a signature of their own are known by several frames that follow each other."""
    if head[:4] == b"\x00\x00\x01\xba":
        return MPEG
    if mpeg_frames.is_transport_stream(head):
        return MPEG_TS
    if skip := mpeg_frames.tag_length(head):
        stream.seek(skip)
        head = stream.read(_HEAD)
        if head[:4] == b"fLaC":
            return _flac(head)
    if mpeg_frames.begins_with_frames(head, mpeg_frames.adts_length):
        return AAC
    return MP3 if mpeg_frames.begins_with_frames(head, mpeg_frames.mp3_length) else None


def _why_not(head: bytes) -> Promise:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, sentence in _REFUSED:
        if text.startswith(magic):
            return sentence
    if b"\x00" not in head and (text[:1] == b"<" or _is_text(head)):
        return _PLAYLIST if b"://" in head[:2000] or b"\nfile " in head else _DOCUMENT
    return _CUT if len(head) < 100 else _UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        head[: len(head) - 4].decode("utf-8")  # a letter may be cut at the end
    except UnicodeDecodeError:
        return False
    return True


def _credible(rate: float, channels: int) -> None:
    if not (_SLOWEST <= rate <= _FASTEST and 1 <= channels <= _MOST_CHANNELS):
        raise NotARecording(_IMPOSSIBLE)


def _wav(stream: BinaryIO) -> Kind:
    """RIFF, RF64 and BW64; Broadcast Wave is a WAV with one more chunk."""
    stream.seek(12)
    described = False
    for _chunk in range(_MOST_CHUNKS):
        header = stream.read(8)
        if len(header) < 8:
            break
        name, size = struct.unpack("<4sI", header)
        if name == b"data" and described:
            return WAV
        if name == b"fmt ":
            if described:
                raise NotARecording(_IMPOSSIBLE)
            _wav_format(stream.read(16))
            described = True
            size -= 16
        if size < 0:
            raise NotARecording(_IMPOSSIBLE)
        stream.seek(size + size % 2, 1)
    raise NotARecording(_CUT)


def _wav_format(fields: bytes) -> None:
    if len(fields) < 16:
        raise NotARecording(_CUT)
    code, channels, rate, _bytes_per_second, frame_bytes, bits = struct.unpack("<HHIIHH", fields)
    _credible(rate, channels)
    plain = code in (1, 3, 0xFFFE)  # integer, float, extensible: the others have bits of their own meaning
    if plain and not (1 <= bits <= 64 and frame_bytes >= channels):
        raise NotARecording(_IMPOSSIBLE)


def _aiff(stream: BinaryIO) -> Kind:
    stream.seek(12)
    described = sound = False
    for _chunk in range(_MOST_CHUNKS):
        header = stream.read(8)
        if len(header) < 8:
            break
        name, size = struct.unpack(">4sI", header)
        sound = sound or name == b"SSND"
        if name == b"COMM" and size >= 18:
            fields = stream.read(18)
            if len(fields) < 18:
                break
            exponent, mantissa = struct.unpack(">HQ", fields[8:18])  # an 80-bit float
            if exponent > 16383 + 63:
                raise NotARecording(_IMPOSSIBLE)
            _credible(mantissa * 2.0 ** (exponent - 16383 - 63), struct.unpack(">H", fields[:2])[0])
            described = True
            size -= 18
        if described and sound:
            return AIFF
        stream.seek(size + size % 2, 1)
    raise NotARecording(_CUT)


def _flac(head: bytes) -> Kind:
    if len(head) < 42:
        raise NotARecording(_CUT)
    packed = int.from_bytes(head[18:26], "big")  # STREAMINFO: 20 bits of rate, 3 of channels - 1, …
    _credible(packed >> 44, (packed >> 41 & 7) + 1)
    return FLAC


def _iso_media(stream: BinaryIO, head: bytes) -> Kind:
    brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "  # before 2001 QuickTime had no brand
    if brand in (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx "):
        raise NotARecording(_PICTURE)
    if not _has_box(stream, b"moov"):
        raise NotARecording(_NO_INDEX)
    if brand in (b"M4A ", b"M4B "):
        return M4A
    if brand == b"qt  ":
        return MOV
    return THREE_GP if brand[:2] in (b"3g",) else MP4


def _has_box(stream: BinaryIO, wanted: bytes) -> bool:
    stream.seek(0)
    for _box in range(100 * _MOST_CHUNKS):  # a fragmented file has two boxes for every few seconds
        header = stream.read(8)
        if len(header) < 8:
            return False
        size, name = struct.unpack(">I4s", header)
        if name == wanted:
            return True
        if size == 1:  # the true size follows, in 64 bits
            size = int.from_bytes(stream.read(8), "big") - 8
        if size < 8 or size > 1 << 62:  # 0 means "to the end of the file"
            return False
        stream.seek(size - 8, 1)
    return False


def _ogg(head: bytes) -> Kind:
    for first_words in (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   "):
        if first_words in head[:4096]:
            return OGG
    raise NotARecording(_NO_SOUND)


def _matroska(head: bytes) -> Kind:
    if b"\x42\x82\x84webm" in head[:100]:  # the element DocType, four bytes long
        return WEBM
    if b"\x42\x82\x88matroska" in head[:100]:
        return MKV
    raise NotARecording(_UNKNOWN)


def _caf(head: bytes) -> Kind:
    if len(head) < 52 or head[8:12] != b"desc":  # the description must come first
        raise NotARecording(_CUT)
    _credible(struct.unpack(">d", head[20:28])[0], struct.unpack(">I", head[44:48])[0])
    return CAF
