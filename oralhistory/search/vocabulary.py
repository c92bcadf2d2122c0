"""The words of the index: by them accents are forgiven, beginnings completed and misspellings noticed."""

import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import chain, islice, product
from typing import Any

from django.db.models import Count, F, Sum
from rapidfuzz import process
from rapidfuzz.distance import OSA

from oralhistory.search import analysis, letters, passages
from oralhistory.search.queries import Kind, Query, Term
from oralhistory.search.tables import PUBLIC, Tables

# A phrase of words that are written alike without accents ("ano", "año") is asked in this many forms at most.
MOST_FORMS = 16

# Shorter words are one letter away from too many others.
SHORTEST_MISSPELLED = 4

_CHUNK = 500

_spelling = threading.Lock()
_known: "Words | None" = None


@dataclass(frozen=True)
class Clause:
    """A term as the index knows it: any of these runs of tokens, in one of the two columns."""

    column: str  # "keys" or "exact"
    runs: tuple[tuple[str, ...], ...]
    prefix: bool = False  # each run is one token, and stands for all that begin with it
    negated: bool = False


@dataclass(frozen=True)
class Words:
    """The whole vocabulary as of one state of the index."""

    changed: uuid.UUID
    best: dict[str, tuple[str, int]]  # plain form → commonest word so written, in how many testimonies


def expand(query: Query, of: Tables = PUBLIC) -> tuple[Clause, ...]:
    """What each term stands for in this index."""
    runs = _spelled_runs(query.terms)
    asked = {word for term in query.terms for word in term.words} | {acronym for _, acronym in runs.values()}
    rows: dict[str, list[tuple[str, str]]] = {}
    known = of.known_words.filter(plain__in={analysis.plain(word) for word in asked})
    for form, folded, key in known.values_list("plain", "folded", "key"):
        rows.setdefault(form, []).append((folded, key))
    clauses = []
    at = 0
    while at < len(query.terms):
        term = query.terms[at]
        length, acronym = runs.get(at, (1, ""))
        if analysis.plain(acronym) in rows:
            together = tuple(word for one in query.terms[at : at + length] for word in one.words)
            clauses.append(_or_acronym(_clause(replace(term, words=together), rows, of), acronym))
        else:
            length = 1
            clauses.append(_or_spelled(_clause(term, rows, of), term, query))
        at += length
    return tuple(clauses)


def _spelled_runs(terms: Sequence[Term]) -> dict[int, tuple[int, str]]:
    """Where letters are spelled: the number of the first term → (how many terms, the acronym). The longest runs."""
    found: dict[int, tuple[int, str]] = {}
    at = 0
    while at < len(terms):
        last = at + 1
        if terms[at].kind is Kind.WORD and not terms[at].negated:
            while last < len(terms) and terms[last].kind is Kind.WORD and not terms[last].negated:
                last += 1
        for end in range(last, at, -1) if terms[at].kind is not Kind.PREFIX else ():
            words = tuple(analysis.fold(word) for term in terms[at:end] for word in term.words)
            if acronym := letters.spelled(words):
                found[at] = (end - at, acronym)
                break
        at += found.get(at, (1, ""))[0]
    return found


def _or_acronym(clause: Clause, acronym: str) -> Clause:
    tokens = {analysis.fold(acronym)} if clause.column == "exact" else analysis.keys(acronym)
    return replace(clause, runs=(*clause.runs, *((token,) for token in sorted(tokens))))


def _or_spelled(clause: Clause, term: Term, query: Query) -> Clause:
    """The word, or its letters spelled, if it is an acronym as it stands in the query."""
    if term.kind is not Kind.WORD or len(term.words) != 1:
        return clause
    if not letters.is_acronym(query.text[term.start : term.end].lstrip("-")):
        return clause
    runs = dict.fromkeys(
        tuple(form(name) for name in names)
        for names in letters.spellings(analysis.fold(term.words[0]))
        for form in _forms(clause.column)
    )
    return replace(clause, runs=(*clause.runs, *runs))


