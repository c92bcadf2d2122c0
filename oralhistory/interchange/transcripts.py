"""A testimony's text as files: WebVTT, SubRip, plain text, JSON. Only what an edition shows is in them."""

import json
from collections.abc import Sequence

from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicEdition, PublicSegment, mentions_of
from oralhistory.interchange import labels
from oralhistory.interchange.contents import Contents, statements
from oralhistory.lib import timecodes
from oralhistory.transcripts.formats import webvtt as formats
from oralhistory.transcripts.segments import TimedSegment

_CLOSING_MS = (
    4_000  # for so long SubRip, which has no comments, shows what a file says of itself, after the last word
)


def write_vtt(contents: Contents) -> bytes:
    return webvtt(contents.edition, contents.segments, notes=statements(contents)).encode()


def write_captions(contents: Contents, language: str = "") -> bytes:
    """For players: as it was said, or in another language; nothing where a passage is not translated.

    Cues have no names here: Samvera's Ramp takes one before the first cue for a fault of the file.
    """
    notes = statements(contents)
    if language:
        notes.append(_("Translation (%(language)s).") % {"language": language})
    written = webvtt(contents.edition, contents.segments, notes=notes, language=language, named=False)
    return written.encode()


def write_txt(contents: Contents) -> bytes:
    words = {
        "interviewer": _("Interviewer"),
        "withheld": _("a passage that is not published"),
        "notes": _("Notes"),
    }
    return plain_text(contents.edition, contents.segments, head=statements(contents), **words).encode()


def write_json(contents: Contents) -> bytes:
    return as_json(contents.edition, contents.segments, head=statements(contents)).encode()


def write_srt(contents: Contents) -> bytes:
    """A numbered caption for each segment; the last one says what the file is, for there is no other place for it."""
    spoken = [segment for segment in contents.segments if _is_said(segment)]
    captions = [
        (segment.start_ms, segment.end_ms, f"{segment.speaker}: " if segment.speaker else "", segment.text)
        for segment in spoken
    ]
    end = max((segment.end_ms for segment in spoken), default=0)
    captions.append((end, end + _CLOSING_MS, "", "\n".join(statements(contents))))
    return "\n".join(
        f"{number}\n{timecodes.srt(start)} --> {timecodes.srt(end)}\n{speaker}{_without_blank_lines(text)}\n"
        for number, (start, end, speaker, text) in enumerate(captions, 1)
    ).encode()


def _without_blank_lines(text: str) -> str:
    """One would end the caption, and an arrow begin another."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip()).replace("-->", "→")


def _is_said(segment: PublicSegment) -> bool:
    return bool(segment.text.strip()) and not segment.withheld and segment.end_ms > segment.start_ms


def webvtt(
    edition: PublicEdition,
    segments: Sequence[PublicSegment],
    *,
    notes: Sequence[str] = (),
    language: str = "",
    named: bool = True,
) -> str:
    """W3C WebVTT: a cue for each segment, named by its cue id, with its speaker; nothing where a passage is withheld.

    In a `language` it was translated into, or as it was said.
    """
    spoken = [
        TimedSegment(
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=text,
            words=(),
            language=language or segment.language,
            speaker=segment.speaker,
            cue_id=segment.cue_id if named else "",
        )
        for segment in segments
        if _is_said(segment)
        and (text := segment.translations.get(language, "") if language else segment.text).strip()
    ]
    return formats.write(spoken, notes=[*(notes or labels.lines(edition))])


def plain_text(
    edition: PublicEdition,
    segments: Sequence[PublicSegment],
    *,
    interviewer: str,
    withheld: str,
    notes: str,
    head: Sequence[str] = (),
) -> str:
    """One paragraph a turn, with its time, and numbered notes at the end.

    `interviewer`, `withheld` and `notes` are words of the page's language.
    """
    parts = ["\n".join(head or labels.lines(edition))]
    noted: list[str] = []
    before: tuple[str, bool, bool] | None = None
    for segment in segments:
        # Of what is kept out, not even whether another speaks.
        turn = ("", False, True) if segment.withheld else (segment.speaker, segment.asks, False)
        text = " ".join(segment.text.split())
        for each in segment.notes:
            about = f"«{each['about']}»: " if each["about"] else ""
            noted.append(f"[{len(noted) + 1}] {about}{each['text']}")
            text += f" [{len(noted)}]"
        if turn == before:
            parts[-1] += "" if segment.withheld else f" {text}"
        elif segment.withheld:
            parts.append(f"[{timecodes.clock(segment.start_ms)}] [{withheld}]")
        else:
            name = segment.speaker or (interviewer if segment.asks else "")
            parts.append(f"[{timecodes.clock(segment.start_ms)}] {f'{name}: ' if name else ''}{text}")
        before = turn
    if noted:
        parts.append("\n".join([f"{notes}:", *noted]))
    return "\n\n".join(parts) + "\n"


def as_json(edition: PublicEdition, segments: Sequence[PublicSegment], *, head: Sequence[str] = ()) -> str:
    """The edition's record and segments; times in milliseconds, mentions by characters of the text."""
    record = {
        "id": edition.public_id,
        "url": labels.address(edition),
        "edition": edition.number,
        "published": edition.published_at.isoformat(),
        "note": labels.making(edition),
        **({"about": list(head)} if head else {}),
        "title": edition.title,
        "summary": edition.summary,
        "narrators": edition.narrators,
        "collection": edition.collection,
        "place": edition.place,
        "held_on": edition.held_on,
        "languages": edition.languages,
        "countries": edition.countries,
        "duration_ms": edition.duration_ms,
        "warnings": edition.warnings,
        "making": edition.making,
        "chapters": edition.chapters,
        "segments": [_segment(segment) for segment in segments],
    }
    return json.dumps(record, ensure_ascii=False, indent=1)


def _segment(segment: PublicSegment) -> dict[str, object]:
    times: dict[str, object] = {"id": segment.cue_id, "start_ms": segment.start_ms, "end_ms": segment.end_ms}
    if segment.withheld:
        return {**times, "withheld": True}
    return {
        **times,
        "speaker": segment.speaker,
        "interviewer": segment.asks,
        "language": segment.language,
        "text": segment.text,
        **({"notes": segment.notes} if segment.notes else {}),
        "words": [{"start_ms": start, "end_ms": end, "text": text} for start, end, text in segment.words],
        "mentions": [
            {"start": each.start, "end": each.end, "organization": each.organization}
            for each in mentions_of(segment)
        ],
    }
