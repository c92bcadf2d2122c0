"""The documents that the facets of a query leave to who asks, as a condition in SQL. Everything typed is a parameter."""

from oralhistory.search.queries import Query, year_range
from oralhistory.search.tables import Tables


def narrowed(query: Query, document: str, of: Tables) -> tuple[str, list[str]]:
    """(" AND …" or nothing, parameters); `document` is the column that holds a document's id."""
    sql = ""
    parameters: list[str] = []
    if (reach := of.reach) is not None:
        sql += f" AND {document} IN ({_places(reach) or 'NULL'})"
        parameters += reach
    for kind, values in query.facets.items():
        if kind == "testimony":
            sql += f" AND {document} IN ({_places(values)})"
            parameters += values
            continue
        if kind == "year":
            condition = " OR ".join(["value BETWEEN %s AND %s"] * len(values))
            given = [end for years in values for end in year_range(years)]
        else:
            condition, given = f"value IN ({_places(values)})", list(values)
        sql += f" AND {document} IN (SELECT document_id FROM {of.prefix}_facet WHERE kind = %s AND ({condition}))"  # noqa: S608
        parameters += [kind, *given]
    return sql, parameters


def _places(values: tuple[str, ...]) -> str:
    return ", ".join(["%s"] * len(values))
