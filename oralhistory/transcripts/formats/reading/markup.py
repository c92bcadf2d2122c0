"""Captions with markup, as plain text with its speakers. What comes out is text and nothing else."""

import html
import re
import unicodedata
from collections.abc import Iterator

# A tag of WebVTT or HTML: something directly after "<", up to ">" or the end. "a < b" and "<3" are text.
_TAG = re.compile(r"<(?:(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s.>/]|\Z)|(\d[\d:.]*)|[./!?])([^<>]*)(>|\Z)")
_LONE = re.compile(r"<[<\s]*\Z")  # at the end: the beginning of a tag that was cut off
_BREAKS = frozenset({"br", "p", "div", "li", "tr"})
_CAPTION_TAGS = frozenset({"b", "i", "u", "c", "v", "lang", "ruby", "rt"})
_HTML_TAGS = (
    "a abbr audio base body button center code em embed font form h1 h2 h3 h4 h5 h6 head hr html iframe img input link "
    "math meta object ol pre s script small span strong style sub sup svg table td th title tt ul video"
)
_TAGS = _CAPTION_TAGS | _BREAKS | frozenset(_HTML_TAGS.split())
_SSA = re.compile(r"\{\\[^{}]{0,80}\}")  # {\an8} of SubStation Alpha, in many SRT files
# Control characters, byte order marks, and the marks that turn the direction of the text around them.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
SPEAKER_LENGTH = 60  # of Segment.speaker


def plain(text: str) -> str:
    """One line of NFC text without control characters."""
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).split())


def speaker(text: str) -> str:
    """A speaker's name as it is kept: short, one line, without the colon."""
    return plain(text).rstrip(": ")[:SPEAKER_LENGTH].strip()


def voices(text: str) -> Iterator[tuple[str, str]]:
    """The text of a caption by its speakers: (name, plain text); "" before the first `<v>`, and after `</v>`.

    Tags that are never closed end with the caption. What looks like no tag stays as text.
    """
    name, at = "", 0
    parts: list[str] = []
    text = _LONE.sub("", _SSA.sub("", text))
    for tag in _TAG.finditer(text):
        instead = _instead_of(tag)
        if instead is None:
            continue
        parts += [html.unescape(text[at : tag.start()]), instead]
        at = tag.end()
        if (tag[2] or "").lower() == "v":
            if said := plain("".join(parts)):
                yield name, said
            name, parts = ("" if tag[1] else _annotation(tag[4])), []
    parts.append(html.unescape(text[at:]))
    if said := plain("".join(parts)):
        yield name, said


def _instead_of(tag: re.Match[str]) -> str | None:
    """What stands in a tag's place; None: it is text."""
    name, whole = (tag[2] or "").lower(), bool(tag[5])
    if tag[3] is not None:
        is_time = ":" in tag[3] or "." in tag[3]  # of a word
        return "" if is_time and not tag[4].strip() else None
    if name in _BREAKS:
        return " "
    if not name or name in _TAGS:
        return ""
    if "=" in tag[4]:
        return ""
    return f"[{tag[2]}{tag[4].rstrip()}]" if whole and not tag[1] else None if not whole else ""  # <risas>


def _annotation(rest: str) -> str:
    """ ".loud Ana María" → "Ana María": classes come before the first blank."""
    _classes, _blank, name = rest.partition(" ") if rest.startswith(".") else ("", "", rest)
    return speaker(html.unescape(name))


def has_markup(text: str) -> bool:
    """Whether more than the speaker's name is taken out."""
    names = [(tag[2] or "").lower() for tag in _TAG.finditer(text) if _instead_of(tag) is not None]
    return any(name != "v" for name in names) or bool(_SSA.search(text))


def is_unclosed(text: str) -> bool:
    """Whether a tag is opened and not closed. A voice alone in its caption need not be."""
    tags = [(bool(tag[1]), (tag[2] or "").lower()) for tag in _TAG.finditer(text)]
    opened = [name for closing, name in tags if not closing and name in _CAPTION_TAGS]
    closed = [name for closing, name in tags if closing]
    return len(opened) > len(closed) and opened != ["v"]
