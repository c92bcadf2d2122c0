"""As many public editions as wanted, made from a seed: light rows that the public pages can be measured and looked at with.

No testimony: every sentence is put together here.
"""

import random
from datetime import timedelta
from typing import Any

from oralhistory.editions import facts
from oralhistory.editions.models import Edition, EditionMention, EditionSegment, Standing
from oralhistory.lib import ids
from oralhistory.organizations.models import Name, Organization
from tests.factories import ALL_USES, PUBLISHED

PLACES = [
    ("San Salvador", "SV"), ("Chalatenango", "SV"), ("Santa Ana", "SV"), ("Managua", "NI"), ("León", "NI"),
    ("Ciudad de México", "MX"), ("Guadalajara", "MX"), ("Monterrey", "MX"), ("Oaxaca", "MX"), ("Culiacán", "MX"),
    ("Puebla", "MX"), ("Ciudad de Guatemala", "GT"), ("Quetzaltenango", "GT"), ("Tegucigalpa", "HN"), ("La Habana", "CU"),
    ("Santiago", "CL"), ("Concepción", "CL"), ("Buenos Aires", "AR"), ("Córdoba", "AR"), ("Tucumán", "AR"),
    ("Montevideo", "UY"), ("Lima", "PE"), ("Ayacucho", "PE"), ("Bogotá", "CO"), ("Medellín", "CO"), ("La Paz", "BO"),
    ("São Paulo", "BR"), ("Porto Alegre", "BR"), ("Asunción", "PY"), ("París", "FR"), ("Estocolmo", "SE"), ("El Salvador", "SV"),
]  # fmt: skip
SUBJECTS = [
    ("Exilio", "Exile", "Exílio"), ("Imprenta clandestina", "Clandestine press", "Imprensa clandestina"),
    ("Solidaridad", "Solidarity", "Solidariedade"), ("Movimiento estudiantil", "Student movement", "Movimento estudantil"),
    ("Sindicatos", "Unions", "Sindicatos"), ("Refugio", "Refuge", "Refúgio"), ("Teología de la liberación", "Liberation theology", ""),
    ("Cárcel", "Prison", "Cárcere"), ("Comités de madres", "Mothers’ committees", ""), ("Radio", "Radio", "Rádio"),
    ("Vida cotidiana", "Daily life", "Vida cotidiana"), ("Infancia", "Childhood", "Infância"),
]  # fmt: skip
FIRST = [
    "Elena",
    "Ramona",
    "Julio",
    "Inés",
    "Tomás",
    "Beatriz",
    "Óscar",
    "Amalia",
    "Nora",
    "Ulises",
    "Zoila",
    "Ígor",
]
LAST = ["Aguirre", "Bermúdez", "Castañeda", "Duarte", "Estrada", "Funes", "Ibarra", "Lemus", "Ñáñez", "Orozco", "Quijano", "Zepeda"]  # fmt: skip
COLLECTIONS = ["Memoria de la solidaridad", "Voces del exilio", "Imprenta y papel", "Radio rebelde"]
WARNINGS = ["", "", "", "Se habla de una detención."]
SEGMENTS = 8  # of one edition; three of them name an organization
EACH_MS = 20_000


def make(editions: int, *, organizations: int = 60, seed: int = 1) -> None:
    """Editions with their facts, and organizations that they speak of."""
    chance = random.Random(seed)
    slugs = _organizations(organizations, chance)
    for start in range(0, editions, 500):
        _editions(range(start, min(editions, start + 500)), slugs, chance)


def _organizations(number: int, chance: random.Random) -> list[str]:
    countries = sorted({country for _name, country in PLACES})
    made = Organization.objects.bulk_create(
        Organization(
            slug=f"org-{at}", kind=chance.choice(["party", "armed", "union", "solidarity"]), country=chance.choice(countries),
            founded=(founded := chance.choice([None, *range(1945, 1985)])),
            dissolved=chance.choice([None, (founded or 1970) + chance.randrange(3, 30)]),
            publication=Organization.Publication.PUBLIC,
        )
        for at in range(number)
    )  # fmt: skip
    kinds = ["Frente", "Comité", "Liga", "Unión", "Partido", "Movimiento"]
    whose = ["Popular", "Revolucionario", "de Solidaridad", "Campesino", "de los Pueblos", "Estudiantil"]
    names = []
    for at, each in enumerate(made):
        words = f"{chance.choice(kinds)} {chance.choice(whose)} {chance.randrange(1, 40)} de {chance.choice(['Mayo', 'Junio', 'Octubre'])}"
        names.append(
            Name(organization=each, kind=Name.Kind.AUTHORIZED, text=f"{words} ({at})", language="es")
        )
        acronym = f"{words[0]}{words.split()[1][0].upper()}{at}"
        names.append(Name(organization=each, kind=Name.Kind.ACRONYM, text=acronym))
    Name.objects.bulk_create(names)
    return [each.slug for each in made]


