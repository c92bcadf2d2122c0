"""The part of `tests.benchmarks.search` that runs in a process of its own, with one database; it writes JSON.

python -m tests.benchmarks.search_measuring DATABASE SEGMENTS EACH FOLDER
"""

import json
import os
import pickle
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from tests.benchmarks import kernel, stage
from tests.benchmarks.stage import say

if __name__ == "__main__":
    DATABASE, SEGMENTS, EACH, KEPT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    STAGE = stage.set_up(
        sqlite=DATABASE == "sqlite", kept=Path(KEPT) / f"{DATABASE}-{SEGMENTS}" if KEPT else None
    )

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from oralhistory.search import analysis, backends, index, passages, tables
from oralhistory.search.models import PublicDocument, PublicFacet, PublicState, PublicWord
from oralhistory.search.queries import parse
from tests.benchmarks.search_corpus import JUDGED, Corpus, Frequencies, Question, questions

NEAR_MS = 500
FIRST = 5
TOGETHER = 50  # editions that are put in by one transaction
REPLACED = 50
GIN = ("keys", "exact")


def fill(corpus: Corpus) -> Frequencies:
    """Put every edition in as publishing does, but for the vocabulary, which is counted here and written at the end."""
    known = STAGE.folder / "frequencies.pickle"
    if known.exists() and PublicDocument.objects.count() == corpus.count:
        found: Frequencies = pickle.loads(known.read_bytes())  # noqa: S301 - our own
        return found
    frequencies = Frequencies()
    words: Counter[tuple[str, str]] = Counter()
    with _without_gin():
        for first in range(0, corpus.count, TOGETHER):
            with transaction.atomic():
                for number in range(first, min(first + TOGETHER, corpus.count)):
                    document = corpus.document(number)
                    frequencies.add(document)
                    cut = passages.cut(document)
                    _store(document, cut)
                    words.update(set().union(*(passage.words for passage in cut)))
            if first % 1000 == 0:
                sys.stderr.write(f"{DATABASE}: {first:,} of {corpus.count:,} editions …\n")
        PublicWord.objects.bulk_create(
            (
                PublicWord(
                    word=word,
                    language=language,
                    folded=analysis.fold(word),
                    plain=analysis.plain(word),
                    key=analysis.key(word, language),
                    documents=number,
                )
                for (word, language), number in words.items()
            ),
            batch_size=2_000,
        )
    with connection.cursor() as cursor:
        if DATABASE == "sqlite":
            cursor.execute("INSERT INTO search_public_fts(search_public_fts) VALUES ('optimize')")
        cursor.execute("ANALYZE" if DATABASE == "sqlite" else "VACUUM (ANALYZE)")
    known.write_bytes(pickle.dumps(frequencies))
    return frequencies


def _store(document: Any, cut: list[passages.Passage]) -> None:
    PublicDocument.objects.create(
        id=document.id,
        held_on=document.held_on,
        published_at=timezone.now(),
        fingerprint=index.fingerprint(document),
        passages_cut=len(cut),
    )
    PublicFacet.objects.bulk_create(
        PublicFacet(document_id=document.id, kind=kind, value=value)
        for kind, value in sorted(index.facets_of(document))
    )
    backends.current().store(document.id, cut, tables.PUBLIC)


@contextmanager
def _without_gin() -> Iterator[None]:
    """PostgreSQL builds an index of what is there in a tenth of the time."""
    with connection.cursor() as cursor:
        if DATABASE == "postgresql":
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = 'search_public_passage'"
                " AND indexname IN ('search_public_passage_keys', 'search_public_passage_exact')"
            )
            definitions = [row[0] for row in cursor.fetchall()]
            for column in GIN:
                cursor.execute(f"DROP INDEX search_public_passage_{column}")
        yield
        if DATABASE == "postgresql":
            cursor.execute("SET maintenance_work_mem = '256MB'")
            for definition in definitions:
                cursor.execute(definition)


def size() -> int:
    with connection.cursor() as cursor:
        if DATABASE == "sqlite":
            return Path(settings.DATABASES["default"]["NAME"]).stat().st_size
        cursor.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'search_public_%'"
        )
        return int(cursor.fetchone()[0])


