"""A better transfer takes a recording's place, and every time that was written down stays true."""

from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError

from oralhistory.editions import manifest
from oralhistory.editions import sounds as edition_sounds
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.intake import limits
from oralhistory.intake.models import Upload
from oralhistory.interviews.models import State
from oralhistory.jobs import work
from oralhistory.jobs.models import Job
from oralhistory.lib import ids
from oralhistory.notices.models import Notice
from oralhistory.pipeline import acts, steps
from oralhistory.provenance.models import Event
from oralhistory.recordings import arranging, likeness, renditions, transfers
from oralhistory.recordings.models import Recording, Transfer
from oralhistory.review import redactions
from oralhistory.transcripts import versions
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.recordings import sounds

RATE = 16_000
SPEECH = Path(__file__).parents[1] / "transcripts" / "data"


@pytest.fixture(scope="session")
def speech():
    """Eighteen seconds, three voices."""
    names = ("librivox_es", "quilter_en", "raposa_pt")
    return np.concatenate([sounds.read(SPEECH / f"{name}.flac", RATE)[:, 0] for name in names])


def worn(sound, snr=10.0, seed=1):
    """As a telephone or a tired cassette has it: 300 to 3,400 Hz, soft, 10 dB above its noise."""
    spectrum = np.fft.rfft(sound)
    at = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(at < 300) | (at > 3400)] = 0
    soft = 0.2 * np.fft.irfft(spectrum, len(sound))
    noise = np.random.default_rng(seed).standard_normal(len(sound))
    return soft + noise * np.sqrt(np.mean(soft**2) / 10 ** (snr / 10))


def moved(sound, shift_ms, seed=2):
    """With so much more before it, or so much less."""
    count = abs(shift_ms) * RATE // 1000
    before = 0.01 * np.random.default_rng(seed).standard_normal(count)
    return np.concatenate([before, sound]) if shift_ms > 0 else sound[count:]


def compared(folder, old, new):
    return likeness.compare(
        sounds.write(folder / "old.flac", old, RATE), sounds.write(folder / "new.flac", new, RATE)
    )


@pytest.mark.parametrize("shift_ms", [137, -2503, 300_000])
def test_the_shift_between_a_worn_copy_and_a_good_one_is_found_within_20_ms(tmp_path, speech, shift_ms):
    found = compared(tmp_path, worn(speech), moved(speech, shift_ms))

    assert abs(found.shift_ms - shift_ms) <= 20
    assert abs(found.drift_ms) <= 20
    assert found.share > 0.5


def test_what_comes_five_minutes_earlier_in_the_new_copy_is_found_too(tmp_path, speech):
    found = compared(tmp_path, moved(worn(speech), 300_000), speech)

    assert abs(found.shift_ms + 300_000) <= 20


def test_a_copy_whose_beginning_and_end_were_cut_is_recognized(tmp_path, speech):
    found = compared(tmp_path, worn(speech), speech[3 * RATE : -3 * RATE])

    assert abs(found.shift_ms + 3000) <= 20


def test_a_tape_that_ran_at_another_speed_is_said_to_drift(tmp_path, speech):
    slow = np.interp(np.arange(0, len(speech), 1 / 1.008), np.arange(len(speech)), speech)  # 0.8 % longer

    found = compared(tmp_path, worn(speech), slow)

    assert found.drift_ms == pytest.approx(len(speech) / RATE * 8, rel=0.25)


def other_speech(speech):
    third = len(speech) // 3
    return np.concatenate([part[::-1] for part in (speech[:third], speech[third : 2 * third])])


@pytest.mark.parametrize(
    "other",
    [
        other_speech,
        lambda speech: sounds.noise(20, RATE),
        lambda speech: np.zeros(20 * RATE),
        lambda speech: sounds.tone(440, 20, RATE),
        lambda speech: np.concatenate([sounds.noise(40, RATE, 0.2), speech[: 5 * RATE], sounds.noise(40, RATE, 0.2)]),
        lambda speech: speech[:1000],
    ],
    ids=["other speech", "noise", "silence", "a tone", "one quotation of it", "next to nothing"],
)  # fmt: skip
def test_unlike_recordings_are_told_apart(tmp_path, speech, other):
    assert compared(tmp_path, worn(speech), other(speech)).shift_ms is None


