"""Files made to do harm, for the tests that bring them in: section U of the list of abuses."""

import struct

# The file that every virus scanner knows and that does nothing; in two pieces, so that none complains of this one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def wav(*, rate=16_000, channels=1, bits=16, data=bytes(32_000), claimed=None, code=1, more=b""):
    width = channels * bits // 8
    header = struct.pack("<HHIIHH", code, channels, rate, (rate * width) & 0xFFFFFFFF, width & 0xFFFF, bits)
    chunks = b"fmt " + struct.pack("<I", 16) + header + more
    size = len(data) if claimed is None else claimed
    return (
        b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE" + chunks + b"data" + struct.pack("<I", size) + data
    )


# {place}: a folder with another interview's recording, `victim.wav`; {port}: of a listener on loopback.
LISTS = {
    "playlist with a file": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{place}/victim.wav\n#EXT-X-ENDLIST\n",
    "playlist with a sibling": "#EXTM3U\n#EXTINF:3,\nvictim.wav\n#EXT-X-ENDLIST\n",
    "playlist after blank lines": "\n\n  #EXTM3U\n#EXTINF:3,\nfile://{place}/victim.wav\n",
    "playlist after a byte order mark": "\ufeff#EXTM3U\n#EXTINF:3,\nfile://{place}/victim.wav\n",
    "playlist with a server's settings": "#EXTM3U\n#EXTINF:3,\nfile:///proc/self/environ\n#EXTINF:3,\n{place}/.env\n",
    "playlist to loopback": "#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:{port}/x.ts\n",
    "playlist of playlists": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://localhost:{port}/x.m3u8\n",
    "playlist with a key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:{port}/k"\n#EXTINF:3,\n{place}/victim.wav\n',
    "playlist to metadata": "#EXTM3U\n#EXTINF:3,\nhttp://169.254.169.254/latest/meta-data\n",
    "pls": "[playlist]\nFile1=http://[::1]:{port}/x\n",
    "MPD": '<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>',
    "bare MPD": "<MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "rtsp": "rtsp://127.0.0.1:{port}/stream\n",
    "ffconcat with a sibling": "ffconcat version 1.0\nfile victim.wav\n",
    "ffconcat with a path": "ffconcat version 1.0\nfile '{place}/victim.wav'\n",
    "concat without its name": "file '{place}/victim.wav'\nfile '{place}/victim.wav'\n",
    "ffconcat over the network": "ffconcat version 1.0\nfile http://127.0.0.1:{port}/x.wav\n",
    "concat protocol": "concat:{place}/victim.wav|{place}/victim.wav\n",
    "subfile protocol": "subfile,,start,0,end,100,,:{place}/victim.wav\n",
    "data protocol": "data:audio/wav;base64,UklGRg==\n",
    "crypto protocol": "crypto:{place}/victim.wav\n",
    "lavfi graph": "sine=frequency=440\n",
    "picture pattern": "%05d.png\n",
    "glob": "*.png\n",
}
NOT_SOUND = {
    "text": b"Mire, yo naci en Hermosillo, en el cincuenta y cinco. " * 20,
    "SRT": b"1\n00:00:01,000 --> 00:00:02,000\nHola\n",
    "ASS": b"[Script Info]\nTitle: x\n",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "PHP": b"<?php system($_GET['c']); ?>",
    "JavaScript": b"window.location='//x'",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "ELF": b"\x7fELF\x02\x01\x01" + bytes(500),
    "EXE": b"MZ\x90\x00" + bytes(500),
    "ZIP": b"PK\x03\x04" + bytes(500),
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "JPEG": b"\xff\xd8\xff\xe0" + bytes(500),
    "HEIC": b"\x00\x00\x00\x18ftypheic" + bytes(500),
    "empty": b"",
    "thirty bytes": b"\x01" * 30,
    "thirty bytes of a WAV": wav()[:30],
    "a megabyte of zeros before a WAV": bytes(1 << 20) + wav(),
    "an MP4 without its index": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42\x00\x00\x10\x08mdat"
    + bytes(4096),
    "an MP4 of nothing but boxes of no length": b"\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00" + bytes(8) * 1000,
    "a FLAC of nothing": b"fLaC",
    "an Ogg without sound": b"OggS\x00\x02" + bytes(22) + b"\x01\x1e\x80theora" + bytes(100),
    "another EBML": b"\x1aE\xdf\xa3\x93\x42\x82\x88notmkv00" + bytes(100),
    "a Wave with no sound": wav()[:36],
    "EICAR": EICAR,
}
IMPOSSIBLE = {
    "1 Hz": wav(rate=1, data=bytes(65_536)),
    "no rate": wav(rate=0),
    "2³¹-1 Hz": wav(rate=2**31 - 1),
    "no channels": wav(channels=0),
    "65,535 channels": wav(channels=65_535, bits=8),
    "no bits": wav(bits=0),
    "a hundred thousand descriptions": wav(more=(b"fmt " + struct.pack("<I", 16) + bytes(16)) * 100_000),
    "ten thousand chunks": wav(more=(b"junk" + struct.pack("<I", 0)) * 10_000),
    "AIFF of 1 Hz": b"FORM\x00\x00\x10\x00AIFFCOMM\x00\x00\x00\x12\x00\x01\x00\x00\x10\x00\x00\x10\x3f\xff\x80"
    + bytes(7)
    + b"SSND\x00\x00\x10\x00"
    + bytes(4096),
    "CAF of no number": b"caff\x00\x01\x00\x00desc"
    + bytes(7)
    + b"\x20"
    + struct.pack(">d", float("nan"))
    + bytes(100),
}
# Beginnings that a sniffer believes.
MAGIC = {
    "wav": wav()[:44],
    "flac": b"fLaC\x00\x00\x00\x22\x10\x00\x10\x00" + bytes(6) + b"\x0a\xc4\x42\xf0" + bytes(20),
    "ogg": b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00",
    "webm": b"\x1aE\xdf\xa3\x93\x42\x82\x84webm",
    "amr": b"#!AMR\n",
    "wma": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "avi": b"RIFF\xff\xff\xff\x7fAVI LIST",
    "mpeg": b"\x00\x00\x01\xba",
    "m4a": b"\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00\x7f\xff\xff\xffmoov",
    "mp3": b"\xff\xfb\x90\x00".ljust(417, b"\x00") * 4,
    "ts": b"\x47".ljust(188, b"\x00") * 8,
}


