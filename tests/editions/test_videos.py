"""A video is published only where nothing is kept out of it; else its sound alone."""

import hashlib

import pytest
from django.core.files.storage import storages
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from oralhistory.consent import agreements
from oralhistory.consent.models import Agreement, Grant, Use
from oralhistory.editions import cleaning, consequences, manifest, publishing
from oralhistory.editions.models import Edition
from oralhistory.files.models import MediaFile
from oralhistory.jobs.models import Job
from oralhistory.people.models import Person
from oralhistory.pipeline import acts
from oralhistory.recordings import photographs, renditions, videos
from oralhistory.recordings.models import Recording
from oralhistory.review import checks, redactions
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import MINUTE, NOON

pytestmark = pytest.mark.django_db

ADDRESSES = ("video", "poster")  # captions are the text, which has a grant of its own


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def in_review(world, tmp_path):
    """An interview that was filmed, with nothing redacted. Its video is bytes that nobody plays here."""

    def carried(**options):
        interview = worlds.in_review(world, tmp_path, **options)
        worlds.film(interview, b"moving pictures" * 999, b"one picture", size=(64, 48))
        return interview

    return carried


def of(name, interview):
    return reverse(f"reading_room:{name}", args=[interview.public_id])


def body(answer):
    return b"".join(answer.streaming_content)


def test_a_filmed_testimony_is_seen_where_nothing_is_kept_out_of_it(world, in_review):
    interview = in_review()
    seen = renditions.current(Recording.objects.of(interview).get())

    worlds.publish_from_review(world, interview)

    video = Client().get(of("video", interview), headers={"Range": "bytes=0-99"})
    poster = Client().get(of("poster", interview))
    captions = Client().get(of("captions", interview))
    sound = Client().get(of("sound", interview))
    page = Client().get(of("testimony", interview)).content.decode()
    assert (video.status_code, video.headers["Content-Type"]) == (206, "video/mp4")
    assert video.headers["Content-Range"] == f"bytes 0-99/{seen.staff_video.size}"
    assert hashlib.sha256(body(Client().get(of("video", interview)))).hexdigest() == seen.staff_video.sha256
    assert (poster.status_code, poster.headers["Content-Type"]) == (200, "image/jpeg")
    assert captions.content.startswith(b"WEBVTT")
    assert sound.status_code == 200
    assert (
        f'<video id="film" controls playsinline preload="metadata" width="64" height="48" poster="{of("poster", interview)}"'
        in page
    )
    assert "<audio" not in page
    copies = MediaFile.objects.present().filter(storage="access")
    assert set(copies.values_list("use", flat=True)) == {"access_copy", "access_video", "poster"}
    assert copies.get(use="access_video").parent == seen.staff_video


def test_what_is_signed_names_the_bytes_that_will_be_shown(in_review):
    interview = in_review()
    built = manifest.build(interview, at=NOON)
    rendition = renditions.current(Recording.objects.of(interview).get())

    assert built.record["video"]["sha256"] == rendition.staff_video.sha256
    other = manifest.Manifest(
        {**built.record, "video": {**built.record["video"], "sha256": "0" * 64}}, built.segments, built.sound
    )
    assert other.sha256 != built.sha256


def _redacted(world, interview):
    worlds.redact_the_secret(world, interview)


def _closed(*uses):
    def close(world, interview):
        agreements.add(
            interview, [agreements.Line(use, denied=True, start_ms=1000, end_ms=2000) for use in uses],
            kind=Agreement.Kind.RECORDING, signed_on=NOON.date(), by=world.archivist, at=NOON,
            attribution=Person.Attribution.PSEUDONYM,
        )  # fmt: skip

    return close


def _denied(use):
    def deny(world, interview):
        agreements.add(
            interview, [agreements.Line(use, denied=True)],
            kind=Agreement.Kind.RECORDING, signed_on=NOON.date(), by=world.archivist, at=NOON,
        )  # fmt: skip

    return deny


def _later_on_the_time_line(world, interview):
    Recording.objects.of(interview).update(offset_ms=500)


def _without(use):
    def leave_out(world, interview):
        Grant.objects.filter(agreement__interview=interview, use=use).delete()

    return leave_out


def _another_recording(world, interview):
    first = Recording.objects.of(interview).get()
    second = Recording.objects.create(
        session=first.session, position=1, offset_ms=8000, state="ready", master=first.master, duration_ms=1,
        arrived_at=NOON, original_name="b",
    )  # fmt: skip
    versions.add(second, [], kind="machine", made_by={}, at=NOON)
    rendition = renditions.current(first)
    rendition.pk, rendition.recording = None, second
    rendition.save()


