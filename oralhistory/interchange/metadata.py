"""What a testimony's page says of itself to machines: Highwire, Dublin Core, schema.org, Open Graph.

Nothing here that the page does not say to people, and no text that is not granted. What is made for search engines is
left out where they may not find the testimony.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicEdition, PublicSegment
from oralhistory.interchange import labels, previews
from oralhistory.lib import timecodes
from oralhistory.organizations.public import Record

LONGEST_TRANSCRIPT = 10_000  # characters; a longer one would be the page's text twice over
_LOCALES = {"es": "es_MX", "en": "en_US", "pt": "pt_BR"}


@dataclass(frozen=True, slots=True)
class Head:
    """For `components/machine_readable.html`."""

    names: Sequence[tuple[str, str]]  # <meta name>
    properties: Sequence[tuple[str, str]]  # <meta property>
    json_ld: SafeString  # a script of data; empty where there is none
    oembed: str = ""  # the testimony that others may show, or a moment of it


def of_testimony(
    edition: PublicEdition, segments: Sequence[PublicSegment], records: Iterable[Record], *, address: str
) -> Head:
    """Of the whole. `address` is the page's own, in its language."""
    said = edition.pull_quote or edition.summary or edition.title
    data = {"@context": "https://schema.org", **_schema(edition), **_whole(edition, segments, records)}
    return Head(
        [*_highwire(edition), *_dublin_core(edition), *_card()],
        list(_open_graph(edition, edition.title, said, address, f"{labels.address(edition)}preview.png")),
        _json(data) if "search_engines" in edition.uses else SafeString(),
        labels.address(edition) if _is_shown_elsewhere(edition) else "",
    )


def of_moment(edition: PublicEdition, segment: PublicSegment, *, address: str) -> Head:
    """Of one segment that may be quoted."""
    here = f"{labels.address(edition)}m/{segment.cue_id}/"
    title = f"{edition.title}, {timecodes.clock(segment.start_ms)}"
    data = {
        "@context": "https://schema.org",
        "@type": ["Clip", "Quotation"],
        "name": title,
        "url": here,
        "text": segment.text,
        "inLanguage": segment.language,
        "startOffset": segment.start_ms / 1000,
        "endOffset": segment.end_ms / 1000,
        "isPartOf": _schema(edition),
    }
    names = [
        (name, title if name in ("citation_title", "DC.title") else each)
        for name, each in _highwire(edition, here)
    ]
    return Head(
        [*names, *_dublin_core(edition, here, title), *_card()],
        list(_open_graph(edition, title, segment.text, address, f"{here}preview.png")),
        _json(data) if "search_engines" in edition.uses else SafeString(),
        here if _is_shown_elsewhere(edition) else "",
    )


def _is_shown_elsewhere(edition: PublicEdition) -> bool:
    return "embed" in edition.uses


def _highwire(edition: PublicEdition, address: str = "") -> list[tuple[str, str]]:
    return [
        ("citation_title", edition.title),
        *(("citation_author", name) for name in edition.narrators),
        ("citation_publisher", labels.ARCHIVE),
        *([("citation_date", edition.held_on.replace("-", "/"))] if edition.held_on else []),
        ("citation_online_date", edition.published_at.strftime("%Y/%m/%d")),
        *(("citation_language", code) for code in edition.languages),
        ("citation_public_url", address or labels.address(edition)),
    ]


def _dublin_core(edition: PublicEdition, address: str = "", title: str = "") -> Iterator[tuple[str, str]]:
    yield "DC.title", title or edition.title
    for name in edition.narrators:
        yield "DC.creator", name
    yield "DC.type", "interview"  # as Zotero calls it
    yield "DC.type", "MovingImage" if edition.video else "Sound" if edition.audio_key else "Text"
    if edition.held_on:
        yield "DC.date", edition.held_on
    yield "DCTERMS.issued", edition.published_at.date().isoformat()
    yield "DCTERMS.extent", timecodes.iso_duration(edition.duration_ms)
    yield "DCTERMS.isPartOf", edition.collection
    yield "DC.publisher", labels.ARCHIVE
    yield "DC.identifier", address or labels.address(edition)
    for code in edition.languages:
        yield "DC.language", code
    if edition.summary:
        yield "DC.description", edition.summary
    if edition.place:
        yield "DC.coverage", edition.place
    for subject in _subjects(edition):
        yield "DC.subject", subject
    yield "DC.rights", f"{settings.SITE_URL}/rights/"


def _card() -> list[tuple[str, str]]:
    return [("twitter:card", "summary_large_image")]


