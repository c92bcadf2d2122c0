"""Authority records as AtoM (Access to Memory) imports and exports them: a table of records and one of relationships.

Written in the columns of 2.8 (and 2.6, 2.7, which leave some out); read in those and in the older ones of 2.0 to 2.5,
where other names and relationships stand in files of their own. A package holds the tables; any of them may come alone.
Where they are from: artefactual/atom, lib/task/import/csvAuthorityRecordImportTask and csvActorExport (arrayColumns,
status, levelOfDetail), csvAuthorityRecordRelationshipImportTask (2.5 and later), example_authority_records/*.csv.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from oralhistory.organizations import descriptions
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.formats import malformed, packages, said, storing, tables, xml
from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.formats.malformed import Malformed
from oralhistory.organizations.models import Name, Organization

RECORDS = (
    "culture", "typeOfEntity", "authorizedFormOfName", "parallelFormsOfName", "standardizedFormsOfName",
    "otherFormsOfName", "corporateBodyIdentifiers", "datesOfExistence", "history", "places", "legalStatus", "functions",
    "mandates", "internalStructures", "generalContext", "descriptionIdentifier", "institutionIdentifier", "rules",
    "status", "levelOfDetail", "revisionHistory", "sources", "maintenanceNotes", "actorOccupations",
    "actorOccupationNotes", "subjectAccessPoints", "placeAccessPoints", "digitalObjectPath", "digitalObjectURI",
)  # fmt: skip
RELATIONSHIPS = (
    "subjectAuthorizedFormOfName", "relationType", "objectAuthorizedFormOfName", "description", "date", "startDate",
    "endDate", "culture",
)  # fmt: skip
_OLD_NAMES = {
    "entityType": "typeOfEntity", "descriptionStatus": "status", "descriptionDetail": "levelOfDetail",
    "maintenanceNote": "maintenanceNotes", "mandate": "mandates", "sourceAuthorizedFormOfName": "subjectAuthorizedFormOfName",
    "targetAuthorizedFormOfName": "objectAuthorizedFormOfName", "category": "relationType",
}  # fmt: skip
_TEXTS = {
    "history": "history", "legalStatus": "legal_status", "functions": "functions", "mandates": "mandate",
    "internalStructures": "structure", "generalContext": "context", "maintenanceNotes": "note",
}  # fmt: skip
# The subject of a row is this to its object. AtoM takes only the types of its own taxonomy.
_TYPES = {
    "predecessor": "is the predecessor of",
    "part_of": "is the subordinate of",
    "front_of": "is controlled by",
}
_READ_TYPES = {
    "is the predecessor of": "predecessor", "is the successor of": "successor", "is the subordinate of": "part_of",
    "is the superior of": "has_part", "is the subsidiary of": "part_of", "is the parent organization of": "has_part",
    "is part of": "part_of", "is controlled by": "front_of", "controls": "has_front",
}  # fmt: skip
_INVERSE = {
    "predecessor": "successor", "successor": "predecessor", "part_of": "has_part", "has_part": "part_of",
    "front_of": "has_front", "has_front": "front_of",
}  # fmt: skip
_PEOPLE = ("person", "family", "persona", "familia", "pessoa", "família", "personne", "famille")
_STATUSES = {
    "borrador": "draft", "rascunho": "draft", "minuta": "draft", "revisado": "revised", "definitivo": "final",
}  # fmt: skip
_LEVELS = {"mínimo": "minimal", "parcial": "partial", "completo": "full", "máximo": "full"}
_COLUMNS = {"names": "authorizedFormOfName", "id": "descriptionIdentifier", "dissolved": "datesOfExistence"}
_MUTUAL = ("ally", "opposed", "related")


def write(records: Sequence[Description], context: Context) -> bytes:
    """A package of the two tables."""
    names = _distinct_names(records)
    return packages.packed(
        [
            ("authority_records.csv", tables.written(RECORDS, (_row(each, names) for each in records))),
            ("authority_record_relationships.csv", tables.written(RELATIONSHIPS, _relationships(records, names, context))),
        ]
    )  # fmt: skip


def kept(description: Description) -> Description:
    """Names without language, years and source, all that are not parallel or standardized as others; no kind, country,
    keywords; of places the name (of whole countries the code); of sources the citation; relations without source."""
    line, defaults = xml.one_line, Description(id="", names=())
    names = [
        NameForm(
            _unpiped(each.text), each.kind if each.kind in ("authorized", "parallel", "standardized") else "other",
            each.language if each.kind == "authorized" else "",
        )
        for each in description.names
        if not each.withheld and each.kind != Name.Kind.HEARD_AS
    ]  # fmt: skip
    order = ("authorized", "parallel", "standardized", "other")
    language = description.language
    return storing.without_repetitions(
        replace(
            defaults,
            id=description.id,
            names=tuple(
                replace(each, language=language if each.kind == "authorized" else "")
                for each in sorted(names, key=lambda name: order.index(name.kind))
            ),
            founded=description.founded,
            dissolved=description.dissolved,
            places=tuple(_kept_place(each) for each in description.places),
            identifiers=tuple((scheme, line(value)) for scheme, value in description.identifiers),
            ties=tuple(
                replace(each, source="", learned_from="") for each in description.ties if not each.withheld
            ),
            sources=tuple(Citation(line(each.citation)) for each in description.sources if not each.withheld),
            status=description.status,
            level=description.level,
            language=language,
            rules=description.rules,
            **{part: getattr(description, part) for part in _TEXTS.values()},
        )
    )


def _kept_place(place: Place) -> Place:
    name = _unpiped(place.name)
    return Place(name) if name and not _is_country(name) else Place(country=name or place.country)


def _is_country(text: str) -> bool:
    return bool(text) and bool(storing.COUNTRY.fullmatch(text))


def _unpiped(text: str) -> str:
    """AtoM divides values by | and knows no way to write the sign itself."""
    return xml.one_line(text.replace("|", "/"))


def _distinct_names(records: Iterable[Description]) -> dict[str, str]:
    """What each is called. AtoM finds the ends of a relationship by name: of homonyms each says its id."""
    plain = {each.id: _unpiped(each.name) for each in records}
    shared = Counter(plain.values())
    return {id_: name if shared[name] == 1 else f"{name} ({id_})" for id_, name in plain.items()}


def _row(each: Description, names: Mapping[str, str]) -> dict[str, str]:
    def listed(*kinds: str) -> str:
        found = (_unpiped(name.text) for name in each.names if name.kind in kinds and not name.withheld)
        return "|".join(dict.fromkeys(found))

    return dict.fromkeys(RECORDS, "") | {
        "culture": each.language.replace("-", "_"),
        "typeOfEntity": "Corporate body",
        "authorizedFormOfName": names[each.id],
        "parallelFormsOfName": listed("parallel"),
        "standardizedFormsOfName": listed("standardized"),
        "otherFormsOfName": listed("acronym", "other", "former"),
        "corporateBodyIdentifiers": "\n".join(f"{scheme}:{xml.one_line(value)}" for scheme, value in each.identifiers),
        "datesOfExistence": _dates(each),
        "places": "\n".join(filter(None, map(_place, each.places))),
        "placeAccessPoints": "|".join(_unpiped(place.name) or place.country for place in each.places),
        "descriptionIdentifier": each.id,
        "rules": each.rules,
        "status": each.status.capitalize(),
        "levelOfDetail": each.level.capitalize(),
        "sources": "\n".join(xml.one_line(source.citation) for source in each.sources if not source.withheld),
        **{column: getattr(each, part) for column, part in _TEXTS.items()},
    }  # fmt: skip


def _dates(each: Description) -> str:
    if not each.founded and not each.dissolved:
        return ""
    return f"{each.founded or ''} – {each.dissolved or ''}".strip()


def _place(place: Place) -> str:
    years = "–".join(str(year or "") for year in (place.valid_from, place.valid_to)).strip("–")
    return ", ".join(filter(None, (xml.one_line(place.name), place.country, years)))


def _relationships(
    records: Sequence[Description], names: Mapping[str, str], context: Context
) -> Iterator[dict[str, str]]:
    """Each relation once, though both its records state it."""
    called = {**{id_: _unpiped(name) for id_, name in context.names.items()}, **names}
    seen = set()
    for each in records:
        for tie in each.ties:
            subject, object_, kind = end = descriptions.ends(each.id, tie)
            if tie.withheld or end in seen:
                continue
            seen.add(end)
            years = [str(year or "") for year in (tie.valid_from, tie.valid_to)]
            yield {
                "subjectAuthorizedFormOfName": called.get(subject, subject),
                "relationType": _TYPES.get(kind, "associative"),
                "objectAuthorizedFormOfName": called.get(object_, object_),
                "description": _with_kind(kind, tie.description),
                "date": "–".join(years).strip("–"),
                "startDate": years[0],
                "endDate": years[1],
                "culture": each.language.replace("-", "_"),
            }


def _with_kind(kind: str, description: str) -> str:
    """AtoM's "associative" does not say ally or enemy, so its description begins with it."""
    if kind in _TYPES or (kind == "related" and description.partition(":")[0] not in _MUTUAL):
        return description
    return f"{kind}: {description}".strip()