def ask(asked: dict[str, list[Question]]) -> dict[str, Any]:
    """Each question once, in mixed order, after a hundred others have been asked."""
    mixed = list(chain.from_iterable(asked.values()))
    random.Random(5).shuffle(mixed)
    server = _server()
    for question in mixed[:100]:
        index.answer(parse(question.text.swapcase()), page=2)
    times: dict[str, dict[str, list[float]]] = {kind: {"wall": [], "cpu": []} for kind in asked}
    judged: dict[str, list[int]] = {}
    missed = []
    for question in mixed:
        cpu, wall = _cpu(server), time.perf_counter()
        page, _facets = index.answer(parse(question.text))
        of = times[question.kind]
        of["wall"].append((time.perf_counter() - wall) * 1000)
        of["cpu"].append((_cpu(server) - cpu) * 1000)
        for name in _judged_as(question):
            rank = _rank(question, page)
            tally = judged.setdefault(name, [0, 0, 0])
            tally[0] += rank < FIRST
            tally[1] += rank == 0
            tally[2] += 1
            if rank >= FIRST and question.kind in JUDGED:
                missed.append(
                    f"{question.kind}: {question.text} in {question.document_id} at {question.start_ms}"
                )
    return {
        "load": os.getloadavg()[0],
        "times": times,
        "judged": dict(sorted(judged.items())),
        "missed": missed,
    }


def _judged_as(question: Question) -> list[str]:
    if question.kind == "misspelled":
        return ["misspelled (as suggested)"]
    if question.kind == "phrase" and question.over_an_edge:
        return ["phrase", "phrase over a segment's edge"]
    return [question.kind] if question.kind in JUDGED else []


def _rank(question: Question, page: index.Page) -> int:
    """Which of the moments shown is the right one, from 0; of a misspelled name, whether what was meant is suggested."""
    if question.kind == "misspelled":
        return 0 if page.did_you_mean == question.meant else FIRST
    shown = [(group.document_id, hit.start_ms) for group in page.groups for hit in group.hits]
    return next(
        (
            rank
            for rank, (document_id, start_ms) in enumerate(shown)
            if document_id == question.document_id and abs(start_ms - question.start_ms) <= NEAR_MS
        ),
        FIRST,
    )


def _server() -> int | None:
    if DATABASE == "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _cpu(server: int | None) -> float:
    return time.process_time() + (kernel.ran(server) if server else 0.0)


def replace_some(corpus: Corpus) -> list[float]:
    """Each with another in its place, and back: the archive stays as it was."""
    PublicState.objects.get_or_create(pk=1, defaults={"changed": "0" * 32})
    took = []
    for number in range(min(REPLACED, corpus.count)):
        document = corpus.document(number)
        began = time.perf_counter()
        index.replace_edition(document)
        took.append((time.perf_counter() - began) * 1000)
    return took


def purge_one(corpus: Corpus, questions: list[Question]) -> dict[str, float]:
    """How long it takes until an edition is gone from the files, and how long who searches meanwhile waits at most."""
    document = corpus.document(0)
    index.remove_edition(document.id)
    done = threading.Event()
    waits = [0.0]

    def search_on() -> None:
        while not done.is_set():
            for question in questions:
                began = time.perf_counter()
                index.search(question.text)
                waits.append((time.perf_counter() - began) * 1000)
                if done.is_set():
                    break
        connection.close()

    reader = threading.Thread(target=search_on)
    reader.start()
    began = time.perf_counter()
    index.purge()
    took = time.perf_counter() - began
    done.set()
    reader.join()
    index.replace_edition(document)
    return {"purged_s": took, "waited_ms": max(waits), "asked": len(waits) - 1}


if __name__ == "__main__":
    CORPUS = Corpus(SEGMENTS)
    BEGAN = time.monotonic()
    FREQUENCIES = fill(CORPUS)
    FILLED = time.monotonic() - BEGAN
    ASKED = questions(CORPUS, FREQUENCIES, EACH)
    ANSWERS = ask(ASKED)
    FOUND = {"filled_s": FILLED, "bytes": size(), **ANSWERS, "replaced_ms": replace_some(CORPUS)}
    say(json.dumps({**FOUND, **purge_one(CORPUS, ASKED["rare"])}))
