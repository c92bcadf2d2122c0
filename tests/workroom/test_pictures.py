"""A photograph of the narrator, on its way to being shown."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from oralhistory.interviews.models import Photograph
from tests import world as worlds


def picture(width: int) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = worlds.CANARY  # the description that a camera or a program writes
    Image.new("RGB", (width, width // 2), "gray").save(buffer, "JPEG", exif=exif)
    return SimpleUploadedFile("Ramiro.jpg", buffer.getvalue())


def test_a_photograph_is_kept_in_two_sizes_without_what_the_camera_wrote(world, at_the_desk_of):
    interview = worlds.draft(world)
    browser = at_the_desk_of(world.interviewer)

    browser.post(
        reverse("workroom:photographs", args=[interview.public_id]),
        {"picture": picture(2000), "caption": "1979"},
    )

    kept = Photograph.objects.get()
    assert (kept.small_width, kept.width, kept.height) == (480, 1280, 640)
    for size in ("small", "large"):
        answer = browser.get(reverse("workroom:picture", args=[interview.public_id, kept.pk, size]))
        assert worlds.CANARY.encode() not in b"".join(answer.streaming_content)


def test_a_small_picture_is_one_size(world, at_the_desk_of):
    interview = worlds.draft(world)
    url = reverse("workroom:photographs", args=[interview.public_id])

    at_the_desk_of(world.interviewer).post(url, {"picture": picture(300)})

    kept = Photograph.objects.get()
    assert kept.small == kept.large or kept.small.sha256 == kept.large.sha256


def test_what_is_no_picture_is_refused_in_words(world, at_the_desk_of):
    interview = worlds.draft(world)
    url = reverse("workroom:photographs", args=[interview.public_id])

    answer = at_the_desk_of(world.interviewer).post(
        url, {"picture": SimpleUploadedFile("a.jpg", b"not a picture")}
    )

    assert answer.status_code == 400
    assert not Photograph.objects.exists()
