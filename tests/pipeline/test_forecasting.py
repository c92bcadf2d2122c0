"""How long it still takes is read from what was measured, and is not said where nothing was."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from oralhistory.intake import uploads
from oralhistory.jobs import leases
from oralhistory.jobs.models import Ability, Job
from oralhistory.lib.forecasts import Interval
from oralhistory.pipeline import following, forecasting
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.workroom.templatetags.workroom import time_left
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.pipeline.long_recording import SPEC, hear, planned

pytestmark = pytest.mark.django_db
PIECE = 300  # seconds


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def new_recording(world, tmp_path):
    def make(folder):
        (tmp_path / folder).mkdir()
        interview = worlds.draft(world)
        path = worlds.sound(tmp_path / folder)
        recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=NOON)
        renditions.make(recording, at=NOON)
        return recording

    return make


@pytest.fixture
def recording(new_recording):
    return new_recording("first")


def left(recording, at=NOON):
    recording = Recording.objects.get(pk=recording.pk)
    return forecasting.left(following.of(recording, at=at), at=at)


def heard(transcription, number, *, speed=4.0, at=NOON):
    """So many of its pieces, one after the other. Returns when."""
    for place in range(number):
        at = hear(transcription, place, at=at, speed=speed)
    return at


def test_while_nothing_was_measured_nothing_is_said(recording):
    planned(recording, at=NOON)
    Ability.objects.create(machine="ear", what="hear fake base", checked_at=NOON)

    assert left(recording) is None


def test_its_own_speed_tells_how_long_the_rest_takes(recording):
    at = heard(planned(recording, at=NOON), 12)

    found = left(recording, at)

    assert found.low < 24 * PIECE / 4 < found.high
    assert found.high < 1.5 * found.low


def test_a_piece_that_is_being_heard_tells_something_before_it_has_ended(recording):
    transcription = planned(recording, at=NOON)
    at = hear(transcription, 0, at=NOON, batches=1)

    found = left(recording, at)

    assert found.low < 35.7 * PIECE / 4 < found.high
    assert found.high > 2 * found.low  # one third of a piece is little to go by


def test_earlier_recordings_tell_something_before_it_has_begun_and_those_of_another_model_nothing(
    recording, new_recording
):
    at = heard(planned(new_recording("earlier"), hours=0.5, at=NOON), 6)
    asked = planned(recording, at=at)
    wide = left(recording, at)
    assert wide.low < 36 * PIECE / 4 < wide.high
    assert wide.high > 1.5 * wide.low

    asked.spec = replace(SPEC, model="large-v3").as_dict()
    asked.save()
    assert left(recording, at) is None


def test_what_comes_first_is_counted(recording, new_recording):
    at = heard(planned(new_recording("earlier"), hours=0.5, at=NOON), 6)
    planned(recording, hours=0.5, at=at)
    alone = left(recording, at)
    other = new_recording("later")
    planned(other, hours=0.5, at=at)

    assert left(recording, at) == alone  # who comes later is behind it
    assert left(other, at).low > 1.5 * alone.low


def test_two_workers_take_half_as_long(recording, new_recording):
    earlier = planned(new_recording("earlier"), hours=1, at=NOON)
    at = heard(earlier, 6)
    planned(recording, at=at)
    one = left(recording, at)
    for place in (6, 7):
        hear(earlier, place, at=at, batches=1)  # both at once

    two = left(recording, at + MINUTE)

    assert two.low < 0.65 * one.low
    assert two.high < 0.75 * one.high


def test_what_waits_for_something_has_no_end_that_can_be_said(recording):
    transcription = planned(recording, at=NOON)
    at = heard(transcription, 3)
    Job.objects.filter(chunk__transcription=transcription).open().update(reason="It waits for the model.")
    assert left(recording, at) is None


def test_nothing_is_said_of_what_does_not_run_or_has_not_been_read(recording):
    assert left(recording) is None
    at = heard(transcription := planned(recording, at=NOON), 36)
    for kind, subject in (("join", transcription.subject),):
        leases.enqueue(kind, subject, queue="cpu", at=at)
    soon = left(recording, at)
    assert 0 < soon.low < soon.high < 10 * 60  # two short steps


def test_progress_never_goes_back_and_the_time_left_is_never_a_minus(recording):
    transcription, at = planned(recording, hours=1, at=NOON), NOON
    shares, ends = [0], []
    for place in range(12):
        for batches in (1, 2, 3):
            job = transcription.chunks.get(index=place).job
            Job.objects.filter(pk=job.pk).update(state="due", lease_token=None, lease_until=None, attempts=0)
            now = hear(transcription, place, at=at, batches=batches)
            shares.append(following.of(recording, at=now).share)
            if found := left(recording, now + 9 * MINUTE):  # nobody has said anything for a while
                ends.append(found.low)
        at = now

    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert min(ends) >= 0


def test_the_page_says_it_in_words(world, recording, client):
    start = timezone.now() - 15 * MINUTE
    heard(planned(recording, at=start), 12, at=start)
    client.force_login(world.interviewer)
    interview = recording.session.interview
    page = client.get(reverse("workroom:progress", args=[interview.public_id])).content.decode()

    assert 'class="time-left">Faltan' in page


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 20, "Falta menos de un minuto."),
        (20, 200, "Faltan menos de 4 minutos."),
        (12 * 60, 19 * 60, "Faltan entre 12 y 19 minutos, más o menos."),
        (3 * 60, 3 * 60, "Faltan unos 3 minutos, más o menos."),
        (50 * 60, 130 * 60, "Faltan entre 50 minutos y 2½ horas, más o menos."),
        (3600 * 11.2, 3600 * 14.3, "Faltan entre 11 y 15 horas, más o menos."),
    ],
)
def test_an_interval_is_rounded_outwards(low, high, said):
    assert time_left(Interval(low, high)) == said


def test_no_interval_is_said_too():
    assert time_left(None) == "Todavía no se puede decir cuánto tardará."
