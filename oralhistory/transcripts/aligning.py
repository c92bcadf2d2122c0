"""Which words of a text are which of those that a machine heard.

First what is certain: runs of words that stand once in both, as in a patience diff. Of these the best chain that goes
forward in both: not the longest, since people repeat themselves, but one in which every leap (something was left out
here, or was not heard) is paid for by what it leads to. Between two of them the shortest edit. A lone word that is heard
far from where its neighbors are is dropped again: "que" is heard everywhere.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf, log2

from rapidfuzz.distance import Indel, Levenshtein

RUNS = (5, 3)  # words that make a certain run
LOOK_BACK = 60  # runs; what stands further back than so many has no part in a chain
CERTAIN = 3  # words in a row that no chance puts together
MOST_CELLS = 25_000_000  # of an edit; where 5,000 words share no run with 5,000 others there is nothing
ALIKE = 0.7  # of the letters of two words, to be one word heard badly
DRIFT = (6, 0.25)  # words, and words for each word, that a lone word may lie from the run next to it

Pair = tuple[int, int]  # a word of the text, and the heard word that it is


def matches(ours: Sequence[str], theirs: Sequence[str]) -> list[Pair]:
    """Pairs of places that go forward on both sides. Words are folded; an empty one is nothing that can be heard."""
    anchors = _anchors(ours, theirs, 0, len(ours), 0, len(theirs), RUNS)
    pairs: list[Pair] = []
    for before, after in pairwise([(-1, -1), *anchors, (len(ours), len(theirs))]):
        pairs += _edit(ours, theirs, before[0] + 1, after[0], before[1] + 1, after[1])
        if after[0] < len(ours):
            pairs.append(after)
    return _without_strays(pairs, len(ours))


def _anchors(
    ours: Sequence[str], theirs: Sequence[str], i1: int, i2: int, j1: int, j2: int, runs: Sequence[int]
) -> list[Pair]:
    """Words in runs that stand once in this stretch of both; then, between them, in shorter runs."""
    if not runs:
        return []
    length, *shorter = runs
    there, here = _once(theirs, j1, j2, length), _once(ours, i1, i2, length)
    common = sorted((place, there[run]) for run, place in here.items() if run in there)
    ends = (i1 - 1, j1 - 1), (i2, j2)
    inner = [None if end in ((-1, -1), (len(ours), len(theirs))) else end for end in ends]
    found = {(i + at, j + at) for i, j in _chain(common, *inner) for at in range(length)}
    anchors: list[Pair] = []
    for before, after in pairwise([ends[0], *_strictly_forward(sorted(found)), ends[1]]):
        anchors += _anchors(ours, theirs, before[0] + 1, after[0], before[1] + 1, after[1], shorter)
        if after != ends[1]:
            anchors.append(after)
    return anchors


def _once(words: Sequence[str], begins: int, ends: int, length: int) -> dict[tuple[str, ...], int]:
    """Runs of words that stand once in a stretch, with their places."""
    places: dict[tuple[str, ...], int] = {}
    for at in range(begins, ends - length + 1):
        run = tuple(words[at : at + length])
        if all(run):
            places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}


def _chain(pairs: Sequence[Pair], first: Pair | None, last: Pair | None) -> list[Pair]:
    """The best series of pairs that goes forward on both sides. `pairs` are sorted; none if `first` to `last` is better.

    `first` and `last` are certain already: where there are none, the chain may begin and end anywhere.
    """
    given = [*([first] if first else []), *pairs, *([last] if last else [])]
    worth: list[float] = []
    before: list[int] = []
    for at, (i, j) in enumerate(given):
        best, origin = (0.0, -1) if first is None or at == 0 else (-inf, -1)
        for earlier in range(max(0, at - LOOK_BACK), at):
            if given[earlier][0] < i and given[earlier][1] < j:
                sum_ = worth[earlier] - _leap(given[earlier], (i, j))
                if sum_ > best:
                    best, origin = sum_, earlier
        worth.append(best + 1)
        before.append(origin)
    if not given:
        return []
    at = len(given) - 1 if last else max(range(len(given)), key=worth.__getitem__)
    series: list[Pair] = []
    while at >= 0:
        series.append(given[at])
        at = before[at]
    return [pair for pair in series[::-1] if pair not in (first, last)]


def _leap(before: Pair, after: Pair) -> float:
    """What it costs that one side goes further than the other, in pairs. A passage left out is worth some pairs."""
    drift = abs((after[0] - before[0]) - (after[1] - before[1]))
    return log2(1 + drift) / 2 + drift / 100 if drift else 0.0


def _strictly_forward(pairs: Sequence[Pair]) -> list[Pair]:
    """Without those that go back: runs may overlap by different words."""
    kept: list[Pair] = []
    for i, j in pairs:
        if not kept or (i > kept[-1][0] and j > kept[-1][1]):
            kept.append((i, j))
    return kept


def _edit(ours: Sequence[str], theirs: Sequence[str], i1: int, i2: int, j1: int, j2: int) -> Iterator[Pair]:
    """Words that stay in the shortest edit of a stretch, and those that are one word heard badly."""
    if not 0 < (i2 - i1) * (j2 - j1) <= MOST_CELLS:
        return
    for edit in Levenshtein.opcodes(list(ours[i1:i2]), list(theirs[j1:j2])):
        if edit.tag not in ("equal", "replace"):
            continue
        for i, j in zip(
            range(i1 + edit.src_start, i1 + edit.src_end),
            range(j1 + edit.dest_start, j1 + edit.dest_end),
            strict=True,
        ):
            if ours[i] and theirs[j] and _is_alike(ours[i], theirs[j]):
                yield i, j


def _is_alike(word: str, other: str) -> bool:
    return word == other or Indel.normalized_similarity(word, other) >= ALIKE


def _without_strays(pairs: Sequence[Pair], length: int) -> list[Pair]:
    """Short runs stay where the next long run, on one side or the other, lets them be expected."""
    runs: list[list[Pair]] = []
    for i, j in pairs:
        if runs and runs[-1][-1] == (i - 1, j - 1):
            runs[-1].append((i, j))
        else:
            runs.append([(i, j)])
    certain = [run for run in runs if len(run) >= CERTAIN]
    if not certain:
        return list(pairs) if length <= 4 * CERTAIN else []
    starts = [run[0][0] for run in certain]
    kept: list[Pair] = []
    for run in runs:
        at = bisect_left(starts, run[0][0])
        near = certain[max(0, at - 1) : at + 1]
        if len(run) >= CERTAIN or any(_is_expected(run[0], each) for each in near):
            kept += run
    return kept


def _is_expected(pair: Pair, run: Sequence[Pair]) -> bool:
    i, j = run[0] if pair < run[0] else run[-1]
    return abs((pair[1] - pair[0]) - (j - i)) <= DRIFT[0] + DRIFT[1] * abs(pair[0] - i)
