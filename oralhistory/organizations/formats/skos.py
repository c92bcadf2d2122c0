"""SKOS: organizations as concepts of one scheme, in Turtle; read from Turtle, RDF/XML and JSON-LD. Nothing is fetched.

What SKOS has words for is said in them; beside them stand words of our own, so that the kind of a name or a relation
comes back. A form that a machine heard is a hidden label: it goes out only where the record given has it.
"""

import json
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.sax import SAXParseException

from rdflib import DCTERMS, OWL, RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from oralhistory.lib import partial_dates
from oralhistory.lib.partial_dates import NotADate, PartialDate
from oralhistory.organizations.descriptions import TIES, Citation, Description, NameForm, Tie
from oralhistory.organizations.formats import malformed, said, storing, tables, xml
from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.formats.malformed import Malformed
from oralhistory.organizations.models import Name

TERMS = Namespace("urn:oralhistory:")
# Of RDF itself: what is parsed takes a hundred times its size in memory.
MOST_BYTES = 24 << 20
_NAMES = ("authorized", "parallel", "standardized", "acronym", "other", "former", "heard_as")
_BROADER = {"part_of": SKOS.broader, "has_part": SKOS.narrower}
_NOTES = {"history": SKOS.historyNote, "functions": SKOS.scopeNote, "note": SKOS.editorialNote}
_TEXTS = ("mandate", "structure", "legal_status", "context", "kind", "country", "status", "level", "rules")
_FOREIGN_TIES = {
    SKOS.broader: "part_of", SKOS.broaderTransitive: "part_of", SKOS.narrower: "has_part",
    SKOS.narrowerTransitive: "has_part", SKOS.related: "related",
}  # fmt: skip
_PREFERRED = ("es", "", "pt", "en")  # of several preferred labels, the one that names the record


def write(records: Sequence[Description], context: Context) -> bytes:
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("oh", TERMS)
    scheme = URIRef(context.base)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal(context.agency)))
    graph.add((scheme, SKOS.prefLabel, Literal(context.agency)))
    written = {each.id for each in records}
    for each in records:
        _concept(graph, scheme, each, context, written)
    return graph.serialize(format="turtle", encoding="utf-8")


def kept(description: Description) -> Description:
    """Without places, years and sources of names, what relations say beside their kind, and what sources support.

    RDF keeps no order: names and relations come by kind, all else by the alphabet.
    """
    defaults = Description(id="", names=())
    return _ordered(
        replace(
            description,
            names=tuple(
                NameForm(each.text, each.kind, each.language)
                for each in description.names
                if not each.withheld
            ),
            ties=tuple(Tie(each.kind, each.other) for each in description.ties if not each.withheld),
            sources=tuple(Citation(each.citation) for each in description.sources if not each.withheld),
            places=defaults.places,
        )
    )


def _ordered(each: Description) -> Description:
    each = storing.without_repetitions(each)
    return replace(
        each,
        names=tuple(sorted(each.names, key=lambda name: (_NAMES.index(name.kind), name.text, name.language))),
        ties=tuple(sorted(each.ties, key=lambda tie: (TIES.index(tie.kind), tie.other))),
        sources=tuple(sorted(each.sources, key=lambda source: source.citation)),
        identifiers=tuple(sorted(each.identifiers)),
        keywords=tuple(sorted(each.keywords)),
    )


def _concept(graph: Graph, scheme: URIRef, each: Description, context: Context, written: set[str]) -> None:
    concept = URIRef(context.address(each.id))
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, scheme))
    graph.add((concept, SKOS.notation, Literal(each.id)))
    _labels(graph, concept, [name for name in each.names if not name.withheld])
    for part, note in _NOTES.items():
        if text := getattr(each, part):
            graph.add((concept, note, Literal(text, lang=each.language)))
    for part in _TEXTS:
        if text := getattr(each, part):
            graph.add((concept, TERMS[part], Literal(text)))
    for part, day in (("founded", each.founded), ("dissolved", each.dissolved)):
        if day:
            graph.add((concept, TERMS[part], Literal(str(day))))
    if each.dates_verified:
        graph.add((concept, TERMS.dates_verified, Literal(True)))
    graph.add((concept, DCTERMS.language, Literal(each.language)))
    for source in each.sources:
        if not source.withheld:
            graph.add((concept, DCTERMS.source, Literal(source.citation)))
    for word in each.keywords:
        graph.add((concept, TERMS.keyword, Literal(word)))
    for name, value in each.identifiers:
        graph.add((concept, TERMS.identifier, Literal(f"{name}:{value}")))
        if address := said.address(name, value):
            graph.add((concept, SKOS.exactMatch, URIRef(address)))
    ties = [tie for tie in each.ties if not tie.withheld]
    _relations(graph, concept, ties, context)
    if not any(tie.kind == "part_of" and tie.other in written for tie in ties):
        graph.add((scheme, SKOS.hasTopConcept, concept))