def read(data: bytes) -> list[Description]:
    """A table of records, of relationships or of other names, or a package of some. Raises Malformed."""
    given = packages.files(data) if packages.is_package(data) else [("", data)]
    reading = _Reading()
    for name, content in sorted(given, key=lambda pair: pair[0]):
        if name and not name.lower().endswith(".csv"):
            continue
        try:
            reading.take(content)
        except Malformed as refusal:
            raise (refusal.within(name) if name else refusal) from refusal
    return reading.records()


class _Reading:
    """What the tables say, put together when all have been read: relationships may come before the records."""

    def __init__(self) -> None:
        self.found: dict[str, Description] = {}
        self.at: dict[str, tuple[str, int]] = {}  # culture and line of each record
        self.called: dict[str, str] = {}  # ids by authorized name
        self.rows: list[tuple[int, dict[str, str]]] = []
        self.people = 0

    def take(self, content: bytes) -> None:
        line, columns, rows = tables.table(tables.text_of(content), forgiving=True)
        columns = [_OLD_NAMES.get(column, column) for column in columns]
        renamed = ((at, {_OLD_NAMES.get(key, key): value for key, value in row.items()}) for at, row in rows)
        if {"subjectAuthorizedFormOfName", "objectAuthorizedFormOfName"} <= set(columns) or {
            "parentAuthorizedFormOfName",
            "alternateForm",
        } <= set(columns):
            self.rows += renamed
        elif "authorizedFormOfName" in columns:
            for at, row in renamed:
                self.record(row, at)
        else:
            raise malformed.at(line, "authorizedFormOfName", "the header has no such column")

    def record(self, row: Mapping[str, str], line: int) -> None:
        if row.get("typeOfEntity", "").lower() in _PEOPLE:
            self.people += 1
            return
        if not row.get("authorizedFormOfName"):
            raise malformed.at(line, "authorizedFormOfName", "is empty")
        each = _record(row, line)
        culture = row.get("culture", "")
        if each.id in self.found and not row.get("descriptionIdentifier"):
            number = 2 + sum(key.startswith(f"{each.id}-") for key in self.found)
            each = replace(each, id=f"{each.id[:75]}-{number}")
        if each.id in self.found:
            first_culture, first = self.at[each.id]
            if culture == first_culture:
                raise malformed.at(line, "descriptionIdentifier", f"{each.id} stands on line {first} already")
            self.found[each.id] = _translated(self.found[each.id], each)
        else:
            self.found[each.id], self.at[each.id] = each, (culture, line)
        self.called.setdefault(row["authorizedFormOfName"], each.id)

    def records(self) -> list[Description]:
        if not self.found and not self.rows:
            reason = "holds people and families only" if self.people else "holds no record"
            raise malformed.at(1, "typeOfEntity" if self.people else "", reason)
        for line, row in self.rows:
            if "alternateForm" in row:
                self.other_name(row, line)
            else:
                self.relationship(row, line)
        return [storing.without_repetitions(each) for each in self.found.values()]

    def other_name(self, row: Mapping[str, str], line: int) -> None:
        owner = self.owner(row["parentAuthorizedFormOfName"], line)
        kind = row.get("formType", "").lower()
        name = NameForm(row["alternateForm"], kind if kind in ("parallel", "standardized") else "other")
        if name.text:
            self.found[owner] = replace(self.found[owner], names=(*self.found[owner].names, name))

    def owner(self, name: str, line: int) -> str:
        """The record that a row speaks of; of a table that comes alone, one that has no more than its name."""
        if name not in self.called:
            if not name:
                raise malformed.at(line, "subjectAuthorizedFormOfName", "is empty")
            id_ = storing.slug(name)
            self.found.setdefault(id_, Description(id_, (NameForm(name, "authorized"),)))
            self.called[name] = id_
        return self.called[name]

    def relationship(self, row: Mapping[str, str], line: int) -> None:
        subject, object_ = row["subjectAuthorizedFormOfName"], row["objectAuthorizedFormOfName"]
        if not subject or not object_:
            column = "objectAuthorizedFormOfName" if subject else "subjectAuthorizedFormOfName"
            raise malformed.at(line, column, "is empty")
        kind, description = _kind(row)
        since, until = said.year(row.get("startDate", "")), said.year(row.get("endDate", ""))
        if not since and not until and row.get("date"):
            days = said.span(row["date"])
            since, until = (day.year if day else None for day in days)
        known = [name for name in (subject, object_) if name in self.called]
        for name, other in ((subject, object_), (object_, subject)):
            if name not in known and (known or name != subject):
                continue
            owner = self.owner(name, line)
            # "Is the predecessor of" names this record; our predecessor is the other one.
            turned = (kind in ("predecessor", "successor")) == (name == subject)
            tie = Tie(
                _INVERSE.get(kind, kind) if turned else kind,
                self.called.get(other) or storing.checked_id(other), description, since, until,
            )  # fmt: skip
            self.found[owner] = replace(self.found[owner], ties=(*self.found[owner].ties, tie))


