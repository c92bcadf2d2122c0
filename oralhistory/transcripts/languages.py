"""In which of the interview's languages each stretch is spoken.

Whisper told the wrong language translates without a word; asked freely, it guesses wildly on short or
noisy clips. So its guess is masked to the languages of the interview, the main language is expected, and
a switch needs strong evidence from the stretch itself or from its neighbors.
"""

import math
from collections.abc import Mapping, Sequence

MAIN = 0.9  # how probable the main language is at the beginning
STAY = 0.8  # how probable it is that the next stretch is in the same language
ELSEWHERE = (
    0.1  # how much of what other languages got is shared out: a stretch that is none of ours says little
)
FLOOR = 1e-4  # no single stretch may rule a language out
SECOND = 0.5  # a stretch of five seconds that is sooner in another language makes a window mixed
DOUBTFUL = 0.5  # below it, a closer look is taken
FOREIGN = 0.9  # a language outside the interview's is believed from here on …
UNHEARD = 0.05  # … if all of the interview's together stay below this


def masked(posterior: Mapping[str, float], languages: Sequence[str]) -> dict[str, float]:
    """The posterior over `languages` only, summing to 1.

    Not simply scaled up: .03 for English and .97 for languages that nobody speaks here is no evidence.
    """
    ours = [posterior.get(language, 0.0) for language in languages]
    shared = max(0.0, 1 - sum(ours)) * ELSEWHERE / len(languages) + FLOOR
    total = sum(ours) + shared * len(languages)
    return {language: (value + shared) / total for language, value in zip(languages, ours, strict=True)}


def smoothed(posteriors: Sequence[Mapping[str, float]], languages: Sequence[str]) -> list[str]:
    """The most probable sequence of languages (Viterbi). `languages[0]` is the main one."""
    if len(languages) <= 1 or not posteriors:
        return [*languages] * len(posteriors)
    other = math.log((1 - MAIN) / (len(languages) - 1))
    switch = math.log((1 - STAY) / (len(languages) - 1))
    score = dict.fromkeys(languages, other) | {languages[0]: math.log(MAIN)}
    came_from: list[dict[str, str]] = []
    for position, posterior in enumerate(posteriors):
        if position:
            origin = {
                to: max(languages, key=lambda by, to=to: score[by] + _move(by, to, switch))  # type: ignore[misc]
                for to in languages
            }
            score = {to: score[origin[to]] + _move(origin[to], to, switch) for to in languages}
            came_from.append(origin)
        heard = masked(posterior, languages)
        score = {each: score[each] + math.log(heard[each]) for each in languages}
    path = [max(languages, key=lambda each: score[each])]
    for origin in reversed(came_from):
        path.append(origin[path[-1]])
    return path[::-1]


def _move(by: str, to: str, switch: float) -> float:
    return math.log(STAY) if by == to else switch


def is_mixed(stretches: Sequence[Mapping[str, float]], language: str, languages: Sequence[str]) -> bool:
    """Whether some stretch of a window is sooner in another language of the interview than in the window's.

    The posterior of the whole window does not tell: Whisper judges by how it begins.
    """
    return any(
        value >= SECOND
        for stretch in stretches
        for other, value in masked(stretch, languages).items()
        if other != language
    )


def pooled(stretches: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The posterior of a window from those of its stretches, which weigh the same."""
    known = {language for stretch in stretches for language in stretch}
    evidence = {
        language: sum(math.log(stretch.get(language, 0.0) + FLOOR) for stretch in stretches) / len(stretches)
        for language in known
    }
    total = sum(math.exp(value) for value in evidence.values())
    return {language: math.exp(value) / total for language, value in evidence.items()}


def is_doubtful(posterior: Mapping[str, float], languages: Sequence[str]) -> bool:
    """Whether the interview's languages have less than half: too little to go by."""
    return sum(posterior.get(language, 0.0) for language in languages) < DOUBTFUL


def is_foreign(posterior: Mapping[str, float], languages: Sequence[str]) -> bool:
    """Whether the window is surely in a language that is not one of the interview's."""
    ours = sum(posterior.get(language, 0.0) for language in languages)
    others = [value for language, value in posterior.items() if language not in languages]
    return ours < UNHEARD and max(others, default=0.0) >= FOREIGN


# What Whisper was trained on (whisper/tokenizer.py); `yue` only since large-v3.
_CODES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi "
    "ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd "
    "gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"
)
WHISPER = frozenset(_CODES.split())


def known(language: str) -> bool:
    """Whether Whisper has a token for the language. Quechua, Aymara, Guarani and Nahuatl have none."""
    return language in WHISPER
