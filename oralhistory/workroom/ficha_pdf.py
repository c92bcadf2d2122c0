"""The ficha as a PDF that is printed and that screen readers can read.

The file's own properties hold no name: its title is the interview's id, it has no author and no date.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.interchange import labels, typesetting
from oralhistory.interviews.models import Interview
from oralhistory.lib import timecodes
from oralhistory.review import fichas
from oralhistory.review.fichas import Entry, Ficha, Point
from oralhistory.web import vocabularies
from oralhistory.web.templatetags.archive import duration, named
from oralhistory.workroom import words

SHEET = Path(__file__).parent / "print" / "ficha.typ"


def make(interview: Interview, *, at: datetime, language: str) -> bytes:
    """A tagged PDF with bookmarks. Raises typesetting.NoFonts."""
    ficha = fichas.of(interview, at=at, language=language)
    data = content(interview, ficha, at=at, language=language)
    return typesetting.pdf(SHEET, data)


def content(interview: Interview, ficha: Ficha, *, at: datetime, language: str) -> dict[str, Any]:
    """Every word of the paper, in the page's language."""
    return {
        "lang": language,
        "paper": typesetting.paper(language),
        "title": _("Interview record %(code)s") % {"code": interview.public_id},
        "name": interview.title,
        "mark": interview.identifier or interview.public_id,
        "kicker": f"{_('Interview record')} · {interview.collection.title}",
        "quote": interview.pull_quote,
        "archive": str(labels.ARCHIVE),
        "facts": [[str(label), str(value)] for label, value in _facts(interview, ficha) if value],
        "sections": [section for section in _sections(interview, ficha) if section],
        "note": _(
            "Names are those that people chose. What is redacted, or was promised away, stands in no index. Pages are those of the transcription, of %(words)d words each. Printed on %(day)s."
        )
        % {"words": fichas.WORDS_A_PAGE, "day": _day(timezone.localtime(at))},
    }


def _facts(interview: Interview, ficha: Ficha) -> Iterable[tuple[str, str]]:
    yield _("Shelf mark"), interview.identifier
    yield _("Code"), interview.public_id
    for role, name in ficha.people:
        yield words.speaker(role), name
    for sitting in ficha.sittings:
        label = _("Sitting %(number)s") % {"number": sitting.number}
        country = str(vocabularies.country(sitting.country)) if sitting.country else ""
        place = sitting.place if country in ("", sitting.place) else f"{sitting.place} ({country})"
        length = duration(sitting.duration_ms) if sitting.duration_ms else ""
        tracks = ngettext("%(count)d track", "%(count)d tracks", sitting.tracks) % {"count": sitting.tracks}
        day = _day(sitting.held_on) if sitting.held_on else _("day not known")
        yield label, " · ".join(filter(None, [day, place, length, tracks]))
    yield _("Number of sittings"), str(len(ficha.sittings))
    yield _("Length"), duration(ficha.duration_ms) if ficha.duration_ms else ""
    yield _("Pages transcribed"), str(ficha.pages) if ficha.pages else ""
    yield _("Languages"), ", ".join(named(interview.languages, "language"))
    yield _("Countries"), ", ".join(named(interview.countries, "country"))
    yield _("Keywords"), ", ".join(interview.keywords)
    yield _("Photographs"), str(ficha.photographs) if ficha.photographs else ""
    yield _("Agreement"), _agreement(ficha)


def _agreement(ficha: Ficha) -> str:
    if not ficha.papers:
        return _("No agreement is in force: nothing is transcribed, nothing is published.")
    papers = (
        _("%(paper)s, signed on %(day)s") % {"paper": words.PAPERS.get(paper.kind, paper.kind), "day": _day(paper.signed_on)}
        for paper in ficha.papers
    )  # fmt: skip
    return "; ".join(papers)


def _sections(interview: Interview, ficha: Ficha) -> Iterable[dict[str, Any] | None]:
    yield _text(_("Reasons and circumstances"), interview.reasons)
    yield _text(_("Abstract"), interview.summary)
    yield _text(_("Before listening"), interview.warnings)
    if ficha.chapters:
        points = [_point(chapter) for chapter in ficha.chapters]
        yield {"heading": _("Table of contents"), "kind": "chapters", "points": points}
    yield _index(_("Index of subjects"), ficha.subjects)
    yield _index(_("Index of names and places"), ficha.names)
    yield _pairs(_("Glossary"), interview.glossary)
    yield _text(_("Technical notes"), interview.technical_notes)
    yield _pairs(_("Annexes"), interview.annexes)


def _text(heading: str, text: str) -> dict[str, Any] | None:
    return {"heading": heading, "kind": "text", "text": text} if text.strip() else None


def _pairs(heading: str, pairs: list[list[str]]) -> dict[str, Any] | None:
    return {"heading": heading, "kind": "pairs", "pairs": pairs} if pairs else None


def _index(heading: str, entries: Iterable[Entry]) -> dict[str, Any] | None:
    listed = [_entry(entry) for entry in entries]
    return {"heading": heading, "kind": "index", "entries": listed} if listed else None


def _entry(entry: Entry) -> dict[str, str]:
    country = str(vocabularies.country(entry.country)) if entry.country else ""
    beside = [entry.beside if entry.beside != entry.name else "", country if country != entry.name else ""]
    at = ", ".join(filter(None, (_moment(ms, page) for ms, page in entry.at)))
    return {"name": entry.name, "beside": ", ".join(filter(None, beside)), "at": at}


def _moment(ms: int, page: int) -> str:
    # In one piece: a page number that begins a line would belong to nothing.
    return f"{timecodes.clock(ms)} ({_page(page)})".replace(" ", "\u00a0") if page else timecodes.clock(ms)


def _page(page: int) -> str:
    return _("p. %(number)d") % {"number": page} if page else ""


def _point(chapter: Point) -> dict[str, str]:
    of = [", ".join(chapter.subjects), ", ".join(place for place, _country in chapter.places)]
    return {
        "time": timecodes.clock(chapter.start_ms),
        "page": _page(chapter.page),
        "title": chapter.title or _("without a title"),
        "synopsis": chapter.synopsis,
        "of": " · ".join(filter(None, of)),
    }


def _day(day: Any) -> str:
    return formats.date_format(day, "DATE_FORMAT")
