"""Places, peoples and a few persons whose mention tells which country is being spoken of.

Our own short list (data/places.tsv) comes first; of the atlas of places are added those that are of one country: a name
that others have too counts only if hardly anybody lives in theirs. "Córdoba" and "Santiago" say nothing.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from oralhistory.lib.folding import fold
from oralhistory.mentions.common_words import JOINING, word_set, zipf
from oralhistory.mentions.reading import Reading, Word
from oralhistory.organizations.authorities import Authority
from oralhistory.places import atlas
from oralhistory.places.atlas import Known

TABLE = Path(__file__).parent / "data" / "places.tsv"
FAR_LARGER = 20  # times as many people as in the next country's place of that name
A_COUNTRY = 10**10  # people: more than any town has
SMALL = word_set("SV GT HN NI CR PA CU DO PR UY PY")  # where a town of two thousand is spoken of
REGION = SMALL | word_set("AR BO BR CL CO EC ES HT MX PE PT VE")
LEAST, LEAST_SMALL, LEAST_ELSEWHERE, LEAST_COMMON = 20_000, 2_000, 100_000, 200_000

# Names of places that are words, surnames or given names first: counted with a capital and "en", "de", "hasta" before.
OTHERWISE = word_set(
    "america americana amparo artigas avellaneda barcelona batman beira bello buda cali central centre centro cesar chad "
    "charlotte choco colon concepcion cordillera coro cortes eua falcon faro federacion florida fortaleza franca gana "
    "gilbert goma granada guadalupe guarda guerrero guinea hidalgo ibarra india indiana ira jersey jordan kennedy lagos "
    "lara latina leon libertad loreto lugo madeira madison magdalena maldonado malta manta marica mauricio mendoza merced "
    "mesa meta miranda misiones mito modesto molina moreno nada natal navarra nevada nilo oeste oral orlando oyo palma "
    "palmas para pasto paulista paz pelotas pereira phoenix plano porto portuguesa posadas progreso reforma resistencia "
    "reunion reuniao rioja rivas rocha rosario sale salta salvador samba santos serra servia sofia sonora sucre sud tanta "
    "torres toyota trinidad trujillo union unidad valencia valle van vargas vega victoria vigo virar virginia vladimir "
    "zamora"
) | {
    "benito juarez", "buena vista", "diez de octubre", "el oro", "el paraiso", "el progreso", "franco da rocha",
    "gomez palacio", "gracias a dios", "high point", "juan diaz", "la laguna", "la libertad", "la mancha", "la paz",
    "la union", "la vega", "los santos", "maria trinidad sanchez", "miguel hidalgo", "nicolas romero", "por do sol",
    "sanchez ramirez", "san martin", "santiago rodriguez", "elias piña", "treinta y tres",
}  # fmt: skip
BEFORE = word_set("en de desde hasta hacia para por em ate in from")


@cache
def places() -> dict[str, str]:
    """Folded names (words joined by single spaces) with the country each speaks for."""
    return dict(_of_the_atlas()) | _own()


@cache
def _own() -> dict[str, str]:
    table: dict[str, str] = {}
    with TABLE.open(encoding="utf-8") as lines:
        for line in lines:
            country, names = line.rstrip("\n").split("\t")
            table |= dict.fromkeys(map(atlas.key_of, names.split("|")), country)
    return table


@cache
def country_names() -> dict[str, str]:
    """For each country, what it is called itself: the first of its names."""
    with TABLE.open(encoding="utf-8") as lines:
        return {fold(line.split("\t")[1].split("|")[0]): line.split("\t")[0] for line in lines}


def of_records(authorities: Iterable[Authority]) -> dict[str, str]:
    """Places that records of organizations name as theirs, where the atlas alone can't tell which country is meant.

    Only what all the records that name it say alike: "Tucumán" among the keywords of organizations of Argentina.
    """
    named: dict[str, set[str]] = {}
    for authority in authorities:
        for word in authority.keywords:
            if word[:1].isupper() and len(word) > 3:
                named.setdefault(fold(word), set()).add(authority.country)
    sure = places()
    return {
        word: country
        for word, (country, *others) in ((word, tuple(found)) for word, found in named.items())
        if not others
        and word not in sure
        and word not in OTHERWISE
        and atlas.candidates(word, country=country)
    }


def is_said(reading: Reading, first: int, last: int) -> bool:
    """Are these words, which are a place's name, said of the place?

    What is a word of the language first needs its capital and a preposition; anything else that everybody says, its
    capital, where capitals tell something. What follows a given name is a surname.
    """
    words = reading.words[first:last]
    name = " ".join(word.text for word in words)
    content = [word for word in words if word.text not in JOINING] or words
    capital = all(word.surface[0].isupper() for word in content)
    before = reading.words[first - 1] if first and not reading.stops[first] else None
    if name in OTHERWISE:
        said = before is not None and (before.text in BEFORE or (len(words) > 1 and before.text == "a"))
        return reading.cased and capital and said
    if not reading.cased or name in _own():  # of our own names most are peoples', and persons
        return True
    if before is not None and capital and len(words) == 1 and _may_be_given_name(before):
        return False
    return capital or not all(zipf(word.text) for word in content)


def _may_be_given_name(word: Word) -> bool:
    return (
        word.surface[0].isupper()
        and not word.surface.isupper()
        and not word.opens
        and word.text not in JOINING
    )


def _of_the_atlas() -> Iterator[tuple[str, str]]:
    """Names that are of one country, or of one before all."""
    name = ""
    found: list[Known] = []
    for key, known in atlas.everything():
        if key != name:
            if found and (country := _whose(name, found)):
                yield name, country
            name, found = key, []
        found.append(known)
    if found and (country := _whose(name, found)):
        yield name, country


def _whose(name: str, found: Iterable[Known]) -> str:
    """The country that a name speaks for; empty if it speaks for none."""
    most: dict[str, int] = {}
    for each in found:
        weight = A_COUNTRY if each.kind in ("country", "former") else each.population
        most[each.country] = max(most.get(each.country, 0), weight)
    (country, people), *others = sorted(most.items(), key=lambda item: -item[1])
    if others and people < FAR_LARGER * max(others[0][1], 1):
        return ""
    words = [word for word in name.split() if word not in JOINING]
    if not words or len(name) < 4 or any(word.isdigit() for word in words):
        return ""
    if any(each.kind != "city" for each in found):
        return country
    least = LEAST_SMALL if country in SMALL else LEAST if country in REGION else LEAST_ELSEWHERE
    if all(zipf(word) for word in words):
        least = LEAST_COMMON if len(words) == 1 else LEAST_ELSEWHERE
    return country if people >= least else ""
