"""A testimony's text as files: WebVTT, plain text, JSON. Only what an edition shows is in them."""

import json
from collections.abc import Sequence

from oralhistory.editions.public import PublicEdition, PublicSegment, mentions_of
from oralhistory.interchange import labels
from oralhistory.lib import timecodes
from oralhistory.transcripts.formats import webvtt as formats
from oralhistory.transcripts.segments import TimedSegment


def webvtt(edition: PublicEdition, segments: Sequence[PublicSegment]) -> str:
    """W3C WebVTT: a cue for each segment, named by its cue id, with its speaker; nothing where a passage is withheld."""
    spoken = [
        TimedSegment(
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=segment.text,
            words=(),
            language=segment.language,
            speaker=segment.speaker,
            cue_id=segment.cue_id,
        )
        for segment in segments
        if segment.text.strip() and not segment.withheld and segment.end_ms > segment.start_ms
    ]
    return formats.write(spoken, notes=list(labels.lines(edition)))


def plain_text(
    edition: PublicEdition, segments: Sequence[PublicSegment], *, interviewer: str, withheld: str
) -> str:
    """One paragraph a turn, with its time. `interviewer` and `withheld` are words of the page's language."""
    parts = ["\n".join(labels.lines(edition))]
    before: tuple[str, bool, bool] | None = None
    for segment in segments:
        turn = (segment.speaker, segment.asks, segment.withheld)
        text = " ".join(segment.text.split())
        if turn == before:
            parts[-1] += "" if segment.withheld else f" {text}"
        elif segment.withheld:
            parts.append(f"[{timecodes.clock(segment.start_ms)}] [{withheld}]")
        else:
            name = segment.speaker or (interviewer if segment.asks else "")
            parts.append(f"[{timecodes.clock(segment.start_ms)}] {f'{name}: ' if name else ''}{text}")
        before = turn
    return "\n\n".join(parts) + "\n"


def as_json(edition: PublicEdition, segments: Sequence[PublicSegment]) -> str:
    """The edition's record and segments; times in milliseconds, mentions by characters of the text."""
    record = {
        "id": edition.public_id,
        "url": labels.address(edition),
        "edition": edition.number,
        "published": edition.published_at.isoformat(),
        "note": labels.making(edition),
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
        "words": [{"start_ms": start, "end_ms": end, "text": text} for start, end, text in segment.words],
        "mentions": [
            {"start": each.start, "end": each.end, "organization": each.organization}
            for each in mentions_of(segment)
        ],
    }
