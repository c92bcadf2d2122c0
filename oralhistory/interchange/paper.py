"""A testimony as a PDF to print, to file and to be read aloud by a screen reader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicSegment
from oralhistory.interchange import labels, typesetting, xml
from oralhistory.interchange.contents import Contents, Gap, Turn, chapters, spoken_of, statements
from oralhistory.lib import timecodes

SHEET = Path(__file__).parent / "print" / "testimony.typ"
_MOST_MOMENTS = 60  # of an organization in the index: nobody looks at more of them on paper


def write(contents: Contents) -> bytes:
    """Raises typesetting.NoFonts."""
    return typesetting.pdf(SHEET, content(contents))


def content(contents: Contents) -> dict[str, Any]:
    edition = contents.edition
    title, issue, *rest = statements(contents)
    notes: list[str] = []
    drawn = [
        {
            "title": chapter.title,
            "synopsis": chapter.synopsis,
            "parts": [each for part in chapter.parts for each in _part(part, contents, notes)],
        }
        for chapter in chapters(contents)
    ]
    found: dict[str, Any] = {
        "lang": contents.language,
        "spoken": contents.spoken,
        "paper": typesetting.paper(contents.language),
        "title": title,
        "narrators": list(edition.narrators),
        "mark": f"{edition.public_id} · {issue}",
        "archive": labels.ARCHIVE,
        "kicker": " · ".join([_("Testimony"), edition.collection]),
        "summary": edition.summary,
        "warnings": edition.warnings,
        "facts": [[label, value] for label, value in _facts(contents, issue) if value],
        "withheld": _("a passage that is not published"),
        "chapters": drawn,
        "notes": notes,
        "notes_heading": _("Notes"),
        "index": _index(contents),
        "index_heading": _("Index of organizations"),
        "statements": [issue, *rest],
    }
    cleaned: dict[str, Any] = _clean(found)
    return cleaned


def _facts(contents: Contents, issue: str) -> list[tuple[str, str]]:
    edition = contents.edition
    return [
        (_("Narrator"), ", ".join(edition.narrators)),
        (_("Place and year"), ", ".join(filter(None, [edition.place, edition.held_on]))),
        (_("Length"), timecodes.clock(edition.duration_ms)),
        (_("Edition"), issue),
        (_("Text"), labels.making(edition)),
    ]


def _part(part: Turn | Gap, contents: Contents, notes: list[str]) -> Iterator[dict[str, Any]]:
    """A gap, or the paragraphs of a turn, each with its time and the first with who speaks."""
    if isinstance(part, Gap):
        yield {"kind": "gap", "time": timecodes.clock(part.start_ms)}
        return
    named = contents.spoken if part.speaker else contents.language
    for number, paragraph in enumerate(part.paragraphs):
        said: list[list[str]] = []
        for segment in paragraph:
            text = _text(segment, notes)
            if said and said[-1][1] == segment.language:
                said[-1][0] += f" {text}"
            else:
                said.append([f" {text}" if said else text, segment.language])
        time = timecodes.clock(paragraph[0].start_ms)
        yield {
            "kind": "turn",
            "time": time,
            "name": "" if number else part.name,
            "named": named,
            "said": said,
        }


def _text(segment: PublicSegment, notes: list[str]) -> str:
    text = " ".join(segment.text.split())
    for each in segment.notes:
        about = f"«{each['about']}»: " if each["about"] else ""
        notes.append(f"{about}{each['text']}")
        text += f" [{len(notes)}]"
    return text


def _index(contents: Contents) -> list[list[str]]:
    return [
        [
            record.name,
            record.language or contents.spoken,
            ", ".join(timecodes.clock(each.start_ms) for each in mentions[:_MOST_MOMENTS]),
        ]
        for record, mentions in spoken_of(contents)
    ]


def _clean(value: Any) -> Any:
    """Without letters that no font can set."""
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return xml.clean(value) if isinstance(value, str) else value
