"""A small archive with everything that the API can give, and what it must not."""

from oralhistory.editions import indexing
from tests.factories import ALL_USES, EditionFactory, StandingFactory
from tests.reading_room import pages

PUBLIC = 3
WITHOUT = ("harvest", "download", "quote")
EXAMPLE = "bcdfghjkmnpq"  # the id in the description
COLLECTED = ("testimony000", "testimony001", "testimony002", "testimony004", "testimony005", EXAMPLE)


def build() -> None:
    """Testimonies that grant everything, one that lacks each of some uses, chapters with subjects and places."""
    pages.archive(PUBLIC)
    for number, missing in enumerate(WITHOUT, PUBLIC):
        pages.publish(number, uses=[use for use in ALL_USES if use != missing])
    edition = EditionFactory(
        standing=StandingFactory(public_id=EXAMPLE),
        chapters=[
            {
                "start_ms": 0, "title": "La huelga", "synopsis": "",
                "subjects": [{"es": "Huelgas", "en": "Strikes", "pt": "Greves"}],
                "places": [{"name": "San Salvador", "country": "SV"}],
            }
        ],
        segments=[{"text": "En la huelga marchamos con el FMLN.", "mentions": [("FMLN", "fmln-sv")]}],
    )  # fmt: skip
    indexing.replace(edition)
