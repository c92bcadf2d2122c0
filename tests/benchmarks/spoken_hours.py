"""Hours of speech in which organizations are spoken of, for measuring: from the sets in tests/mentions/data, by a seed.

An hour is 9,000 words in segments of about 25. In the sets every third sentence speaks of an organization, some three hundred
in an hour: more than anybody does.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oralhistory.organizations.authorities import Authority

DATA = Path(__file__).parents[1] / "mentions" / "data"
WORDS = 9_000
IN_A_SEGMENT = 25
LEVELS = ("clean", "mild", "heavy")


@dataclass(frozen=True)
class Said:
    """Sentences that speak of organizations, and others."""

    speaking: list[str]
    others: list[str]


def sentences(*levels: str) -> Said:
    said = Said([], [])
    for level in levels:
        with (DATA / f"dev_{level}.jsonl").open(encoding="utf-8") as lines:
            for document in map(json.loads, lines):
                speaking = {mention["segment"] for mention in document["mentions"]}
                for number, text in enumerate(document["segments"]):
                    (said.speaking if number in speaking else said.others).append(text)
    return said


def hour(said: Said, dice: random.Random, share: float = 1 / 3) -> list[str]:
    """The segments of one hour; of its sentences so large a share speaks of organizations."""
    segments: list[str] = []
    total = 0
    while total < WORDS:
        parts: list[str] = []
        while sum(len(part.split()) for part in parts) < IN_A_SEGMENT:
            parts.append(dice.choice(said.speaking if dice.random() < share else said.others))
        segments.append(" ".join(parts))
        total += len(segments[-1].split())
    return segments


def many_names(count: int, seed: int = 7) -> Iterator[Authority]:
    """Made organizations with three names each: a name in full, an acronym, another name."""
    dice = random.Random(seed)
    heads = [
        "Frente",
        "Partido",
        "Movimiento",
        "Liga",
        "Sindicato",
        "Unión",
        "Comité",
        "Coordinadora",
        "Brigada",
        "Federación",
        "Asociación",
        "Central",
        "Alianza",
        "Coalición",
        "Bloque",
        "Juventud",
    ]
    kinds = [
        "Revolucionario",
        "Popular",
        "Obrero",
        "Campesino",
        "Estudiantil",
        "Nacional",
        "Socialista",
        "Comunista",
        "Democrático",
        "Independiente",
        "Bolivariano",
        "Indígena",
        "Magisterial",
        "Ferroviario",
        "Minero",
        "Textil",
        "Bancario",
        "Electricista",
        "Petrolero",
    ]
    rests = [
        "de Trabajadores", "de Estudiantes", "de Mujeres", "por la Paz", "de Liberación", "de la Costa", "del Norte",
        "Veintitrés de Septiembre", "Primero de Mayo", "de Acción", "de Solidaridad", "de Base",
    ]  # fmt: skip
    syllables = [
        "ba",
        "ce",
        "do",
        "fi",
        "ga",
        "jo",
        "la",
        "me",
        "ni",
        "pu",
        "ra",
        "so",
        "ta",
        "vi",
        "xi",
        "yo",
        "zu",
        "cha",
        "lle",
        "tri",
        "bro",
        "cam",
        "der",
        "fon",
        "gar",
        "hul",
    ]
    countries = [
        "MX",
        "SV",
        "GT",
        "NI",
        "HN",
        "CR",
        "AR",
        "CL",
        "UY",
        "PE",
        "BO",
        "CO",
        "VE",
        "BR",
        "CU",
        "ES",
    ]

    def word() -> str:
        return "".join(dice.choice(syllables) for _ in range(dice.randrange(2, 5))).capitalize()

    for number in range(count):
        name = f"{dice.choice(heads)} {dice.choice(kinds)} {dice.choice(rests)} {word()}"
        yield Authority(
            f"made-{number}",
            name,
            country=dice.choice(countries),
            founded=dice.randrange(1900, 1990),
            acronyms=("".join(part[0] for part in name.split() if part[0].isupper()),),
            other_names=(f"{dice.choice(heads)} {word()} {dice.choice(kinds)}",),
            related=(f"made-{dice.randrange(count)}",),
            keywords=(word(),),
        )