def _record(row: Mapping[str, str], line: int) -> Description:
    name, given = row["authorizedFormOfName"], row.get("descriptionIdentifier", "")
    id_ = storing.checked_id(given) if given else storing.slug(name)
    language = said.language(row.get("culture", "")) or "es"
    founded, dissolved = said.span(row.get("datesOfExistence", ""))
    texts = {part: row.get(column, "") for column, part in _TEXTS.items()}
    if row.get("datesOfExistence") and not founded and not dissolved:
        texts["note"] = f"{texts['note']}\n{row['datesOfExistence']}".strip()
    places, free_text = _places(row)
    texts["context"] = f"{texts['context']}\n{free_text}".strip()
    names = [NameForm(name.removesuffix(f" ({id_})"), "authorized", language)]
    for column, kind in (
        ("parallelFormsOfName", "parallel"), ("standardizedFormsOfName", "standardized"), ("otherFormsOfName", "other"),
    ):  # fmt: skip
        names += [NameForm(text, kind) for text in _piped(row.get(column, ""))]
    return storing.storable(
        Description(
            id=id_,
            names=tuple(names),
            founded=founded,
            dissolved=dissolved,
            places=places,
            identifiers=tuple(map(_identifier, _lines(row.get("corporateBodyIdentifiers", "")))),
            sources=tuple(Citation(text) for text in _lines(row.get("sources", ""))),
            status=_word(row.get("status", ""), _STATUSES, Organization.Status.values, "draft"),
            level=_word(row.get("levelOfDetail", ""), _LEVELS, Organization.Level.values, "minimal"),
            language=language,
            rules=row.get("rules", "")[:120].strip() or "ISAAR(CPF)",
            **texts,  # type: ignore[arg-type]
        ),
        lambda part, reason: malformed.at(line, _COLUMNS.get(part, part), reason),
    )


