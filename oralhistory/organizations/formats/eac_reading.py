"""EAC-CPF of any version, ours and other archives': SNAC, AtoM and ArchivesSpace leave out what the schema demands.

What has no place in our records is left out: occupations, languages used, relations to people, resources and functions.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.descriptions import TIES, Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.formats import said, storing, xml
from oralhistory.organizations.formats.xml import Document
from oralhistory.organizations.models import Location, Name, Organization, Source

TERMS = "urn:oralhistory:"  # what our own words for kinds begin with
ROOTS = ("eac-cpf", "eac")
_DIRECTED = {
    "temporal-earlier": "predecessor",
    "temporal-later": "successor",
    "hierarchical-parent": "part_of",
    "hierarchical-child": "has_part",
}
MOST_OF_A_PLACE = 120  # letters; AtoM puts what somebody wrote about places where the name of one belongs
_LEVELS = {"basic": "partial", "extended": "full"}
_STATUSES = {"inprocess": "draft", "approved": "revised", "published": "final"}
_NAME_KINDS = {"abbreviation": "acronym", "acronym": "acronym", "former": "former", "previous": "former"}
_SEATS = ("seat", "headquarters", "sede", "siège", "residence", "head office")


def records(document: Document) -> Iterator[Description]:
    """Every record in a document, whatever stands around them. Raises Malformed."""
    found = [each for each in document.root.iter() if each.tag in ROOTS]
    if not found:
        raise document.wrong(document.root, "is not EAC-CPF")
    return (_record(document, each) for each in found)


def _record(document: Document, root: Element) -> Description:
    if root.find("multipleIdentities") is not None:
        raise document.wrong(root, "describes several identities in one record, which ours can't hold")
    description, identity = root.find("cpfDescription"), xml.child(root, "cpfDescription", "identity")
    if description is None or identity is None:
        raise document.wrong(root, "has no identity")
    _check_type(document, identity)
    control, parts = root.find("control"), description.find("description")
    cited = _Cited(control)
    names = _names(identity, cited)
    if not names:
        raise document.wrong(identity, "has no name")
    record_id = xml.text(xml.child(control, "recordId"))
    founded, dissolved = _exist_dates(parts)
    local = _local(parts)
    country = local.get("country", [""])[0]
    places = list(_places(parts))
    rather_texts = [each.name for each in places if len(each.name) > MOST_OF_A_PLACE]
    found = Description(
        id=storing.checked_id(record_id) if record_id else storing.slug(names[0].text),
        names=tuple(names),
        kind=local.get("kind", [""])[0][:20].strip(),
        country=country if storing.COUNTRY.fullmatch(country) else "",
        founded=founded,
        dissolved=dissolved,
        history="\n".join(filter(None, map(xml.lines, xml.children(parts, "biogHist")))),
        mandate=_texts(parts, "mandate", "mandates"),
        functions=_texts(parts, "function", "functions"),
        structure=_texts(parts, "structureOrGenealogy"),
        legal_status=_texts(parts, "legalStatus", "legalStatuses"),
        context="\n".join(filter(None, [_texts(parts, "generalContext"), *rather_texts])),
        places=tuple(each for each in places if len(each.name) <= MOST_OF_A_PLACE),
        identifiers=tuple(_identifiers(control, identity, description)),
        ties=tuple(_ties(description.find("relations"), cited)),
        sources=tuple(cited.general),
        keywords=tuple(local.get("keyword", ())),
        **_control(control, root.get("lang", "")),
    )
    return storing.storable(found, lambda part, reason: document.wrong(root, f"{part}: {reason}"))


def _check_type(document: Document, identity: Element) -> None:
    kind = identity.find("entityType")
    said_kind = "" if kind is None else kind.get("value") or xml.text(kind)
    if said_kind.lower() in ("person", "family"):
        raise document.wrong(
            identity if kind is None else kind, f"is of a {said_kind}, not of an organization"
        )


class _Cited:
    """The sources of a record; of our own files also what a single name or relation rests on, by its id."""

    def __init__(self, control: Element | None) -> None:
        self.general: list[Citation] = []
        self.of: dict[str, str] = {}
        for source in xml.children(xml.child(control, "sources"), "source"):
            owner = source.get("id", "")
            entry = " ".join(filter(None, map(xml.text, xml.children(source, "sourceEntry", "reference"))))
            url = source.get("href") or next(
                (each.get("href", "") for each in xml.children(source, "reference") if each.get("href")), ""
            )
            supports = tuple(part.strip() for part in xml.lines(source.find("descriptiveNote")).split(","))
            if owner.startswith("source-of-"):
                self.of[owner.removeprefix("source-of-")] = entry
            elif entry or url:
                known = supports if set(supports) <= set(Source.Part.values) else ()
                self.general.append(Citation(entry or url, url if len(url) <= 500 else "", known))


def _names(identity: Element, cited: _Cited) -> list[NameForm]:
    found: list[NameForm] = []
    for entry in identity:
        if entry.tag == "nameEntry":
            found.append(_name(entry, _name_kind(entry), cited))
        elif entry.tag in ("nameEntryParallel", "nameEntrySet"):
            parallel = [_name(each, "parallel", cited) for each in xml.children(entry, "nameEntry")]
            texts = {each.text for each in found}
            found += [each for each in parallel if each.text not in texts]
    found = [each for each in found if each.text]
    return _with_one_authorized(found)


def _with_one_authorized(names: list[NameForm]) -> list[NameForm]:
    """The first that is said to be it, or the first of all; where others are too, they are so by other rules."""
    first = next((each for each in names if each.kind == "authorized"), names[0] if names else None)
    return [
        replace(each, kind="authorized")
        if each is first
        else replace(each, kind="standardized")
        if each.kind == "authorized"
        else each
        for each in names
    ]


def _name_kind(entry: Element) -> str:
    word = said.last_part(entry.get("localType", "")).lower()
    if word in Name.Kind.values:
        return word
    if entry.get("status") == "authorized" or entry.find("authorizedForm") is not None:
        return "authorized"
    return _NAME_KINDS.get(word, "other")


def _name(entry: Element, kind: str, cited: _Cited) -> NameForm:
    since, until = _years(entry.find("useDates"))
    return NameForm(
        " ".join(filter(None, map(xml.text, xml.children(entry, "part")))), kind,
        said.language(entry.get("lang") or entry.get("languageOfElement") or ""), since, until,
        cited.of.get(entry.get("id", ""), ""),
    )  # fmt: skip


def _exist_dates(parts: Element | None) -> tuple[PartialDate | None, PartialDate | None]:
    since, until = _range(xml.child(parts, "existDates"))
    return (since, None) if since and until and until.year < since.year else (since, until)


def _range(dates: Element | None) -> tuple[PartialDate | None, PartialDate | None]:
    """The first beginning and the last end of dates, ranges and sets of both."""
    if dates is None:
        return None, None
    beginnings, ends = [], []
    for each in dates.iter():
        if each.tag == "fromDate":
            beginnings.append(_date(each))
        elif each.tag == "toDate":
            ends.append(said.end(_date(each)))
        elif each.tag == "date":
            since, until = said.span(xml.text(each))
            beginnings.append(_date(each) if not until else since)
            ends.append(said.end(until))
    if not beginnings and not ends and xml.text(dates):
        return said.span(xml.text(dates))
    known, over = [each for each in beginnings if each], [each for each in ends if each]
    return min(known, key=_order, default=None), max(over, key=_order, default=None)


def _order(day: PartialDate) -> tuple[int, int, int]:
    return day.year, day.month or 0, day.day or 0


def _date(element: Element) -> PartialDate | None:
    """What is written says how sure it is; the standard form says the day where that is in words."""
    written, standard = said.date(xml.text(element)), said.date(element.get("standardDate", ""))
    if written is None:
        return standard or said.date(element.get("notBefore", "")) or said.date(element.get("notAfter", ""))
    if standard and standard.year == written.year and standard.month and not written.month:
        return replace(standard, certainty=written.certainty)
    return written


def _dated(element: Element) -> tuple[int | None, int | None]:
    """The years of a place or relation."""
    return _years(next(iter(xml.children(element, "date", "dateRange", "dateSet")), None))


def _years(dates: Element | None) -> tuple[int | None, int | None]:
    since, until = _range(dates)
    first, last = since.year if since else None, until.year if until else None
    return (first, None) if first and last and last < first else (first, last)


def _local(parts: Element | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in parts.iter("localDescription") if parts is not None else ():
        word = said.last_part(each.get("localType", "")).lower()
        found.setdefault(word, []).append(xml.text(each.find("term")))
    return found


def _texts(parts: Element | None, *names: str) -> str:
    """A field that EAC gives a term, a note or paragraphs; ours is written as a note whose first line is the term."""
    found = []
    for each in xml.children(parts, *names):
        entries = [entry for entry in each if entry.tag == names[0]] or [each]
        for entry in entries:
            note = xml.lines(entry.find("descriptiveNote"))
            if entry.get("localType") == "text":
                found.append(note)
            elif entry.find("term") is None and entry.find("descriptiveNote") is None:
                found.append(xml.lines(entry))
            else:
                found += [*map(xml.text, xml.children(entry, "term")), note]
    return "\n".join(filter(None, found))


def _places(parts: Element | None) -> Iterator[Place]:
    for each in parts.iter("place") if parts is not None else ():
        since, until = _dated(each)
        role = xml.text(each.find("placeRole")).lower()
        role = role if role in Location.Role.values else "seat" if role in _SEATS else "activity"
        entries = xml.children(each, "placeEntry", "placeName")
        for name, country in _entries(entries) or [(xml.text(each.find("address")), "")]:
            if name or country:
                yield Place(name, country, role, since, until)


def _entries(entries: list[Element]) -> list[tuple[str, str]]:
    """Names with their countries; an entry of ours of type "country" names the country of the place, or is it."""
    country = next((xml.text(each) for each in entries if each.get("localType") == "country"), "")
    named = [each for each in entries if each.get("localType") != "country"]
    if not named and country:
        return [("", country)]
    return [(xml.text(each), country or each.get("countryCode", "")) for each in named]


def _identifiers(
    control: Element | None, identity: Element, description: Element
) -> Iterator[tuple[str, str]]:
    for each in [*xml.children(control, "otherRecordId"), *xml.children(identity, "entityId", "identityId")]:
        value = xml.text(each)
        scheme = said.last_part(each.get("localType", "")).lower()
        known = said.identifier(value)
        if known and scheme in ("", "sameas", known[0]):
            yield known
        elif value and len(value) <= 120:
            yield scheme[:20] or "other", value
    for each in xml.children(description.find("relations"), "cpfRelation"):
        if each.get("cpfRelationType") == "identity" and (known := said.identifier(each.get("href", ""))):
            yield known


def _ties(relations: Element | None, cited: _Cited) -> Iterator[Tie]:
    for each in xml.children(relations, "cpfRelation", "relation"):
        kind, target = _tie_kind(each), each.find("targetEntity")
        address = each.get("href") or ("" if target is None else target.get("valueURI", ""))
        other_type = (
            said.last_part(each.get("role", "")).lower() if target is None else target.get("targetType")
        )
        if not kind or other_type not in ("", "agent", "corporatebody", "corporateBody"):
            continue
        name = xml.text(each.find("relationEntry")) or " ".join(map(xml.text, xml.children(target, "part")))
        ours = any(
            (part.get("arcrole") or part.get("valueURI") or "").startswith(TERMS) for part in each.iter()
        )
        other = said.last_part(address) if address and (ours or not name) else storing.slug(name or address)
        if not ours and "//" not in address and address.lower().endswith(".xml"):
            other = storing.checked_id(said.last_part(address)[: -len(".xml")])  # the file beside this one
        if not storing.ID.fullmatch(other) or len(other) > 80:
            other = storing.slug(name or address)
        since, until = _dated(each)
        note = xml.lines(each.find("descriptiveNote"))
        yield Tie(kind, other, note, since, until, cited.of.get(each.get("id", ""), ""))


def _tie_kind(relation: Element) -> str:
    words = [relation.get("arcrole", ""), relation.get("cpfRelationType", "")]
    for each in relation.iter("relationType"):
        words += [each.get("valueURI", ""), xml.text(each)]
    for word in words:
        if word.startswith(TERMS) and said.last_part(word) in TIES:
            return said.last_part(word)
    kinds = {said.last_part(word) for word in words}
    if kinds & {"identity", "family", "sameAs"}:
        return ""
    return next((_DIRECTED[kind] for kind in words if kind in _DIRECTED), "related")


def _control(control: Element | None, language: str) -> dict[str, Any]:
    if control is None:
        return {}
    local: dict[str, str] = {}
    for each in xml.children(control, "localControl"):
        local.setdefault(said.last_part(each.get("localType", "")).lower(), xml.text(each.find("term")))
    status = local.get("status", "").lower()
    if status not in Organization.Status.values:
        public = control.get("publicationStatus") or xml.text(control.find("publicationStatus"))
        status = _STATUSES.get(public.lower(), "draft")
    level = (local.get("level") or local.get("detaillevel") or control.get("detailLevel") or "").lower()
    level = _LEVELS.get(level, level)
    note = "\n".join(
        xml.text(each.find("term"))
        for each in xml.children(control, "localControl")
        if each.get("localType") == "note"
    )
    return {
        "status": status,
        "level": level if level in Organization.Level.values else "minimal",
        "dates_verified": local.get("dates-verified") == "yes",
        "note": note,
        "language": _language(control) or said.language(language) or "es",
        "rules": _rules(control) or "ISAAR(CPF)",
    }


def _language(control: Element) -> str:
    declared = control.find("languageDeclaration")
    if declared is None:
        return ""
    inside = declared.find("language")
    written = xml.text(inside) if inside is not None else xml.text(declared.find("descriptiveNote"))
    code = (declared if inside is None else inside).get("languageCode", "")
    # Our files say the exact code in words, where the schema has room for three letters only.
    exact = said.language(written)
    return exact if exact and said.three_letters(exact) in (code, "und") else said.language(code)


def _rules(control: Element) -> str:
    for each in xml.children(control, "conventionDeclaration"):
        stated = [
            xml.text(each.find(name)) for name in ("citation", "reference", "abbreviation", "shortCode")
        ]
        for text in stated:
            if text and text != "conventionDeclaration":
                return text[:120]
    return ""


def read(data: bytes) -> list[Description]:
    """One document. Raises Malformed."""
    document = xml.parse(data)
    return list(records(document))