def _open_graph(
    edition: PublicEdition, title: str, said: str, address: str, picture: str
) -> Iterator[tuple[str, str]]:
    yield "og:type", "article"
    yield "og:title", title
    yield "og:site_name", labels.ARCHIVE
    yield "og:url", address
    yield "og:locale", _LOCALES.get(_language(), "es_MX")
    yield "og:description", previews.shortened(said, 280)
    yield "og:image", picture
    yield "og:image:width", str(previews.WIDTH)
    yield "og:image:height", str(previews.HEIGHT)
    yield "og:image:alt", previews.shortened(said, 280)


def _schema(edition: PublicEdition) -> dict[str, Any]:
    kind = "VideoObject" if edition.video else "AudioObject" if edition.audio_key else "CreativeWork"
    return {
        "@type": ["ArchiveComponent", kind],
        "@id": labels.address(edition),
        "url": labels.address(edition),
        "name": edition.title,
        "genre": _("oral testimony"),
        "inLanguage": edition.languages,
        "datePublished": edition.published_at.date().isoformat(),
        "version": edition.number,
        "isAccessibleForFree": True,
        "usageInfo": f"{settings.SITE_URL}/rights/",
        "isPartOf": {"@type": "Collection", "name": edition.collection},
        "holdingArchive": {
            "@type": "ArchiveOrganization",
            "name": labels.ARCHIVE,
            "url": f"{settings.SITE_URL}/",
        },
        **(
            {"creator": [{"@type": "Person", "name": name} for name in edition.narrators]}
            if edition.narrators
            else {}
        ),
        **({"dateCreated": edition.held_on} if edition.held_on else {}),
        **({"duration": timecodes.iso_duration(edition.duration_ms)} if edition.audio_key else {}),
    }


def _whole(
    edition: PublicEdition, segments: Sequence[PublicSegment], records: Iterable[Record]
) -> dict[str, Any]:
    address = labels.address(edition)
    found: dict[str, Any] = {
        "thumbnailUrl": f"{address}preview.png",
        "mentions": [
            {
                "@type": "Organization",
                "name": record.name,
                "url": f"{settings.SITE_URL}/organizations/{record.slug}/",
            }
            for record in {each.slug: each for each in records}.values()
        ],
        "hasPart": [_clip(edition, chapter, after) for chapter, after in _with_the_next(edition.chapters)],
        "about": _subjects(edition),
        "contentLocation": {"@type": "Place", "name": edition.place} if edition.place else None,
    }
    if edition.summary:
        found["description"] = edition.summary
    if _is_shown_elsewhere(edition) and edition.audio_key:
        found["embedUrl"] = f"{settings.SITE_URL}/embed/testimonies/{edition.public_id}/"
    if "download" in edition.uses and edition.audio_key:
        found["contentUrl"] = f"{address}sound"
    text = _transcript(edition, segments)
    if text and edition.audio_key:
        found["transcript"] = text
    return {name: value for name, value in found.items() if value}


def _transcript(edition: PublicEdition, segments: Sequence[PublicSegment]) -> str:
    """Where the text may be read, taken away and gathered; not of a long testimony."""
    if not {"text", "download", "harvest"} <= set(edition.uses):
        return ""
    text = " ".join(segment.text for segment in segments if not segment.withheld)
    return text if len(text) <= LONGEST_TRANSCRIPT else ""


def _clip(
    edition: PublicEdition, chapter: Mapping[str, Any], after: Mapping[str, Any] | None
) -> dict[str, Any]:
    start_ms, end_ms = chapter["start_ms"], after["start_ms"] if after else edition.duration_ms
    clip = {
        "@type": "Clip",
        "name": chapter["title"],
        "startOffset": start_ms / 1000,
        "endOffset": end_ms / 1000,
        "url": f"{labels.address(edition)}#t={timecodes.seconds(start_ms)}",
    }
    return clip | ({"description": chapter["synopsis"]} if chapter.get("synopsis") else {})


def _with_the_next(
    chapters: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    ordered = sorted(chapters, key=lambda each: each["start_ms"])
    yield from zip(ordered, [*ordered[1:], None], strict=False)


def _subjects(edition: PublicEdition) -> list[str]:
    names = (
        each.get(_language()) or each.get("es", "")
        for chapter in edition.chapters
        for each in chapter.get("subjects", ())
    )
    return list(dict.fromkeys(name for name in names if name))


def _language() -> str:
    return (get_language() or "es")[:2]


def _json(data: Mapping[str, Any]) -> SafeString:
    """For a script element: nothing in it can close one."""
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308  # escaped above