def test_what_is_unlike_is_so_the_other_way_round(tmp_path, speech):
    assert compared(tmp_path, worn(other_speech(speech)), speech).shift_ms is None


# On the interviewer's bench.

LINE = 15  # seconds of the first copy


@pytest.fixture
def world(db):
    return worlds.build()


def with_a_marker(speech, second=7.0):
    """Speech with two seconds of a tone in it, where the secret is told."""
    sound = 0.5 * speech[: LINE * RATE]
    place = slice(round(second * RATE), round((second + 2) * RATE))
    sound[place] = sounds.tone(worlds.TONE_HZ, 2, RATE, 0.4)
    return sound


@pytest.fixture
def good(speech):
    """The good transfer: four seconds more at the beginning, three at the end."""
    sound = moved(with_a_marker(speech), 4000)
    return np.concatenate([sound, sounds.noise(3, RATE, 0.01)])


@pytest.fixture
def recording(world, tmp_path, speech):
    """A worn first copy with a text; what sounds from 7 to 9 s is redacted."""
    interview = worlds.draft(world)
    take_in(world, interview, sounds.write(tmp_path / "first.wav", worn(with_a_marker(speech)), RATE))
    interview.refresh_from_db()
    interview.state = State.TRANSCRIBED
    interview.save()
    redactions.mark(interview, 7000, 9000, reason="x", by=world.interviewer.agent, at=NOON)
    return Recording.objects.select_related("session__interview").get()


def take_in(world, interview, path):
    recording = acts.take_in(interview, path, name=path.name, by=world.interviewer, at=NOON)
    do("ingest")
    segment = TimedSegment(0, 2000, "uno dos", language="es", words=tuple(spread(["uno", "dos"], 0, 2000)))
    versions.add(recording, [segment], kind="machine", made_by={"languages": ["es"]}, at=NOON)


def do(kind):
    steps.STEPS[kind](Job.objects.filter(kind=kind).latest("pk"))


def bring(world, recording, sound, folder, name="better.wav"):
    path = sounds.write(folder / name, sound, RATE)
    return acts.bring_transfer(recording, path, name=name, by=world.interviewer, at=NOON + MINUTE)


def confirm(world, transfer):
    transfer.refresh_from_db()
    acts.confirm_transfer(transfer, by=world.interviewer.agent, at=NOON + 2 * MINUTE)


def sound_of(interview):
    """The sound of the edition to be, at 16 kHz."""
    prepared = edition_sounds.prepare(interview, at=NOON + MINUTE)
    with stores.open_local("masters", prepared.key) as path:
        return sounds.read(path, RATE)[:, 0]