def _clause(term: Term, rows: dict[str, list[tuple[str, str]]], of: Tables) -> Clause:
    if term.kind is Kind.PREFIX:
        return Clause("exact", _beginnings(term.words[0], of), prefix=True, negated=term.negated)
    column = "exact" if term.kind is Kind.PHRASE else "keys"
    choices = []
    for word in term.words:
        like = [row for row in rows.get(analysis.plain(word), ()) if _forgives(word, row[0])]
        if column == "exact":
            choices.append(sorted({analysis.fold(word), *(folded for folded, _ in like)}))
        else:
            choices.append(sorted(analysis.keys(word).union(key for _, key in like)))
    if len(choices) == 1:
        return Clause(column, tuple((token,) for token in choices[0]), negated=term.negated)
    # First as one language would have it, then every mixture: of long chains not all can be asked.
    likely = [tuple(form(word) for word in term.words) for form in _forms(column)]
    runs = dict.fromkeys(chain(likely, islice(product(*choices), MOST_FORMS)))
    return Clause(column, tuple(runs)[:MOST_FORMS], negated=term.negated)


def _forms(column: str) -> list[Callable[[str], str]]:
    if column == "exact":
        return [analysis.fold]
    return [analysis.fold, *(partial(analysis.key, language=language) for language in analysis.SNOWBALL)]


def _forgives(word: str, folded: str) -> bool:
    """Whether who typed this may have meant that: without ñ on the keyboard yes, with it no."""
    return "ñ" not in word or analysis.fold(word) == folded


def _beginnings(word: str, of: Tables) -> tuple[tuple[str, ...], ...]:
    """The beginning as typed and, if it has an n, those with ñ that the index knows."""
    folded = analysis.fold(word)
    found = {folded}
    if "n" in folded and "ñ" not in folded:
        known = of.known_words.filter(plain__startswith=folded, folded__contains="ñ")
        found |= {form[: len(folded)] for form in known.values_list("folded", flat=True)}
    return tuple((form,) for form in sorted(found)[:MOST_FORMS])


def suggest(prefix: str, *, limit: int) -> list[str]:
    """The commonest words that begin so, accents forgiven."""
    found = analysis.tokens(prefix)
    if not found or len(found[-1].word) < 2:
        return []
    word = found[-1].word
    rows = PUBLIC.word.objects.filter(plain__startswith=analysis.plain(word))
    if "ñ" in word:
        rows = rows.filter(folded__startswith=analysis.fold(word))
    ranked = rows.values("word").annotate(uses=Sum("documents")).order_by("-uses", "word")
    return [row["word"] for row in ranked[:limit]]


def corrected(query: Query) -> str | None:
    """The query with each unknown word replaced by the known one nearest to it, if there are any."""
    known = _words()
    changes: list[tuple[str, str]] = []
    for word in dict.fromkeys(w for term in query.terms if not term.negated for w in term.words):
        plain = analysis.plain(word)
        if plain not in known.best and (better := _nearest(plain, known)):
            changes.append((word, better))
    if not changes:
        return None
    text = reduce(_replaced, changes, query.text)
    return None if text == query.text else text


def _nearest(plain: str, known: Words) -> str | None:
    if len(plain) < SHORTEST_MISSPELLED:
        return None
    edits = 1 if len(plain) < 6 else 2
    near = process.extract(plain, known.best.keys(), scorer=OSA.distance, score_cutoff=edits, limit=20)
    if not near:
        return None
    best = min(near, key=lambda found: (found[1], -known.best[found[0]][1], found[0]))
    return known.best[best[0]][0]


def _replaced(text: str, change: tuple[str, str]) -> str:
    """Every occurrence of a word in a text, replaced; the rest stays as it was typed."""
    word, better = change
    pieces, done = [], 0
    for token in analysis.tokens(text):
        if token.word == word:
            pieces += [text[done : token.start], better]
            done = token.end
    return "".join([*pieces, text[done:]])


