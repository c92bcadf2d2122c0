"""The statements that ask the database. Only constants and the backend's own SQL are put together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from oralhistory.search import backends, matching
from oralhistory.search.matching import Candidate
from oralhistory.search.narrowing import narrowed
from oralhistory.search.queries import Order, Query
from oralhistory.search.tables import Tables
from oralhistory.search.vocabulary import Clause

# Passages that the database ranks before it gives the best: what comes after them, in the order of
# the index, is not looked at. It bounds the time of common words.
RANKED = 5_000

# Where they are not ranked but put in the order of their testimonies, which costs less.
ORDERED = 20_000

_ORDERS = {
    Order.RELEVANCE: "c.rank, p.id",
    Order.TIME: "p.document_id, p.number",
    Order.DATE: "d.held_on = '', d.held_on, p.document_id, p.number",
    Order.NEWEST: "d.published_at DESC NULLS LAST, p.document_id, p.number",
}


def candidates(clauses: Sequence[Clause], query: Query, of: Tables, *, limit: int) -> list[Candidate]:
    """Passages that match, in the order of the query."""
    condition = backends.current().condition(clauses, of)
    where, parameters = narrowed(query, "p.document_id", of)
    tables = condition.with_documents if where else condition.tables
    # Of a column in which nothing is sought, nothing is fetched.
    read = {clause.column for clause in clauses if not clause.negated}
    columns = ", ".join(f"p.{column}" if column in read else "''" for column in ("keys", "exact"))
    ranks = query.order is Order.RELEVANCE
    # What makes a word rare, all documents decide: of those that somebody must not know of not even that is told.
    by_rank = ranks and not of.is_private
    rank, among = condition.rank if by_rank else "0", RANKED if ranks else ORDERED
    documents = "" if ranks else f"JOIN {of.prefix}_document d ON d.id = p.document_id"
    sql = f"""
        SELECT p.id, p.document_id, p.first_position, p.layout, {columns}
        FROM (SELECT {condition.id} AS id, {rank} AS rank FROM {tables}
              WHERE {condition.where}{where} LIMIT {among}) c
        JOIN {of.prefix}_passage p ON p.id = c.id {documents} ORDER BY {_ORDERS[query.order]} LIMIT {limit}
        """  # noqa: S608
    given = [*(condition.rank_parameters if by_rank else ()), *condition.where_parameters, *parameters]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [Candidate(*row) for row in cursor.fetchall()]


def any_passage(clauses: Sequence[Clause], query: Query, of: Tables) -> bool:
    sql, parameters = _matching(clauses, query, of, limit=1)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone() is not None


@dataclass(frozen=True)
class Tally:
    """How many matching testimonies have each (kind, value) of a facet."""

    values: list[tuple[str, str, int]]
    documents: int
    is_capped: bool  # more passages match than were looked at


def tally(clauses: Sequence[Clause], query: Query, of: Tables) -> Tally:
    """Without clauses, of all testimonies that the facets leave."""
    if not clauses:
        where, parameters = narrowed(query, "id", of)
        sql = f"SELECT id AS document_id FROM {of.prefix}_document WHERE 1 = 1{where}"  # noqa: S608
        return _tally(sql, parameters, of)
    if not query.narrows_words:
        return _tally(*_matching(clauses, query, of, limit=RANKED + 1), of, most=RANKED)
    # The database knows which testimonies somebody asks questions in, not whether the words are in a question.
    found = candidates(clauses, replace(query, order=Order.TIME), of, limit=RANKED + 1)
    documents = {one.candidate.document_id for one in matching.resolve(found, clauses, query)}
    return replace(tally_of(documents, of), is_capped=len(found) > RANKED)


def tally_of(documents: Collection[str], of: Tables) -> Tally:
    """Of these testimonies, as far as who asks may know of them."""
    documents = documents if of.reach is None else {*of.reach}.intersection(documents)
    places = ", ".join(["%s"] * len(documents)) or "NULL"
    sql = f"SELECT id AS document_id FROM {of.prefix}_document WHERE id IN ({places})"  # noqa: S608
    return _tally(sql, sorted(documents), of)


def _tally(documents: str, parameters: list[str], of: Tables, *, most: int | None = None) -> Tally:
    sql = f"""
        WITH search_public_found AS MATERIALIZED ({documents})
        SELECT kind, value, count(*) FROM {of.prefix}_facet
        WHERE document_id IN (SELECT document_id FROM search_public_found) GROUP BY kind, value
        UNION ALL SELECT '', 'documents', count(DISTINCT document_id) FROM search_public_found
        UNION ALL SELECT '', 'rows', count(*) FROM search_public_found
        """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    counted = {value: number for kind, value, number in rows if not kind}
    return Tally(
        [row for row in rows if row[0]], counted["documents"], most is not None and counted["rows"] > most
    )


def _matching(clauses: Sequence[Clause], query: Query, of: Tables, *, limit: int) -> tuple[str, list[str]]:
    """The testimony of each passage that matches."""
    condition = backends.current().condition(clauses, of)
    where, parameters = narrowed(query, "p.document_id", of)
    sql = f"SELECT p.document_id FROM {condition.with_documents} WHERE {condition.where}{where} LIMIT {limit}"  # noqa: S608
    return sql, [*condition.where_parameters, *parameters]
