"""Which of the windows of a recording are one voice, and which another: two are expected, one is possible.

Prints differ by voice, but also by vowel, loudness and line noise; over a telephone these weigh more than the
voice. What sets a voice apart from all of them is that it lasts. So the windows are a chain of states that seldom
changes (a hidden Markov model): each state is a place among the main directions in which the prints differ, the
spread around both is the same, and the best chain is found again until it stays. On a telephone-like copy of the
demo recording (GSM) plain 2-means is right 72 times of 100, the chain 99 times.

**One voice or two.** A chain of two is found in any sound. It is believed when the mean prints of its two sides
differ as two voices do: their cosine is below ALIKE. See tests/benchmarks/speakers.py for how far one voice and two
are from that border. More than two voices come out as two: a person says who is who, and corrects.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oralhistory.transcripts.voices.encoder import Prints

Labels = NDArray[np.int64]
Numbers = NDArray[np.float64]

BLOCK = 1000  # windows
DIRECTIONS = 12  # of the prints: the voices lie within the first few
STAYS = 0.97  # from one window to the next (0.8 s): a change every 27 s; a clear change is seen at once all the same
# Neighboring windows overlap by half, so that each says but half of something new.
WORTH = 0.5
ROUNDS = 30
# Windows that are taken together where the search begins: more show a voice through the noise of a telephone,
# one finds somebody who asks short questions.
SMOOTH = (1, 3, 5)
FEWEST = 5  # windows of a voice; 4 s: less is a cough, a door, a laugh
ALIKE = 0.85  # cosine of two mean prints: above it, both are one voice


@dataclass(frozen=True, slots=True)
class Chain:
    labels: Labels  # 0 or 1 for each window
    score: float
    likeness: float  # cosine of the mean prints of the two sides


def told_apart(prints: Prints) -> Labels:
    """0 or 1 for each window, in the order of time; all 0 where there is but one voice."""
    chain = two(prints)
    one = np.zeros(len(prints), np.int64)
    return one if chain is None or chain.likeness > ALIKE else chain.labels


def two(prints: Prints) -> Chain | None:
    """The best chain of two voices, whether or not there are two. None: too little is said to look for any."""
    if len(prints) < 2 * FEWEST:
        return None
    places = _main_directions(prints, DIRECTIONS)
    chains = [chain for begun in _beginnings(places) if (chain := _settled(places, begun))]
    if not chains:
        return None
    labels, score = max(chains, key=lambda each: each[1])
    means = np.stack([prints[labels == side].mean(axis=0, dtype=np.float64) for side in (0, 1)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return Chain(labels, score, float(means[0] @ means[1]))


def _main_directions(rows: Prints | Numbers, most: int) -> Numbers:
    """Where each row lies along the directions in which all differ most.

    Some rows at a time, of which only the products of the columns are kept: three hours take little more room
    than three minutes.
    """
    blocks = [rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK)]
    mean = rows.mean(axis=0, dtype=np.float64)
    products = sum((block - mean).T @ (block - mean) for block in blocks)
    _sizes, directions = np.linalg.eigh(products)
    kept = directions[:, ::-1][:, : min(most, len(rows) // 4)]
    return np.concatenate([(block - mean) @ kept for block in blocks])


def _beginnings(places: Numbers) -> list[Labels]:
    """Where the search begins: split along each of the directions that last, in the middle and near both ends."""
    return [
        (column > np.percentile(column, share)).astype(np.int64)
        for windows in SMOOTH
        for column in _main_directions(_smoothed(places, windows), 4).T
        for share in (15, 50, 85)
    ]


def _smoothed(places: Numbers, windows: int) -> Numbers:
    padded = np.pad(places, ((windows // 2, windows // 2), (0, 0)), mode="edge")
    smooth: Numbers = np.lib.stride_tricks.sliding_window_view(padded, windows, axis=0).mean(axis=2)
    return smooth


def _settled(places: Numbers, labels: Labels) -> tuple[Labels, float] | None:
    """The chain to which a beginning leads, and how well it fits; None where one side dies out."""
    spread = np.eye(places.shape[1])
    for _round in range(ROUNDS):
        if min(np.bincount(labels, minlength=2)) < FEWEST:
            return None
        means = np.stack([places[labels == side].mean(axis=0) for side in (0, 1)])
        rest = places - means[labels]
        spread = rest.T @ rest / len(places) + 1e-6 * np.eye(places.shape[1])
        after = _chain(_fits(places, means, np.linalg.inv(spread)))
        if np.array_equal(after, labels):
            break
        labels = after
    changes = int(np.count_nonzero(np.diff(labels)))
    tight = -0.5 * WORTH * len(places) * float(np.linalg.slogdet(spread)[1])
    return labels, tight + changes * math.log((1 - STAYS) / STAYS)


def _fits(places: Numbers, means: Numbers, inverse: Numbers) -> Numbers:
    """How well each window fits each side: the logarithm of a normal density, without what both share."""
    away = places[:, None, :] - means[None, :, :]
    fits: Numbers = -0.5 * WORTH * np.einsum("nsi,ij,nsj->ns", away, inverse, away)
    return fits


def _chain(fits: Numbers) -> Labels:
    """The likeliest chain (Viterbi)."""
    stay, change = math.log(STAYS), math.log(1 - STAYS)
    rows = fits.tolist()  # numbers of Python's own: several times faster one by one
    a, b = rows[0]
    came_over = [(False, False)]
    for fit_a, fit_b in rows[1:]:
        came_over.append((b + change > a + stay, a + change > b + stay))
        a, b = max(a + stay, b + change) + fit_a, max(b + stay, a + change) + fit_b
    now = int(b > a)
    labels = [now]
    for over in came_over[:0:-1]:
        now = 1 - now if over[now] else now
        labels.append(now)
    return np.array(labels[::-1], np.int64)
