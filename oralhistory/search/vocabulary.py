"""The words of the index: by them accents are forgiven, beginnings completed and misspellings noticed."""

import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain, islice, product

from django.db.models import F, Sum
from rapidfuzz import process
from rapidfuzz.distance import OSA

from oralhistory.search import analysis
from oralhistory.search.models import PublicState, PublicWord
from oralhistory.search.queries import Kind, Query, Term

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


def expand(query: Query) -> tuple[Clause, ...]:
    """What each term stands for in this index."""
    plain = {analysis.plain(word) for term in query.terms for word in term.words}
    rows: dict[str, list[tuple[str, str]]] = {}
    for form, folded, key in PublicWord.objects.filter(plain__in=plain).values_list("plain", "folded", "key"):
        rows.setdefault(form, []).append((folded, key))
    return tuple(_clause(term, rows) for term in query.terms)


def _clause(term: Term, rows: dict[str, list[tuple[str, str]]]) -> Clause:
    if term.kind is Kind.PREFIX:
        return Clause("exact", _beginnings(term.words[0]), prefix=True, negated=term.negated)
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


def _beginnings(word: str) -> tuple[tuple[str, ...], ...]:
    """The beginning as typed and, if it has an n, those with ñ that the index knows."""
    folded = analysis.fold(word)
    found = {folded}
    if "n" in folded and "ñ" not in folded:
        known = PublicWord.objects.filter(plain__startswith=folded, folded__contains="ñ")
        found |= {form[: len(folded)] for form in known.values_list("folded", flat=True)}
    return tuple((form,) for form in sorted(found)[:MOST_FORMS])


def suggest(prefix: str, *, limit: int) -> list[str]:
    """The commonest words that begin so, accents forgiven."""
    found = analysis.tokens(prefix)
    if not found or len(found[-1].word) < 2:
        return []
    word = found[-1].word
    rows = PublicWord.objects.filter(plain__startswith=analysis.plain(word))
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
    changed = PublicState.objects.values_list("changed", flat=True).first() or uuid.UUID(int=0)
    with _spelling:
        if _known is None or _known.changed != changed:
            best: dict[str, tuple[str, int]] = {}
            for plain, word, documents in PublicWord.objects.order_by("documents", "word").values_list(
                "plain", "word", "documents"
            ):
                best[plain] = (word, documents)
            _known = Words(changed, best)
        return _known


def change(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> None:
    """Count one testimony's words anew. The caller holds the lock of the index's state."""
    old, new = set(before), set(after)
    _count(sorted(new - old), +1)
    _count(sorted(old - new), -1)
    PublicWord.objects.filter(documents=0).delete()


def _count(pairs: list[tuple[str, str]], difference: int) -> None:
    for first in range(0, len(pairs), _CHUNK):
        chunk = pairs[first : first + _CHUNK]
        rows = PublicWord.objects.filter(word__in={word for word, _ in chunk})
        there = {(word, language): pk for pk, word, language in rows.values_list("pk", "word", "language")}
        counted = [there[pair] for pair in chunk if pair in there]
        PublicWord.objects.filter(pk__in=counted).update(documents=F("documents") + difference)
        if difference > 0:
            PublicWord.objects.bulk_create(_word(*pair) for pair in chunk if pair not in there)


def _word(word: str, language: str) -> PublicWord:
    return PublicWord(
        word=word,
        language=language,
        folded=analysis.fold(word),
        plain=analysis.plain(word),
        key=analysis.key(word, language),
        documents=1,
    )
