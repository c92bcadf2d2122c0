"""The archive whose pages are weighed. Imported when Django is set up."""

import random

from oralhistory.editions import indexing
from oralhistory.editions.models import Edition
from tests.factories import EditionFactory, StandingFactory
from tests.reading_room import pages

WORDS = "de ahí salió el Copesal y llenábamos las calles con compañeras del sindicato que nunca volvieron"


def make(segments: int) -> list[str]:
    """The five main pages' addresses."""
    pages.archive(30)
    long = _long(segments)
    return [
        "/",
        "/testimonies/",
        f"/testimonies/{long.public_id}/",
        "/organizations/fmln-sv/",
        "/search/?q=calles",
    ]


def _long(segments: int) -> Edition:
    chosen, words = random.Random(1), WORDS.split()
    edition: Edition = EditionFactory(
        standing=StandingFactory(public_id="threehours00"),
        audio_size=len(pages.SOUND),
        duration_ms=segments * 3_600,
        segments=[
            {
                "text": " ".join(chosen.choice(words) for _word in range(10)),
                "asks": number % 7 == 0,
                "cue_id": f"long{number:04}",
                "start_ms": number * 3_600,
                "end_ms": number * 3_600 + 3_500,
            }
            for number in range(segments)
        ],
    )
    indexing.replace(edition)
    return edition
