"""Every format in which a testimony's text can be taken as a file: one line each, in the order in which it is offered."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.interchange import ohms, paper, tei, transcripts, word_document
from oralhistory.interchange.contents import Contents


@dataclass(frozen=True, slots=True)
class Format:
    """`code` is in the address (`transcript.<code>`), `ending` in the name of the file."""

    code: str
    label: str | Promise
    content_type: str
    write: Callable[[Contents], bytes]
    ending: str


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FORMATS = (
    Format("txt", _("plain text"), "text/plain; charset=utf-8", transcripts.write_txt, "txt"),
    Format("pdf", "PDF", "application/pdf", paper.write, "pdf"),
    Format("docx", "Word (DOCX)", _WORD, word_document.write, "docx"),
    Format("vtt", "WebVTT", "text/vtt; charset=utf-8", transcripts.write_vtt, "vtt"),
    Format("srt", "SubRip (SRT)", "application/x-subrip; charset=utf-8", transcripts.write_srt, "srt"),
    Format("tei", "TEI", "application/tei+xml; charset=utf-8", tei.write, "tei.xml"),
    Format("ohms", "OHMS XML", "application/xml; charset=utf-8", ohms.write, "ohms.xml"),
    Format("json", "JSON", "application/json", transcripts.write_json, "json"),
)  # fmt: skip

BY_CODE = {each.code: each for each in FORMATS}
