"""Bytes of a text file that says nothing of its encoding, as text."""

import codecs
import re
from dataclasses import dataclass
from itertools import islice

# What wrote the transcripts and lists that archives of this continent have: Windows, old Macs, DOS.
_OLD = ("cp1252", "mac_roman", "cp850")
_TELLING = re.compile(rb"[\x00-\x7f]?[\x80-\xff]+[\x00-\x7f]?")  # what is not ASCII, and its neighbors
_MOST_TELLING = 5000
_EXPECTED = re.compile(
    r"[áéíóúñüçãõâêôàäöß](?![A-Z])|(?<![a-z])[ÁÉÍÓÚÑÜÇÃÕÂÊÔÀÄÖ]|[¿¡«“‘](?=\w|[¿¡«“‘\"])|(?<=[\w.,;?!…])[»”’]|(?<=[\s\d.])[–—°ºª](?!\w\w)|…"
)
_STRANGE = re.compile(
    r"[^\x00-\x7fáéíóúñüçãõâêôàäößÁÉÍÓÚÑÜÇÃÕÂÊÔÀÄÖ¿¡«»“”‘’–—…°ºª€]|(?<=\w)[–—¿¡«“°](?=\w)|(?<=[a-z])[ÁÉÍÓÚÑÜÇÃÕÂÊÔÀÄÖ]"
)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str  # Python's name of it
    certain: bool  # by a mark, or because nothing else can look like UTF-8; else the likeliest


def decode(data: bytes) -> Decoded:
    """Always gives a text: what no encoding explains becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, errors="replace"), encoding, certain=True)
    if wide := _without_mark(data):
        return Decoded(data.decode(wide, errors="replace"), wide, certain=False)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", certain=True)
    except UnicodeDecodeError as failure:
        # Cut off in the middle of a letter, or damaged in a few places.
        if failure.reason == "unexpected end of data" or _mostly_utf8(data):
            return Decoded(data.decode("utf-8", errors="replace"), "utf-8", certain=False)
    encoding = _old_encoding(data)
    return Decoded(data.decode(encoding, errors="replace"), encoding, certain=False)


def _without_mark(data: bytes) -> str:
    """UTF-16 that begins without its mark: in our languages every other byte is zero."""
    sample = data[:2000]
    if len(sample) < 8:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * len(sample) / 2 and even < 0.1 * len(sample) / 2:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * len(sample) / 2 and odd < 0.1 * len(sample) / 2 else ""


def _mostly_utf8(data: bytes) -> bool:
    """Whether far more of what is not ASCII fits UTF-8 than does not: old encodings fit it nearly nowhere."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - broken > 4 * broken


def _old_encoding(data: bytes) -> str:
    """The one that gives letters and quotation marks where the others give signs in the middle of words.

    charset-normalizer was tried: with a few lines of Spanish from a Mac it takes Windows for likelier.
    """
    sample = b"".join(byte.group() for byte in islice(_TELLING.finditer(data), _MOST_TELLING))
    return max(
        _OLD, key=lambda encoding: (_likely(sample.decode(encoding, errors="replace")), encoding == "cp1252")
    )


def _likely(text: str) -> int:
    return len(_EXPECTED.findall(text)) - 2 * len(_STRANGE.findall(text))