# What valid files are mutated of.
KINDS = ("wav", "aiff", "flac", "mp3", "aac", "m4a", "opus", "webm", "wma", "caf", "avi", "ts")


def mutant(good, chance):
    """With some bits turned over, the first ones more often; sometimes a piece is missing, or is there twice."""
    data = bytearray(good)
    for _ in range(chance.choice((1, 3, 30))):
        data[chance.randrange(min(len(data), chance.choice((100, 2000, len(data)))))] ^= (
            1 << chance.randrange(8)
        )
    if chance.random() < 0.2:
        at, size = chance.randrange(len(data)), chance.randrange(200)
        data[at : at + size] = data[at : at + size] * chance.choice((0, 2))
    return bytes(data)


def subtitled(avi: bytes, playlist: bytes) -> bytes:
    """An AVI with a second stream, a GAB2 subtitle whose text is a playlist."""
    data = bytearray(avi)
    text = (
        b"GAB2\x00\x02\x00"
        + struct.pack("<I", 2)
        + b"\x00\x00\x04\x00"
        + struct.pack("<I", len(playlist))
        + playlist
    )
    header = b"txts" + bytes(16) + struct.pack("<II", 1, 1) + bytes(28)
    stream = (
        b"LIST" + struct.pack("<I", 12 + len(header)) + b"strlstrh" + struct.pack("<I", len(header)) + header
    )
    at = data.index(b"LIST", data.index(b"strf"))
    data[at:at] = stream
    data[16:20] = struct.pack("<I", struct.unpack("<I", data[16:20])[0] + len(stream))
    at = data.index(b"movi") + 4
    data[at:at] = b"01tx" + struct.pack("<I", len(text)) + text + bytes(len(text) % 2)
    return bytes(data)


def elsewhere(mov, path):
    """The same QuickTime file without its sound, which now lies, it says, in the file at `path`."""
    data = bytearray(mov)
    at = data.index(b"url \x00\x00\x00\x01") - 4
    name = path.encode() + bytes(len(path) % 2)
    levels = struct.pack(">HH", 1, 1)
    alias = (
        bytes(10 + 28 + 12 + 64 + 16)
        + levels
        + bytes(16)
        + struct.pack(">HH", 2, len(name))
        + name
        + b"\xff\xff\x00\x00"
    )
    entry = struct.pack(">I", len(alias) + 12) + b"alis" + bytes(4) + alias
    data[at : at + 12] = entry
    for box in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        size = data.rindex(box, 0, at) - 4
        data[size : size + 4] = (int.from_bytes(data[size : size + 4], "big") + len(entry) - 12).to_bytes(
            4, "big"
        )
    sound = data.index(b"mdat")
    end = sound - 4 + int.from_bytes(data[sound - 4 : sound], "big")
    data[sound + 4 : end] = bytes(end - sound - 4)
    return bytes(data)
