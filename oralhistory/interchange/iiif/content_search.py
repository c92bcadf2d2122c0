"""Content Search 2: the moments of one testimony that answer, as the archive's own search finds them; and words to go on with."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from oralhistory.editions.public import PublicEdition, PublicSegment
from oralhistory.interchange.iiif import annotations, names
from oralhistory.search import analysis, index, matching, vocabulary
from oralhistory.search.queries import BadQuery, Order, Query, parse
from oralhistory.search.vocabulary import Clause

PER_PAGE = 100
_AROUND = 60  # letters before and after what was found
_TERMS = 20
# What the specification has, and we do not look at.
_IGNORED = ("motivation", "date", "user")


@dataclass(slots=True)
class Found:
    """A passage that answers, with the words of it that were asked for; none where a name leads to it."""

    segment: PublicSegment
    quoted: list[str] = field(default_factory=list)


def answer(
    edition: PublicEdition, segments: Iterable[PublicSegment], asked: Mapping[str, str]
) -> dict[str, Any]:
    """What `q` finds, in the order of time. What cannot be understood finds nothing."""
    q, number = asked.get("q", "").strip(), _number(asked.get("page", ""))
    try:
        found = _found(edition, list(segments), q) if q else []
    except BadQuery:
        found = []
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    page: dict[str, Any] = {
        "@context": names.SEARCH,
        "id": _address(edition, q, number),
        "type": "AnnotationPage",
        "items": [annotations.annotation(edition, each.segment) for each in shown],
    }
    if len(found) > PER_PAGE:
        page |= _of_several(edition, q, number, len(found))
    if quoted := [each for one in shown for each in _contexts(edition, one)]:
        page["annotations"] = [{"type": "AnnotationPage", "items": quoted}]
    if ignored := [name for name in _IGNORED if name in asked]:
        page["ignored"] = ignored
    return page


def terms(
    edition: PublicEdition, segments: Iterable[PublicSegment], asked: Mapping[str, str]
) -> dict[str, Any]:
    """Words of the testimony that begin with the last word of `q`, the commonest first."""
    q = asked.get("q", "")
    typed = [token.word for token in analysis.tokens(q[:200])]
    counted: Counter[str] = Counter()
    if typed:
        begun = analysis.fold(typed[-1])
        for segment in segments:
            words = (token.word for token in analysis.tokens(annotations.said(segment)))
            counted.update(word for word in words if analysis.fold(word).startswith(begun))
    best = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:_TERMS]
    address = f"{names.autocomplete(edition)}?{urlencode({'q': q})}" if q else names.autocomplete(edition)
    items = [{"value": word, "total": times} for word, times in best]
    return {"@context": names.SEARCH, "id": address, "type": "TermPage", "items": items}


def _found(edition: PublicEdition, segments: list[PublicSegment], q: str) -> list[Found]:
    """Raises BadQuery.

    The index says where words come nearest to each other, once in a passage of several segments, and follows names
    and phrases over a segment's edge. Which other segments have all the words is looked up here, by the same rules.
    """
    query = parse(q).within({"testimony": edition.public_id})
    page = index.search(query, per_page=PER_PAGE, order=Order.TIME)
    readable = {each.cue_id: each for each in segments if annotations.said(each)}
    found: dict[str, Found] = {}
    for hit in (hit for group in page.groups for hit in group.hits):
        if hit.cue_id in readable:
            quoted = [" ".join(run.split()) for run, is_match in hit.quotation if is_match]
            said = annotations.said(readable[hit.cue_id])
            found[hit.cue_id] = Found(
                readable[hit.cue_id], [each for each in quoted if each and each in said]
            )
    if found and set(query.facets) == {"testimony"} and not any(term.negated for term in query.terms):
        clauses = vocabulary.expand(query)
        for segment in readable.values():
            if quoted := _quoted(segment, clauses, query):
                found[segment.cue_id] = Found(segment, quoted)
    return sorted(found.values(), key=lambda each: (each.segment.start_ms, each.segment.index))


def _quoted(segment: PublicSegment, clauses: Sequence[Clause], query: Query) -> list[str]:
    """The words of a segment that has all that was asked for, those side by side in one."""
    text = annotations.said(segment)
    words = analysis.tokens(text)
    keys = " ".join(analysis.key(each.word, segment.language) for each in words)
    exact = " ".join(analysis.fold(each.word) for each in words)
    candidate = matching.Candidate(0, "", 0, "[]", keys, exact)
    if not matching.resolve([candidate], clauses, query):
        return []
    runs: list[tuple[int, int]] = []
    for at in sorted(matching.marks(candidate, clauses, query)):
        if runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return [text[words[first].start : words[last].end] for first, last in runs]


def _number(text: str) -> int:
    return int(text[:6]) if text.isascii() and text.isdigit() and int(text[:6]) else 1


def _address(edition: PublicEdition, q: str, number: int = 1) -> str:
    asked = {name: value for name, value in (("q", q), ("page", number if number > 1 else "")) if value}
    return f"{names.search(edition)}?{urlencode(asked)}" if asked else names.search(edition)


def _of_several(edition: PublicEdition, q: str, number: int, total: int) -> dict[str, Any]:
    last = -(-total // PER_PAGE)

    def page(at: int) -> dict[str, Any]:
        return {"id": _address(edition, q, at), "type": "AnnotationPage"}

    whole = {
        "id": f"{_address(edition, q)}#all", "type": "AnnotationCollection", "total": total,
        "first": page(1), "last": page(last),
    }  # fmt: skip
    found: dict[str, Any] = {"partOf": whole, "startIndex": (number - 1) * PER_PAGE}
    if number < last:
        found["next"] = page(number + 1)
    if number > 1:
        found["prev"] = page(number - 1)
    return found


def _contexts(edition: PublicEdition, found: Found) -> Iterator[dict[str, Any]]:
    """Where in its passage each of the words stands."""
    text = annotations.said(found.segment)
    source = annotations.identifier(edition, found.segment.cue_id)
    at = 0
    for exact in found.quoted:
        at = max(text.find(exact, at), 0)
        after = at + len(exact)
        selector = {
            "type": "TextQuoteSelector", "prefix": text[max(0, at - _AROUND) : at], "exact": exact,
            "suffix": text[after : after + _AROUND],
        }  # fmt: skip
        yield {
            "id": f"{source}-{at}", "type": "Annotation", "motivation": "contextualizing",
            "target": {"type": "SpecificResource", "source": source, "selector": [selector]},
        }  # fmt: skip
        at = after
