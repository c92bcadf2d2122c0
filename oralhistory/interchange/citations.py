"""How a testimony, or a passage of it, is cited: in words by the manuals' styles, and as data for reference managers."""

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import csl, labels
from oralhistory.lib import timecodes

_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
}

STYLES = {csl.CHICAGO: "Chicago", csl.APA: "APA", csl.MLA: "MLA"}


@dataclass(frozen=True, slots=True)
class Passage:
    """Where in a testimony: a moment, or a stretch of it, and the segment that has an address of its own."""

    start_ms: int
    end_ms: int | None = None
    cue_id: str = ""

    @property
    def time(self) -> str:
        """`2:18`, `2:18–2:40`."""
        start = timecodes.clock(self.start_ms)
        end = timecodes.clock(self.end_ms) if self.end_ms is not None else start
        return start if start == end else f"{start}–{end}"

    @property
    def fragment(self) -> str:
        """As a media fragment says it: `t=138.2,160`."""
        end = f",{timecodes.seconds(self.end_ms)}" if self.end_ms is not None else ""
        return f"t={timecodes.seconds(self.start_ms)}{end}"


@dataclass(frozen=True, slots=True)
class Cited:
    """A testimony in one style and language. `copied` is what goes to the clipboard."""

    style: str
    language: str
    reference: SafeString  # for the list of works; empty where the style cites by notes
    in_text: SafeString
    copied: str


def chicago(edition: PublicEdition, *, at: date, passage: Passage | None = None) -> str:
    """A note in the manner of Chicago, in the language of the page, with edition, moment and day of access."""
    return _cited(csl.CHICAGO, _language(), _key(edition, at, passage)).copied


def in_every_style(
    edition: PublicEdition, *, at: date, passage: Passage | None = None, languages: list[str]
) -> list[Cited]:
    key = _key(edition, at, passage)
    return [_cited(style, language, key) for language in languages for style in STYLES]


def pattern(edition: PublicEdition, *, at: date) -> str:
    """A Chicago note of a passage that is not known yet: with `{time}` and `{address}` in its places, for the page to fill."""
    given = item(edition, at=at) | {"note": "{time}", "URL": "{address}"}
    return _cited(csl.CHICAGO, _language(), json.dumps(given)).copied


def item(edition: PublicEdition, *, at: date, passage: Passage | None = None) -> dict[str, Any]:
    """The testimony as CSL-JSON, in the language of the page."""
    year = edition.held_on[:4]
    fields: dict[str, Any] = {
        "id": edition.public_id,
        "type": "interview",
        "title": edition.title,
        "author": [{"literal": name} for name in edition.narrators],
        "genre": _("oral testimony"),
        "edition": edition.number,
        "issued": {"date-parts": [[int(year)]]} if year.isdecimal() else None,
        "event-place": edition.place,
        "collection-title": edition.collection,
        "archive": labels.ARCHIVE,
        "language": edition.languages[0] if edition.languages else "",
        "URL": _address(edition, passage),
        "accessed": {"date-parts": [[at.year, at.month, at.day]]},
        "note": passage.time if passage else "",  # CSL-JSON has no time code of its own
    }
    return {name: value for name, value in fields.items() if value}


def csl_json(edition: PublicEdition, *, at: date, passage: Passage | None = None) -> str:
    return json.dumps([item(edition, at=at, passage=passage)], ensure_ascii=False, indent=1)


def bibtex(edition: PublicEdition, *, at: date, passage: Passage | None = None) -> str:
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in edition.narrators),
        "title": f"{{{_escaped(edition.title)}}}",
        "type": "Testimony",
        "edition": str(edition.number),
        "year": edition.held_on[:4],
        "address": _escaped(edition.place),
        "organization": _escaped(labels.ARCHIVE),
        "howpublished": _escaped(edition.collection),
        "language": ", ".join(edition.languages),
        "note": passage.time.replace("–", "--") if passage else "",
        "url": _address(edition, passage),
        "urldate": at.isoformat(),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{edition.public_id},\n{body}\n}}\n"


def ris(edition: PublicEdition, *, at: date, passage: Passage | None = None) -> str:
    """RIS as reference managers read it: SOUND where there is one to hear."""
    lines = [("TY", "SOUND" if edition.audio_key else "UNPB")]
    lines += [("AU", name) for name in edition.narrators]
    lines += [
        ("TI", edition.title),
        ("ET", str(edition.number)),
        ("PY", edition.held_on[:4]),
        ("CY", edition.place),
        ("PB", labels.ARCHIVE),
        ("T2", edition.collection),
        ("AB", edition.summary),
        *(("LA", language) for language in edition.languages),
        ("N1", passage.time if passage else ""),
        ("UR", _address(edition, passage)),
        ("Y2", at.strftime("%Y/%m/%d")),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value or tag == "ER")


def _escaped(text: str) -> str:
    return re.sub(r"[\\{}&%#_$]", lambda found: _BIBTEX[found.group()], " ".join(text.split()))


@lru_cache(maxsize=512)
def _cited(style: str, language: str, key: str) -> Cited:
    """Kept, because a page must not wait for the styles at every request. `key` is the item itself."""
    given = json.loads(key)
    time = given.pop("note", "")
    with translation.override(language):
        given["genre"] = _("oral testimony")
        if style == csl.APA:  # which names no edition of an interview
            given["genre"] += ", " + _("ed. %(number)d") % {"number": given.pop("edition")}
    # English titles would be given capitals, and Spanish collections with them: what the archive wrote stays as it is.
    given = _with_an_author(given, italic=style == csl.APA) | {"id": "item", "language": "es"}
    said = csl.render(style, language, given, time=time)
    copied = [csl.as_text(each) for each in (said.reference, said.in_text) if each]
    return Cited(
        style, language, csl.as_html(said.reference), csl.as_html(said.in_text), "\n".join(copied)
    )  # fmt: skip


def _with_an_author(given: dict[str, Any], *, italic: bool) -> dict[str, Any]:
    """The title stands in the place of a name that is not said, once; the processor would write it twice.

    A testimony that is titled with its narrator's name has no title beside it.
    """
    title = given["title"]
    if "author" in given:
        return {name: each for name, each in given.items() if name != "title" or not _names(given, title)}
    leading = csl.italic(title) if italic else f"“{title}”"
    return {name: each for name, each in given.items() if name != "title"} | {
        "author": [{"literal": leading}]
    }


def _names(given: dict[str, Any], title: str) -> bool:
    return any(author["literal"] == title for author in given["author"])


def _key(edition: PublicEdition, at: date, passage: Passage | None) -> str:
    return json.dumps(item(edition, at=at, passage=passage))


def _language() -> str:
    code = (translation.get_language() or "es")[:2]
    return code if code in csl.LOCALES else "es"


def _address(edition: PublicEdition, passage: Passage | None) -> str:
    whole = labels.address(edition)
    if passage is None:
        return whole
    return f"{whole}m/{passage.cue_id}/" if passage.cue_id else f"{whole}#{passage.fragment}"
