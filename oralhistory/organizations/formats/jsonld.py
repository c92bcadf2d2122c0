"""JSON-LD: an Organization of schema.org, with a vocabulary of our own for what schema.org has no word for.

What schema.org can say is said in its words, for whoever knows those; our own words say the whole record, so that
nothing is lost. Files of others that know schema.org alone are read as far as they go. Nothing is fetched.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oralhistory.lib import partial_dates
from oralhistory.lib.partial_dates import NotADate, PartialDate
from oralhistory.organizations import descriptions
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.formats import malformed, said, storing, tables
from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.formats.malformed import Malformed
from oralhistory.organizations.models import Name

MOST_BYTES = 24 << 20  # what is parsed takes many times its size in memory
TERMS = "urn:oralhistory:"
_LISTS = ("names", "places", "ties", "sources", "keywords", "supports")
_TEXTS = (
    "kind", "country", "history", "mandate", "functions", "structure", "legal_status", "context", "note", "status",
    "level", "language", "rules",
)  # fmt: skip
_OWN = (
    *_TEXTS, "founded", "dissolved", "dates_verified", "text", "role", "citation", "source", "description_of_relation",
    "valid_from", "valid_to", "learned_from", "withheld",
)  # fmt: skip
_TYPES = (
    "organization", "corporation", "politicalparty", "ngo", "workersunion", "governmentorganization", "newsmediaorganization",
    "corporatebody", "educationalorganization", "projectorganization",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "oh": TERMS,
    **{name: {"@id": f"oh:{name}", "@container": "@list"} for name in _LISTS},
    **{name: f"oh:{name}" for name in _OWN},
    "other": {"@id": "oh:other", "@type": "@id"},
    "address_of_source": "oh:address_of_source",
    **{
        name: {"@id": f"https://schema.org/{name}", "@type": "@id"}
        for name in ("url", "sameAs", "parentOrganization", "subOrganization")
    },
}


def write(records: Sequence[Description], context: Context) -> bytes:
    """One record as it is, several as a graph."""
    nodes = [_node(each, context) for each in records]
    whole = nodes[0] if len(nodes) == 1 else {"@graph": nodes}
    return (json.dumps({"@context": CONTEXT, **whole}, ensure_ascii=False, indent=1) + "\n").encode()


def kept(description: Description) -> Description:
    """All of it."""
    return description


def _node(each: Description, context: Context) -> dict[str, Any]:
    own = descriptions.to_json(each)
    for name in ("id", "identifiers", "ties", "sources"):
        own.pop(name, None)
    public = [name for name in each.names if name.kind != Name.Kind.HEARD_AS and not name.withheld]
    ties = [tie for tie in each.ties if not tie.withheld]
    node = {
        "@id": context.address(each.id),
        "@type": "Organization",
        "url": context.address(each.id),
        "name": next(map(_label, (name for name in public if name.kind == "authorized")), None),
        "alternateName": [_label(name) for name in public if name.kind != "authorized"],
        "foundingDate": each.founded.plain if each.founded else None,
        "dissolutionDate": each.dissolved.plain if each.dissolved else None,
        "description": each.history,
        "sameAs": [made for made in (said.address(*pair) for pair in each.identifiers) if made],
        "parentOrganization": [context.address(tie.other) for tie in ties if tie.kind == "part_of"],
        "subOrganization": [context.address(tie.other) for tie in ties if tie.kind == "has_part"],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": scheme, "value": value}
            for scheme, value in each.identifiers
        ],
        **own,
        "ties": [_tie(tie, context) for tie in each.ties],
        "sources": [_source(source) for source in each.sources],
    }
    return {name: value for name, value in node.items() if value}


def _label(name: NameForm) -> str | dict[str, str]:
    return {"@value": name.text, "@language": name.language} if name.language else name.text


def _tie(tie: Tie, context: Context) -> dict[str, Any]:
    return _said(
        kind=tie.kind, other=context.address(tie.other), description_of_relation=tie.description,
        valid_from=tie.valid_from, valid_to=tie.valid_to, source=tie.source, learned_from=tie.learned_from,
        withheld=tie.withheld,
    )  # fmt: skip


def _source(source: Citation) -> dict[str, Any]:
    return _said(
        citation=source.citation, address_of_source=source.url, supports=list(source.supports),
        learned_from=source.learned_from, withheld=source.withheld,
    )  # fmt: skip


def _said(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value}


def read(data: bytes) -> list[Description]:
    """Every organization of a document. Raises Malformed."""
    if len(data) > MOST_BYTES:
        raise malformed.at(0, "", f"JSON larger than {MOST_BYTES >> 20} MB is not read: give it in parts")
    text = tables.text_of(data)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as refusal:
        raise malformed.at(refusal.lineno, "", f"not JSON: {refusal.msg}") from refusal
    except (RecursionError, ValueError) as refusal:
        raise malformed.at(1, "", "not JSON that can be read: too deep, or a number too large") from refusal
    found: dict[str, Description] = {}
    for node in _nodes(document):
        each = _Reader(text, node).record()
        if each.id in found:
            raise malformed.by_element(_line(text, node), "@id", f"{each.id} stands in the document already")
        found[each.id] = each
    if not found:
        raise malformed.at(1, "", "holds no organization")
    return list(found.values())


def _nodes(document: Any) -> Iterable[dict[str, Any]]:
    top = document if isinstance(document, list) else [document]
    for each in top:
        if not isinstance(each, dict):
            raise malformed.at(1, "", "is not JSON-LD: an object or a list of objects is wanted")
        graph = each.get("@graph", [each])
        for node in graph if isinstance(graph, list) else [graph]:
            if (isinstance(node, dict) and _is_organization(node)) or (
                isinstance(node, dict) and "names" in node
            ):
                yield node


def _is_organization(node: Mapping[str, Any]) -> bool:
    types = _many(node.get("@type", node.get("type")))
    return any(
        isinstance(each, str) and said.last_part(each).rpartition(":")[2].lower() in _TYPES for each in types
    )


def _many(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _line(text: str, node: Mapping[str, Any]) -> int:
    """Where the node's own id or name is written: what reads JSON does not say lines."""
    for name in ("@id", "id", "name"):
        if isinstance(value := node.get(name), str):
            position = text.find(json.dumps(value, ensure_ascii=False))
            if position >= 0:
                return text.count("\n", 0, position) + 1
    return 1


