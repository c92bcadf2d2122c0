"""How a testimony, or a moment of it, is cited."""

import re
from datetime import date

from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import labels
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


def chicago(edition: PublicEdition, *, at: date, start_ms: int | None = None, cue_id: str = "") -> str:
    """A note in the manner of Chicago, in the language of the page, with edition, moment and day of access."""
    where = ", ".join(part for part in (edition.place, edition.held_on) if part)
    parts = [
        ", ".join(edition.narrators),
        f"“{edition.title}”" if edition.title not in edition.narrators else "",
        _("testimony"),
        where,
        _("ed. %(number)d") % {"number": edition.number},
        timecodes.clock(start_ms) if start_ms is not None else "",
    ]
    said = ", ".join(part for part in parts if part)
    address = f"{labels.address(edition)}m/{cue_id}/" if cue_id else labels.address(edition)
    accessed = _("accessed %(day)s") % {"day": at.isoformat()}
    return f"{said}. {edition.collection}, {labels.ARCHIVE}. {address} ({accessed})."


def bibtex(edition: PublicEdition, *, at: date) -> str:
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in edition.narrators),
        "title": f"{{{_escaped(edition.title)}}}",
        "type": "Testimony",
        "edition": str(edition.number),
        "year": edition.held_on[:4],
        "address": _escaped(edition.place),
        "organization": _escaped(labels.ARCHIVE),
        "howpublished": _escaped(edition.collection),
        "url": labels.address(edition),
        "urldate": at.isoformat(),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{edition.public_id},\n{body}\n}}\n"


def ris(edition: PublicEdition, *, at: date) -> str:
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
        ("UR", labels.address(edition)),
        ("Y2", at.strftime("%Y/%m/%d")),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value or tag == "ER")


def _escaped(text: str) -> str:
    return re.sub(r"[\\{}&%#_$]", lambda found: _BIBTEX[found.group()], " ".join(text.split()))
