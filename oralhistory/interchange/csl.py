"""Citations as the manuals want them, by a CSL processor and the styles in `styles/`.

The processor reads tags in what it is given and escapes nothing, so it is given no `<`, `>` or `&`: letters that no text
has stand for them, and for italics, until the end. Styles are parsed once for each language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, Locator
from citeproc.source.json import CiteProcJSON
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "styles"
LOCALES = {"es": "es-MX", "en": "en-US", "pt": "pt-BR"}
CHICAGO, APA, MLA = "chicago", "apa", "mla"

_AWAY = str.maketrans({"<": "\ue000", ">": "\ue001", "&": "\ue002"})
_BACK = str.maketrans({"\ue000": "<", "\ue001": ">", "\ue002": "&"})
_ITALIC, _UPRIGHT = "\ue003", "\ue004"
_ONE_AT_A_TIME = Lock()  # a parsed style remembers what it is rendering


@dataclass(frozen=True, slots=True)
class Rendered:
    """What stands in the list of works, and what stands in the text, or the note under it; either may be empty."""

    reference: str
    in_text: str


class _Formatter:
    """What the processor asks of a formatter; only italics leave a trace."""

    @staticmethod
    def preformat(text: object) -> str:
        return str(text)

    class Italic(str):
        __slots__ = ()

        def __new__(cls, text: str) -> "_Formatter.Italic":
            return super().__new__(cls, f"{_ITALIC}{text}{_UPRIGHT}")

    Oblique = Italic
    Bold = Light = Underline = Superscript = Subscript = SmallCaps = str


def render(style: str, language: str, item: Mapping[str, Any], *, time: str = "") -> Rendered:
    """A citation of a CSL-JSON item, at a time code or of the whole, as this module's own text.

    Chicago has its note alone; the others a reference, and what stands in the text where there is a time to say there.
    `as_text` and `as_html` make something of it that can be read.
    """
    source = CiteProcJSON([_clean(item)])
    reference = said = ""
    with _ONE_AT_A_TIME:
        parsed = _style(style, LOCALES[language])
        if style != CHICAGO:
            works = CitationStylesBibliography(parsed, source, _Formatter)
            works.register(Citation([CitationItem("item")]))
            reference = "".join(map(str, works.bibliography()))
        if style == CHICAGO or time:
            # Of its own, because the processor writes the locator of a citation into the list of works too.
            notes = CitationStylesBibliography(parsed, source, _Formatter)
            where = {"locator": Locator("timestamp", time)} if time else {}
            citation = Citation([CitationItem("item", **where)])
            notes.register(citation)
            said = str(notes.cite(citation, _unknown))
    return Rendered(_punctuated(reference, language), _punctuated(said, language))


def italic(text: str) -> str:
    """A part of an item that the style itself would not slant."""
    return f"{_ITALIC}{text}{_UPRIGHT}"


def as_text(rendered: str) -> str:
    return rendered.replace(_ITALIC, "").replace(_UPRIGHT, "").translate(_BACK)


def as_html(rendered: str) -> SafeString:
    """Escaped, with its italics."""
    text = escape(rendered.translate(_BACK))
    return mark_safe(text.replace(_ITALIC, "<i>").replace(_UPRIGHT, "</i>"))  # noqa: S308  # escaped above


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_AWAY)
    if isinstance(value, Mapping):
        return {name: _clean(each) for name, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value


def _punctuated(text: str, language: str) -> str:
    """What the processor does not do of the locale: stops within quotation marks, and an edition, which is feminine."""
    if language == "en":
        for stop in ".,":
            text = text.replace(f"”{stop}", f"{stop}”")
    if language == "pt":
        text = re.sub(r"(?<=\d)º(?= ed\.)", "ª", text)
    return text


@lru_cache(maxsize=16)
def _style(style: str, locale: str) -> CitationStylesStyle:
    return CitationStylesStyle(str(FOLDER / f"{style}.csl"), validate=False, locale=locale)


def _unknown(item: CitationItem) -> str:
    raise LookupError(item.key)