def test_a_better_transfer_takes_its_place_and_the_redaction_falls_on_the_same_words(
    world, recording, good, tmp_path
):
    interview = recording.session.interview
    take_in(world, interview, sounds.write(tmp_path / "second.wav", sounds.tone(440, 2, RATE, 0.1), RATE))
    redactions.mark(interview, 15_500, 16_500, reason="x", by=world.interviewer.agent, at=NOON)
    old_master, old = recording.master, renditions.current(recording)
    marked = versions.current(recording).pk

    transfer = bring(world, recording, good, tmp_path)
    do("compare transfer")
    transfer.refresh_from_db()
    assert transfer.state == "compared"
    assert abs(transfer.shift_ms - 4000) <= 20
    assert transfer.explanation == ""
    assert transfers.staff_copy(transfer)
    assert "transfer" in Notice.objects.latest("pk").text
    assert renditions.current(recording) == old  # nothing changes before a person says so
    confirm(world, transfer)
    do("put transfer in place")

    recording.refresh_from_db()
    new = renditions.current(recording)
    assert recording.master == transfer.master
    assert (new.master, new.shift_ms) == (transfer.master, transfer.shift_ms)
    assert abs(recording.duration_ms - (LINE + 3) * 1000) <= 20
    assert versions.current(recording).pk == marked
    assert MediaFile.objects.filter(pk__in=[old_master.pk, old.listening_id]).count() == 2
    with stores.open_local("masters", old_master.key):
        pass

    # The second recording begins three seconds later now, and what was cut of it is still cut.
    second = Recording.objects.of(interview).last()
    grown = recording.duration_ms - LINE * 1000
    assert second.offset_ms == recording.duration_ms
    assert redactions.spans(interview) == [(7000, 9000), (15_500 + grown, 16_500 + grown)]

    heard = sound_of(interview)
    marker = heard[round(6.85 * RATE) : round(9.15 * RATE)]
    assert sounds.level(marker) < -60
    assert sounds.level(heard[round(5 * RATE) : round(6.5 * RATE)]) > -50
    for start in np.arange(0, len(heard) / RATE - 0.2, 0.1):
        piece = heard[round(start * RATE) : round((start + 0.2) * RATE)]
        assert sounds.power_at(piece, worlds.TONE_HZ, RATE) < -40
    assert manifest.build(interview, at=NOON).sound["parts"][0][0] == new.listening.sha256

    acts.say_channels(recording, "left", by=world.interviewer.agent, at=NOON)
    do("decode again")
    after = renditions.current(recording)
    assert (after.channels, after.shift_ms, after.samples) == ("left", new.shift_ms, new.samples)


def test_a_worker_that_dies_anywhere_leaves_what_can_be_done_again(
    world, recording, good, tmp_path, monkeypatch
):
    transfer = bring(world, recording, good, tmp_path)
    do("compare transfer")
    do("compare transfer")
    confirm(world, transfer)
    old = recording.master_id

    with monkeypatch.context() as dying:
        dying.setattr(renditions, "settle", _power_cut)
        with pytest.raises(InterruptedError):
            do("put transfer in place")
    recording.refresh_from_db()
    assert recording.master_id == old  # still the old one, whole
    assert renditions.current(recording).master_id == old

    do("put transfer in place")
    do("put transfer in place")

    recording.refresh_from_db()
    assert recording.master == transfer.master
    assert recording.renditions.count() == 2
    kinds = list(Event.objects.filter(outcome__contains=transfer.code).values_list("kind", flat=True))
    assert kinds == ["recording added", "transfer compared", "transfer confirmed", "recording replaced"]


def _power_cut(*_args, **_options):
    raise InterruptedError


def test_a_shorter_copy_leaves_the_recording_as_long_as_its_text(world, recording, speech, tmp_path):
    sound = with_a_marker(speech)[2 * RATE : 12 * RATE]
    transfer = bring(world, recording, sound, tmp_path)
    do("compare transfer")
    transfer.refresh_from_db()
    assert abs(transfer.shift_ms + 2000) <= 20
    assert "3 " in transfer.explanation
    assert "2 " in transfer.explanation
    confirm(world, transfer)
    do("put transfer in place")

    recording.refresh_from_db()
    assert recording.duration_ms == LINE * 1000
    assert renditions.current(recording).samples == LINE * RATE


def test_another_recording_is_not_taken_for_a_transfer(world, recording, tmp_path, speech):
    transfer = bring(world, recording, other_speech(speech), tmp_path)
    do("compare transfer")

    transfer.refresh_from_db()
    assert (transfer.state, transfer.shift_ms) == ("unlike", None)
    assert transfer.explanation
    with pytest.raises(transfers.NotDecidable):
        confirm(world, transfer)
    bring(world, recording, speech, tmp_path)  # another one may come


def test_what_is_too_large_for_the_interview_is_not_taken(world, recording, speech, tmp_path, settings):
    settings.UPLOAD_QUOTA_BYTES = recording.master.size + 100

    with pytest.raises(limits.QuotaReached):
        bring(world, recording, speech, tmp_path)

    assert not Transfer.objects.exists()


