"""OHMS XML, versions 5.4 and 6.0, in whichever of its namespaces: minute marks or WebVTT, and the index as chapters."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext_lazy as _

from oralhistory.lib import charsets
from oralhistory.transcripts.formats.reading import captions, marks, markup, names
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed, Cue, Findings, IndexPoint

MOST_ELEMENTS = 100_000  # a large index has some thousands
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z]\w{0,30}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARK = re.compile(r"(\d{1,7})\((\d{1,5})\)")
_NOTE_NUMBER = re.compile(r"\[\[footnote\]\].*?\[\[/footnote\]\]", re.DOTALL)
_NOTES = re.compile(r"\[\[footnotes\]\].*\Z", re.DOTALL)
_LONGEST_NAME = 120  # letters, of a subject or a place
_MOST_NAMES = 60  # of one chapter
_NOTHING = ("", "no transcript", "no transcript.")  # what OHMS writes where there is none


def read(data: bytes) -> Findings:
    """Many exports have an index and no transcript: then there are chapters and no cues. Raises CannotBeParsed."""
    record = _record(data)
    found = Findings()
    text = _text(record, "transcript")
    if webvtt := _text(record, "vtt_transcript").strip():
        found = captions.read(webvtt.replace("\r\n", "\n").replace("\r", "\n"), header=True)
    elif text.strip().casefold() not in _NOTHING:
        _minutes(text, _text(record, "sync"), found)
    if _text(record, "transcript_alt").strip() or _text(record, "vtt_transcript_alt").strip():
        found.forgive("translation_left_out")
    _index(record, found)
    if not found.cues and not found.chapters:
        raise CannotBeParsed(_("There is no transcript in this OHMS file."))
    if not found.cues:
        found.forgive("index_alone")
    return found


def _record(data: bytes) -> Element:
    if data.count(b"<") > 2 * MOST_ELEMENTS:
        raise CannotBeParsed(_("There are more elements in this file than in any OHMS export."))
    try:
        root: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as failure:
        if isinstance(failure, DefusedXmlException):
            raise CannotBeParsed(_("The file declares entities: it is not taken.")) from failure
        root = _mended(data)
    for element in root.iter():
        if _name(element) == "record":
            return element
    raise CannotBeParsed(_("This XML is no OHMS export: it has no record."))


def _mended(data: bytes) -> Element:
    """Letters in another encoding than declared, control characters, ampersands that begin nothing."""
    text = _UNWRITABLE.sub("", _DECLARATION.sub("", charsets.decode(data).text, count=1))
    try:
        root: Element = ElementTree.fromstring(_LOOSE_AMPERSAND.sub("&amp;", text), forbid_dtd=True)
    except ParseError as failure:
        line = failure.position[0]
        raise CannotBeParsed(_("The XML is broken here."), line=line) from failure
    except (ValueError, LookupError) as failure:
        raise CannotBeParsed(_("The file declares entities: it is not taken.")) from failure
    return root


def _name(element: Element) -> str:
    """Without its namespace: the exports of the years have three."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(parent: Element, name: str) -> str:
    for element in parent:
        if _name(element) == name:
            return "".join(element.itertext())
    return ""


def _minutes(text: str, sync: str, found: Findings) -> None:
    """The text cut at its minute marks, and within each minute at its speakers."""
    if _NOTES.search(text):
        found.forgive("comment")
    text = _NOTE_NUMBER.sub("", _NOTES.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    lines = [_plain(line) for line in text.split("\n")]
    at = dict(_marks(sync, lines, found))
    known = names.those_in(lines)
    timed = not at
    said_by = ""
    for number, line in enumerate(lines, 1):
        said = names.split(line, known)
        said_by, rest = said or (said_by, line)
        words, skipped = rest.split(), len(line.split()) - len(rest.split())
        piece: list[str] = []
        for place, word in enumerate(words, skipped + 1):
            if (number, place) in at:
                _say(piece, said_by, number, found)
                piece = []
                found.add(Cue(word, at[number, place], None, said_by, number))
                continue
            piece.append(word)
        _say(piece, said_by, number, found)
    if not timed and found.cues and found.cues[0].start_ms is None:
        found.cues[0] = Cue(found.cues[0].text, 0, None, found.cues[0].speaker, found.cues[0].line)


def _plain(line: str) -> str:
    return markup.plain(" ".join(text for _name, text in markup.voices(line)))


def _say(words: list[str], speaker: str, line: int, found: Findings) -> None:
    if words:
        found.add(Cue(" ".join(words), None, None, speaker, line))


def _marks(sync: str, lines: list[str], found: Findings) -> Iterator[tuple[tuple[int, int], int]]:
    """(line, word), counted from 1, → milliseconds. "1:|13(3)|19(14)": minute 1 begins at line 13, word 3."""
    interval, _colon, rest = sync.strip().partition(":")
    minutes = int(interval[:4]) if interval.isdecimal() else 1
    for count, mark in enumerate(rest.split("|")):
        if not mark.strip():
            continue
        place = _MARK.fullmatch(mark.strip())
        if not place:
            found.forgive("sync_unreadable")
            continue
        line, word = int(place[1]), max(1, int(place[2]))
        length = len(lines[line - 1].split()) if 0 < line <= len(lines) else 0
        ms = count * minutes * 60_000
        if not length or ms > marks.LATEST:
            found.forgive("sync_beyond_text")
            continue
        yield (line, min(word, length)), ms


def _index(record: Element, found: Findings) -> None:
    for index in record:
        for point in index if _name(index) == "index" else ():
            title = markup.plain(_text(point, "title"))[:200]
            start = marks.from_cell(_text(point, "time"))
            if start is None:
                found.forgive("chapter_without_time")
            elif title or _text(point, "synopsis").strip():
                found.chapters.append(_point(point, start, title, found))


def _point(point: Element, start: int, title: str, found: Findings) -> IndexPoint:
    synopsis = markup.plain(_text(point, "synopsis"))
    keywords = _listed(_text(point, "keywords"))
    if keywords:
        found.forgive("keywords_for_the_whole")
    if any(_name(each) == "hyperlinks" and "".join(each.itertext()).strip() for each in point):
        found.forgive("links_left_out")
    places = [markup.plain(_text(each, "gps_text")) for each in point if _name(each) == "gpspoints"] or [
        markup.plain(_text(point, "gps_text"))
    ]  # before 6.0 a point had one, and no element around it
    return IndexPoint(
        start, title or synopsis[:200], synopsis, subjects=_listed(_text(point, "subjects")),
        places=tuple(dict.fromkeys(place[:_LONGEST_NAME] for place in places if place)), keywords=keywords,
    )  # fmt: skip


def _listed(text: str) -> tuple[str, ...]:
    """Words between semicolons, each once."""
    words = (markup.plain(each)[:_LONGEST_NAME] for each in text.replace("\n", ";").split(";"))
    return tuple(dict.fromkeys(each for each in words if each))[:_MOST_NAMES]
