"""Editions, moments and organizations as the API gives them: by allow-list, as `schemas` describes them."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from django.conf import settings

from oralhistory.editions import outside, public
from oralhistory.editions.public import PublicEdition, PublicMention, PublicSegment
from oralhistory.interchange import labels
from oralhistory.interchange.api.schemas import TEXT_STATUSES
from oralhistory.organizations.descriptions import Description

Record = dict[str, Any]


def text_status(edition: PublicEdition) -> str:
    """Whose hand the text is."""
    brought = bool(edition.making.get("brought"))
    checked = bool(edition.making.get("checked") or edition.making.get("audited"))
    return TEXT_STATUSES[2 * brought + checked]


def description(edition: PublicEdition) -> Record:
    return {
        "id": edition.public_id,
        "url": labels.address(edition),
        "edition": edition.number,
        "published_at": edition.published_at.astimezone(UTC).isoformat(timespec="seconds"),
        "text_status": text_status(edition),
        "title": edition.title,
        "summary": edition.summary,
        "warnings": edition.warnings,
        "narrators": edition.narrators,
        "collection": edition.collection,
        "place": edition.place,
        "held_on": edition.held_on,
        "languages": edition.languages,
        "countries": edition.countries,
        "duration_ms": edition.duration_ms,
        "has_sound": public.has_sound(edition),
        "uses": edition.uses,
    }


def testimony(edition: PublicEdition) -> Record:
    return {**description(edition), "chapters": [_chapter(each) for each in edition.chapters]}


def _chapter(chapter: Mapping[str, Any]) -> Record:
    return {
        "start_ms": chapter["start_ms"],
        "title": chapter["title"],
        "synopsis": chapter.get("synopsis", ""),
        "subjects": [dict(each) for each in chapter.get("subjects", [])],
        "places": [
            {"name": each["name"], "country": each.get("country", "")} for each in chapter.get("places", [])
        ],
    }


def segment(found: PublicSegment) -> Record:
    return {
        "number": found.index,
        **_times(found),
        **_spoken(found),
        "withheld": found.withheld,
        "text": found.text,
        "mentions": _mentions(public.mentions_of(found)),
    }


def moment(edition: PublicEdition, found: PublicSegment) -> Record:
    """A segment that speaks of an organization; without its words where these may not be quoted."""
    quoted = outside.may_quote(edition)
    return {
        **_of(edition, found.cue_id, quoted=quoted),
        **_times(found),
        **_spoken(found),
        "text": found.text if quoted else None,
        "mentions": _mentions(public.mentions_of(found)) if quoted else [],
    }


def hit(edition: PublicEdition, found: Any) -> Record:
    """What a search found (search.index.Hit)."""
    quoted = outside.may_quote(edition)
    return {
        **_of(edition, found.cue_id, quoted=quoted),
        "cue": found.cue_id,
        "start_ms": found.start_ms,
        "end_ms": found.end_ms,
        "speaker": found.speaker,
        "language": found.language,
        "text": "".join(text for text, _asked in found.quotation) if quoted else None,
    }


def _of(edition: PublicEdition, cue_id: str, *, quoted: bool) -> Record:
    address = labels.address(edition)
    return {
        "testimony": edition.public_id,
        "title": edition.title,
        "url": f"{address}m/{cue_id}/" if quoted else address,
        "edition": edition.number,
        "text_status": text_status(edition),
    }


def _times(found: PublicSegment) -> Record:
    return {"cue": found.cue_id, "start_ms": found.start_ms, "end_ms": found.end_ms}


def _spoken(found: PublicSegment) -> Record:
    return {"speaker": found.speaker, "interviewer": found.asks, "language": found.language}


def _mentions(found: Iterable[PublicMention]) -> list[Record]:
    return [{"start": each.start, "end": each.end, "organization": each.organization} for each in found]


def organization(found: Description) -> Record:
    """A public record as `organizations.public` gives it."""
    return {
        "id": found.id,
        "url": f"{settings.SITE_URL}/organizations/{found.id}/",
        "name": found.name,
        "names": [
            {
                "text": each.text, "kind": str(each.kind), "language": each.language,
                "valid_from": each.valid_from, "valid_to": each.valid_to,
            }
            for each in found.names
        ],
        "kind": found.kind,
        "country": found.country,
        "founded": str(found.founded or ""),
        "dissolved": str(found.dissolved or ""),
        "dates_verified": found.dates_verified,
        "history": found.history,
        "mandate": found.mandate,
        "functions": found.functions,
        "structure": found.structure,
        "legal_status": found.legal_status,
        "context": found.context,
        "places": [
            {
                "name": each.name, "country": each.country, "role": str(each.role),
                "valid_from": each.valid_from, "valid_to": each.valid_to,
            }
            for each in found.places
        ],
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in found.identifiers],
        "relations": [
            {
                "kind": each.kind, "organization": each.other, "description": each.description,
                "valid_from": each.valid_from, "valid_to": each.valid_to,
            }
            for each in found.ties
        ],
        "sources": [
            {"citation": each.citation, "url": each.url, "supports": list(each.supports)}
            for each in found.sources
        ],
        "language": found.language,
    }  # fmt: skip
