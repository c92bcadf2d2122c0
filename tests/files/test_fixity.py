"""Stored files are still what they were, or it is noticed."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import storages

from oralhistory.files import fixity, stores
from oralhistory.files.models import MediaFile
from tests.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def master():
    stored = stores.store("masters", io.BytesIO(b"sound" * 1000))
    return MediaFile.objects.create(
        storage="masters", use=MediaFile.Use.PRESERVATION_MASTER, key=stored.key, sha256=stored.sha256,
        size=stored.size, media_type="audio/wav", created_at=NOON,
    )  # fmt: skip


def path_of(file: MediaFile) -> Path:
    path = Path(storages["masters"].path(file.key))
    path.chmod(0o600)
    return path


def test_an_untouched_file_is_intact(master):
    check = fixity.check(master, at=NOON)

    assert check.intact
    assert check.found == master.sha256


def test_a_flipped_byte_is_found(master):
    path = path_of(master)
    content = bytearray(path.read_bytes())
    content[1234] ^= 1
    path.write_bytes(content)

    assert not fixity.check(master, at=NOON).intact


def test_a_missing_file_is_a_failure_that_is_kept(master):
    path_of(master).unlink()

    check = fixity.check(master, at=NOON)

    assert (check.intact, check.found) == (False, "")
    assert master.checks.count() == 1
