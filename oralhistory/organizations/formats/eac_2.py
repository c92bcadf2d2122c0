"""EAC-CPF 2.0: one record a document, several in a package. It holds what the version of 2010 holds."""

from collections.abc import Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element

from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.descriptions import Description, NameForm, Place, Tie
from oralhistory.organizations.formats import eac_2010, packages, said, xml
from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.formats.eac_2010 import cited, kept, read, shown
from oralhistory.organizations.formats.eac_reading import TERMS

__all__ = ["kept", "read", "write"]

NAMESPACE = "https://archivists.org/ns/eac/v2"
_LEVELS = {"minimal": "minimal", "partial": "basic", "full": "extended"}
_PUBLICATION = {"draft": "inProcess", "revised": "approved", "final": "published"}


def write(descriptions: Sequence[Description], context: Context) -> bytes:
    return packages.write(descriptions, ".xml", lambda each: xml.written(document(each, context)))


def document(each: Description, context: Context) -> Element:
    root = Element("eac", {"xmlns": NAMESPACE})
    control = xml.add(
        root, "control", maintenanceStatus="new" if each.status == "draft" else "revised",
        publicationStatus=_PUBLICATION[each.status], detailLevel=_LEVELS[each.level], countryEncoding="iso3166-1",
        dateEncoding="iso8601", languageEncoding="ietf-bcp-47", scriptEncoding="iso15924",
    )  # fmt: skip
    _control(control, each, context)
    description = xml.add(root, "cpfDescription")
    _identity(xml.add(description, "identity"), each)
    _description(xml.add(description, "description"), each)
    if ties := shown(each.ties):
        relations = xml.add(description, "relations")
        for number, tie in enumerate(ties, 1):
            _relation(relations, tie, number, context)
    return root


def _control(control: Element, each: Description, context: Context) -> None:
    xml.add(control, "recordId", each.id)
    xml.add(xml.add(control, "maintenanceAgency"), "agencyName", context.agency)
    history = xml.add(control, "maintenanceHistory")
    event = xml.add(history, "maintenanceEvent", maintenanceEventType="derived")
    xml.add(event, "agent", context.agency, agentType="machine")
    xml.add(event, "eventDateTime", standardDateTime=eac_2010.moment(context))
    xml.add(event, "eventDescription", "Written from the record of the archive")
    _sources(control, each)
    rules = xml.add(control, "conventionDeclaration")
    xml.add(rules, "reference", xml.one_line(each.rules))
    language = xml.add(control, "languageDeclaration", languageCode=said.three_letters(each.language))
    xml.add(xml.add(language, "descriptiveNote"), "p", each.language)
    for word, value in eac_2010.local_controls(each):
        element = xml.add(
            control, "localControl", localType=word, audience="internal" if word == "note" else ""
        )
        xml.add(element, "term", value)
    for scheme, value in each.identifiers:
        xml.add(
            control, "otherRecordId", xml.one_line(value), localType=quote(xml.one_line(scheme)),
            valueURI=eac_2010.uri(said.address(scheme, value)),
        )  # fmt: skip


def _sources(control: Element, each: Description) -> None:
    general, of_parts = shown(each.sources), cited(each)
    if not general and not of_parts:
        return
    sources = xml.add(control, "sources")
    for source in general:
        element = xml.add(sources, "source", href=eac_2010.uri(source.url))
        xml.add(element, "reference", xml.one_line(source.citation))
        if source.supports:
            xml.add(xml.add(element, "descriptiveNote"), "p", ", ".join(source.supports))
    for owner, text in of_parts:
        element = xml.add(sources, "source", id=f"source-of-{owner}")
        xml.add(element, "reference", text)


def _identity(identity: Element, each: Description) -> None:
    xml.add(identity, "entityType", value="corporateBody")
    owners = {owner for owner, _text in cited(each)}
    for number, name in enumerate(shown(each.names), 1):
        _name(identity, name, f"name-{number}", owners)


def _name(identity: Element, name: NameForm, key: str, owners: set[str]) -> None:
    entry = xml.add(
        identity, "nameEntry", id=key, localType=name.kind, languageOfElement=name.language,
        status="authorized" if name.kind == "authorized" else "alternative",
        sourceReference=f"source-of-{key}" if key in owners else "",
    )  # fmt: skip
    xml.add(entry, "part", xml.one_line(name.text))
    if name.valid_from or name.valid_to:
        _years(xml.add(entry, "useDates"), name.valid_from, name.valid_to)


def _description(description: Element, each: Description) -> None:
    for several, one, text in (
        ("functions", "function", each.functions), ("legalStatuses", "legalStatus", each.legal_status),
    ):  # fmt: skip
        _text(description, several, one, text)
    if local := eac_2010.local_descriptions(each):
        parent = xml.add(description, "localDescriptions")
        for word, value in local:
            xml.add(xml.add(parent, "localDescription", localType=word), "term", value)
    _text(description, "mandates", "mandate", each.mandate)
    if each.places:
        parent = xml.add(description, "places")
        for place in each.places:
            _place(parent, place)
    if each.founded or each.dissolved:
        _dates(xml.add(description, "existDates"), each.founded, each.dissolved)
    for name, text in (
        ("structureOrGenealogy", each.structure), ("generalContext", each.context), ("biogHist", each.history),
    ):  # fmt: skip
        if text:
            xml.add_lines(xml.add(description, name), "p", text)


def _text(description: Element, several: str, one: str, text: str) -> None:
    """The schema demands a term: the first line; the note has the whole text."""
    if not text:
        return
    element = xml.add(xml.add(description, several), one, localType="text")
    xml.add(element, "term", xml.one_line(text.split("\n")[0]))
    xml.add_lines(xml.add(element, "descriptiveNote"), "p", text)


def _dates(parent: Element, since: PartialDate | None, until: PartialDate | None) -> None:
    dates = xml.add(parent, "dateRange")
    for name, day in (("fromDate", since), ("toDate", until)):
        if day:
            sure = "" if day.certainty == "certain" else day.certainty
            xml.add(dates, name, str(day), standardDate=day.plain, certainty=sure)


def _years(parent: Element, since: int | None, until: int | None) -> None:
    if since or until:
        _dates(parent, PartialDate(since) if since else None, PartialDate(until) if until else None)


def _place(places: Element, place: Place) -> None:
    element = xml.add(places, "place")
    if name := xml.one_line(place.name):
        xml.add(element, "placeName", name, countryCode=place.country)
    else:
        xml.add(element, "placeName", place.country, localType="country", countryCode=place.country)
    xml.add(element, "placeRole", place.role)
    _years(element, place.valid_from, place.valid_to)


def _relation(relations: Element, tie: Tie, number: int, context: Context) -> None:
    element = xml.add(relations, "relation", id=f"relation-{number}")
    target = xml.add(element, "targetEntity", targetType="corporateBody", valueURI=context.address(tie.other))
    xml.add(target, "part", context.name(tie.other))
    _years(element, tie.valid_from, tie.valid_to)
    kind = eac_2010.KINDS.get(tie.kind, "associative")
    xml.add(element, "relationType", kind, valueURI=TERMS + tie.kind)
    if tie.description:
        xml.add_lines(xml.add(element, "descriptiveNote"), "p", tie.description)
