"""EAC-CPF 2010, also as revised in 2018: one record a document, several in a package.

Beside what the standard has a place for, our kinds of names, places and relations go in its attributes for local
types, and the parts of control that it has no word for in local controls.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote
from xml.etree.ElementTree import Element

from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.formats import eac_reading, packages, said, storing, xml
from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.formats.eac_reading import TERMS
from oralhistory.organizations.models import Organization

NAMESPACE = "urn:isbn:1-931666-33-4"
KINDS = {
    "predecessor": "temporal-earlier",
    "successor": "temporal-later",
    "part_of": "hierarchical-parent",
    "has_part": "hierarchical-child",
}
TEXTS = ("history", "mandate", "functions", "structure", "legal_status", "context", "note")
Part = TypeVar("Part", NameForm, Tie, Citation)
_PUBLICATION = {"draft": "inProcess", "revised": "approved", "final": "approved"}


def read(data: bytes) -> list[Description]:
    """One document or a package of documents, of any version. Raises Malformed."""
    return packages.read(data, ".xml", eac_reading.read)


def write(descriptions: Sequence[Description], context: Context) -> bytes:
    return packages.write(descriptions, ".xml", lambda each: xml.written(document(each, context)))


def kept(description: Description) -> Description:
    """The record as EAC-CPF gives it back: runs of blanks are one, 2099 is no end, what an interview withholds is not
    there, and what was learned from one does not say so."""
    line = xml.one_line
    texts: dict[str, Any] = {name: xml.kept_lines(getattr(description, name)) for name in TEXTS}
    reduced = replace(
        description,
        names=tuple(
            replace(
                each,
                text=line(each.text),
                source=line(each.source),
                learned_from="",
                valid_to=_end(each.valid_to),
            )
            for each in shown(description.names)
        ),
        ties=tuple(
            replace(
                each,
                description=xml.kept_lines(each.description),
                source=line(each.source),
                learned_from="",
                valid_to=_end(each.valid_to),
            )
            for each in shown(description.ties)
        ),
        sources=tuple(
            replace(each, citation=line(each.citation), url=uri(each.url), learned_from="")
            for each in shown(description.sources)
        ),
        places=tuple(
            replace(each, name=line(each.name), valid_to=_end(each.valid_to)) for each in description.places
        ),
        dissolved=said.end(description.dissolved),
        identifiers=tuple((line(scheme), line(value)) for scheme, value in description.identifiers),
        keywords=tuple(map(line, description.keywords)),
        kind=line(description.kind),
        rules=line(description.rules),
        **texts,
    )
    return storing.without_repetitions(reduced)


def _end(year: int | None) -> int | None:
    return None if year == said.NEVER else year


def uri(address: str) -> str:
    """An address with what the schemas allow in one."""
    return quote(address, safe=":/?#[]@!$&'()*+,;=%~")


def document(each: Description, context: Context) -> Element:
    root = Element("eac-cpf", {"xmlns": NAMESPACE, "xmlns:xlink": "http://www.w3.org/1999/xlink"})
    _control(xml.add(root, "control"), each, context)
    description = xml.add(root, "cpfDescription")
    _identity(xml.add(description, "identity"), each)
    _description(xml.add(description, "description"), each)
    if ties := [tie for tie in each.ties if not tie.withheld]:
        relations = xml.add(description, "relations")
        for number, tie in enumerate(ties, 1):
            _relation(relations, tie, number, context)
    return root


def _control(control: Element, each: Description, context: Context) -> None:
    xml.add(control, "recordId", each.id)
    for scheme, value in each.identifiers:
        xml.add(control, "otherRecordId", xml.one_line(value), localType=quote(xml.one_line(scheme)))
    xml.add(control, "maintenanceStatus", "new" if each.status == Organization.Status.DRAFT else "revised")
    xml.add(control, "publicationStatus", _PUBLICATION[each.status])
    xml.add(xml.add(control, "maintenanceAgency"), "agencyName", context.agency)
    language = xml.add(control, "languageDeclaration")
    xml.add(language, "language", each.language, languageCode=said.three_letters(each.language))
    xml.add(language, "script", "Latin", scriptCode="Latn")
    xml.add(xml.add(control, "conventionDeclaration"), "citation", xml.one_line(each.rules))
    for word, value in local_controls(each):
        xml.add(xml.add(control, "localControl", localType=word), "term", value)
    event = xml.add(xml.add(control, "maintenanceHistory"), "maintenanceEvent")
    xml.add(event, "eventType", "derived")
    xml.add(event, "eventDateTime", standardDateTime=moment(context))
    xml.add(event, "agentType", "machine")
    xml.add(event, "agent", context.agency)
    xml.add(event, "eventDescription", "Written from the record of the archive")
    _sources(control, each)


def moment(context: Context) -> str:
    return context.at.replace(microsecond=0).isoformat()


def local_controls(each: Description) -> list[tuple[str, str]]:
    """What EAC-CPF has no element for, a line each."""
    found = [("status", each.status), ("level", each.level)]
    if each.dates_verified:
        found.append(("dates-verified", "yes"))
    if each.note:
        found += [("note", xml.one_line(line)) for line in each.note.split("\n")]
    return found


def cited(each: Description) -> list[tuple[str, str]]:
    """What single names and relations rest on, by the id of their element."""
    parts = [
        *((f"name-{number}", name.source) for number, name in enumerate(shown(each.names), 1)),
        *((f"relation-{number}", tie.source) for number, tie in enumerate(shown(each.ties), 1)),
    ]
    return [(owner, xml.one_line(source)) for owner, source in parts if xml.one_line(source)]


def shown(parts: Sequence[Part]) -> list[Part]:
    """Without what an interview withholds: no format of exchange can say so, and so could not keep it."""
    return [part for part in parts if not part.withheld]


def _sources(control: Element, each: Description) -> None:
    general, of_parts = shown(each.sources), cited(each)
    if not general and not of_parts:
        return
    sources = xml.add(control, "sources")
    for source in general:
        element = xml.add(sources, "source", **_link(uri(source.url)))
        xml.add(element, "sourceEntry", xml.one_line(source.citation))
        if source.supports:
            xml.add(xml.add(element, "descriptiveNote"), "p", ", ".join(source.supports))
    for owner, text in of_parts:
        element = xml.add(sources, "source", xml_id=f"source-of-{owner}")
        xml.add(element, "sourceEntry", text)


def _link(address: str) -> dict[str, str]:
    return {"xlink_type": "simple", "xlink_href": address} if address else {}


def _identity(identity: Element, each: Description) -> None:
    xml.add(identity, "entityType", "corporateBody")
    for number, name in enumerate(shown(each.names), 1):
        entry = xml.add(
            identity, "nameEntry", localType=name.kind, xml_lang=name.language, xml_id=f"name-{number}"
        )
        xml.add(entry, "part", xml.one_line(name.text))
        if name.valid_from or name.valid_to:
            _date_range(xml.add(entry, "useDates"), name.valid_from, name.valid_to)
        xml.add(entry, "authorizedForm" if name.kind == "authorized" else "alternativeForm", "local")


def _description(description: Element, each: Description) -> None:
    if each.founded or each.dissolved:
        _exist_dates(xml.add(description, "existDates"), each.founded, each.dissolved)
    for place in each.places:
        _place(description, place)
    for word, value in local_descriptions(each):
        xml.add(xml.add(description, "localDescription", localType=word), "term", value)
    for name, text in (
        ("legalStatus", each.legal_status),
        ("function", each.functions),
        ("mandate", each.mandate),
    ):
        if text:
            element = xml.add(description, name, localType="text")
            xml.add_lines(xml.add(element, "descriptiveNote"), "p", text)
    for name, text in (
        ("structureOrGenealogy", each.structure), ("generalContext", each.context), ("biogHist", each.history),
    ):  # fmt: skip
        if text:
            xml.add_lines(xml.add(description, name), "p", text)


def local_descriptions(each: Description) -> list[tuple[str, str]]:
    found = [("kind", xml.one_line(each.kind)), ("country", each.country)]
    return [(word, value) for word, value in found if value] + [
        ("keyword", xml.one_line(word)) for word in each.keywords
    ]


def _exist_dates(parent: Element, since: PartialDate | None, until: PartialDate | None) -> None:
    dates = xml.add(parent, "dateRange")
    if since:
        xml.add(dates, "fromDate", str(since), standardDate=since.plain)
    if until:
        xml.add(dates, "toDate", str(until), standardDate=until.plain)


def _date_range(parent: Element, since: int | None, until: int | None) -> None:
    if since or until:
        _exist_dates(parent, PartialDate(since) if since else None, PartialDate(until) if until else None)


def _place(description: Element, place: Place) -> None:
    element = xml.add(description, "place")
    xml.add(element, "placeRole", place.role)
    two = place.country if len(place.country) == 2 else ""
    if name := xml.one_line(place.name):
        xml.add(element, "placeEntry", name, countryCode=two)
    if place.country and not (name and two):
        xml.add(element, "placeEntry", place.country, localType="country", countryCode=two)
    _date_range(element, place.valid_from, place.valid_to)


def _relation(relations: Element, tie: Tie, number: int, context: Context) -> None:
    element = xml.add(
        relations, "cpfRelation", cpfRelationType=KINDS.get(tie.kind, "associative"), xml_id=f"relation-{number}",
        xlink_type="simple", xlink_href=context.address(tie.other), xlink_arcrole=TERMS + tie.kind,
    )  # fmt: skip
    xml.add(element, "relationEntry", context.name(tie.other))
    _date_range(element, tie.valid_from, tie.valid_to)
    if tie.description:
        xml.add_lines(xml.add(element, "descriptiveNote"), "p", tie.description)
