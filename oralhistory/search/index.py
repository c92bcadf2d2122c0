"""The index of what the public may find, and every question that can be asked of it.

Publishing calls `replace_edition` in its own transaction, withdrawing `remove_edition`; afterwards a
job calls `purge`. The reading room calls `search`, `facets` and `suggest`. Ids come out, never records.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.db import connection, transaction
from django.db.models import Count

from oralhistory.search import backends, highlighting, matching, passages, vocabulary
from oralhistory.search.documents import Document
from oralhistory.search.highlighting import Quotation
from oralhistory.search.matching import Candidate, Found
from oralhistory.search.models import PublicDocument, PublicFacet, PublicPassage, PublicState
from oralhistory.search.queries import BadQuery, Order, Query, parse
from oralhistory.search.vocabulary import Clause

# Moments that are counted and can be leafed through; beyond it a page says "more than".
COUNTED = 1_000

# Passages that the database ranks before it gives the best: what comes after them, in the order of
# the index, is not looked at. It bounds the time of common words.
RANKED = 5_000

PER_PAGE = 20
MOST_PER_PAGE = 100
TIME_LIMIT_MS = 2_000
SUGGESTIONS = 8


@dataclass(frozen=True)
class Hit:
    """One moment of a testimony: from the first word that was asked for to the end of its cue."""

    cue_id: str
    start_ms: int
    end_ms: int
    quotation: Quotation  # (text, whether it was asked for)
    language: str
    speaker: str


@dataclass(frozen=True)
class Group:
    """The moments of one testimony on this page."""

    document_id: str
    hits: list[Hit]


@dataclass(frozen=True)
class Page:
    """Moments, the best first, grouped by testimony; `total` counts moments."""

    total: int = 0
    total_is_capped: bool = False  # there are more than `total`
    groups: list[Group] = field(default_factory=list)
    did_you_mean: str | None = None


@dataclass(frozen=True)
class FacetCount:
    value: str
    documents: int


@dataclass(frozen=True)
class Facets:
    """By kind, each value's number of testimonies, the most frequent first."""

    counts: dict[str, list[FacetCount]]
    is_approximate: bool = False  # more passages match than were looked at


@transaction.atomic
def replace_edition(document: Document) -> None:
    """Make this what can be found of the testimony, in place of what could be found before."""
    _lock()
    before = _forget(document.id)
    cut = passages.cut(document)
    PublicDocument.objects.create(id=document.id)
    PublicFacet.objects.bulk_create(
        PublicFacet(document_id=document.id, kind=kind, value=value)
        for kind, value in sorted(_facets_of(document))
    )
    backends.current().store(document.id, cut)
    vocabulary.change(before, set().union(*(passage.words for passage in cut)))


@transaction.atomic
def remove_edition(document_id: str) -> None:
    """Afterwards nothing of the testimony is found, also if nothing was; its bytes go with `purge`."""
    _lock()
    vocabulary.change(_forget(document_id), ())


def purge() -> None:
    """Rid the database's files of what was removed. Slow, and not within a transaction: for a job."""
    backends.current().purge()


def search(
    query: Query | str,
    *,
    facets: Mapping[str, object] | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
    order: Order | None = None,
) -> Page:
    """The moments that answer. Facet values may be one or several. Raises BadQuery."""
    asked = _asked(query, facets)
    asked = replace(asked, order=order) if order else asked
    if not asked.asks_for_words:
        return Page()
    with backends.current().time_limit(TIME_LIMIT_MS):
        clauses = vocabulary.expand(asked)
        candidates = _candidates(clauses, asked)
        found = matching.resolve(candidates[:COUNTED], clauses, asked)
        if not found:
            return Page(did_you_mean=_did_you_mean(asked))
        per_page = max(1, min(per_page, MOST_PER_PAGE))
        first = (max(1, page) - 1) * per_page
        groups = _groups(found[first : first + per_page], clauses, asked)
    return Page(len(found), len(candidates) > COUNTED, groups)


def facets(query: Query | str, *, facets: Mapping[str, object] | None = None) -> Facets:
    """How the matching testimonies fall into each facet; without words, all testimonies. Raises BadQuery."""
    asked = _asked(query, facets)
    with backends.current().time_limit(TIME_LIMIT_MS):
        documents = PublicDocument.objects.all()
        for kind, values in asked.facets.items():
            documents = (
                documents.filter(id__in=values)
                if kind == "testimony"
                else documents.filter(
                    id__in=PublicFacet.objects.filter(kind=kind, value__in=values).values("document_id")
                )
            )
        matching_passages: list[str] = []
        if asked.asks_for_words:
            matching_passages = _documents(vocabulary.expand(asked), asked)
            documents = PublicDocument.objects.filter(id__in=set(matching_passages))
        rows = PublicFacet.objects.filter(document__in=documents).values_list("kind", "value")
        counts: dict[str, list[FacetCount]] = {}
        for kind, value, number in rows.annotate(number=Count("id")).order_by("kind", "-number", "value"):
            counts.setdefault(kind, []).append(FacetCount(value, number))
    return Facets(counts, len(matching_passages) > RANKED)


def suggest(prefix: str) -> list[str]:
    """Words of the index that begin like the last word typed, the commonest first."""
    return vocabulary.suggest(prefix[:200], limit=SUGGESTIONS)


