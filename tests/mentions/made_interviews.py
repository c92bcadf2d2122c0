"""Interviews made by chance from the archive's own list, to see whether a change of the matcher holds elsewhere.

Nothing here is shared with the sets that the matcher was developed on: other sentences, other organizations, other
distortions. Some organizations are kept out of the list that the matcher is given; what is said of them is gold
"not in the list". The same seed makes the same interviews.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oralhistory.mentions.evaluation import Gold, Place
from oralhistory.mentions.letters import NAMES
from oralhistory.mentions.lexicon import gender
from oralhistory.organizations.authorities import Authority

TEXTS = Path(__file__).parent / "data" / "made"
HELD_OUT = 0.15  # of the organizations
COUNTRIES = {
    "MX": ("México", "mexicano", "Monterrey", "Culiacán", "Tepito"),
    "SV": ("El Salvador", "salvadoreño", "Santa Ana", "San Miguel", "Suchitoto"),
    "GT": ("Guatemala", "guatemalteco", "Quetzaltenango", "Escuintla", "Cobán"),
    "NI": ("Nicaragua", "nicaragüense", "Managua", "León", "Estelí"),
    "AR": ("Argentina", "argentino", "Córdoba", "Rosario", "Tucumán"),
    "CL": ("Chile", "chileno", "Valparaíso", "Concepción", "Temuco"),
    "CO": ("Colombia", "colombiano", "Medellín", "Barranquilla", "Bogotá"),
    "PE": ("Perú", "peruano", "Ayacucho", "Arequipa", "Cusco"),
    "UY": ("Uruguay", "uruguayo", "Montevideo", "Paysandú", "Salto"),
    "BO": ("Bolivia", "boliviano", "Oruro", "Cochabamba", "Potosí"),
    "VE": ("Venezuela", "venezolano", "Caracas", "Maracaibo", "Barquisimeto"),
    "HN": ("Honduras", "hondureño", "Tegucigalpa", "La Ceiba", "San Pedro Sula"),
}
LEVELS = {  # shares of: names distorted, how strongly, acronyms not in capitals
    "clean": (0.0, 0.0, 0.08),
    "mild": (0.5, 0.05, 0.4),
    "heavy": (0.85, 0.12, 0.75),
}
SOUNDS = (
    ("v", "b"), ("b", "v"), ("z", "s"), ("ci", "si"), ("ce", "se"), ("s", "z"), ("ll", "y"), ("h", ""), ("qu", "k"),
    ("ón", "on"), ("í", "i"), ("é", "e"), ("ge", "je"), ("gi", "ji"), ("mp", "np"), ("nv", "mb"), ("x", "s"),
    ("ca", "ka"), ("co", "ko"), ("ns", "s"), ("ct", "t"), ("cc", "c"), ("d ", " "), ("r ", " "), ("ñ", "ni"),
)  # fmt: skip
SLIPS = {
    "a": "eo",
    "e": "ia",
    "i": "e",
    "o": "ua",
    "u": "o",
    "t": "d",
    "d": "t",
    "p": "b",
    "c": "g",
    "l": "r",
    "r": "l",
    "n": "m",
    "m": "n",
}


@dataclass(slots=True)
class _Made:
    """An interview that grows segment by segment."""

    chance: random.Random
    level: str
    segments: list[str] = field(default_factory=list)
    mentions: dict[Place, tuple[str | None, str]] = field(default_factory=dict)

    def say(self, template: str, surface: str, article: str, gold: str | None, kind: str) -> None:
        """One sentence with one mention; {el}, {del}, {al} take the article, {de} and {a} do without."""
        before, name, after = re.split(r"\{(\w+)\}", template, maxsplit=1)
        prefix = {
            "el": article,
            "del": "del" if article == "el" else f"de {article}",
            "al": "al" if article == "el" else f"a {article}",
            "El": article.capitalize(),
        }[name]
        text = before + prefix + " "
        self.mentions[len(self.segments), len(text), len(text) + len(surface)] = (gold, kind)
        self.segments.append(text + surface + after)


def lines(name: str) -> list[str]:
    """The sentences of a file."""
    return [line for line in (TEXTS / name).read_text(encoding="utf-8").splitlines() if line]


def made(
    authorities: Sequence[Authority], level: str, *, interviews: int, seed: int
) -> tuple[list[Authority], list[Gold]]:
    """The list without those that are kept out, and interviews on all of them."""
    chance = random.Random(f"{seed} {level}")
    usable = [each for each in authorities if each.country in COUNTRIES and each.acronyms and gender(each)]
    out = {each.id for each in chance.sample(usable, int(HELD_OUT * len(usable)))}
    listed = [each for each in authorities if each.id not in out]
    golds = [_interview(usable, out, level, chance, number) for number in range(interviews)]
    return listed, golds


def _interview(
    usable: Sequence[Authority], out: set[str], level: str, chance: random.Random, number: int
) -> Gold:
    country = chance.choice([each.country for each in usable])
    at_home = [each for each in usable if each.country == country]
    abroad = [each for each in usable if each.country != country]
    spoken_of = chance.sample(at_home, min(len(at_home), chance.randint(2, 4)))
    foreign = chance.sample(abroad, chance.randint(0, 2))
    spoken_of = _without_namesakes(spoken_of)
    made_of = _Made(chance, level)
    told, everyday, traps = lines("mentions.txt"), lines("everyday.txt"), lines("traps.txt")
    for _ in range(chance.randint(12, 26)):
        if chance.random() < 0.45:
            made_of.segments.append(chance.choice(everyday))
        if chance.random() < 0.25:
            made_of.segments.append(chance.choice(traps))
        if chance.random() < 0.2:
            made_of.segments.append(_of_the_place(country, chance))
        if chance.random() < 0.12:
            elsewhere = chance.choice([each for each in COUNTRIES if each != country])
            made_of.segments.append(_of_travels(elsewhere, chance))
        if foreign and chance.random() < 0.2:
            _mention(made_of, chance.choice(foreign), out, chance.choice(lines("abroad.txt")))
        else:
            _mention(made_of, chance.choice(spoken_of), out, chance.choice(told))
    return Gold(
        f"{level}-{number}", country if chance.random() < 0.7 else None, made_of.segments, made_of.mentions
    )


def _without_namesakes(spoken_of: Sequence[Authority]) -> list[Authority]:
    """Of those of one acronym the first: nobody could tell them apart."""
    kept: dict[str, Authority] = {}
    for each in spoken_of:
        kept.setdefault(each.acronyms[0], each)
    return list(kept.values())


def _of_the_place(country: str, chance: random.Random) -> str:
    name, people, *towns = COUNTRIES[country]
    return chance.choice(lines("places.txt")).format(
        country=name, people=people, town=chance.choice(towns), year=chance.randint(1965, 1989)
    )


def _of_travels(country: str, chance: random.Random) -> str:
    name, people, *towns = COUNTRIES[country]
    return chance.choice(lines("travels.txt")).format(country=name, people=people, town=chance.choice(towns))


def _mention(made_of: _Made, organization: Authority, out: set[str], template: str) -> None:
    chance, level = made_of.chance, made_of.level
    distorted, strength, spelled = LEVELS[level]
    article = {"ms": "el", "fs": "la", "mp": "los", "fp": "las"}[gender(organization)]
    gold = None if organization.id in out else organization.id
    name, people, *towns = COUNTRIES[organization.country]
    template = re.sub(r"\bCOUNTRY\b", name, template)
    template = re.sub(r"\bPEOPLE\b", people, template).replace("TOWN", chance.choice(towns))
    if chance.random() < 0.3:
        surface = organization.preferred_name
        kind = "name"
        if chance.random() < distorted:
            surface, kind = misheard(surface, strength, chance), "name misheard"
    else:
        surface, kind = acronym(organization.acronyms[0], spelled, chance)
    made_of.say(template, surface, article, gold, kind)


def acronym(text: str, spelled: float, chance: random.Random) -> tuple[str, str]:
    """An acronym as a machine may write it, and in which manner."""
    letters = [letter for letter in text if letter.isalpha()]
    if chance.random() >= spelled or len(letters) != len(text):
        return text, "acronym"
    manner = chance.choice(("small", "dotted", "spaced", "said", "hyphened"))
    if manner == "small":
        return text.lower(), "acronym small"
    if manner == "dotted":
        return ".".join(letters), "acronym dotted"
    if manner == "spaced":
        return " ".join(letters), "acronym spaced"
    if manner == "hyphened":
        return "-".join(letters), "acronym hyphened"
    names = {letters_of[0]: name for name, letters_of in reversed(NAMES.items())}
    return " ".join(names.get(letter, letter) for letter in text), "acronym said"


def misheard(text: str, strength: float, chance: random.Random) -> str:
    """A name as it sounds, with slips and with words cut elsewhere."""
    low = text[0] + text[1:]
    for _ in range(1 + round(strength * len(text) / 2)):
        old, new = chance.choice(SOUNDS)
        if old in low:
            low = low.replace(old, new, 1)
    letters = []
    for letter in low:
        if letter in SLIPS and chance.random() < strength:
            letter = chance.choice((chance.choice(SLIPS[letter]), "", letter + letter))
        letters.append(letter)
    low = "".join(letters)
    if chance.random() < strength * 3 and " " in low:
        at = chance.choice([match.start() for match in re.finditer(" ", low)])
        low = low[:at] + low[at + 1 :]
    if chance.random() < 0.4:
        low = low.lower()
    return low.strip()
