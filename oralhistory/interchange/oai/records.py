"""The metadata of a record, in each of the formats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from django.conf import settings
from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import labels
from oralhistory.interchange.models import Harvested
from oralhistory.interchange.oai.contents import Content
from oralhistory.interchange.xml_texts import add
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.formats import Context, eac_2, eac_2010

Kind = Harvested.Kind
DC, OAI_DC = "http://purl.org/dc/elements/1.1/", "http://www.openarchives.org/OAI/2.0/oai_dc/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OAI_DC_XSD = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


@dataclass(frozen=True, slots=True)
class Format:
    """How one metadata format is called, what has it, and what writes it."""

    prefix: str
    schema: str
    namespace: str
    kinds: tuple[str, ...]
    write: Callable[[Content, datetime], Element]


def _dublin_core(content: Content, at: datetime) -> Element:
    root = Element(
        "oai_dc:dc",
        {
            "xmlns:oai_dc": OAI_DC,
            "xmlns:dc": DC,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{OAI_DC} {_OAI_DC_XSD}",
        },
    )
    lines = _of_testimony(content) if content.edition else _of_organization(content)
    for name, value, language in lines:
        if value:
            add(root, f"dc:{name}", value, {"xml:lang": language} if language else {})
    return root


_IDS, _REFERENCES = ("id", "xml:id"), ("sourceReference", "target")
Line = tuple[str, str, str]  # element, value, language of the value


def _of_testimony(content: Content) -> Iterator[Line]:
    edition = content.edition
    assert edition is not None  # noqa: S101  # the caller has looked
    spoken = edition.languages[0] if edition.languages else ""
    yield "title", edition.title, spoken
    for name in edition.narrators:
        yield "creator", name, ""
    for name in content.spoken_of:
        yield "subject", name, ""
    yield "description", edition.summary, ""
    yield "description", f"{labels.edition_and_day(edition)}. {labels.making(edition)}", ""
    yield "publisher", labels.ARCHIVE, ""
    yield "date", edition.held_on, ""
    for kind in _types(edition):
        yield "type", kind, ""
    yield "identifier", labels.address(edition), ""
    for language in edition.languages:
        yield "language", language, ""
    yield "relation", edition.collection, ""
    for place in (edition.place, *edition.countries):
        yield "coverage", place, ""
    yield "rights", f"{settings.SITE_URL}/rights/", ""


def _types(edition: PublicEdition) -> list[str]:
    """Of the DCMI vocabulary, and in words."""
    return [*(["Sound"] if edition.audio_key else []), "Text", _("testimony")]


def _of_organization(content: Content) -> Iterator[Line]:
    record = content.description
    assert record is not None  # noqa: S101
    for name in record.names:
        yield "title", name.text, name.language
    yield "description", record.history, record.language
    yield "publisher", labels.ARCHIVE, ""
    years = f"{record.founded or ''}/{record.dissolved or ''}"
    yield "date", "" if years == "/" else years, ""
    yield "type", "corporateBody", ""
    yield "identifier", f"{settings.SITE_URL}/organizations/{record.id}/", ""
    for related in content.names.values():
        yield "relation", related, ""
    for country in dict.fromkeys((record.country, *(place.country for place in record.places))):
        yield "coverage", country, ""
    yield "rights", f"{settings.SITE_URL}/rights/", ""


def _eac(document: Callable[[Description, Context], Element]) -> Callable[[Content, datetime], Element]:
    def write(content: Content, at: datetime) -> Element:
        assert content.description is not None  # noqa: S101
        base = f"{settings.SITE_URL}/organizations/"
        context = Context(at=at, agency=labels.ARCHIVE, base=base, names=content.names)
        return _named_apart(document(content.description, context), content.description.id)

    return write


def _named_apart(root: Element, slug: str) -> Element:
    """Ids are of a document, and here many records stand in one: each record's ids begin with its own name."""
    ids = {value for each in root.iter() for name, value in each.items() if name in _IDS}
    for each in root.iter():
        for name, value in each.items():
            if name in (*_IDS, *_REFERENCES) and set(value.split()) <= ids:
                each.set(name, " ".join(f"of-{slug}-{part}" for part in value.split()))
    return root


FORMATS = {
    each.prefix: each
    for each in (
        Format("oai_dc", _OAI_DC_XSD, OAI_DC, (Kind.TESTIMONY, Kind.ORGANIZATION), _dublin_core),
        Format(
            "eac-cpf", "https://eac.staatsbibliothek-berlin.de/schema/cpf.xsd", eac_2010.NAMESPACE,
            (Kind.ORGANIZATION,), _eac(eac_2010.document),
        ),
        Format(
            "eac-cpf-2", "https://raw.githubusercontent.com/SAA-SDT/eac-cpf-schema/master/xml-schemas/eac-cpf/eac.xsd",
            eac_2.NAMESPACE, (Kind.ORGANIZATION,), _eac(eac_2.document),
        ),
    )
}  # fmt: skip
