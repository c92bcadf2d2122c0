"""The transcript as annotations on the time line: one for each passage that can be read, and none where one is kept out."""

from collections.abc import Sequence
from typing import Any

from oralhistory.editions.public import PublicEdition, PublicSegment
from oralhistory.interchange.iiif import names


def page(edition: PublicEdition, segments: Sequence[PublicSegment], language: str = "") -> dict[str, Any]:
    """As it was said, or in a language that it was translated into."""
    items = [annotation(edition, each, language) for each in segments if said(each, language)]
    return {
        "@context": names.PRESENTATION,
        "id": names.annotations(edition, language),
        "type": "AnnotationPage",
        "items": items,
    }


def said(segment: PublicSegment, language: str = "") -> str:
    if segment.withheld:
        return ""
    text = segment.translations.get(language, "") if language else segment.text
    return " ".join(text.split())


def annotation(edition: PublicEdition, segment: PublicSegment, language: str = "") -> dict[str, Any]:
    body = {
        "type": "TextualBody", "value": said(segment, language), "format": "text/plain",
        "language": language or segment.language,
    }  # fmt: skip
    return {
        "id": identifier(edition, segment.cue_id, language),
        "type": "Annotation",
        "motivation": "supplementing",
        "body": body,
        "target": names.canvas(edition, segment.start_ms, segment.end_ms),
    }


def identifier(edition: PublicEdition, cue_id: str, language: str = "") -> str:
    return f"{names.annotations(edition, language)}#{cue_id}"
