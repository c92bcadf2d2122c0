"""Photographs on their way to the public: copied in every size, named by an edition, gone after a withdrawal."""

import io

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from PIL import Image

from oralhistory.editions import copies, manifest
from oralhistory.editions.models import PICTURE_SIZES, Edition
from oralhistory.recordings import photographs
from tests import world as worlds
from tests.clock import MINUTE, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


def with_photographs(world, folder):
    interview = worlds.in_review(world, folder)
    for number, width in enumerate((1600, 300)):
        path = folder / f"picture{number}"
        Image.new("RGB", (width, 400), "gray").save(path, "PNG")
        photographs.add(
            interview, path, caption=f"Foto {number}", credit="Rosa", by=world.interviewer.agent, at=NOON
        )
    return interview


def test_every_size_is_published_and_the_page_offers_them(world, tmp_path):
    interview = with_photographs(world, tmp_path)
    worlds.publish_from_review(world, interview)
    client = Client()

    def address(number, size):
        return reverse("reading_room:photograph", args=[interview.public_id, number, size])

    for size in PICTURE_SIZES:
        answer = client.get(address(1, size))
        with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as image:
            assert answer.headers["Content-Type"] == f"image/{image.format.lower()}"
            assert image.width == (480 if size.startswith("small") else 1280)
    page = client.get(reverse("reading_room:testimony", args=[interview.public_id])).content.decode()
    assert f'srcset="{address(1, "small_webp")} 480w, {address(1, "large_webp")} 1280w"' in page
    assert f'srcset="{address(1, "small")} 480w, {address(1, "large")} 1280w"' in page
    assert f'srcset="{address(2, "large_webp")} 300w"' in page  # one size: no second of the same width
    assert 'alt="Foto 0"' in page
    assert client.get(address(1, "master")).status_code == 404
    assert client.get(address(3, "small")).status_code == 404


def test_removing_a_photograph_leaves_the_published_edition_as_it_is(world, tmp_path):
    interview = with_photographs(world, tmp_path)
    worlds.publish_from_review(world, interview)
    before = manifest.build(interview, at=NOON).sha256

    photographs.remove(interview.photographs.first(), by=world.archivist.agent, at=NOON)

    assert manifest.build(interview, at=NOON).sha256 != before
    first = reverse("reading_room:photograph", args=[interview.public_id, 1, "large"])
    assert Client().get(first).status_code == 200


def test_erasing_an_edition_leaves_the_files_that_another_testimony_has_too(world, tmp_path):
    for _each in range(2):
        worlds.publish_from_review(world, with_photographs(world, tmp_path))
    first, second = Edition.objects.order_by("pk")
    shared = {picture["large"]["key"] for picture in first.photographs}
    assert shared == {picture["large"]["key"] for picture in second.photographs}

    copies.erase(first, at=NOON + MINUTE)

    assert not storages["access"].exists(first.audio_key)
    assert all(storages["access"].exists(key) for key in copies.keys_of(second))


def test_a_photograph_from_before_there_was_webp_is_published_in_two_files(world, tmp_path):
    interview = with_photographs(world, tmp_path)
    interview.photographs.update(small_webp=None, large_webp=None)

    worlds.publish_from_review(world, interview)

    assert "small_webp" not in Edition.objects.get().photographs[0]
    page = Client().get(reverse("reading_room:testimony", args=[interview.public_id])).content.decode()
    assert "image/webp" not in page
    assert (
        Client()
        .get(reverse("reading_room:photograph", args=[interview.public_id, 1, "large_webp"]))
        .status_code
        == 404
    )
