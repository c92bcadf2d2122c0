"""A testimony cut into the passages that are found: six segments, and the next begins at the sixth.

A single segment would lose every phrase that runs over its edge (16 % of those of four words);
one segment of overlap finds all that lie within two segments. Positions count words through the
whole testimony, so that a word found in two passages is known to be one.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise

from rapidfuzz.distance import Levenshtein

from oralhistory.search.analysis import Token, fold, key, tokens
from oralhistory.search.documents import Document, Lead, Segment

SEGMENTS = 6
STEP = 5

# What is withheld leaves this many positions whatever its length, so that no phrase bridges it and
# its length cannot be measured.
GAP = 100

# Six such pieces stay below the 255 places that PostgreSQL keeps of one word in one row.
LONGEST_PIECE = 40

# Stands for a position without a word. Never a token, so nobody can ask for it.
FILLER = "§"

# Stands before each term that leads to a segment without being spoken; these follow all that is spoken.
UNSPOKEN = "¶"


@dataclass(frozen=True)
class Piece:
    """A segment, or a part of a very long one, with the time of each of its words."""

    cue_id: str
    start_ms: int
    end_ms: int
    text: str
    language: str
    speaker: str
    times: tuple[int, ...]  # ms, one for each token of the text
    also: tuple[
        tuple[str, int, int], ...
    ] = ()  # term, and the words it leads to: how many stand before, how many
    after_gap: bool = False
    asks: bool = False
    continues: bool = False  # the same segment as the piece before it
    position: int = 0  # of its first word: in the testimony when cut, in the passage when stored


@dataclass(frozen=True)
class Passage:
    """What one row of the index holds."""

    number: int
    first_position: int  # in the testimony
    keys: tuple[str, ...]
    exact: tuple[str, ...]
    layout: str  # JSON, see `Layout`
    pieces: str  # JSON
    words: frozenset[tuple[str, str]]  # (word, language)


@dataclass(frozen=True)
class _Analyzed:
    """A piece, read once for all that is made of its words."""

    piece: Piece
    role: str
    row: list[tuple[str, str]]  # (key, exact) of each word
    words: set[tuple[str, str]]  # (word, language), unspoken terms included


@dataclass(frozen=True)
class Layout:
    """Where a piece lies in its passage: enough to resolve a match without reading the text."""

    position: int
    length: int
    role: str  # see Segment.role
    language: str
    # Of each term that is not spoken: the position where it begins, that of the words it leads to, and their number.
    also: tuple[tuple[int, int, int], ...]


def cut(document: Document) -> list[Passage]:
    """The passages of a testimony, in order."""
    pieces = list(_placed(document.segments))
    starts = [start for start in range(0, len(pieces), STEP) if start == 0 or start + 1 < len(pieces)]
    passages = [_passage(number, pieces[start : start + SEGMENTS]) for number, start in enumerate(starts)]
    return [passage for passage in passages if passage.keys]


def words(pieces: Iterable[Piece]) -> set[tuple[str, str]]:
    """Every (word, language) that these pieces make findable."""
    return {pair for piece in pieces for pair in _words(piece, tokens(piece.text))}


def stored(pieces: str) -> list[Piece]:
    """The pieces of a passage, read back."""
    return [
        Piece(**{**piece, "times": tuple(piece["times"]), "also": tuple(map(tuple, piece["also"]))})
        for piece in json.loads(pieces)
    ]


def layout(stored_layout: str) -> list[Layout]:
    """The layout of a passage, read back."""
    return [Layout(*entry) for entry in json.loads(stored_layout)]


def _placed(segments: Iterable[Segment]) -> Iterator[_Analyzed]:
    position = 0
    begun = gap = False
    for segment in segments:
        if segment.withheld:
            gap = begun  # before the first word there is nothing to keep apart
            continue
        for piece, found in _parts(segment):
            if gap:
                position += GAP
            placed = replace(piece, position=position, after_gap=gap)
            yield _Analyzed(placed, segment.role, _row(found, piece.language), _words(piece, found))
            position += len(found)
            begun, gap = True, False


def _parts(segment: Segment) -> Iterator[tuple[Piece, list[Token]]]:
    found = tokens(segment.text)
    times = _times(segment, found)
    leads = [_led_to(lead, found) for lead in dict.fromkeys(segment.also)]
    for first in range(0, max(len(found), 1), LONGEST_PIECE):
        following = first + LONGEST_PIECE
        start = found[first].start if first else 0
        end = found[following].start if following < len(found) else len(segment.text)
        piece = Piece(
            cue_id=segment.cue_id,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=segment.text[start:end],
            language=segment.language,
            speaker=segment.speaker,
            asks=segment.asks,
            times=tuple(times[first:following]),
            also=tuple(
                (term, at - first, length)
                for term, at, length in leads
                if first <= at < following or not (found or first)
            ),
            continues=first > 0,
        )
        yield piece, found[first:following]


def _led_to(lead: Lead, found: list[Token]) -> tuple[str, int, int]:
    """The term, and which of the words it leads to."""
    at = next((number for number, token in enumerate(found) if token.end > lead.start), 0)
    return lead.term, at, sum(token.start < lead.end for token in found[at:])


def _words(piece: Piece, found: list[Token]) -> set[tuple[str, str]]:
    also = (token for text, _at, _length in piece.also for token in tokens(text))
    return {(token.word, piece.language) for token in chain(found, also)}


def _times(segment: Segment, found: list[Token]) -> list[int]:
    """When each word begins, in ms.

    A person may have edited the text since the engine timed its words: what is unchanged keeps its
    time, and what is new lies evenly between its neighbors.
    """
    timed = _timed(segment.words)
    said = [fold(token.word) for token in found]
    if said == [word for word, _ in timed]:
        return [start for _, start in timed]
    known: dict[int, int] = {}
    for step in Levenshtein.opcodes([word for word, _ in timed], said):
        if step.tag == "equal" or step.src_end - step.src_start == step.dest_end - step.dest_start:
            for offset in range(step.dest_end - step.dest_start):
                known[step.dest_start + offset] = timed[step.src_start + offset][1]
    return _filled(known, len(found), segment.start_ms, segment.end_ms)


def _timed(timed: list[tuple[int, int, str]]) -> list[tuple[str, int]]:
    """Each token of the engine's words with when it begins; what it calls one word may be several tokens."""
    text = " ".join(word for _, _, word in timed)
    ends = list(accumulate(len(word) + 1 for _, _, word in timed))
    found = []
    index = 0
    for token in tokens(text):
        while ends[index] <= token.start:
            index += 1
        start, end, word = timed[index]
        into = token.start - (ends[index] - len(word) - 1)
        found.append((fold(token.word), start + (end - start) * into // len(word)))
    return found


def _filled(known: dict[int, int], count: int, start_ms: int, end_ms: int) -> list[int]:
    anchors = (
        sorted({-1: start_ms, **known, count: end_ms}.items()) if known else [(0, start_ms), (count, end_ms)]
    )
    times = []
    for (left, earlier), (right, later) in pairwise(anchors):
        step = (later - earlier) / max(right - left, 1)
        times += [round(earlier + step * (index - left)) for index in range(max(left, 0), min(right, count))]
    return times


def _passage(number: int, analyzed: list[_Analyzed]) -> Passage:
    pieces = [one.piece for one in analyzed]
    first = pieces[0].position
    filled: list[tuple[str, str]] = []
    for one in analyzed:
        filled += [(FILLER, FILLER)] * (one.piece.position - first - len(filled))
        filled += one.row
    places = []
    for one in analyzed:
        piece = one.piece
        blocks = []
        for text, at, length in piece.also:
            filled.append((UNSPOKEN, UNSPOKEN))
            blocks.append([len(filled), piece.position - first + at, length])
            filled += _row(tokens(text), piece.language)
        places.append([piece.position - first, len(piece.times), one.role, piece.language, blocks])
    return Passage(
        number=number,
        first_position=first,
        keys=tuple(pair[0] for pair in filled),
        exact=tuple(pair[1] for pair in filled),
        layout=_json(places),
        pieces=_json([{**vars(piece), "position": piece.position - first} for piece in pieces]),
        words=frozenset(chain.from_iterable(one.words for one in analyzed)),
    )


def _row(found: list[Token], language: str) -> list[tuple[str, str]]:
    return [(key(token.word, language), fold(token.word)) for token in found]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
