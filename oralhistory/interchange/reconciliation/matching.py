"""Queries answered: where to look from memory, what is there from the database."""

from collections.abc import Mapping

from oralhistory.interchange.reconciliation import known, scoring
from oralhistory.interchange.reconciliation.known import Known
from oralhistory.interchange.reconciliation.queries import Query
from oralhistory.interchange.reconciliation.scoring import Candidate
from oralhistory.interchange.reconciliation.texts import take_apart
from oralhistory.organizations.public import Facts

_MORE = 3  # candidates read beyond those asked for: who comes near the first decides whether it is a match


def answer(batch: Mapping[str, Query]) -> dict[str, list[Candidate]]:
    """The candidates of each query, the best first. Six queries of the database, however many are asked."""
    names = known.now()
    likely = {key: _likely(query, names) for key, query in batch.items()}
    fresh = known.fresh({slug for slugs in likely.values() for slug in slugs})
    return {
        key: scoring.ranked(
            (
                scoring.score(fresh[slug], query, names.weight)
                for slug in likely[key]
                if slug in fresh and _may_be(fresh[slug], query)
            ),
            query,
        )[: query.limit]
        for key, query in batch.items()
    }


def beginning(prefix: str, *, at_most: int, or_nearest: bool = True) -> list[Facts]:
    """Records for what somebody has typed until now; where nothing begins so, those that are nearest."""
    names = known.now()
    asked = take_apart(prefix)
    if not asked.words:
        return []
    slugs = names.beginning(asked, at_most=at_most)
    if not slugs and or_nearest:
        slugs = _likely(Query(prefix, limit=at_most), names)[:at_most]
    fresh = known.fresh(slugs)
    return [fresh[slug] for slug in slugs if slug in fresh]


def _likely(query: Query, names: Known) -> list[str]:
    """Which records to read: the best of those that memory knows."""
    asked = _asked(query)
    slugs = dict.fromkeys(slug for text in asked for slug in names.near(take_apart(text)))
    records = [names.records[slug] for slug in slugs] if query.text else list(names.records.values())
    scored = scoring.ranked(
        (scoring.score(record, query, names.weight) for record in records if _may_be(record, query)), query
    )
    return [each.record.slug for each in scored[: query.limit + _MORE]]


def _asked(query: Query) -> list[str]:
    bare, country = scoring.with_country(query.text)
    return [query.text, bare] if country else [query.text]


def _may_be(record: Facts, query: Query) -> bool:
    return query.strict == "should" or scoring.of_type(record, query)