def _words() -> Words:
    """The vocabulary, read once after each change of the index and kept by the process."""
    global _known
    changed = PUBLIC.state.objects.values_list("changed", flat=True).first() or uuid.UUID(int=0)
    with _spelling:
        if _known is None or _known.changed != changed:
            best: dict[str, tuple[str, int]] = {}
            for plain, word, documents in PUBLIC.word.objects.order_by("documents", "word").values_list(
                "plain", "word", "documents"
            ):
                best[plain] = (word, documents)
            _known = Words(changed, best)
        return _known


def change(
    document_id: str, before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]], of: Tables
) -> None:
    """Count one document's words anew; it was deleted with its rows. The caller holds the lock of the index's state."""
    old, new = set(before), set(after)
    if of.is_private:
        of.word.objects.bulk_create(
            (_word(*pair, of, document_id=document_id) for pair in sorted(new)), batch_size=_CHUNK
        )
        return
    _count(sorted(new - old), +1, of)
    _count(sorted(old - new), -1, of)
    of.word.objects.filter(documents=0).delete()


def problems(of: Tables) -> list[str]:
    """Where the vocabulary does not say what the passages do: a word too many would be suggested. Reads them all."""
    wrong = _differences(of)
    return [f"{len(wrong)} words of the vocabulary are not counted as they occur"] if wrong else []


def recount(of: Tables) -> None:
    """Make the vocabulary what the passages say. The caller holds the lock of the index's state."""
    if of.is_private:
        of.word.objects.all().delete()
        for document_id in of.document.objects.order_by("id").values_list("id", flat=True):
            change(document_id, (), _said_in(document_id, of), of)
        return
    for pair, documents in _differences(of).items():
        rows = of.word.objects.filter(word=pair[0], language=pair[1])
        if not documents:
            rows.delete()
        elif not rows.update(documents=documents):
            _word(*pair, of, documents=documents).save()


def _said_in(document_id: str, of: Tables) -> set[tuple[str, str]]:
    stored = of.passage.objects.filter(document_id=document_id).values_list("pieces", flat=True)
    return {pair for pieces in stored for pair in passages.words(passages.stored(pieces))}


def _differences(of: Tables) -> dict[tuple[str, str], int]:
    """Each word that is counted wrongly, with the number of documents in which it is."""
    counted: dict[tuple[str, str], int] = {}
    for document_id in of.document.objects.order_by("id").values_list("id", flat=True):
        for pair in _said_in(document_id, of):
            counted[pair] = counted.get(pair, 0) + 1
    rows = of.word.objects.values_list("word", "language")
    number = Count("document") if of.is_private else F("documents")
    known = {
        (word, language): documents for word, language, documents in rows.annotate(number=number).order_by()
    }
    return {
        pair: counted.get(pair, 0)
        for pair in counted.keys() | known.keys()
        if counted.get(pair) != known.get(pair)
    }


def _count(pairs: list[tuple[str, str]], difference: int, of: Tables) -> None:
    for first in range(0, len(pairs), _CHUNK):
        chunk = pairs[first : first + _CHUNK]
        rows = of.word.objects.filter(word__in={word for word, _ in chunk})
        there = {(word, language): pk for pk, word, language in rows.values_list("pk", "word", "language")}
        counted = [there[pair] for pair in chunk if pair in there]
        of.word.objects.filter(pk__in=counted).update(documents=F("documents") + difference)
        if difference > 0:
            of.word.objects.bulk_create(_word(*pair, of, documents=1) for pair in chunk if pair not in there)


def _word(word: str, language: str, of: Tables, **where: object) -> Any:
    return of.word(
        word=word,
        language=language,
        folded=analysis.fold(word),
        plain=analysis.plain(word),
        key=analysis.key(word, language),
        **where,
    )
