"""What is left of a testimony after it was taken down."""

import pytest
from django.core.files.storage import storages

from oralhistory.editions import cleaning, publishing
from oralhistory.editions.models import Edition, EditionSegment, PreparedSound
from oralhistory.files import fixity, handling
from oralhistory.files.models import MediaFile
from oralhistory.search import index
from tests import world as worlds
from tests.clock import MINUTE, NOON

# The index is purged outside a transaction, as the job does it.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return worlds.build()


def test_a_withdrawn_testimony_leaves_numbers_and_hashes_and_no_word_or_sound(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    key = Edition.objects.get().audio_key
    publishing.withdraw(interview, by=world.archivist.agent, at=NOON + MINUTE)

    cleaning.after_withdrawal(interview.public_id, at=NOON + MINUTE)

    edition = Edition.objects.get()
    assert not storages["access"].exists(key)
    assert not EditionSegment.objects.exists()
    assert not PreparedSound.objects.exists()
    assert (edition.title, edition.summary, edition.narrators, edition.peaks) == ("", "", [], [])
    assert edition.number == 1
    assert len(edition.manifest_sha256) == 64
    assert index.search("calles").total == 0


def test_a_testimony_that_is_public_is_not_cleaned(world, tmp_path):
    interview = worlds.published(world, tmp_path)

    cleaning.after_withdrawal(interview.public_id, at=NOON + MINUTE)

    assert storages["access"].exists(Edition.objects.public().get().audio_key)
    assert EditionSegment.objects.exists()


def test_what_was_taken_down_is_not_repaired_from_the_masters(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    copy = MediaFile.objects.get(storage="access", use=MediaFile.Use.ACCESS_COPY)
    with storages["access"].open(copy.key) as file:
        storages["masters"].save(copy.key, file)  # the same bytes, as a photograph or a video has them
    publishing.withdraw(interview, by=world.archivist.agent, at=NOON + MINUTE)
    cleaning.after_withdrawal(interview.public_id, at=NOON + MINUTE)

    fixity.look_after(copy, at=NOON + 2 * MINUTE)

    assert not storages["access"].exists(copy.key)


def test_what_was_put_aside_as_damaged_goes_too(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    copy = MediaFile.objects.get(storage="access", use=MediaFile.Use.ACCESS_COPY)
    aside = handling.put_aside("access", copy.key, at=NOON)
    publishing.withdraw(interview, by=world.archivist.agent, at=NOON + MINUTE)

    cleaning.after_withdrawal(interview.public_id, at=NOON + MINUTE)

    assert aside
    assert not storages["access"].exists(aside)
