"""A canary in every column of every table that is not made to be public: nobody outside sees one, and nothing else changes.

What holds for the columns of today holds for those of tomorrow: they are found in the models, not listed here.
"""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, models, transaction
from django.test import Client

from oralhistory.interviews.models import State
from oralhistory.review import findable
from tests import world as worlds
from tests.editions.test_canaries import crawl

pytestmark = pytest.mark.django_db

# What the public reads, each with rules and tests of its own: editions, their index (not the staff's) and journal, authority
# records, texts of the site; and what Django keeps for itself.
MADE_TO_BE_READ = {
    "editions",
    "organizations",
    "interchange",
    "web",
    "contenttypes",
    "auth",
    "sessions",
}
CANARY = re.compile(rb"cnr[0-9]+x")
ROOM = 12  # characters that a canary needs


def columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column of a private table into which somebody can write, or a program can put, whatever it likes."""
    for model in apps.get_models():
        if model._meta.app_label in MADE_TO_BE_READ or model._meta.db_table.startswith("search_public_"):
            continue
        for field in model._meta.concrete_fields:
            if field.primary_key or field.choices or field.is_relation or field.unique:
                continue
            if isinstance(field, models.JSONField | models.TextField) or (
                isinstance(field, models.CharField) and (field.max_length or 0) >= ROOM
            ):
                yield model, field


def write_canaries(*, but: frozenset[str] = frozenset()) -> dict[str, str]:
    """The canaries that were written, and the column of each. Where the database wants a value of its own, none is."""
    written = {}
    for number, (model, field) in enumerate(columns()):
        if model._meta.app_label in but:
            continue
        canary = f"cnr{number}x"
        value = {"canary": [canary]} if isinstance(field, models.JSONField) else canary
        rows = model._base_manager.all()
        try:
            with transaction.atomic():
                if rows.update(**{field.attname: value}):
                    written[canary] = f"{model._meta.label}.{field.name}"
        except (IntegrityError, DataError):
            continue
    return written


@pytest.fixture
def world(tmp_path):
    world = worlds.build()
    for state in (State.PUBLISHED, State.REVISING, State.IN_REVIEW, State.WITHDRAWN):
        worlds.CARRY[state](world, tmp_path)
    for public_id in findable.due():
        findable.refresh(public_id)
    return world


def test_what_everybody_reads_is_byte_for_byte_as_before_whatever_stands_in_private_columns(world):
    Client().get("/oai?verb=ListRecords&metadataPrefix=oai_dc")  # the journal begins with the first question
    before = crawl(Client())

    written = write_canaries()

    assert len(written) > 60
    assert {"transcripts.Segment.text", "interviews.Interview.title", "search.StaffPassage.pieces"} <= {
        *written.values()
    }
    after = crawl(Client())
    seen = {
        (written[canary.decode()], path) for path, body in after.items() for canary in CANARY.findall(body)
    }
    assert seen == set()
    assert {path for path in before if before[path] != after.get(path)} == set()