def _labels(graph: Graph, concept: URIRef, names: Sequence[NameForm]) -> None:
    """One preferred label a language, and no label of two kinds at once: SKOS S13 and S14."""
    labelled: set[Literal] = set()
    languages: set[str] = set()
    for name in sorted(names, key=lambda name: _NAMES.index(name.kind)):
        literal = Literal(name.text, lang=name.language or None)
        graph.add((concept, TERMS[name.kind], literal))
        if literal in labelled:
            continue
        labelled.add(literal)
        if name.kind in ("authorized", "parallel") and name.language not in languages:
            languages.add(name.language)
            graph.add((concept, SKOS.prefLabel, literal))
        else:
            label = SKOS.hiddenLabel if name.kind == Name.Kind.HEARD_AS else SKOS.altLabel
            graph.add((concept, label, literal))


def _relations(graph: Graph, concept: URIRef, ties: Sequence[Tie], context: Context) -> None:
    """Part and whole are narrower and broader; whoever is neither is related: SKOS S27."""
    near = {tie.other for tie in ties if tie.kind in _BROADER}
    for tie in ties:
        other = URIRef(context.address(tie.other))
        graph.add((concept, TERMS[tie.kind], other))
        if tie.kind in _BROADER:
            graph.add((concept, _BROADER[tie.kind], other))
        elif tie.other not in near:
            graph.add((concept, SKOS.related, other))


def read(data: bytes) -> list[Description]:
    """Every concept of a vocabulary, by its address. Raises Malformed."""
    if len(data) > MOST_BYTES:
        raise malformed.at(0, "", f"RDF larger than {MOST_BYTES >> 20} MB is not read: give it in parts")
    graph = _graph(data)
    concepts = {each for each in graph.subjects(RDF.type, SKOS.Concept) if isinstance(each, URIRef)}
    concepts |= {each for each in graph.subjects(SKOS.prefLabel) if isinstance(each, URIRef)}
    concepts -= set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    if not concepts:
        raise malformed.at(0, "", "holds no concept of SKOS")
    ids = _ids(graph, concepts)
    return [
        _record(graph, concept, ids, data) for concept in sorted(concepts, key=lambda concept: ids[concept])
    ]


def _ids(graph: Graph, concepts: Iterable[Any]) -> dict[Node, str]:
    found: dict[Node, str] = {}
    for concept in concepts:
        notation = _text(graph, concept, SKOS.notation)
        end = said.last_part(str(concept))
        found[concept] = storing.checked_id(
            notation if notation and notation == end else end or notation or str(concept)
        )
    if len(set(found.values())) < len(found):
        # Vocabularies that number their concepts by folder: the whole address tells them apart.
        found = {concept: storing.slug(str(concept).partition("://")[2]) for concept in found}
    return found


def _graph(data: bytes) -> Graph:
    """Raises Malformed. The parser is only given what cannot make it fetch anything."""
    text = tables.text_of(data)
    start = text.lstrip("\ufeff \t\r\n")[:200]
    graph = Graph()
    try:
        if start.startswith(("{", "[")):
            _check_contexts(text)
            with warnings.catch_warnings():
                # rdflib's own parser calls what rdflib is about to rename.
                warnings.simplefilter("ignore", DeprecationWarning)
                graph.parse(data=text, format="json-ld")
        elif re.match(r"<\?xml|<!|<[A-Za-z][\w.-]*:?[\w.-]*[\s>]", start):
            xml.parse(data)
            graph.parse(data=data, format="xml")
        else:
            graph.parse(data=text, format="turtle")
    except Malformed:
        raise
    except BadSyntax as refusal:
        reason = str(refusal._why).split("\n")[0]  # its message quotes the file
        raise malformed.at(int(refusal.lines) + 1, "", f"not Turtle: {reason}") from refusal
    except Exception as refusal:
        # Broken files make the parsers raise whatever they come upon: SAX has exceptions of its own, others are
        # KeyError, AssertionError, RecursionError.
        line = refusal.getLineNumber() if isinstance(refusal, SAXParseException) else 0
        reason = f"not RDF that can be read ({type(refusal).__name__})"
        raise malformed.at(line or 0, "", reason) from refusal
    return graph


def _check_contexts(text: str) -> None:
    """A context that stands elsewhere would be fetched."""
    try:
        waiting = [json.loads(text)]
    except json.JSONDecodeError as refusal:
        raise malformed.at(refusal.lineno, "", f"not JSON: {refusal.msg}") from refusal
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            contexts = each.get("@context", [])
            for context in contexts if isinstance(contexts, list) else [contexts]:
                if isinstance(context, str) or (isinstance(context, dict) and "@import" in context):
                    raise malformed.at(
                        1, "@context", "stands elsewhere, and nothing is fetched: write it out in the file"
                    )
            waiting += each.values()


def _line(data: bytes, concept: Any) -> int:
    """Where a concept is named first, in full or by what its address ends in; a graph knows no lines."""
    for name in (f"<{concept}>", f'"{concept}"', said.last_part(str(concept))):
        if (position := data.find(name.encode())) >= 0:
            return data.count(b"\n", 0, position) + 1
    return 0


