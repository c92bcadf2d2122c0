"""TEI P5 for transcriptions of speech (chapter 8): utterances on a time line, and gaps where passages are kept out.

A gap says when it is and why, and nothing of what was said in it. Identifiers are cue ids, the same in every edition.
"""

from xml.etree.ElementTree import Element

from django.utils.translation import get_language
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
)
from oralhistory.lib import media_types, timecodes

NAMESPACE = "http://www.tei-c.org/ns/1.0"
_MIXED = ("u", "p", "note", "span")
_INTERVIEWER, _UNNAMED = "interviewer", "unnamed"


def write(contents: Contents) -> bytes:
    root = Element("TEI", {"xmlns": NAMESPACE, "xml:lang": contents.spoken})
    people = _people(contents)
    _header(root, contents, people)
    if named := spoken_of(contents):
        listed = xml.add(xml.add(root, "standOff"), "listOrg")
        for record, _mentions in named:
            one = xml.add(listed, "org")
            xml.add(one, "orgName", record.name, xml_lang=record.language)
            for acronym in record.acronyms:
                xml.add(one, "orgName", acronym, type="acronym")
            xml.add(one, "idno", _organization(record.slug), type="URI")
    _text(root, contents, people)
    return xml.write(root, mixed=_MIXED)


def _people(contents: Contents) -> dict[str, str]:
    """How speakers are called in the file, by the name that the edition shows; roles for those that it does not name."""
    names = dict.fromkeys([*contents.edition.narrators, *(each.speaker for each in contents.readable)])
    people = {name: f"speaker-{number}" for number, name in enumerate(filter(None, names), 1)}
    silent = [each for each in contents.readable if not each.speaker]
    if any(each.asks for each in silent):
        people[_INTERVIEWER] = _INTERVIEWER
    if any(not each.asks for each in silent):
        people[_UNNAMED] = _UNNAMED
    return people


def _who(segment: PublicSegment, people: dict[str, str]) -> str:
    if segment.speaker:
        return people[segment.speaker]
    return people[_INTERVIEWER if segment.asks else _UNNAMED]


def _header(root: Element, contents: Contents, people: dict[str, str]) -> None:
    edition = contents.edition
    header = xml.add(root, "teiHeader", xml_lang=get_language() or contents.language)
    described = xml.add(header, "fileDesc")
    titles = xml.add(described, "titleStmt")
    xml.add(titles, "title", edition.title, xml_lang=contents.spoken)
    for name in edition.narrators:
        xml.add(titles, "author", name)
    issue = xml.add(described, "editionStmt")
    day = edition.published_at.date().isoformat()
    xml.add(issue, "edition", labels.edition_and_day(edition), n=str(edition.number))
    published = xml.add(described, "publicationStmt")
    xml.add(published, "publisher", labels.ARCHIVE)
    xml.add(published, "date", day, when=day)
    xml.add(published, "idno", labels.address(edition), type="URI")
    free = xml.add(published, "availability", status="restricted")
    xml.add(xml.add(free, "licence", target=labels.page("rights/")), "p", labels.rights())
    notes = xml.add(described, "notesStmt")
    for statement in statements(contents)[2:-1]:  # title, edition and rights have places of their own
        xml.add(notes, "note", statement)
    if edition.warnings:
        xml.add(notes, "note", edition.warnings, type="warning", xml_lang=contents.spoken)
    _recording(xml.add(described, "sourceDesc"), contents)
    encoding = xml.add(header, "encodingDesc")
    xml.add(xml.add(encoding, "editorialDecl"), "p", _editorial_rules())
    _profile(xml.add(header, "profileDesc"), contents, people)


def _editorial_rules() -> str:
    return _(
        "A gap stands where a passage is not published; its length in words is not said. Times are those of the recording, in milliseconds."
    )


def _recording(source: Element, contents: Contents) -> None:
    edition = contents.edition
    stated = xml.add(source, "recordingStmt")
    length = timecodes.iso_duration(edition.duration_ms)
    one = xml.add(stated, "recording", type="video" if edition.video else "audio", dur=length)
    if edition.held_on:
        xml.add(one, "date", edition.held_on, when=edition.held_on)
    xml.add(one, "p", " · ".join(part for part in (edition.collection, edition.place) if part))
    if edition.audio_key:
        kind = media_types.of(edition.audio_key)
        xml.add(one, "media", mimeType=kind, url=f"{labels.address(edition)}sound")


