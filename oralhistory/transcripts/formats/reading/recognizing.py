"""A transcript that somebody brings: which format it is, by its content before its name; read."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from oralhistory.lib import charsets
from oralhistory.transcripts.formats.reading import captions, docx, ohms, package, plain, table
from oralhistory.transcripts.formats.reading.cues import (
    CannotBeParsed,
    Cue,
    Findings,
    Heading,
    IndexPoint,
    Remark,
)

MOST_BYTES = 10 << 20  # the words of three hours are 200 kB; with markup and times, a few megabytes
MOST_OF_A_DOCUMENT = 50 << 20  # with its pictures, which are not looked at
WEBVTT, SRT, PLAIN, TABLE, OHMS, WORD = "WebVTT", "SubRip", "text", "table", "OHMS", "Word"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCUMENTS = (b"%PDF", b"PK\x05\x06", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"Rar!")
_XML = re.compile(r"\s*<(?:\?xml|!DOCTYPE|!--|ROOT\b|html\b|\w[^<>]{0,200}\sxmlns)", re.IGNORECASE)
_ARROW = re.compile(r"^\s*-?\d[\d:.,;\s]*-->", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A transcript as its file has it; `timing.settle` makes segments of its cues."""

    form: str  # one of the names above
    encoding: str
    sha256: str
    cues: tuple[Cue, ...]
    chapters: tuple[IndexPoint, ...]
    remarks: tuple[Remark, ...]
    headings: tuple[Heading, ...] = ()

    @property
    def in_paragraphs(self) -> bool:
        """Whether its places are paragraphs and not lines."""
        return self.form == WORD


def read(data: bytes, name: str) -> Reading:
    """Read a file; `name` says what it is only where the content does not. Raises CannotBeParsed with name and line."""
    try:
        return _read(data, name.rpartition(".")[2].casefold())
    except CannotBeParsed as refusal:
        raise CannotBeParsed(refusal.sentence, name=name, line=refusal.line) from refusal


def _read(data: bytes, suffix: str) -> Reading:
    if len(data) > (MOST_OF_A_DOCUMENT if data.startswith(_ZIP) else MOST_BYTES):
        raise CannotBeParsed(_("The file is larger than a transcript can be."))
    if not data.strip(b"\x00 \r\n\t"):
        raise CannotBeParsed(_("The file is empty."))
    if data.startswith(_ZIP):
        return _reading(data, WORD, "UTF-8", docx.read(data))
    if data.startswith(_OLE):
        package.refuse_ole(data)
    if data.startswith(_DOCUMENTS):
        raise CannotBeParsed(
            _(
                "This is a document of another kind. Please save it as a Word document (.docx), text, WebVTT or SRT."
            )
        )
    decoded = charsets.decode(data)
    text = decoded.text.removeprefix("\ufeff")
    if _is_binary(text):
        raise CannotBeParsed(_("This is not a text."))
    remarks = _of_letters(decoded, text)
    text = text.replace("\x00", "")
    if _XML.match(text):
        form, found = OHMS, ohms.read(data)
    else:
        form, found = _captions_or_text(_lines(text), suffix)
    return _reading(data, form, decoded.encoding, found, remarks)


def _reading(
    data: bytes, form: str, encoding: str, found: Findings, remarks: Sequence[Remark] = ()
) -> Reading:
    return Reading(
        form, encoding, hashlib.sha256(data).hexdigest(), tuple(found.cues), tuple(found.chapters), (*remarks, *found.remarks),
        tuple(found.headings),
    )  # fmt: skip


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_binary(text: str) -> bool:
    sample = text[:20_000]
    strange = sum(character < "\x20" and character not in "\t\n\r\f\x00" for character in sample)
    return strange + sample.count("\ufffd") > len(sample) // 10 or sample.count("\x00") > len(sample) // 3


def _captions_or_text(text: str, suffix: str) -> tuple[str, Findings]:
    if text.startswith("WEBVTT") or suffix in ("vtt", "webvtt"):
        return WEBVTT, captions.read(text, header=True)
    if suffix == "srt" or _ARROW.search(text):
        return SRT, captions.read(text, header=False)
    if suffix in ("csv", "tsv", "tab") or table.looks_like(text):
        return TABLE, table.read(text)
    if suffix == "json" or text.lstrip().startswith('{"'):
        raise CannotBeParsed(_("This is data for programs. Please bring it as text, WebVTT, SRT or a table."))
    return PLAIN, plain.read(text)


def _of_letters(decoded: charsets.Decoded, text: str) -> list[Remark]:
    found = []
    if not decoded.certain:
        found.append(Remark("encoding_guessed"))
    if "\ufffd" in text:
        found.append(Remark("damaged_letters", text[: text.index("\ufffd")].count("\n") + 1))
    if "\x00" in text:
        found.append(Remark("nul_bytes", text[: text.index("\x00")].count("\n") + 1))
    return found
