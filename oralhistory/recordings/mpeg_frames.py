"""Sound that has no signature and is known by its frames: MP3 and its elders, ADTS, transport streams."""

from collections.abc import Callable

_GARBAGE = 4096  # bytes of padding that real encoders leave between a tag and the first frame
_FRAMES = 4  # in a row; fewer only where the file ends. Four do not happen by chance: 1 in 10^10 or less

_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# kb/s by (MPEG-1 or not, layer); index 0 (any rate) and 15 (forbidden) are refused.
_MP3_KBITS = {
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def tag_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag at the beginning, 0 if there is none."""
    if head[:3] != b"ID3" or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return size + (20 if head[5] & 0x10 else 10)


def mp3_length(header: bytes) -> int:
    """Bytes of the MPEG audio frame that begins here, 0 if none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bits, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or bits in (0, 15) or rate == 3:
        return 0
    bits_per_second = _MP3_KBITS[version == 3, layer][bits] * 1000
    padding = header[2] >> 1 & 1
    if layer == 1:
        return (12 * bits_per_second // _MP3_RATES[version][rate] + padding) * 4
    samples = 72 if layer == 3 and version != 3 else 144
    return samples * bits_per_second // _MP3_RATES[version][rate] + padding


def adts_length(header: bytes) -> int:
    """Bytes of the AAC frame with ADTS header that begins here, 0 if none does."""
    if len(header) < 6 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else 0


def begins_with_frames(head: bytes, length_at: Callable[[bytes], int]) -> bool:
    """Whether several frames follow each other at or shortly after the beginning."""
    return any(_chain(head, start, length_at) for start in range(min(_GARBAGE, len(head))))


def _chain(head: bytes, start: int, length_at: Callable[[bytes], int]) -> bool:
    place, frames = start, 0
    while frames < _FRAMES:
        length = length_at(head[place : place + 6])
        if not length:
            return False
        frames += 1
        place += length
        if place >= len(head):
            return frames > 1
    return True


def is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes, or of 192 as in AVCHD cameras, each beginning with the same byte."""
    return any(
        len(head) >= first + 8 * size and all(head[first + n * size] == 0x47 for n in range(8))
        for first, size in ((0, 188), (4, 192))
    )