def _profile(profile: Element, contents: Contents, people: dict[str, str]) -> None:
    edition = contents.edition
    if edition.summary:
        xml.add(xml.add(profile, "abstract", xml_lang=contents.spoken), "p", edition.summary)
    used = xml.add(profile, "langUsage")
    for language in dict.fromkeys(
        [*edition.languages, *(each.language for each in contents.readable), *contents.in_others]
    ):
        xml.add(used, "language", ident=language)
    if people:
        listed = xml.add(xml.add(profile, "particDesc"), "listPerson")
        for name, key in people.items():
            _person(listed, name, key, narrates=name in edition.narrators)
    subjects = dict.fromkeys(
        name for chapter in chapters(contents) for name in chapter.subjects_in(contents.language)
    )
    if subjects:
        words = xml.add(xml.add(profile, "textClass"), "keywords")
        for name in subjects:
            xml.add(words, "term", name)


def _person(listed: Element, name: str, key: str, *, narrates: bool) -> None:
    if key == _INTERVIEWER:
        one = xml.add(listed, "person", xml_id=key, role="interviewer")
        xml.add(one, "p", _("Interviewer"))
    elif key == _UNNAMED:
        one = xml.add(listed, "person", xml_id=key, role="speaker")
        xml.add(one, "p", _("Somebody whose name is not published"))
    else:
        one = xml.add(listed, "person", xml_id=key, role="narrator" if narrates else "speaker")
        xml.add(one, "persName", name)


def _text(root: Element, contents: Contents, people: dict[str, str]) -> None:
    text = xml.add(root, "text", xml_lang=contents.spoken)
    parts = chapters(contents)
    timeline = xml.add(text, "timeline", unit="ms", origin="#T0")
    for ms in sorted({0, *_moments(parts)}):
        if ms:
            xml.add(timeline, "when", xml_id=f"T{ms}", interval=str(ms), since="#T0")
        else:
            xml.add(timeline, "when", xml_id="T0")
    body = xml.add(text, "body")
    for chapter in parts:
        _division(body, chapter, contents, people)
    if not len(body):
        xml.add(xml.add(body, "div"), "p")
    for language in contents.in_others:
        group = xml.add(body, "spanGrp", type="translation", xml_lang=language)
        for segment in contents.segments:
            if said := segment.translations.get(language):
                xml.add(group, "span", said, **{"from": f"#cue-{segment.cue_id}"})


def _moments(parts: list[Chapter]) -> set[int]:
    found: set[int] = set()
    for chapter in parts:
        for part in chapter.parts:
            for each in [part] if isinstance(part, Gap) else part.segments:
                found |= {each.start_ms, each.end_ms}
    return found


def _division(body: Element, chapter: Chapter, contents: Contents, people: dict[str, str]) -> None:
    division = xml.add(body, "div", type="chapter" if chapter.title else "")
    if chapter.title:
        xml.add(division, "head", chapter.title)
    if chapter.synopsis:
        xml.add(division, "note", chapter.synopsis, type="synopsis")
    for part in chapter.parts:
        if isinstance(part, Gap):
            times = {"start": f"#T{part.start_ms}", "end": f"#T{part.end_ms}"}
            xml.add(division, "gap", reason="redacted", **times)
            continue
        for segment in part.segments:
            _utterance(division, segment, contents, people)
    if not chapter.parts:
        xml.add(division, "p")


def _utterance(division: Element, segment: PublicSegment, contents: Contents, people: dict[str, str]) -> None:
    said = xml.add(
        division, "u", who=f"#{_who(segment, people)}", start=f"#T{segment.start_ms}", end=f"#T{segment.end_ms}",
        xml_id=f"cue-{segment.cue_id}", xml_lang=segment.language if segment.language != contents.spoken else "",
    )  # fmt: skip
    last: Element | None = None
    for text, record in pieces(segment, contents.records):
        if record:
            last = xml.add(said, "orgName", text, ref=_organization(record.slug))
        elif last is None:
            said.text = xml.clean(text)
        else:
            last.tail = xml.clean(text)
    for each in segment.notes:
        about = f"«{each['about']}»: " if each["about"] else ""
        xml.add(said, "note", f"{about}{each['text']}", type="editorial")


def _organization(slug: str) -> str:
    return labels.organization(slug)
