"""The table of contents of an edition, and how the public reads it."""

import pytest
from django.test import Client

from oralhistory.editions import manifest, publishing
from oralhistory.editions.models import Edition
from oralhistory.interviews import chapters
from oralhistory.places.models import Subject
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


def test_subjects_and_places_are_published_with_their_chapters_and_untitled_ones_are_not(tmp_path):
    world = worlds.build()
    interview = worlds.in_review(world, tmp_path)
    by = {"by": world.moderator.agent, "at": NOON}
    parts = {
        "title": "Calles",
        "synopsis": "Lo que siguió.",
        "warning": "Habla de muertes.",
        "subjects": ["Exilio"],
        "places": [["Managua", "NI"]],
    }
    before = manifest.build(interview, at=NOON).sha256
    chapters.begin(interview, 3000, **by)
    assert manifest.build(interview, at=NOON).sha256 == before  # what has no title changes no signature
    chapters.begin(interview, 6000, parts=parts, **by)
    Subject.objects.update(name_en="Exile")
    worlds.publish_from_review(world, interview)
    Subject.objects.update(name="Otra cosa")  # what is published stays

    edition = Edition.objects.get()

    assert edition.chapters == [
        {"start_ms": 0, "title": "El principio", "synopsis": ""},
        {
            "start_ms": 6000, "title": "Calles", "synopsis": "Lo que siguió.", "warning": "Habla de muertes.",
            "subjects": [{"es": "Exilio", "en": "Exile"}], "places": [{"name": "Managua", "country": "NI"}],
        },
    ]  # fmt: skip
    address = f"/testimonies/{interview.public_id}/"
    spanish, english = (Client().get(f"{prefix}{address}").content.decode() for prefix in ("", "/en"))
    assert "Índice temático" in spanish
    assert "Exilio · Managua" in spanish
    assert 'aria-label="Exile: Calles, 0:06"' in english
    publishing.veil(interview, 0, 500, reason="asked for", **by)
    assert "Exilio" not in Client().get(address).content.decode()