class _Reader:
    """One record of a document. Whatever is not of the type it should be is refused."""

    def __init__(self, text: str, node: Mapping[str, Any]) -> None:
        self.source, self.given = text, node
        # Terms of schema.org are also written with a prefix or in full.
        self.node = {self._term(name): value for name, value in node.items()}

    @staticmethod
    def _term(name: str) -> str:
        for prefix in ("schema:", "https://schema.org/", "http://schema.org/"):
            name = name.removeprefix(prefix)
        return name

    def record(self) -> Description:
        names = self.names()
        if not names:
            raise self.wrong("name", "has no name")
        address = self.text("@id") or self.text("id") or self.text("url")
        return storing.storable(
            Description(
                id=storing.checked_id(said.last_part(address)) if address else storing.slug(names[0].text),
                names=tuple(names),
                founded=self.date("founded", "foundingDate"),
                dissolved=self.date("dissolved", "dissolutionDate"),
                dates_verified=self.flag(self.node, "dates_verified"),
                places=tuple(self.places()),
                identifiers=tuple(self.identifiers()),
                ties=tuple(self.ties()),
                sources=tuple(self.sources()),
                keywords=tuple(self.string(each, "keywords") for each in self.own("keywords")),
                **self.texts(),
            ),
            self.wrong,
        )

    def wrong(self, part: str, reason: str) -> Malformed:
        return malformed.by_element(_line(self.source, self.given), part, reason)

    def string(self, value: Any, part: str) -> str:
        """A text, also as {"@value": …}."""
        value = value.get("@value", value.get("@id")) if isinstance(value, dict) else value
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(part, f"{json.dumps(value)[:40]} is not a text")
        return value.strip()

    def text(self, part: str) -> str:
        value = self.node.get(part)
        return self.string(next(iter(value), None) if isinstance(value, list) else value, part)

    def texts(self) -> dict[str, Any]:
        found = {name: self.text(name) for name in _TEXTS}
        if not found["history"]:
            found["history"] = self.text("description")
        return {name: value for name, value in found.items() if value}

    def own(self, part: str) -> list[Any]:
        """A list of ours: only where the record is, since schema.org has words of the same name."""
        value = self.node.get(part, []) if "names" in self.node else []
        if not isinstance(value, list):
            raise self.wrong(part, "is not a list")
        return value

    def parts(self, part: str) -> Iterable[dict[str, Any]]:
        for each in self.own(part):
            if not isinstance(each, dict):
                raise self.wrong(part, f"{json.dumps(each)[:40]} is not an object")
            yield each

    def flag(self, node: Mapping[str, Any], part: str) -> bool:
        value = node.get(part, False)
        if not isinstance(value, bool):
            raise self.wrong(part, f"{json.dumps(value)[:40]} is neither true nor false")
        return value

    def common(self, node: Mapping[str, Any], part: str, *wanted: str) -> dict[str, Any]:
        """What names, places, relations and sources share."""
        found: dict[str, Any] = {}
        for name in ("valid_from", "valid_to"):
            if name in wanted and node.get(name) is not None:
                if not isinstance(node[name], int) or not 0 < node[name] < 10_000:
                    raise self.wrong(part, f"{json.dumps(node[name])[:40]} is not a year")
                found[name] = int(node[name])
        for name in ("source", "learned_from", "language", "country"):
            if name in wanted:
                found[name] = self.string(node.get(name), part)
        if "withheld" in wanted:
            found["withheld"] = self.flag(node, "withheld")
        return found

    def names(self) -> list[NameForm]:
        if "names" in self.node:
            shared = ("valid_from", "valid_to", "source", "language", "learned_from", "withheld")
            return [
                NameForm(
                    self.string(each.get("text"), "names"), self.string(each.get("kind"), "names") or "other",
                    **self.common(each, "names", *shared),
                )
                for each in self.parts("names")
            ]  # fmt: skip
        found: list[NameForm] = []
        for kind, part in (("authorized", "name"), ("authorized", "legalName"), ("other", "alternateName")):
            for each in _many(self.node.get(part)):
                language = each.get("@language", "") if isinstance(each, dict) else ""
                known = kind if not found else "parallel" if part == "name" else "other"
                found.append(NameForm(self.string(each, part), known, said.language(str(language))))
        return [each for each in found if each.text]

    def date(self, own: str, theirs: str) -> PartialDate | None:
        if text := self.text(own):
            try:
                return partial_dates.parse(text)
            except NotADate as refusal:
                raise self.wrong(
                    own, f"«{text}» is not a date such as 1971, 1971-06~ or 1971-06-10?"
                ) from refusal
        return said.date(self.text(theirs))

    def places(self) -> Iterable[Place]:
        for each in self.parts("places"):
            yield Place(
                self.string(each.get("name"), "places"), role=self.string(each.get("role"), "places") or "activity",
                **self.common(each, "places", "country", "valid_from", "valid_to"),
            )  # fmt: skip

    def identifiers(self) -> Iterable[tuple[str, str]]:
        for each in _many(self.node.get("identifier")):
            if isinstance(each, dict) and each.get("propertyID"):
                scheme = self.string(each["propertyID"], "identifier")
                yield (
                    said.last_part(scheme).lower() if "//" in scheme else scheme,
                    self.string(each.get("value"), "identifier"),
                )
        for each in _many(self.node.get("sameAs")):
            if known := said.identifier(self.string(each, "sameAs")):
                yield known

    def ties(self) -> Iterable[Tie]:
        shared = ("valid_from", "valid_to", "source", "learned_from", "withheld")
        for each in self.parts("ties"):
            yield Tie(
                self.string(each.get("kind"), "ties"), said.last_part(self.string(each.get("other"), "ties")),
                self.string(each.get("description_of_relation"), "ties"), **self.common(each, "ties", *shared),
            )  # fmt: skip
        if "names" in self.node:
            return
        for kind, part in (
            ("part_of", "parentOrganization"),
            ("has_part", "subOrganization"),
            ("related", "memberOf"),
        ):
            for each in _many(self.node.get(part)):
                other = (
                    said.last_part(self.string(each, part))
                    if not isinstance(each, dict) or "@id" in each
                    else ""
                )
                name = self.string(each.get("name"), part) if isinstance(each, dict) else ""
                if other or name:
                    yield Tie(kind, storing.checked_id(other) if other else storing.slug(name))

    def sources(self) -> Iterable[Citation]:
        for each in self.parts("sources"):
            supports = each.get("supports", [])
            yield Citation(
                self.string(each.get("citation"), "sources"), self.string(each.get("address_of_source"), "sources"),
                tuple(self.string(part, "sources") for part in _many(supports)),
                **self.common(each, "sources", "learned_from", "withheld"),
            )  # fmt: skip