REASONS = {
    "a paper from before, that gives sound and photographs": _without(Use.VIDEO),
    "a paper that gives the pictures without the sound": _without(Use.AUDIO),
    "another recording beside it": _another_recording,
    "a redaction": _redacted,
    "words closed by a paper": _closed(Use.TEXT),
    "sound closed by a paper": _closed(Use.AUDIO),
    "pictures closed by a paper": _closed(Use.VIDEO),
    "pictures closed by a paper from before": _closed(Use.STILL),
    "video denied": _denied(Use.VIDEO),
    "pictures denied by a paper from before": _denied(Use.STILL),
    "another time line": _later_on_the_time_line,
}


def test_where_anything_is_kept_out_no_video_is_released(world, in_review):
    interview = in_review()
    assert "video" in manifest.build(interview, at=NOON).record
    shown = set()
    for reason, narrow in REASONS.items():
        with transaction.atomic():
            narrow(world, interview)
            if "video" in manifest.build(interview, at=NOON).record:
                shown.add(reason)
            transaction.set_rollback(True)
    assert shown == set()


def test_a_redacted_testimony_is_published_with_its_sound_alone(world, in_review):
    interview = in_review()
    worlds.redact_the_secret(world, interview)

    worlds.publish_from_review(world, interview)

    assert Edition.objects.public().get().video == {}
    assert not MediaFile.objects.filter(storage="access", use__in=["access_video", "poster"]).exists()
    assert [Client().get(of(name, interview)).status_code for name in ADDRESSES] == [404, 404]
    assert Client().get(of("sound", interview)).status_code == 200
    assert "<video" not in Client().get(of("testimony", interview)).content.decode()


HIDING = {
    "a veil": lambda world, interview: publishing.veil(
        interview, 6_000, 8_000, by=world.moderator.agent, at=NOON, reason="asked"
    ),
    "a passage that a paper closes": lambda world, interview: (
        _closed(Use.VIDEO)(world, interview),
        consequences.follow_consent(interview, by=world.archivist.agent, at=NOON),
    ),
}


def test_what_is_hidden_at_once_is_not_seen_at_the_next_request(world, in_review):
    interview = in_review()
    worlds.publish_from_review(world, interview)
    for hide in HIDING.values():
        with transaction.atomic():
            hide(world, interview)

            assert [Client().get(of(name, interview)).status_code for name in ADDRESSES] == [404, 404]
            assert "<video" not in Client().get(of("testimony", interview)).content.decode()
            transaction.set_rollback(True)
    assert Client().get(of("video", interview)).status_code == 200


def test_moving_pictures_are_given_without_photographs_and_photographs_without_moving_pictures(
    world, in_review, tmp_path
):
    interview = in_review()
    path = tmp_path / "picture"
    Image.new("RGB", (300, 400), "gray").save(path, "PNG")
    photographs.add(interview, path, caption="", credit="", by=world.interviewer.agent, at=NOON)

    def given():
        record = manifest.build(interview, at=NOON).record
        return "video" in record, len(record["photographs"])

    assert given() == (True, 1)
    for use, left in ((Use.VIDEO, (False, 1)), (Use.STILL, (True, 0))):
        with transaction.atomic():
            _without(use)(world, interview)
            assert given() == left
            transaction.set_rollback(True)


def test_an_edition_from_before_video_was_a_use_shows_its_photographs_and_its_sound_alone(world, in_review):
    """Its papers said `still` for both: whoever allowed photographs did not thereby allow the moving face."""
    interview = in_review()
    worlds.publish_from_review(world, interview)
    edition = Edition.objects.public().get()
    signed = edition.video
    Grant.objects.filter(use=Use.VIDEO).delete()
    edition.uses = [use for use in edition.uses if use != "video"]
    edition.save()
    papers = reverse("workroom:agreements", args=[interview.public_id])
    staff = Client()
    staff.force_login(world.archivist)

    assert [Client().get(of(name, interview)).status_code for name in ADDRESSES] == [404, 404]
    assert Client().get(of("sound", interview)).status_code == 200
    page = Client().get(of("testimony", interview)).content.decode()
    assert ("<video" in page, "<audio" in page) == (False, True)
    assert "El video de esta edición no se muestra" in staff.get(papers).content.decode()
    # What was signed stays as it was signed, and nothing else of it is taken down.
    consequences.follow_consent(interview, by=world.archivist.agent, at=NOON)
    assert Edition.objects.public().get().video == signed

    _closed(Use.VIDEO)(world, interview)
    consequences.follow_consent(interview, by=world.archivist.agent, at=NOON)
    assert not edition.veils.exists()  # nothing of that passage is seen: its sound and words stay


