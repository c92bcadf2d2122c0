"""Interviews in review, with a text alone or with its sound."""

import pytest

from oralhistory.consent import agreements
from oralhistory.consent.models import Use
from oralhistory.files.models import MediaFile
from oralhistory.lib import ids
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import NOON
from tests.review.named import say

READ = [agreements.Line(use) for use in (Use.TEXT, Use.SUMMARY, Use.QUOTE, Use.STILL)]


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def interview(world):
    """In review, with a text and no sound: text is all that its papers give."""
    made = worlds.draft(world, lines=[*agreements.FOR_THE_ARCHIVE, *READ])
    code = ids.public_id()
    master = MediaFile.objects.create(
        storage="masters", use="preservation_master", key=code, sha256=code.ljust(64, "0"), size=1,
        media_type="audio/wav", created_at=NOON,
    )  # fmt: skip
    Recording.objects.create(
        session=made.sessions.get(), position=1, master=master, original_name="a.wav", arrived_at=NOON, code=code,
        state="ready", duration_ms=60_000,
    )  # fmt: skip
    made.state = "in_review"
    made.save()
    say(made, *worlds.TEXTS)
    return made


@pytest.fixture
def with_sound(world, tmp_path):
    return worlds.in_review(world, tmp_path)
