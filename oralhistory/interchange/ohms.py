"""OHMS XML 6.0: the transcript with its minute marks, and the table of contents as index points.

The order of elements is the schema's. A mark of `sync` says with which word of which line a minute begins, both counted
from 1: "1:|13(3)|19(14)".
"""

import textwrap
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicSegment
from oralhistory.interchange import labels, xml
from oralhistory.interchange.contents import (
    Chapter,
    Contents,
    Gap,
    chapters,
    pieces,
    spoken_of,
    statements,
    titled,
)
from oralhistory.lib import media_types
from oralhistory.places import atlas

NAMESPACE = "https://www.weareavp.com/nunncenter/ohms"
VERSION = "6.0"
_MINUTE = 60_000
_WIDTH = 90  # letters a line, as transcripts of the field are broken


def write(contents: Contents) -> bytes:
    root = Element("ROOT", {"xmlns": NAMESPACE})
    edition = contents.edition
    other = _other_language(contents)
    text = _lines(contents, "")
    translated = _lines(contents, other) if other else _Lines()
    record = xml.add(
        root, "record", id=_number(edition.public_id), dt=edition.published_at.date().isoformat()
    )
    xml.add(record, "version", VERSION)
    _date(record, edition.held_on)
    xml.add(record, "cms_record_id", edition.public_id)
    xml.add(record, "title", edition.title)
    xml.add(record, "accession", edition.public_id)
    xml.add(record, "duration", _clock(edition.duration_ms))
    xml.add(record, "collection_name", edition.collection)
    xml.add(record, "repository", labels.ARCHIVE)
    xml.add(record, "repository_url", labels.page(""))
    for name in _subjects(contents):
        xml.add(record, "subject", name)
    for organization, _mentions in spoken_of(contents):
        xml.add(record, "keyword", organization.name)
    for name in edition.narrators:
        xml.add(record, "interviewee", name)
    xml.add(record, "format", _("video") if edition.video else _("sound") if edition.audio_key else "")
    xml.add(record, "sync", text.sync())
    xml.add(record, "sync_alt", translated.sync())
    xml.add(record, "transcript_alt_lang", other)
    xml.add(record, "translate", "1" if other else "0")
    _media(record, contents)
    xml.add(record, "language", contents.spoken)
    xml.add(record, "user_notes", "\n".join(statements(contents)[1:-1]))
    _index(record, contents, other)
    xml.add(record, "type", "interview")
    xml.add(record, "description", "\n".join(filter(None, [edition.summary, edition.warnings])))
    xml.add(record, "transcript", str(text))
    xml.add(record, "transcript_alt", str(translated))
    xml.add(record, "rights", labels.rights())
    xml.add(record, "fmt", "video" if edition.video else "audio")
    xml.add(record, "usage", labels.rights())
    xml.add(record, "xmllocation", f"{labels.address(edition)}transcript.ohms")
    xml.add(record, "xmlfilename", f"{edition.public_id}-edition-{edition.number}.ohms.xml")
    return xml.write(root)


def _number(public_id: str) -> str:
    """The schema wants a number: the same for the same testimony, and it says nothing."""
    return str(zlib.crc32(public_id.encode()) & 0x7FFFFFFF)


def _date(record: Element, held_on: str) -> None:
    """A day where the whole day is public; a year alone stands where dates of other forms belong."""
    is_day = len(held_on) == len("1979-05-17")
    element = xml.add(record, "date", format="yyyy-mm-dd")
    element.set("value", held_on if is_day else "")
    xml.add(record, "date_nonpreferred_format", "" if is_day else held_on)


def _clock(ms: int) -> str:
    seconds = ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _other_language(contents: Contents) -> str:
    """OHMS has room for one translation: that into the language of the page, else the first."""
    others = contents.in_others
    return contents.language if contents.language in others else others[0] if others else ""


def _subjects(contents: Contents) -> list[str]:
    found = (name for chapter in titled(contents.edition) for name in chapter.subjects_in(contents.language))
    return list(dict.fromkeys(found))


def _media(record: Element, contents: Contents) -> None:
    edition = contents.edition
    if not (edition.video or edition.audio_key) or "embed" not in edition.uses:
        return
    name, key = ("video", edition.video["key"]) if edition.video else ("sound", edition.audio_key)
    xml.add(record, "media_url", f"{labels.address(edition)}{name}")
    file = xml.add(record, "mediafile")
    xml.add(file, "host", "Other")
    xml.add(file, "clip_format", media_types.of(key).partition("/")[0])


