"""The quotation of a moment: runs of text, each with whether it was asked for. Never markup."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from oralhistory.search.analysis import tokens
from oralhistory.search.passages import Piece

BEFORE = 12  # words of the same segment that are quoted before the moment
AFTER = 30  # words after it
WITHHELD = "[…]"

Quotation = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class _Word:
    piece: int
    offset: int  # words of its piece before it
    start: int
    end: int
    position: int


def quotation(pieces: Sequence[Piece], local: int, matches: Collection[int]) -> Quotation:
    """The words from shortly before a position of a passage on, cut between words.

    What another speaker says after the last match is left out.
    """
    nearby = _nearby(pieces, local)
    words = [
        _Word(number, offset, token.start, token.end, pieces[number].position + offset)
        for number in nearby
        for offset, token in enumerate(tokens(pieces[number].text))
    ]
    if not words:
        return [(" ".join(pieces[number].text for number in nearby), False)]
    here = next((index for index, word in enumerate(words) if word.position >= local), len(words) - 1)
    first = here - min(words[here].offset, BEFORE)
    last = min(len(words) - 1, here + AFTER)
    speaker = _speaker(pieces[words[here].piece])
    while _speaker(pieces[words[last].piece]) != speaker and words[last].position not in matches:
        last -= 1

    runs: Quotation = []
    _add(runs, _opening(pieces, words[first]))
    for index in range(first, last + 1):
        word = words[index]
        if index > first:
            within = words[index - 1].position in matches and word.position in matches
            _add(runs, _between(pieces, words[index - 1], word), within)
        _add(runs, pieces[word.piece].text[word.start : word.end], word.position in matches)
    _add(runs, _ending(pieces[words[last].piece], words[last]))
    return runs


def _speaker(piece: Piece) -> tuple[str, bool]:
    return piece.speaker, piece.asks


def _add(runs: Quotation, text: str, is_match: bool = False) -> None:
    if runs and runs[-1][1] == is_match:
        runs[-1] = (runs[-1][0] + text, is_match)
    elif text:
        runs.append((text, is_match))


def _opening(pieces: Sequence[Piece], word: _Word) -> str:
    piece = pieces[word.piece]
    return "… " if word.offset or piece.continues else piece.text[: word.start].lstrip()


def _between(pieces: Sequence[Piece], left: _Word, right: _Word) -> str:
    if left.piece == right.piece:
        return pieces[left.piece].text[left.end : right.start]
    text = pieces[left.piece].text[left.end :]
    for number in range(left.piece + 1, right.piece + 1):
        piece = pieces[number]
        text = (
            text
            if piece.continues
            else f"{text.rstrip()} {WITHHELD} "
            if piece.after_gap
            else f"{text.rstrip()} "
        )
        text += piece.text[: right.start] if number == right.piece else piece.text
    return text


def _ending(piece: Piece, word: _Word) -> str:
    is_last = word.offset + 1 == len(piece.times)
    return piece.text[word.end :].rstrip() if is_last else " …"


def _nearby(pieces: Sequence[Piece], local: int) -> range:
    """The numbers of the pieces that hold the position and enough words after it; no other need be read."""
    first = next(number for number in reversed(range(len(pieces))) if pieces[number].position <= local)
    end, counted = first, pieces[first].position - local
    while end < len(pieces) and counted <= AFTER:
        counted += len(pieces[end].times)
        end += 1
    return range(first, end)