def _translated(ours: Description, other: Description) -> Description:
    """A row of the same record in another language: its name is a parallel one, its texts fill what is empty."""
    names = [
        replace(each, kind="parallel") if each.kind == Name.Kind.AUTHORIZED else each for each in other.names
    ]
    fuller = descriptions.merged(other, replace(ours, names=()))
    return replace(fuller, id=ours.id, names=(*ours.names, *names), language=ours.language)


def _places(row: Mapping[str, str]) -> tuple[tuple[Place, ...], str]:
    """Places by name, and what is rather a text about them."""
    points, lines = _piped(row.get("placeAccessPoints", "")), _lines(row.get("places", ""))
    places = tuple(Place(country=point) if _is_country(point) else Place(point) for point in points)
    if len(lines) == len(points) and all(map(str.startswith, map(_unpiped, lines), points)):
        return places, ""
    if points or any(len(line) > 120 for line in lines):
        return places, "\n".join(lines)
    return tuple(map(Place, lines)), ""


def _piped(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _lines(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("\n") if part.strip()]


def _identifier(text: str) -> tuple[str, str]:
    if known := said.identifier(text):
        return known
    scheme, colon, value = text.partition(":")
    if (
        colon
        and value
        and len(scheme) <= 20
        and scheme not in ("http", "https")
        and not set(scheme) & set(" .,()")
    ):
        return scheme, value
    return "other", text[:120]


def _word(text: str, known: Mapping[str, str], values: Sequence[str], default: str) -> str:
    word = known.get(text.lower(), text.lower())
    return word if word in values else default


def _kind(row: Mapping[str, str]) -> tuple[str, str]:
    kind, description = _READ_TYPES.get(row.get("relationType", "").lower(), ""), row.get("description", "")
    if kind:
        return kind, description
    word, colon, rest = description.partition(":")
    return (word, rest.strip()) if colon and word in _MUTUAL else ("related", description)