def _index(record: Element, contents: Contents, other: str) -> None:
    index = xml.add(record, "index")
    said = {chapter.start_ms: chapter for chapter in chapters(contents)}
    for chapter in titled(contents.edition):
        point = xml.add(index, "point")
        xml.add(point, "time", str(chapter.start_ms // 1000))
        xml.add(point, "title", chapter.title)
        within = said.get(chapter.start_ms, chapter)
        xml.add(point, "partial_transcript", _first_words(within, ""))
        xml.add(point, "partial_transcript_alt", _first_words(within, other) if other else "")
        xml.add(point, "synopsis", chapter.synopsis)
        xml.add(point, "keywords", ";".join(_keywords(within, contents)))
        xml.add(point, "subjects", ";".join(chapter.subjects_in(contents.language)))
        xml.add(point, "subjects_alt", ";".join(chapter.subjects_in(other)) if other else "")
        for place in chapter.places:
            _place(point, place)


def _first_words(chapter: Chapter, language: str) -> str:
    first = next((part for part in chapter.parts if not isinstance(part, Gap)), None)
    if first is None:
        return ""
    segment = first.segments[0]
    said = segment.translations.get(language, "") if language else segment.text
    return textwrap.shorten(said, 200, placeholder=" …")


def _keywords(chapter: Chapter, contents: Contents) -> list[str]:
    """The organizations that are spoken of in a chapter."""
    segments = [each for part in chapter.parts if not isinstance(part, Gap) for each in part.segments]
    named = (record for each in segments for _text, record in pieces(each, contents.records) if record)
    return list(dict.fromkeys(record.name.replace(";", ",") for record in named))


def _place(point: Element, place: Mapping[str, str]) -> None:
    """With its coordinates, where only one place, or only one city, of that country is called so."""
    known = atlas.candidates(place["name"], country=place.get("country", ""))
    cities = [each for each in known if each.kind == "city"]
    found = next((each[0] for each in (known, cities) if len(each) == 1), None)
    spot = xml.add(point, "gpspoints")
    if found and found.latitude is not None and found.longitude is not None:
        xml.add(spot, "gps", f"{found.latitude:.4f}, {found.longitude:.4f}")
    else:
        xml.add(spot, "gps")
    xml.add(spot, "gps_zoom", "8")
    xml.add(spot, "gps_text", place["name"])


@dataclass(slots=True)
class _Lines:
    """A transcript in lines, with when each of its words is said."""

    lines: list[str] = field(default_factory=list)
    words: list[tuple[int, int, int]] = field(default_factory=list)  # (ms, line, word), both from 1

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def say(self, name: str, words: list[tuple[str, int]]) -> None:
        """A turn: its speaker and its words with their times, wrapped, and a blank line before it."""
        if self.lines:
            self.lines.append("")
        line: list[str] = f"{name}:".split() if name else []
        for word, ms in words:
            if line and len(" ".join([*line, word])) > _WIDTH:
                self.lines.append(" ".join(line))
                line = []
            line.append(word)
            self.words.append((ms, len(self.lines) + 1, len(line)))
        self.lines.append(" ".join(line))

    def sync(self) -> str:
        """For each full minute, the first word that is said in it or after."""
        if not self.words:
            return ""
        marks = ["1:"]
        at = 0
        for minute in range(1, self.words[-1][0] // _MINUTE + 1):
            while self.words[at][0] < minute * _MINUTE:
                at += 1
            marks.append(f"{self.words[at][1]}({self.words[at][2]})")
        return "|".join(marks)


def _lines(contents: Contents, language: str) -> _Lines:
    """As it was said, or in a language that it was translated into."""
    made = _Lines()
    for chapter in chapters(contents):
        for part in chapter.parts:
            if isinstance(part, Gap):
                made.say(
                    "",
                    [(word, part.start_ms) for word in f"[{_('a passage that is not published')}]".split()],
                )
                continue
            words = [word for segment in part.segments for word in _timed(segment, language)]
            if words:
                made.say(part.name.upper(), words)
    return made


def _timed(segment: PublicSegment, language: str) -> Iterator[tuple[str, int]]:
    """The words of a segment with their times: those of the sound where they agree, else shared by their number."""
    text = segment.translations.get(language, "") if language else segment.text
    words = xml.clean(text).split()
    heard = [start for start, _end, _word in segment.words]
    length = segment.end_ms - segment.start_ms
    for at, word in enumerate(words):
        known = not language and len(heard) == len(words)
        yield word, heard[at] if known else segment.start_ms + length * at // len(words)
