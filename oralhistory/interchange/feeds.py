"""Atom (RFC 4287), in pages (RFC 5005): the testimonies published last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from django.conf import settings

from oralhistory.editions.outside import changed_at
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import labels
from oralhistory.interchange.xml_texts import add, written

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
NEVER = datetime(
    1970, 1, 1, tzinfo=UTC
)  # when a feed without entries was last changed: it must say something


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself. `address` is its own, without a page; it is its id, too."""

    address: str
    title: str
    language: str
    page: str  # the page of the archive that shows the same
    links: Mapping[str, str]  # by relation of RFC 5005 and `self`: addresses


def atom(feed: Feed, editions: Sequence[PublicEdition]) -> bytes:
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    add(root, "id", feed.address)
    add(root, "title", feed.title)
    add(root, "updated", _instant(max((changed_at(each) for each in editions), default=NEVER)))
    _person(root, labels.ARCHIVE, settings.SITE_URL)
    for relation, address in feed.links.items():
        add(root, "link", attributes={"rel": relation, "type": MEDIA_TYPE, "href": address})
    add(root, "link", attributes={"rel": "alternate", "type": "text/html", "href": feed.page})
    for edition in editions:
        _entry(add(root, "entry"), edition)
    return written(root)


def _entry(entry: Element, edition: PublicEdition) -> None:
    """The narrator is its author where they chose to be named; else it is the feed's."""
    spoken = {"xml:lang": edition.languages[0]} if edition.languages else {}
    add(entry, "id", labels.address(edition))
    add(entry, "title", edition.title, spoken)
    add(entry, "updated", _instant(changed_at(edition)))
    for name in edition.narrators:
        _person(entry, name)
    add(entry, "link", attributes={"rel": "alternate", "type": "text/html", "href": labels.address(edition)})
    add(entry, "category", attributes={"term": edition.collection})
    said = "\n\n".join(filter(None, (edition.summary, edition.warnings, *_made(edition))))
    add(entry, "summary", said, {"type": "text"})


def _made(edition: PublicEdition) -> tuple[str, str]:
    return labels.edition_and_day(edition), labels.making(edition)


def _person(parent: Element, name: str, address: str = "") -> None:
    person = add(parent, "author")
    add(person, "name", name)
    if address:
        add(person, "uri", f"{address}/")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
