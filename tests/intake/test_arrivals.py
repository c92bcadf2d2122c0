"""Many at once: parallel starts, two writers, two workers; and what a worker finds when the storage has lost something."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.utils import timezone

from oralhistory.files import stores
from oralhistory.intake import arrivals, limits, uploads, writers
from oralhistory.intake.models import Arrival, Upload
from oralhistory.lib.agents import MACHINE
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import MINUTE, NOON, SECOND


@pytest.fixture
def lasting_world(transactional_db):
    """Seen by other threads."""
    return worlds.build()


@pytest.fixture
def world(db):
    return worlds.build()


def begin(interview, size, by, **more):
    return arrivals.begin(interview, arrivals.Announcement(size=size, **more), by=by, at=NOON)


def nothing(_arrival):
    pass


def sent(interview, by, content, **more):
    """An arrival that is whole."""
    arrival = begin(interview, len(content), by, **more)
    lease = writers.take(arrival, 0, clock=timezone.now)
    arrivals.append(lease, [content], whole=nothing)
    lease.release()
    arrival.refresh_from_db()
    assert arrival.state == Arrival.State.WHOLE
    return arrival


def at_once(number, do):
    """What `do` gave in each of so many threads, or what it raised."""
    barrier = threading.Barrier(min(number, 16))

    def one(index):
        try:
            if index < barrier.parties:
                barrier.wait()
            return do(index)
        except uploads.NotTaken as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(barrier.parties) as pool:
        return list(pool.map(one, range(number)))


def test_u24_two_hundred_parallel_starts_never_go_over_the_quota(lasting_world, settings):
    settings.UPLOAD_QUOTA_BYTES = 1000
    settings.UPLOAD_MOST_OPEN = 1000
    interview = worlds.draft(lasting_world)

    outcomes = at_once(200, lambda _index: begin(interview, 90, lasting_world.interviewer))

    begun = [each for each in outcomes if isinstance(each, Arrival)]
    assert len(begun) == 11
    assert {type(each) for each in outcomes} == {Arrival, limits.QuotaReached}
    assert sum(Arrival.objects.values_list("size", flat=True)) == 990


def test_u24_parallel_starts_in_many_interviews_never_go_over_what_one_person_may(lasting_world, settings):
    settings.UPLOAD_MOST_OPEN = 5
    interviews = [worlds.draft(lasting_world) for _each in range(4)]

    outcomes = at_once(40, lambda index: begin(interviews[index % 4], 1, lasting_world.interviewer))

    assert sum(isinstance(each, Arrival) for each in outcomes) == Arrival.objects.count() == 5


def test_two_workers_that_take_in_the_same_arrival_make_one_recording(lasting_world, tmp_path):
    interview = worlds.draft(lasting_world)
    arrival = sent(interview, lasting_world.interviewer, worlds.sound(tmp_path).read_bytes())

    outcomes = at_once(2, lambda _index: arrivals.take_in(Arrival.objects.get(pk=arrival.pk), at=NOON))

    assert {type(each) for each in outcomes} <= {Recording, uploads.NotTaken}
    recording = Recording.objects.get()
    arrival.refresh_from_db()
    assert (arrival.state, arrival.recording) == (Arrival.State.KEPT, recording)
    assert Upload.objects.count() == 1


def test_a_piece_has_one_writer(world):
    arrival = begin(worlds.draft(world), 10, world.interviewer)
    lease = writers.take(arrival, 0, clock=timezone.now)

    with pytest.raises(writers.BeingWritten):
        writers.take(arrival, 0, clock=timezone.now)

    assert lease.extend()  # somebody asked for it
    lease.release()
    assert not writers.take(arrival, 0, clock=timezone.now).extend()


def test_who_was_thought_dead_and_is_not_can_put_nothing_on_record(world):
    arrival = begin(worlds.draft(world), 10, world.interviewer)
    late = writers.take(arrival, 0, clock=lambda: NOON)
    late_arrival = Arrival.objects.get(pk=arrival.pk)

    writers.take(late_arrival, 0, clock=lambda: NOON + MINUTE)

    with pytest.raises(writers.LeaseLost):
        late.extend()
    with pytest.raises(writers.LeaseLost):
        arrivals.append(late, [b"12345"], whole=nothing)
    arrival.refresh_from_db()
    assert arrival.offset == 0


def test_a_server_that_was_killed_keeps_nobody_waiting_for_long(world):
    arrival = begin(worlds.draft(world), 10, world.interviewer)
    writers.take(arrival, 0, clock=lambda: NOON)

    with pytest.raises(writers.BeingWritten):
        writers.take(arrival, 0, clock=lambda: NOON + SECOND)
    writers.take(arrival, 0, clock=lambda: NOON + timedelta(seconds=10))


def test_nothing_is_made_whole_while_somebody_writes_to_it(world):
    arrival = begin(worlds.draft(world), None, world.interviewer)
    lease = writers.take(arrival, 0, clock=lambda: NOON)
    arrivals.append(lease, [b"abc"], whole=nothing)

    with pytest.raises(writers.BeingWritten):
        arrivals.declare_size(arrival, 3, whole=nothing, at=NOON + SECOND)

    lease.release()
    arrivals.declare_size(arrival, 3, whole=nothing, at=NOON + SECOND)
    assert arrival.state == Arrival.State.WHOLE


def test_what_comes_whole_while_others_expire_is_not_given_up(world, monkeypatch):
    interview = worlds.draft(world)
    for _ in range(2):
        begin(interview, 3, world.interviewer)
    late = timezone.now() + timedelta(days=60)
    delete = FileSystemStorage.delete

    def meanwhile(storage, key):
        """While the bytes of one are being deleted, the last byte of the other comes."""
        Arrival.objects.filter(state=Arrival.State.COMING).update(state=Arrival.State.WHOLE, offset=3)
        delete(storage, key)

    monkeypatch.setattr(FileSystemStorage, "delete", meanwhile)
    arrivals.end_expired(at=late)

    states = sorted(Arrival.objects.values_list("state", flat=True))
    assert states == [Arrival.State.ENDED, Arrival.State.WHOLE]


def test_an_arrival_that_ended_takes_nothing_more(world):
    arrival = begin(worlds.draft(world), 10, world.interviewer)
    lease = writers.take(arrival, 0, clock=timezone.now)

    arrivals.end(Arrival.objects.get(pk=arrival.pk), by=MACHINE, at=NOON)

    with pytest.raises(writers.LeaseLost):
        arrivals.append(lease, [b"12345"], whole=nothing)


@pytest.mark.parametrize("harm", ["gone", "cut", "flipped"])
def test_d10_what_the_storage_has_lost_never_becomes_a_master(world, tmp_path, harm):
    content = worlds.sound(tmp_path).read_bytes()
    declared = {"sha256": hashlib.sha256(content).hexdigest()}
    arrival = sent(worlds.draft(world), world.interviewer, content, **declared)
    path = Path(storages["masters"].path(arrival.parts["key"]))
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(content[:-1])
    else:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    with pytest.raises(uploads.NotTaken) as refusal:
        arrivals.take_in(arrival, at=NOON)

    arrival.refresh_from_db()
    assert arrival.state == Arrival.State.REFUSED
    assert arrival.refusal == str(refusal.value) != ""
    assert not Recording.objects.exists()


def test_a_worker_that_died_after_storing_does_it_again_to_the_same_end(world, tmp_path):
    arrival = sent(worlds.draft(world), world.interviewer, worlds.sound(tmp_path).read_bytes())
    # The master is stored, and the process ends before the rows are written.
    sha256, size = stores.measure(storages["masters"], arrival.parts["key"])
    stores.adopt("masters", arrival.parts["key"], sha256=sha256, size=size, suffix=".wav")

    recording = arrivals.take_in(arrival, at=NOON)

    assert Recording.objects.get() == recording
    assert Path(storages["masters"].path(recording.master.key)).stat().st_size == arrival.size


def test_the_events_of_an_arrival_name_nobody(world, tmp_path):
    interview = worlds.draft(world)
    arrival = sent(interview, world.interviewer, worlds.sound(tmp_path).read_bytes(), name="Elena.wav")

    arrivals.take_in(arrival, at=NOON)

    event = events.of(interview)[-1]
    assert event.agent == str(world.interviewer.agent) != str(MACHINE)
    assert "Elena" not in f"{event.outcome}{event.reason}"
