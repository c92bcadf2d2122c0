"""Words out of what both Whisper aligners give: pieces with word, start, end (seconds) and probability."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from oralhistory.transcripts.words import Word, within

OPENING = "\"'“¿¡([{-«"
CLOSING = "\"'.。,，!！?？:：;”)]}、…»"
LONGEST_USUAL = 0.7  # seconds; the median word is shorter, whatever the aligner says


@dataclass(frozen=True, slots=True)
class Piece:
    word: str
    start: float
    end: float
    probability: float


def words_of(pieces: Iterable[Piece], duration_ms: int) -> tuple[Word, ...]:
    """Words with their punctuation. A pause belongs to no word.

    The aligner gives each pause to the punctuation before it or to the word after it: punctuation is
    joined without its time, and a word after it that lasts too long begins later.
    """
    words: list[Word] = []
    opening = ""
    for piece in _without_pauses(list(pieces)):
        text = piece.word.strip()
        if not text:
            continue
        if text in OPENING and piece.word.startswith(" "):
            opening += text
        elif words and not opening and (text in CLOSING or not piece.word.startswith(" ")):
            words[-1] = _extended(words[-1], piece, text)
        else:
            start, end = round(piece.start * 1000), round(piece.end * 1000)
            words.append(Word(start, end, opening + text, round(float(piece.probability), 3)))
            opening = ""
    return tuple(within(words, 0, duration_ms))


def _extended(word: Word, piece: Piece, text: str) -> Word:
    if text in CLOSING:
        return replace(word, text=word.text + text)
    probability = min(word.probability, round(float(piece.probability), 3))
    return Word(word.start_ms, round(piece.end * 1000), word.text + text, probability)


def _without_pauses(pieces: Sequence[Piece]) -> list[Piece]:
    durations = [piece.end - piece.start for piece in pieces if piece.end > piece.start]
    longest = 2 * min(LONGEST_USUAL, median(durations)) if durations else 0.0
    kept = []
    for at, piece in enumerate(pieces):
        after_pause = at == 0 or pieces[at - 1].word.strip() in CLOSING
        if after_pause and piece.end - piece.start > longest:
            piece = replace(piece, start=piece.end - longest)
        kept.append(piece)
    return kept