def _record(graph: Graph, concept: Any, ids: dict[Node, str], data: bytes) -> Description:
    def wrong(part: str, reason: str) -> Malformed:
        line = _line(data, concept)
        return Malformed(f"line {line}, <{concept}>, {part}", reason, line=line, column=part)

    names = _names(graph, concept)
    if not names:
        raise wrong("skos:prefLabel", "has no label")
    found: dict[str, Any] = {part: _text(graph, concept, note) for part, note in _NOTES.items()}
    found |= {part: _text(graph, concept, TERMS[part]) for part in _TEXTS}
    if not found["history"]:
        found["history"] = _text(graph, concept, SKOS.definition)
    language = said.language(_text(graph, concept, DCTERMS.language))
    record = Description(
        id=ids[concept],
        names=tuple(names),
        founded=_date(graph, concept, "founded", wrong),
        dissolved=_date(graph, concept, "dissolved", wrong),
        dates_verified=any(str(each) == "true" for each in graph.objects(concept, TERMS.dates_verified)),
        identifiers=tuple(_identifiers(graph, concept)),
        ties=tuple(_ties(graph, concept, ids)),
        sources=tuple(Citation(str(each).strip()) for each in graph.objects(concept, DCTERMS.source)),
        keywords=tuple(str(each) for each in graph.objects(concept, TERMS.keyword)),
        language=_cased(language) or "es",
        **{part: text for part, text in found.items() if text},
    )
    return _ordered(storing.storable(record, wrong))


def _text(graph: Graph, concept: Any, term: URIRef) -> str:
    """One text, of several languages the one that our records prefer; of several in it, each on a line."""
    literals = [each for each in graph.objects(concept, term) if isinstance(each, Literal)]
    languages = {each.language or "" for each in literals}
    chosen = next((each for each in _PREFERRED if each in languages), min(languages, default=""))
    return "\n".join(sorted(str(each).strip() for each in literals if (each.language or "") == chosen))


def _cased(code: str) -> str:
    """As BCP 47 writes codes: es, pt-BR, zh-Hant. RDF may have them in small letters."""
    first, *rest = code.split("-")
    return "-".join(
        [
            first,
            *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest),
        ]
    )


def _names(graph: Graph, concept: Any) -> list[NameForm]:
    found = [
        _name(each, kind)
        for kind in _NAMES
        for each in graph.objects(concept, TERMS[kind])
        if isinstance(each, Literal)
    ]
    known = {(each.text, each.language) for each in found}
    preferred = sorted(
        (_name(each, "parallel") for each in graph.objects(concept, SKOS.prefLabel)), key=_preference
    )
    foreign = [each for each in preferred if (each.text, each.language) not in known]
    if foreign and not any(each.kind == "authorized" for each in found):
        foreign[0] = replace(foreign[0], kind="authorized")
    for term, kind in ((SKOS.altLabel, "other"), (SKOS.hiddenLabel, "heard_as")):
        labels = (_name(each, kind) for each in graph.objects(concept, term))
        foreign += [each for each in labels if (each.text, each.language) not in known]
    return [each for each in (*found, *foreign) if each.text]


def _preference(name: NameForm) -> tuple[int, str, str]:
    place = _PREFERRED.index(name.language) if name.language in _PREFERRED else len(_PREFERRED)
    return place, name.language, name.text


def _name(label: Node, kind: str) -> NameForm:
    language = said.language(getattr(label, "language", None) or "")
    return NameForm(str(label).strip(), kind, _cased(language))


def _date(graph: Graph, concept: Any, part: str, wrong: storing.Refuse) -> PartialDate | None:
    text = _text(graph, concept, TERMS[part])
    if not text:
        return None
    try:
        return partial_dates.parse(text)
    except NotADate as refusal:
        raise wrong(part, f"«{text}» is not a date such as 1971, 1971-06~ or 1971-06-10?") from refusal


def _identifiers(graph: Graph, concept: Any) -> Iterator[tuple[str, str]]:
    for each in graph.objects(concept, TERMS.identifier):
        scheme, _colon, value = str(each).partition(":")
        yield scheme, value
    for term in (SKOS.exactMatch, OWL.sameAs):
        for each in graph.objects(concept, term):
            if known := said.identifier(str(each)):
                yield known


def _ties(graph: Graph, concept: Any, ids: dict[Node, str]) -> Iterator[Tie]:
    stated = set()
    for kind in TIES:
        for other in graph.objects(concept, TERMS[kind]):
            stated.add(other)
            yield Tie(kind, ids.get(other) or storing.checked_id(said.last_part(str(other))))
    for term, kind in _FOREIGN_TIES.items():
        for other in graph.objects(concept, term):
            if other not in stated and isinstance(other, URIRef):
                yield Tie(kind, ids.get(other) or storing.checked_id(said.last_part(str(other))))
