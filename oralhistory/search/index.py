"""The index of what may be found, and every question that can be asked of it: the public's, where none is named.

Publishing calls `replace_edition` in its own transaction, withdrawing `remove_edition`; afterwards a
job calls `purge`. The reading room calls `answer`, `search` and `suggest`. Ids come out, never records. The staff's is
filled by `review.findable` and asked by the workroom, `of=STAFF.within(…)`; it suggests nothing.
"""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from oralhistory.search import backends, finding, highlighting, matching, passages, vocabulary
from oralhistory.search.documents import Document
from oralhistory.search.highlighting import Quotation
from oralhistory.search.matching import Found
from oralhistory.search.queries import BadQuery, Order, Query, parse
from oralhistory.search.tables import PUBLIC, Tables
from oralhistory.search.vocabulary import Clause

# Moments that are counted and can be leafed through; beyond it a page says "more than".
COUNTED = 1_000

# Counts up when the same text would be cut, stemmed or timed otherwise: `rebuild_index` then does all anew.
VERSION = 2

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
    asks: bool  # the interviewer speaks


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
    testimonies: frozenset[str] | None = (
        None  # all that answer; None where there are more moments than `total`
    )


@dataclass(frozen=True)
class FacetCount:
    value: str
    documents: int


@dataclass(frozen=True)
class Facets:
    """By kind, each value's number of testimonies, the most frequent first."""

    counts: dict[str, list[FacetCount]]
    documents: int = 0
    is_capped: bool = False  # more passages match than were looked at: these are the least that there are


@transaction.atomic
def replace_edition(document: Document, of: Tables = PUBLIC) -> None:
    """Make this what can be found of the testimony, in place of what could be found before."""
    lock(of)
    before = _forget(document.id, of)
    cut = passages.cut(document)
    of.document.objects.create(
        id=document.id,
        held_on=document.held_on,
        published_at=document.published_at,
        fingerprint=fingerprint(document),
        indexed_at=timezone.now(),
        passages_cut=len(cut),
    )
    of.facet.objects.bulk_create(
        of.facet(document_id=document.id, kind=kind, value=value)
        for kind, value in sorted(facets_of(document))
    )
    backends.current().store(document.id, cut, of)
    vocabulary.change(document.id, before, set().union(*(passage.words for passage in cut)), of)


@transaction.atomic
def remove_edition(document_id: str, of: Tables = PUBLIC) -> None:
    """Afterwards nothing of the testimony is found, also if nothing was; its bytes go with `purge`."""
    lock(of)
    vocabulary.change(document_id, _forget(document_id, of), (), of)


@transaction.atomic
def recount(of: Tables = PUBLIC) -> None:
    """Count the words of all passages anew. Reads them all; publishing waits meanwhile, searching does not."""
    lock(of)
    vocabulary.recount(of)


def purge(of: Tables = PUBLIC) -> None:
    """Rid the database's files of what was removed. Slow, and not within a transaction: for a job."""
    backends.current().purge(of)


def search(
    query: Query | str,
    *,
    facets: Mapping[str, object] | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
    order: Order | None = None,
    of: Tables = PUBLIC,
) -> Page:
    """The moments that answer. Facet values may be one or several. Raises BadQuery."""
    asked = _asked(query, facets)
    asked = replace(asked, order=order) if order else asked
    if not asked.asks_for_words:
        return Page()
    with backends.current().time_limit(TIME_LIMIT_MS):
        return _found(asked, page, per_page, of)


def answer(
    query: Query, *, page: int = 1, per_page: int = PER_PAGE, of: Tables = PUBLIC
) -> tuple[Page, Facets]:
    """What `search` and `facets` say, asked together and within one limit of time. Raises TookTooLong."""
    if not query.asks_for_words:
        return Page(), Facets({})
    with backends.current().time_limit(TIME_LIMIT_MS):
        found = _found(query, page, per_page, of)
        return found, _counted(query, found.testimonies, of) if found.total else Facets({})


def _found(asked: Query, page: int, per_page: int, of: Tables) -> Page:
    clauses = vocabulary.expand(asked, of)
    candidates = finding.candidates(clauses, asked, of, limit=COUNTED + 1)
    found = matching.resolve(candidates[:COUNTED], clauses, asked)
    if not found:
        return Page(did_you_mean=None if of.is_private else _did_you_mean(asked))
    per_page = max(1, min(per_page, MOST_PER_PAGE))
    first = (max(1, page) - 1) * per_page
    groups = _groups(found[first : first + per_page], clauses, asked, of)
    is_capped = len(candidates) > COUNTED
    all_of_them = None if is_capped else frozenset(one.candidate.document_id for one in found)
    return Page(len(found), is_capped, groups, testimonies=all_of_them)


def facets(
    query: Query | str,
    *,
    facets: Mapping[str, object] | None = None,
    of: Tables = PUBLIC,
) -> Facets:
    """How the matching testimonies fall into each facet; without words, all testimonies. Raises BadQuery."""
    asked = _asked(query, facets)
    with backends.current().time_limit(TIME_LIMIT_MS):
        return _counted(asked, None, of)


