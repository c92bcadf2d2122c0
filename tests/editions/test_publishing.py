"""From a signed manifest to what everybody sees, and back to nothing."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.core import serializers
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from oralhistory.consent import agreements
from oralhistory.consent.models import Agreement, Audience, Use
from oralhistory.editions import consequences, manifest, publishing, sounds
from oralhistory.editions.models import Edition, EditionSegment, PreparedSound, Standing
from oralhistory.files import stores
from oralhistory.interviews.models import State
from oralhistory.lib import ffmpeg
from oralhistory.people.models import Person
from oralhistory.provenance import events
from oralhistory.recordings import access_copies
from oralhistory.review import redactions
from oralhistory.search import index
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript
from tests import world as worlds
from tests.clock import MINUTE, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


def everything_public() -> str:
    """All rows of the editions and of the index, as text."""
    from_editions = serializers.serialize("json", [*Edition.objects.all(), *EditionSegment.objects.all()])
    page = index.search(worlds.CANARY)
    return from_editions + json.dumps([page.total, page.did_you_mean])


def test_an_edition_holds_what_the_consent_grants_and_no_canary(world, tmp_path):
    interview = worlds.published(world, tmp_path)

    edition = Edition.objects.public().get()
    assert interview.state == State.PUBLISHED
    assert edition.narrators == ["Elena"]
    assert edition.held_on == "1979"
    assert [segment.withheld for segment in edition.segments.all()] == [False, False, True, False]
    assert worlds.CANARY not in everything_public()
    assert "1979-05-17" not in everything_public()


def test_a_mention_is_published_where_it_is_said(world, tmp_path):
    worlds.published(world, tmp_path)

    found = {
        mention.organization: mention.segment.text[mention.start : mention.end]
        for segment in EditionSegment.objects.all()
        for mention in segment.mentions.all()
    }
    assert found["copesal-mx"] == "Copesal"
    assert "Farabundo Martí" in found["fmln-sv"]


def test_the_published_sound_has_no_trace_of_the_redacted_tone(world, tmp_path):
    worlds.published(world, tmp_path)
    edition = Edition.objects.public().get()

    with stores.open_local("access", edition.audio_key) as path:
        samples = decoded(path)

    start, end = 2 * worlds.SECONDS_EACH * 16_000, 3 * worlds.SECONDS_EACH * 16_000
    assert level_at(worlds.TONE_HZ, samples[start:end]) < -50
    assert level_at(220, samples[: start // 2]) > -30  # the rest is there


def test_the_unredacted_sound_has_the_tone(world, tmp_path):
    """The check above can fail."""
    samples = decoded(worlds.sound(tmp_path))
    start, end = 2 * worlds.SECONDS_EACH * 16_000, 3 * worlds.SECONDS_EACH * 16_000

    assert level_at(worlds.TONE_HZ, samples[start:end]) > -10


def decoded(path: Path) -> np.ndarray:
    command = [
        str(ffmpeg.binary()),
        "-v",
        "error",
        "-i",
        str(path),
        "-f",
        "f32le",
        "-ac",
        "1",
        "-ar",
        "16000",
        "-",
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.float32)


def level_at(frequency: float, samples: np.ndarray) -> float:
    """The loudest 50 ms of one frequency, in dB of full scale."""
    window = 800
    loudest = 0.0
    for start in range(0, len(samples) - window, window):
        piece = samples[start : start + window]
        turn = np.exp(-2j * np.pi * frequency * np.arange(window) / 16_000)
        loudest = max(loudest, 2 * abs(np.mean(piece * turn)))
    return 20 * np.log10(loudest + 1e-9)


def test_nothing_changes_between_the_signature_and_the_publication(world, tmp_path):
    interview = worlds.approved(world, tmp_path)
    interview.title = "Another"
    interview.save()

    with pytest.raises(publishing.ChangedSinceSeen):
        publishing.publish(interview, by=world.archivist, at=NOON)
    assert not Edition.objects.exists()


def test_what_is_signed_is_what_was_seen(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    seen = publishing.preview(interview, at=NOON)
    worlds.redact_the_secret(world, interview)

    with pytest.raises(publishing.ChangedSinceSeen):
        publishing.approve(interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON)
    interview.refresh_from_db()
    assert interview.state == State.IN_REVIEW
    assert not Transcript.objects.filter(audited=True).exists()


def test_without_a_paper_nothing_is_published(world, tmp_path):
    interview = worlds.in_review(world, tmp_path, lines=[])

    with pytest.raises(manifest.NotReleased):
        publishing.preview(interview, at=NOON)


def test_text_without_sound(world, tmp_path):
    lines = [*agreements.FOR_THE_ARCHIVE, agreements.Line(Use.TEXT)]
    worlds.published(world, tmp_path, lines=lines)

    edition = Edition.objects.public().get()
    assert (edition.audio_key, edition.peaks) == ("", [])
    assert edition.segments.count() == len(worlds.TEXTS)
    assert edition.summary == ""
    assert index.search("calles").total == 0


def test_sound_without_text(world, tmp_path):
    worlds.published(world, tmp_path, lines=[*agreements.FOR_THE_ARCHIVE, agreements.Line(Use.AUDIO)])

    edition = Edition.objects.public().get()
    assert edition.audio_key
    assert not edition.segments.exists()


def test_a_passage_that_a_paper_closes_is_not_published(world, tmp_path):
    closed = agreements.Line(Use.TEXT, denied=True, start_ms=0, end_ms=1_000)
    interview = worlds.in_review(
        world, tmp_path, lines=[*agreements.FOR_THE_ARCHIVE, *agreements.OPEN_TO_ALL, closed]
    )

    first = publishing.preview(interview, at=NOON).segments[0]

    assert first["text"].startswith("[…]")
    assert "Buenas" not in json.dumps(first, ensure_ascii=False)


def test_an_embargo_keeps_it_closed_until_it_has_passed(world, tmp_path):
    interview = worlds.approved(world, tmp_path)
    agreements.set_embargo(interview, NOON + 10 * MINUTE, by=world.archivist, at=NOON, reason="asked")

    assert publishing.publish(interview, by=world.archivist, at=NOON + 9 * MINUTE) is None
    interview.refresh_from_db()
    assert interview.state == State.EMBARGOED
    assert not Edition.objects.exists()

    assert publishing.publish(interview, by=world.archivist, at=NOON + 10 * MINUTE) is not None


def test_the_sound_must_be_ready(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    worlds.hear_everything(world, interview)
    worlds.decide_on_everybody(world, interview)
    seen = publishing.preview(interview, at=NOON)
    publishing.approve(interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON)

    with pytest.raises(publishing.SoundNotReady):
        publishing.publish(interview, by=world.archivist, at=NOON)
    interview.refresh_from_db()
    assert interview.state == State.APPROVED


def test_a_sound_that_was_damaged_meanwhile_is_not_published(world, tmp_path):
    interview = worlds.approved(world, tmp_path)
    damaged = Path(storages["masters"].path(PreparedSound.objects.get().key))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")

    with pytest.raises(stores.KeyIsDamaged):
        publishing.publish(interview, by=world.archivist, at=NOON)
    assert not Edition.objects.exists()


def test_preparing_the_sound_twice_makes_it_once(world, tmp_path):
    interview = worlds.approved(world, tmp_path)

    assert sounds.prepare(interview, at=NOON) == sounds.prepare(interview, at=NOON + MINUTE)


def test_a_withdrawal_is_one_write_and_nothing_is_found_any_more(world, tmp_path):
    interview = worlds.published(world, tmp_path)

    publishing.withdraw(interview, by=world.moderator.agent, at=NOON + MINUTE)

    assert not Edition.objects.public().exists()
    assert index.search("calles").total == 0
    interview.refresh_from_db()
    assert interview.state == State.WITHDRAWN


def test_a_sound_that_fails_half_way_opens_nothing_and_is_made_again(world, tmp_path):
    """R12: what was public stays as it was."""
    interview = worlds.revising(world, tmp_path)
    before = Edition.objects.public().get()
    redactions.mark(interview, 6_000, 8_000, reason="asked", by=world.moderator.agent, at=NOON)
    seen = publishing.preview(interview, at=NOON)
    publishing.approve(interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON)
    (file,) = manifest.listening_files(interview).values()
    path = Path(storages[file.storage].path(file.key))
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))

    with pytest.raises((soundfile.LibsndfileError, access_copies.CannotBeEncoded)):
        sounds.prepare(interview, at=NOON)
    with pytest.raises(publishing.SoundNotReady):
        publishing.publish(interview, by=world.archivist, at=NOON)
    assert Edition.objects.public().get() == before

    path.write_bytes(whole)
    sounds.prepare(interview, at=NOON)
    assert publishing.publish(interview, by=world.archivist, at=NOON).number == before.number + 1


def test_a_veil_hides_a_passage_from_the_search_at_once(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    assert index.search("calles").total == 1

    publishing.veil(interview, 6_000, 8_000, by=world.moderator.agent, at=NOON, reason="asked")

    assert index.search("calles").total == 0
    assert index.search("milité").total == 1
    assert (6_000, 8_000) in redactions.spans(interview)


def test_a_second_edition_takes_the_place_of_the_first_and_keeps_its_cues(world, tmp_path):
    interview = worlds.revising(world, tmp_path)
    first = Edition.objects.public().get()
    publishing.veil(interview, 6_000, 8_000, by=world.moderator.agent, at=NOON, reason="asked")

    worlds.sign(world, interview)
    assert Edition.objects.public().get() == first  # the old one stays until the new one is published
    publishing.publish(interview, by=world.archivist, at=NOON + MINUTE)

    second = Edition.objects.public().get()
    assert second.number == 2
    assert not second.veils.exists()
    cues = [list(each.segments.values_list("cue_id", flat=True)) for each in (first, second)]
    assert cues[0] == cues[1]


def test_narrowing_a_paper_takes_down_what_it_no_longer_allows(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    agreements.add(
        interview, [agreements.Line(Use.AUDIO, Audience.PUBLIC, denied=True)], kind=Agreement.Kind.RECORDING,
        signed_on=NOON.date(), by=world.archivist, at=NOON,
    )  # fmt: skip

    consequences.follow_consent(interview, by=world.archivist.agent, at=NOON)

    edition = Edition.objects.public().get()
    assert "audio" not in edition.uses
    assert Client().get(reverse("reading_room:sound", args=[interview.public_id])).status_code == 404
    assert index.search("calles").total == 1


def test_closing_a_passage_by_paper_veils_it(world, tmp_path):
    interview = worlds.published(world, tmp_path)

    another_paper(world, interview, agreements.Line(Use.TEXT, denied=True, start_ms=6_000, end_ms=8_000))

    assert index.search("calles").total == 0
    assert Edition.objects.public().exists()


def another_paper(world, interview, *lines, **options):
    """Of all narrators, beside the one there is."""
    given = {"attribution": Person.Attribution.PSEUDONYM} | options
    agreements.add(
        interview, lines, kind=Agreement.Kind.RECORDING, signed_on=NOON.date(), by=world.archivist, at=NOON, **given
    )  # fmt: skip
    consequences.follow_consent(interview, by=world.archivist.agent, at=NOON)


def test_a_paper_that_shows_less_of_the_narrator_takes_the_name_down(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    assert Edition.objects.public().get().narrators == ["Elena"]

    another_paper(world, interview)
    assert Edition.objects.public().exists()

    another_paper(world, interview, attribution=Person.Attribution.CODE)
    assert Edition.objects.public().get().narrators == []
    page = Client().get(reverse("reading_room:testimony", args=[interview.public_id])).content.decode()
    assert "Elena" not in page


def test_a_paper_that_wants_no_word_of_a_withdrawal_is_followed_before_there_is_one(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    address = reverse("reading_room:testimony", args=[interview.public_id])

    another_paper(world, interview, tombstone=False)
    assert Client().get(address).status_code == 200

    publishing.withdraw(interview, by=world.moderator.agent, at=NOON + MINUTE)
    assert Client().get(address).status_code == 404


def test_withdrawing_the_last_paper_withdraws_the_testimony(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    agreements.withdraw(interview.agreements.get(), by=world.archivist.agent, at=NOON)

    consequences.follow_consent(interview, by=world.archivist.agent, at=NOON)

    assert not Edition.objects.public().exists()


def test_a_correction_shows_in_the_manifest_and_keeps_the_times(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    before = publishing.preview(interview, at=NOON)
    machine = Transcript.objects.get()
    working = versions.working(machine, at=NOON)
    segment = working.segments.get(index=3)

    versions.correct(
        working, segment.cue_id, "De ahí nació el Copesal y llenábamos las calles.", seen=segment.text,
        by=world.moderator.agent, at=NOON,
    )  # fmt: skip

    after = publishing.preview(interview, at=NOON)
    assert after.sha256 != before.sha256
    old = {word[2]: word[:2] for word in before.segments[3]["words"]}
    new = {word[2]: word[:2] for word in after.segments[3]["words"]}
    assert all(new[word] == old[word] for word in ("Copesal", "llenábamos", "calles."))
    assert new["nació"] == old["salió"]
    assert Segment.objects.get(transcript=machine, index=3).text == worlds.TEXTS[3]  # the machine's stays


def test_standings_hold_one_row_a_testimony(world, tmp_path):
    worlds.revising(world, tmp_path)

    assert Standing.objects.count() == 1
    assert events.verify() > 0


def test_of_a_text_whose_times_are_guessed_nothing_is_public_where_anything_is_closed(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    worlds.redact_the_secret(world, interview)
    Segment.objects.update(flags=["times_guessed"])

    built = publishing.preview(interview, at=NOON)

    assert {segment["withheld"] for segment in built.segments} == {True}