def _editions(numbers: range, slugs: list[str], chance: random.Random) -> None:
    standings = Standing.objects.bulk_create(
        Standing(public_id=f"many{at:08}", interview_id=10_000_000 + at) for at in numbers
    )
    made = Edition.objects.bulk_create(
        Edition(standing=standing, **_record(at, chance))
        for at, standing in zip(numbers, standings, strict=True)
    )
    for standing, edition in zip(standings, made, strict=True):
        standing.current = edition
    Standing.objects.bulk_update(standings, ["current"])
    segments = EditionSegment.objects.bulk_create(_segments(made, chance), batch_size=1000)
    EditionMention.objects.bulk_create(_mentions(segments, slugs, chance), batch_size=2000)
    facts.write_all([each.pk for each in made])


def _record(at: int, chance: random.Random) -> dict[str, Any]:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    chapters: list[dict[str, Any]] = []
    for chapter in range(3):
        names = chance.choice(SUBJECTS)
        chapters.append(
            {
                "start_ms": chapter * 50_000,
                "title": f"Capítulo {chapter + 1}: {names[0]}",
                "synopsis": "Cómo empezó, con quiénes, y qué quedó de aquello.",
                "subjects": [
                    {language: text for language, text in zip(("es", "en", "pt"), names, strict=True) if text}
                ],
                "places": [
                    {"name": place, "country": country}
                    for place, country in chance.sample(PLACES, chance.randrange(0, 3))
                ],
            }
        )
    heard = chance.random() < 0.9
    return {
        "number": 1, "published_at": PUBLISHED + timedelta(minutes=at), "manifest_sha256": f"{at:064x}",
        "title": f"{name}, {at}", "pull_quote": "Un preso solo es un preso muerto." if chance.random() < 0.4 else "",
        "summary": "Tradujo, imprimió y repartió; después vinieron los años de fuera.", "warnings": chance.choice(WARNINGS),
        "collection": chance.choice(COLLECTIONS), "narrators": [name] if chance.random() < 0.8 else [],
        "place": chance.choice(["", "Ciudad de México", "Managua", "Xochimilco"]), "held_on": str(chance.randrange(1998, 2026)),
        "languages": [chance.choice(["es", "es", "es", "pt", "en"])], "countries": chance.sample(["MX", "SV", "NI", "GT", "CL", "AR"], 2),
        "chapters": chapters, "uses": ALL_USES, "making": {"engine": "faster-whisper", "model": "base", "checked": True},
        "duration_ms": SEGMENTS * EACH_MS, "audio_key": "audio/elena.m4a" if heard else "", "audio_sha256": "a" * 64 if heard else "",
        "audio_size": 2048 if heard else 0, "peaks": [10, 50, 90, 50, 10] * 40,
    }  # fmt: skip


def _segments(editions: list[Edition], chance: random.Random) -> list[EditionSegment]:
    rows = []
    for edition in editions:
        year = chance.randrange(1965, 1990)
        for index in range(SEGMENTS):
            start = index * EACH_MS
            text = (
                "Un preso solo es un preso muerto."
                if index == 2
                else f"De ahí salió el grupo {index}, y seguimos."
            )
            rows.append(
                EditionSegment(
                    edition=edition, index=index, cue_id=ids.cue_id(), start_ms=start, end_ms=start + EACH_MS - 500,
                    text=text, language=edition.languages[0], year=chance.choice([None, year, year + chance.randrange(4)]),
                    words=[],
                )
            )  # fmt: skip
    return rows


def _mentions(
    segments: list[EditionSegment], slugs: list[str], chance: random.Random
) -> list[EditionMention]:
    return [
        EditionMention(
            segment=each, start=0, end=2, start_ms=each.start_ms, end_ms=each.start_ms + 900,
            # A few are spoken of by nearly everybody, most by few.
            organization=slugs[min(int(chance.paretovariate(0.7)) - 1, len(slugs) - 1)],
        )
        for each in segments
        if each.index % 3 == 0
    ]  # fmt: skip
