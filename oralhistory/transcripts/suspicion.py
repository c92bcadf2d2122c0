"""What makes the text of a window look wrong. Reasons are shown to the editor as flags."""

import re
from collections.abc import Sequence

from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.words import Word, folded

LOW_LOGPROB = -1.0  # Whisper's own thresholds for falling back …
HIGH_COMPRESSION = 2.4  # … and for loops
FASTEST = 7.0  # words per second; the fastest speakers of Spanish reach six
SLOWEST = 0.5  # words per second of speech; less means that something was left out
IMPROBABLE = 0.15  # probability of a word that the engine hardly believes
LONGEST_LOOP = 6  # words in a phrase that is looked for as a loop
LOOPS = 4  # how often a phrase must follow itself; people do say a thing three times

# What Whisper invents over silence and music, learned from subtitles: found in the lists that many
# programs keep of them. Compared without accents, capitals and punctuation.
PHANTOMS = tuple(
    " ".join(filter(None, map(folded, phrase.split())))
    for phrase in (
        "Subtítulos realizados por la comunidad de Amara.org",
        "Subtítulos por la comunidad de Amara.org",
        "Subtítulos creados por la comunidad de Amara.org",
        "Subtitulado por la comunidad de Amara.org",
        "Subtítulos en español de Amara.org",
        "Gracias por ver el vídeo",
        "Gracias por ver este video",
        "Suscríbete al canal",
        "No olvides suscribirte",
        "Dale like y suscríbete",
        "Más información en www.alimmenta.com",
        "Legendas pela comunidade Amara.org",
        "Legendado pela comunidade Amara.org",
        "Transcrição e Legendas Pedro Negri",
        "Obrigado por assistir",
        "Inscreva-se no canal",
        "Subtitles by the Amara.org community",
        "Thanks for watching",
        "Thank you for watching",
        "Please subscribe to my channel",
    )
)


def reasons(
    result: WindowResult, *, seconds: float, speech_seconds: float, missed_seconds: float
) -> tuple[str, ...]:
    """Why the text of a window of `seconds` looks wrong; nothing if it does not.

    `missed_seconds`: of speech without a word, as `coverage` counts it.
    """
    tokens = [token for token in (folded(word.text) for word in result.words) if token]
    found = []
    if result.text and result.avg_logprob < LOW_LOGPROB:
        found.append("low_probability")
    if result.compression_ratio > HIGH_COMPRESSION or is_looping(tokens):
        found.append("repetitive")
    if len(tokens) > 5 and len(tokens) / max(seconds, 0.1) > FASTEST:
        found.append("too_fast")
    if speech_seconds >= 3 and len(tokens) / speech_seconds < SLOWEST:
        found.append("sparse")
    if missed_seconds:
        found.append("left_out")
    if has_phantom(tokens):
        found.append("phantom")
    if _hardly_believed(result.words):
        found.append("improbable")
    return tuple(found)


def is_looping(tokens: Sequence[str]) -> bool:
    """Whether a phrase of one to six words follows itself at least four times."""
    for size in range(1, LONGEST_LOOP + 1):
        run = 0
        for at in range(size, len(tokens)):
            run = run + 1 if tokens[at] == tokens[at - size] else 0
            if run >= size * (LOOPS - 1):
                return True
    return False


def has_phantom(tokens: Sequence[str]) -> bool:
    text = f" {' '.join(tokens)} "
    return any(re.search(rf" {re.escape(phrase)} ", text) for phrase in PHANTOMS)


def _hardly_believed(words: Sequence[Word]) -> bool:
    return sum(word.probability < IMPROBABLE for word in words) * 2 > len(words) > 0
