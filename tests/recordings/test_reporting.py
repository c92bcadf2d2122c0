"""What a decode report says, in sentences with what to do and where to listen."""

import numpy as np
import pytest
from django.urls import reverse
from django.utils import translation

from oralhistory.recordings import decoding, renditions, reporting
from oralhistory.recordings.models import Recording, Rendition
from tests import world as worlds
from tests.recordings import sounds

RATE = 48_000


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def of(report, seconds=60):
    return reporting.findings(Rendition(decode_report=report, samples=seconds * 16_000))


def said(report, **options):
    return [finding.said for finding in of(report, **options)]


@pytest.fixture
def decoded(tmp_path):
    def decode(samples):
        source = sounds.write(tmp_path / "a.wav", samples, RATE)
        return decoding.decode(source, tmp_path).report

    return decode


def speech(seconds, level=0.5, seed=1):
    return sounds.noise(seconds, RATE, level, seed)


def test_places_where_it_is_clipped_are_found_and_a_loud_peak_is_none(decoded):
    samples = speech(10)
    samples[RATE] = 1.0  # made as loud as may be
    for second in (3, 3.4, 7):
        at = round(second * RATE)
        samples[at : at + 20] = 1.0

    report = decoded(samples)

    assert [start // 100 for start, _end in report["clipped"]] == [30, 70]
    (finding,) = of(report, 10)
    assert finding.said == "Clipped in 2 places: too loud for the recorder."
    assert [moment // 1000 for moment in finding.moments] == [3, 7]


def test_clipping_that_passes_from_block_to_block_is_one_place(decoded):
    samples = speech(40)
    samples[15 * RATE : 17 * RATE : 100] = 1.0  # blocks are of some seconds

    assert decoded(samples)["clipped_count"] == 1


def test_seconds_that_are_missing_are_told_with_the_moment(decoded):
    samples = speech(12)
    samples[5 * RATE : 9 * RATE] = 0

    (finding,) = of(decoded(samples), 12)

    assert finding.said == "4 s are missing in one place: the sound is cut off there."
    assert [round(moment / 1000) for moment in finding.moments] == [5]


def test_silence_before_and_after_is_no_gap(decoded):
    samples = speech(12)
    samples[: 3 * RATE] = samples[9 * RATE :] = 0

    assert of(decoded(samples), 12) == []


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_silent_channel_is_named(decoded, side):
    both = [speech(4), np.zeros(4 * RATE)]
    report = decoded(np.stack(both if side == "right" else both[::-1], axis=1))

    assert said(report) == [f"The {side} channel is silent."]
    assert said({**report, "channels": "left"}) == []  # somebody has said so


def test_channels_that_take_each_other_away(decoded):
    one = speech(4)

    assert said(decoded(np.stack([one, -one], axis=1))) == [
        "There is nothing but silence in it.", "One channel is turned over: mixed, the two take each other away.",
    ]  # fmt: skip


def test_two_microphones_are_suspected(decoded):
    report = decoded(np.stack([speech(4, seed=1), speech(4, seed=2)], axis=1))

    assert said(report) == ["The two channels have little in common, as with a microphone for each person."]
    assert said({**report, "channels": "two_microphones"}) == []


def test_what_is_very_quiet(decoded):
    (sentence,) = said(decoded(speech(10, level=0.02)))

    assert sentence.startswith("Very quiet: −4")


def test_damage_and_an_end_that_is_missing():
    report = {"errors": 3, "cut_short": True, "declared_ms": 3_600_000, "loudness_lufs": -20.0}

    cut, damaged = of(report, 1200)

    assert cut.said == "The file says that it lasts 1:00:00; only 20:00 could be read."
    assert cut.moments == (1_190_000,)
    assert damaged.said == "3 places in the file were damaged when it was read."
    assert all(finding.to_do.endswith(".") for finding in (cut, damaged))


@pytest.mark.parametrize(
    "report", [{}, {"loudness_lufs": -20.0, "errors": 0, "gaps": [], "clipping_share": 0.1}]
)
def test_an_older_report_says_what_it_has_and_nothing_else(report):
    assert of(report) == []


@pytest.mark.django_db
def test_the_page_leads_to_the_moments(client, tmp_path):
    world = worlds.build()
    interview = worlds.transcribed(world, tmp_path)
    recording = Recording.objects.of(interview).get()
    rendition = renditions.current(recording)
    rendition.decode_report = {"clipped_count": 1, "clipped": [[3500, 3600]], "loudness_lufs": -20.0}
    rendition.save()
    client.force_login(world.interviewer)

    with translation.override("es"):
        page = client.get(reverse("workroom:interview", args=[interview.public_id])).content.decode()

    assert "Saturado en un lugar" in page
    assert f"transcript/?recording={recording.code}#t=3.5" in page