def test_a_transfer_counts_in_what_its_interview_may_hold(world, recording, speech, tmp_path):
    transfer = bring(world, recording, speech, tmp_path)

    sizes = Upload.objects.filter(interview=recording.session.interview).values_list("size", flat=True)
    assert sorted(sizes) == sorted([recording.master.size, transfer.master.size])


def test_what_cannot_be_read_is_refused_with_its_sentence(world, recording, tmp_path):
    source = sounds.write(tmp_path / "broken.flac", sounds.noise(3, RATE), RATE)
    data = bytearray(source.read_bytes())
    data[100:] = b"\0" * (len(data) - 100)
    source.write_bytes(data)
    transfer = acts.bring_transfer(recording, source, name="x", by=world.interviewer, at=NOON)

    with pytest.raises(work.CannotBeDone):
        do("compare transfer")

    transfer.refresh_from_db()
    assert transfer.state == "refused"
    assert transfer.explanation


def decided(recording, state):
    """A row as `compare`, and a person, leave it."""
    return Transfer.objects.create(
        recording=recording, master=stored_again(recording), shift_ms=0, duration_ms=1, arrived_at=NOON,
        state=state, decided_at=None if state == "compared" else NOON,
    )  # fmt: skip


def stored_again(recording):
    master = MediaFile.objects.get(pk=recording.master_id)
    master.pk, master.code = None, ids.public_id()
    master.save(force_insert=True)
    return master


def test_a_transfer_that_a_person_refuses_changes_nothing(world, recording):
    transfer = decided(recording, "compared")

    transfers.refuse(transfer, by=world.interviewer.agent, at=NOON)

    with pytest.raises(transfers.NotDecidable):
        transfers.confirm(transfer, by=world.interviewer.agent, at=NOON)
    assert Recording.objects.get(pk=recording.pk).master == recording.master


def test_an_older_transfer_does_not_come_back_over_a_newer_one(world, recording):
    older = decided(recording, "confirmed")
    newer = decided(recording, "confirmed")
    transfers.put_in_place(newer, at=NOON)

    with pytest.raises(transfers.Superseded):
        transfers.put_in_place(older, at=NOON)

    assert Recording.objects.get(pk=recording.pk).master == newer.master


def test_one_transfer_at_a_time_and_only_on_the_bench(world, recording, good, tmp_path):
    first = bring(world, recording, good, tmp_path)
    with pytest.raises(transfers.OneWaits):
        bring(world, recording, good, tmp_path, name="again.wav")
    with pytest.raises(IntegrityError):
        _a_second_row(first)


def _a_second_row(first):
    Transfer.objects.create(recording=first.recording, master=first.master, arrived_at=NOON)


def test_what_is_sent_to_review_meanwhile_keeps_its_old_sound(world, recording, good, tmp_path):
    transfer = decided(recording, "confirmed")
    steps.transfer_confirmed(transfer, at=NOON)
    interview = recording.session.interview
    interview.state = State.IN_REVIEW
    interview.save()

    with pytest.raises(work.CannotBeDone):
        do("put transfer in place")

    assert Recording.objects.get(pk=recording.pk).master == recording.master
    with pytest.raises(arranging.NotOnTheBench):
        bring(world, recording, good, tmp_path, name="late.wav")


def test_a_recording_that_could_not_be_read_gets_a_copy_that_can(world, speech, tmp_path):
    interview = worlds.draft(world)
    source = sounds.write(tmp_path / "broken.flac", sounds.noise(3, RATE), RATE)
    data = bytearray(source.read_bytes())
    data[100:] = b"\0" * (len(data) - 100)
    source.write_bytes(data)
    broken = acts.take_in(interview, source, name="x", by=world.interviewer, at=NOON)
    with pytest.raises(work.CannotBeDone):
        do("ingest")
    broken.refresh_from_db()

    transfer = bring(world, broken, speech, tmp_path)
    do("compare transfer")
    confirm(world, transfer)
    do("put transfer in place")

    broken.refresh_from_db()
    assert (broken.state, broken.refusal) == ("ready", "")
    interview.refresh_from_db()
    assert interview.state == "uploaded"