def check(document_ids: Collection[str]) -> list[str]:
    """What is wrong with the index, given the ids of all published testimonies; empty if nothing is."""
    expected, present = set(document_ids), set(PublicDocument.objects.values_list("id", flat=True))
    problems = [f"{one} is published but cannot be found" for one in sorted(expected - present)]
    problems += [f"{one} can be found but is not published" for one in sorted(present - expected)]
    return problems + backends.current().problems()


def _asked(query: Query | str, facets: Mapping[str, object] | None) -> Query:
    return (parse(query) if isinstance(query, str) else query).within(facets or {})


def _lock() -> None:
    """One writer at a time, so that the vocabulary's counts are right; and let readers know of the change."""
    state = uuid.uuid4()
    PublicState.objects.select_for_update().get_or_create(pk=1, defaults={"changed": state})
    PublicState.objects.filter(pk=1).update(changed=state)


def _forget(document_id: str) -> set[tuple[str, str]]:
    """Delete a testimony's rows; answer with the words it had."""
    pieces = PublicPassage.objects.filter(document_id=document_id).values_list("pieces", flat=True)
    words = {pair for stored in pieces for pair in passages.words(passages.stored(stored))}
    PublicDocument.objects.filter(id=document_id).delete()
    return words


def _facets_of(document: Document) -> set[tuple[str, str]]:
    visible = [segment for segment in document.segments if not segment.withheld]
    facets = {("collection", document.collection)}
    facets |= {("country", value) for value in document.countries}
    facets |= {("organization", value) for value in document.organizations}
    facets |= {("year", str(value)) for value in document.years}
    facets |= {("language", value) for value in (*document.languages, *(s.language for s in visible))}
    facets |= {("speaker", segment.speaker) for segment in visible}
    return {(kind, value) for kind, value in facets if value}


def _candidates(clauses: tuple[Clause, ...], query: Query) -> list[Candidate]:
    """Passages that match, at most one more than are counted."""
    condition = backends.current().condition(clauses)
    narrowed, parameters = _narrowed(query)
    tables = condition.with_documents if narrowed else condition.tables
    # Of a column in which nothing is sought, nothing is fetched.
    read = {clause.column for clause in clauses if not clause.negated}
    columns = ", ".join(f"p.{column}" if column in read else "''" for column in ("keys", "exact"))
    order = "p.document_id, p.number" if query.order is Order.TIME else "c.rank, p.id"
    # Only constants and the backend's own SQL are put together; all that was typed is a parameter.
    sql = f"""
        SELECT p.id, p.document_id, p.first_position, p.layout, {columns}
        FROM (SELECT {condition.id} AS id, {condition.rank} AS rank FROM {tables}
              WHERE {condition.where}{narrowed} LIMIT {RANKED}) c
        JOIN search_public_passage p ON p.id = c.id ORDER BY {order} LIMIT {COUNTED + 1}
        """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*condition.rank_parameters, *condition.where_parameters, *parameters])
        return [Candidate(*row) for row in cursor.fetchall()]


def _documents(clauses: tuple[Clause, ...], query: Query) -> list[str]:
    """The testimony of each matching passage, at most one more passage than are ranked."""
    condition = backends.current().condition(clauses)
    narrowed, parameters = _narrowed(query)
    sql = f"SELECT p.document_id FROM {condition.with_documents} WHERE {condition.where}{narrowed} LIMIT {RANKED + 1}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*condition.where_parameters, *parameters])
        return [row[0] for row in cursor.fetchall()]


def _narrowed(query: Query) -> tuple[str, list[str]]:
    sql = ""
    parameters: list[str] = []
    for kind, values in query.facets.items():
        places = ", ".join(["%s"] * len(values))
        if kind == "testimony":
            sql += f" AND p.document_id IN ({places})"
            parameters += values
        else:
            sql += f" AND p.document_id IN (SELECT document_id FROM search_public_facet WHERE kind = %s AND value IN ({places}))"  # noqa: S608
            parameters += [kind, *values]
    return sql, parameters


def _groups(found: list[Found], clauses: tuple[Clause, ...], query: Query) -> list[Group]:
    rows = PublicPassage.objects.filter(id__in={one.candidate.id for one in found}).values_list(
        "id", "pieces"
    )
    pieces = {pk: passages.stored(stored) for pk, stored in rows}
    groups: dict[str, Group] = {}
    for one in found:
        marks = matching.marks(one.candidate, clauses, query)
        document_id = one.candidate.document_id
        group = groups.setdefault(document_id, Group(document_id, []))
        group.hits.append(_hit(one, pieces[one.candidate.id], marks))
    return list(groups.values())


def _hit(found: Found, pieces: list[passages.Piece], marks: frozenset[int]) -> Hit:
    piece = next(piece for piece in reversed(pieces) if piece.position <= found.local)
    offset = min(found.local - piece.position, len(piece.times) - 1)
    return Hit(
        cue_id=piece.cue_id,
        start_ms=piece.times[offset] if piece.times else piece.start_ms,
        end_ms=piece.end_ms,
        quotation=highlighting.quotation(pieces, found.local, marks),
        language=piece.language,
        speaker=piece.speaker,
    )


def _did_you_mean(query: Query) -> str | None:
    better = vocabulary.corrected(query)
    if better is None:
        return None
    try:
        asked = parse(better).within(query.facets)
    except BadQuery:  # the better word is longer, and the query now too long
        return None
    return better if _documents(vocabulary.expand(asked), asked) else None