def _counted(asked: Query, among: Collection[str] | None, of: Tables) -> Facets:
    """`among`: all testimonies that answer, where that is known; then it is not asked again."""
    if among is not None:
        tally = finding.tally_of(among, of)
    else:
        tally = finding.tally(vocabulary.expand(asked, of) if asked.asks_for_words else (), asked, of)
    counts: dict[str, list[FacetCount]] = {}
    for kind, value, number in sorted(tally.values, key=lambda row: (row[0], -row[2], row[1])):
        counts.setdefault(kind, []).append(FacetCount(value, number))
    return Facets(counts, tally.documents, tally.is_capped)


def suggest(prefix: str) -> list[str]:
    """Words of the public index that begin like the last word typed, the commonest first."""
    return vocabulary.suggest(prefix[:200], limit=SUGGESTIONS)


def has(document_id: str, of: Tables = PUBLIC) -> bool:
    """Whether a testimony can be found."""
    found: bool = of.document.objects.filter(id=document_id).exists()
    return found


def fingerprint(document: Document) -> str:
    """Changes with all that is found of a testimony, and with the way in which it is found."""
    text = json.dumps([VERSION, vars(document)], default=_plainly, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def fingerprints(of: Tables = PUBLIC) -> dict[str, tuple[str, datetime]]:
    """Of each testimony that can be found, what it was made of, and when."""
    rows = of.document.objects.values_list("id", "fingerprint", "indexed_at")
    return {pk: (made_of, at) for pk, made_of, at in rows}


def check(published: Mapping[str, str], of: Tables = PUBLIC) -> list[str]:
    """What is wrong with the index, given the fingerprints of all published testimonies; empty if nothing is."""
    present = fingerprints(of)
    is_there = "has a text" if of.is_private else "is published"
    is_not, what = ("has none", "its text") if of.is_private else ("is not published", "is published")
    problems = [f"{one} {is_there} but cannot be found" for one in sorted(published.keys() - present)]
    problems += [f"{one} can be found but {is_not}" for one in sorted(present.keys() - published)]
    for one in sorted(published.keys() & present):
        if present[one][0] != published[one]:
            problems.append(f"{one} is found by something else than {what}")
    broken = of.document.objects.annotate(there=Count("passages")).exclude(there=F("passages_cut"))
    problems += [f"{one} has lost passages" for one in broken.order_by("id").values_list("id", flat=True)]
    return problems + vocabulary.problems(of) + backends.current().problems(of)


def _plainly(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else vars(value)


def _asked(query: Query | str, facets: Mapping[str, object] | None) -> Query:
    return (parse(query) if isinstance(query, str) else query).within(facets or {})


def lock(of: Tables = PUBLIC) -> None:
    """One writer at a time until the transaction ends; and let readers know of the change.

    So the vocabulary's counts are right, and whoever takes it before he reads what is published cannot put in the
    place of a veiled edition what stood there a moment ago.
    """
    state = uuid.uuid4()
    of.state.objects.select_for_update().get_or_create(pk=1, defaults={"changed": state})
    of.state.objects.filter(pk=1).update(changed=state)


def _forget(document_id: str, of: Tables) -> set[tuple[str, str]]:
    """Delete a testimony's rows; answer with the words it had."""
    pieces = of.passage.objects.filter(document_id=document_id).values_list("pieces", flat=True)
    words = {pair for stored in pieces for pair in passages.words(passages.stored(stored))}
    of.document.objects.filter(id=document_id).delete()
    return words


def facets_of(document: Document) -> set[tuple[str, str]]:
    """(kind, value) by which a testimony can be narrowed down."""
    visible = [segment for segment in document.segments if not segment.withheld]
    facets = {("collection", document.collection)}
    facets |= {("country", value) for value in document.countries}
    facets |= {("organization", value) for value in document.organizations}
    facets |= {("year", str(value)) for value in document.years}
    facets |= {("decade", str(value // 10 * 10)) for value in document.years}
    facets |= {("language", value) for value in (*document.languages, *(s.language for s in visible))}
    facets |= {("speaker", segment.role) for segment in visible}
    return {(kind, value) for kind, value in facets if value}


def _groups(found: list[Found], clauses: tuple[Clause, ...], query: Query, of: Tables) -> list[Group]:
    rows = of.passage.objects.filter(id__in={one.candidate.id for one in found}).values_list("id", "pieces")
    pieces = {pk: passages.stored(stored) for pk, stored in rows}
    groups: dict[str, Group] = {}
    for one in found:
        if one.candidate.id not in pieces:  # its edition was replaced or closed between two questions
            continue
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
        asks=piece.asks,
    )


def _did_you_mean(query: Query) -> str | None:
    better = vocabulary.corrected(query)
    if better is None:
        return None
    try:
        asked = parse(better).within(query.facets)
    except BadQuery:  # the better word is longer, and the query now too long
        return None
    return better if finding.any_passage(vocabulary.expand(asked, PUBLIC), asked, PUBLIC) else None