def test_what_was_signed_while_photographs_stood_for_the_video_is_signed_again(world, in_review):
    interview = in_review()
    signed = worlds.sign(world, interview)
    Grant.objects.filter(use=Use.VIDEO).delete()

    with pytest.raises(publishing.ChangedSinceSeen):
        publishing.publish(signed, by=world.archivist, at=NOON)


def test_whoever_signs_is_told_where_no_paper_gives_the_video(world, in_review, tmp_path):
    filmed, heard = in_review(), worlds.in_review(world, tmp_path)
    Grant.objects.filter(use=Use.VIDEO).delete()
    said = "Ninguna carta abre el video al público."

    told = [
        said in [check.sentence for check in checks.before_signing(interview, at=NOON)]
        for interview in (filmed, heard)
    ]

    assert told == [True, False]


def test_withdrawing_the_video_takes_it_off_at_once(world, in_review):
    """Whether the paper that gave it is withdrawn, or another one denies it."""
    interview = in_review()
    Grant.objects.filter(use=Use.VIDEO).delete()
    alone = agreements.add(
        interview, [agreements.Line(Use.VIDEO)], kind=Agreement.Kind.RECORDING, signed_on=NOON.date(),
        by=world.archivist, at=NOON,
    )  # fmt: skip
    worlds.publish_from_review(world, interview)
    assert Client().get(of("video", interview)).status_code == 200
    ways = (
        lambda: acts.withdraw_agreement(alone, by=world.archivist.agent, at=NOON),
        lambda: acts.record_agreement(
            interview, [agreements.Line(Use.VIDEO, denied=True)], kind=Agreement.Kind.RECORDING,
            signed_on=NOON.date(), by=world.archivist, at=NOON,
        ),
    )  # fmt: skip
    for withdraw in ways:
        with transaction.atomic():
            withdraw()
            assert [Client().get(of(name, interview)).status_code for name in ADDRESSES] == [404, 404]
            assert "<video" not in Client().get(of("testimony", interview)).content.decode()
            transaction.set_rollback(True)
        interview.refresh_from_db()


@pytest.mark.django_db(transaction=True)  # the index is purged outside a transaction, as the job does it
def test_a_withdrawal_stops_the_video_at_once_and_removes_it(world, in_review):
    interview = in_review()
    worlds.publish_from_review(world, interview)
    video = Edition.objects.public().get().video

    publishing.withdraw(interview, by=world.moderator.agent, at=NOON + MINUTE)
    assert [Client().get(of(name, interview)).status_code for name in ADDRESSES] == [410, 410]
    cleaning.after_withdrawal(interview.public_id, at=NOON + MINUTE)

    assert not storages["access"].exists(video["key"])
    assert not storages["access"].exists(video["poster"]["key"])
    assert not MediaFile.objects.present().filter(storage="access").exists()
    assert storages["masters"].exists(video["key"])  # those who work on it may begin again


def test_nothing_is_signed_while_a_video_that_will_be_shown_is_being_made(world, in_review):
    interview = in_review()
    subject = Recording.objects.of(interview).get().subject
    job = Job.objects.create(
        kind=videos.JOB, subject=subject, generation=2, queue="cpu", due_at=NOON, created_at=NOON
    )
    seen = publishing.preview(interview, at=NOON)

    with pytest.raises(publishing.VideoNotReady):
        publishing.approve(interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON)

    redactions.mark(
        interview, 0, 1000, reason="asked", by=world.moderator.agent, at=NOON
    )  # now none will be shown
    worlds.hear_everything(world, interview)
    worlds.decide_on_everybody(world, interview)
    seen = publishing.preview(interview, at=NOON)
    publishing.approve(interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON)
    assert job.state == Job.State.DUE


def test_whoever_signs_sees_what_everybody_will_see(world, in_review):
    interview = in_review()
    client = Client()
    client.force_login(world.moderator)
    url = reverse("workroom:sign_video", args=[interview.public_id])

    assert url in client.get(reverse("workroom:sign", args=[interview.public_id])).content.decode()
    answer = client.get(url)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert (
        hashlib.sha256(body(answer)).hexdigest()
        == manifest.build(interview, at=NOON).record["video"]["sha256"]
    )
    worlds.redact_the_secret(world, interview)
    assert client.get(url).status_code == 404
