"""A photograph of the narrator, on its way to being shown."""

import io

from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from oralhistory.interviews.models import Photograph
from oralhistory.provenance import events
from oralhistory.recordings.models import Rendition
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


def two(world, at_the_desk_of):
    """An interview with a photograph of 1979 and one of 1980, and the interviewer's browser."""
    interview = worlds.draft(world)
    browser = at_the_desk_of(world.interviewer)
    url = reverse("workroom:photographs", args=[interview.public_id])
    for width, caption in ((2000, "1979"), (900, "1980")):
        browser.post(url, {"picture": picture(width), "caption": caption, "of_narrator": "on"})
    return browser, url, list(Photograph.objects.order_by("pk"))


def test_every_size_is_kept_as_webp_too(world, at_the_desk_of):
    browser, url, (first, _second) = two(world, at_the_desk_of)

    assert (first.small_webp.media_type, first.large_webp.media_type) == ("image/webp", "image/webp")
    page = browser.get(url).content.decode()
    small, large = (
        reverse("workroom:picture", args=[first.interview.public_id, first.pk, size])
        for size in ("small_webp", "large_webp")
    )
    assert f'srcset="{small} 480w, {large} 1280w"' in page
    answer = browser.get(large)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert b"".join(answer.streaming_content).startswith(b"RIFF")
    assert browser.get(large.replace("large_webp", "master")).status_code == 404


def test_what_is_said_of_a_photograph_can_be_changed(world, at_the_desk_of):
    browser, url, (first, second) = two(world, at_the_desk_of)

    browser.post(url, {"photograph": first.pk, "do": "describe", "caption": "En el local", "credit": "Rosa"})

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.caption, first.credit, first.of_narrator) == ("En el local", "Rosa", False)
    assert (second.caption, second.of_narrator) == ("1980", True)


def test_the_order_can_be_changed(world, at_the_desk_of):
    browser, url, (first, second) = two(world, at_the_desk_of)

    browser.post(url, {"photograph": second.pk, "do": "move up"})
    browser.post(url, {"photograph": first.pk, "do": "move up"})  # it is the first: it stays

    now = list(Photograph.objects.order_by("pk"))
    assert [(each.caption, each.width, each.large_id) for each in now] == [
        ("1980", 900, second.large_id), ("1979", 1280, first.large_id),
    ]  # fmt: skip


def test_a_photograph_that_is_removed_is_gone_with_its_files(
    world, at_the_desk_of, django_capture_on_commit_callbacks
):
    browser, url, (first, second) = two(world, at_the_desk_of)
    keys = [first.large.key, first.large_webp.key]  # the small ones of two gray pictures are the same

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url, {"photograph": first.pk, "do": "remove"})

    assert list(Photograph.objects.all()) == [second]
    assert not any(storages["masters"].exists(key) for key in keys)
    assert storages["masters"].exists(second.large_webp.key)
    assert events.of(first.interview)[-1].kind == "photograph removed"


def test_a_file_that_another_photograph_has_too_stays(
    world, at_the_desk_of, django_capture_on_commit_callbacks
):
    interview, other = worlds.draft(world), worlds.draft(world)
    browser = at_the_desk_of(world.interviewer)
    for each in (interview, other):
        browser.post(reverse("workroom:photographs", args=[each.public_id]), {"picture": picture(900)})
    first, second = Photograph.objects.order_by("pk")
    assert first.large.key == second.large.key

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(
            reverse("workroom:photographs", args=[interview.public_id]),
            {"photograph": first.pk, "do": "remove"},
        )

    assert storages["masters"].exists(second.large.key)


def test_a_photograph_of_another_interview_is_not_touched(world, at_the_desk_of):
    browser, _url, (first, _second) = two(world, at_the_desk_of)
    other = worlds.draft(world)

    answer = browser.post(
        reverse("workroom:photographs", args=[other.public_id]), {"photograph": first.pk, "do": "remove"}
    )

    assert answer.status_code == 400
    assert Photograph.objects.filter(pk=first.pk).exists()


def test_the_unredacted_video_is_opened_as_the_unredacted_sound_is(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path)
    rendition = Rendition.objects.get()
    rendition.staff_video = rendition.poster = rendition.staff_copy  # any file of the masters
    rendition.save()
    recording = rendition.recording
    video, poster = (
        reverse(f"workroom:{name}", args=[interview.public_id, recording.code])
        for name in ("video", "poster")
    )

    browser = at_the_desk_of(world.interviewer)
    assert video in browser.get(reverse("workroom:interview", args=[interview.public_id])).content.decode()
    assert [browser.get(url).status_code for url in (video, video, poster)] == [200, 200, 200]
    assert [each.kind for each in events.of(interview)].count("unredacted video opened") == 1
    for url in (video, poster):
        assert at_the_desk_of(world.other_interviewer).get(url).status_code == 404
        assert at_the_desk_of(world.moderator).get(url).status_code == 404
        assert "reason" in at_the_desk_of(world.archivist).get(url).headers["Location"]


def test_a_recording_without_a_video_has_no_address_for_one(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path)
    url = reverse("workroom:video", args=[interview.public_id, Rendition.objects.get().recording.code])

    assert at_the_desk_of(world.interviewer).get(url).status_code == 404
    assert "unredacted video opened" not in [each.kind for each in events.of(interview)]
