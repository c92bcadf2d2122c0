"""The numbers that operators read are those of the rows."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from oralhistory.files import fixity, replicas
from oralhistory.intake import arrivals, uploads, writers
from oralhistory.jobs import leases, work
from oralhistory.jobs.models import Job
from oralhistory.lib import logs
from oralhistory.lib.agents import MACHINE
from oralhistory.pipeline import metrics, steps, tasks
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import transcribing
from oralhistory.transcripts.models import Chunk
from tests import world as worlds
from tests.clock import DAY, MINUTE, NOON, SECOND
from tests.files import keeping

pytestmark = pytest.mark.django_db
README = Path(__file__).resolve().parents[2] / "deploy" / "README.md"
HOUR = 60 * MINUTE


@pytest.fixture(autouse=True)
def a_minute_long(settings):
    settings.LEASE_SECONDS = 60


@pytest.fixture
def replica(settings, tmp_path):
    keeping.use(settings, "replica", keeping.in_folder(tmp_path / "replica"))


def read(at):
    """Every number by `name` or `name value value`, as Prometheus reads it."""
    body, _content_type = metrics.exposition_of(at=at)
    found = {}
    for family in text_string_to_metric_families(body.decode()):
        name = family.name.removeprefix(metrics.PREFIX)
        for sample in family.samples:
            labels = [sample.labels[label] for label in metrics.FAMILIES[name][1]]
            found[" ".join([name, *labels])] = sample.value
    return found


def ask(kind, number, *, at=NOON, queue="asr"):
    return leases.enqueue(kind, f"thing:{number}", queue=queue, at=at, total=10)


def test_what_waits_and_for_how_long():
    ask("hear", 1)
    ask("hear", 2, at=NOON + MINUTE)
    ask("hear", 3, at=NOON + HOUR)

    found = read(NOON + 3 * MINUTE)

    assert found["jobs asr hear waiting"] == 2
    assert found["jobs asr hear later"] == 1
    assert found["job_oldest_due_seconds asr"] == 180
    assert found["job_oldest_open_seconds asr hear"] == 180
    assert found["job_oldest_due_seconds safety"] == 0
    assert found["jobs_held_up asr hear"] == 0


def test_what_runs_and_which_worker_has_fallen_silent():
    alive, silent = ask("hear", 1), ask("hear", 2)
    leases.take(silent.pk, at=NOON + MINUTE)
    found = {}

    def step(job):
        leases.extend(job, at=NOON + 5 * MINUTE)
        found.update(read(NOON + 5 * MINUTE))

    work.run(alive.pk, step, clock=lambda: NOON + 2 * MINUTE)

    assert found["jobs asr hear running"] == 2
    assert found["leases_silent asr"] == 1
    assert found["lease_longest_silence_seconds asr"] == 180
    assert found["job_longest_running_seconds asr hear"] == 180
    leases.free_expired(at=NOON + 5 * MINUTE)
    assert read(NOON + 5 * MINUTE)["leases_silent asr"] == 0


def test_what_failed_what_died_and_what_waits_for_something():
    def fail(_job):
        raise ValueError

    def wait(_job):
        raise work.NotYet("It waits for ffmpeg.")

    def refuse(_job):
        raise work.CannotBeDone("There is no sound in it.")

    for kind, step in (("ingest", fail), ("plan", wait), ("join", refuse)):
        work.run(ask(kind, 1, queue="cpu").pk, step, clock=lambda: NOON)

    found = read(NOON + 10 * MINUTE)

    assert (found["jobs_started_in_vain cpu ingest"], found["jobs_held_up cpu ingest"]) == (1, 1)
    assert (found["jobs_started_in_vain cpu plan"], found["jobs_held_up cpu plan"]) == (0, 1)
    assert found["jobs cpu join dead"] == 1
    assert found["last_hour_jobs join dead"] == 1
    assert "last_done_timestamp_seconds" not in found
    later = read(NOON + 2 * HOUR)
    assert "last_hour_jobs join dead" not in later
    assert later["jobs cpu join dead"] == 1


def test_a_recording_on_its_way_to_a_transcript_is_measured(settings, tmp_path):
    settings.ASR_ENGINE = "fake"
    interview = worlds.draft(worlds.build())
    now = timezone.now()
    path = worlds.sound(tmp_path)
    recording = uploads.receive(interview, path, name="x", by=interview.created_by, at=now)
    steps.recording_arrived(recording, at=now)
    while due := list(Job.objects.filter(state=Job.State.DUE)):
        for job in due:
            tasks.work(job_id=job.pk)

    found = read(timezone.now())

    jobs = Job.objects.all()
    (chunk,) = [job for job in jobs if job.kind == "hear"]
    assert found["last_hour_heard_seconds fake base"] == worlds.SOUND_SECONDS
    assert found["last_hour_hearing_cpu_seconds fake base"] == chunk.cpu_ms / 1000
    assert found["last_hour_hearing_wall_seconds fake base"] == chunk.wall_ms / 1000 > 0
    if chunk.cpu_ms:
        speed = worlds.SOUND_SECONDS * 1000 / chunk.cpu_ms
        assert found["heard_seconds_per_cpu_second fake base"] == pytest.approx(speed)
    for job in jobs:
        assert logs.is_id(job.subject)  # a log may name it
        assert found[f"last_hour_jobs {job.kind} done"] == 1
        assert found[f"last_hour_wall_seconds {job.kind}"] == job.wall_ms / 1000
        assert found[f"last_hour_cpu_seconds {job.kind}"] == job.cpu_ms / 1000
        assert found[f"last_hour_longest_seconds {job.kind}"] == job.wall_ms / 1000
    assert found[f"worker_peak_bytes {chunk.machine} asr"] == chunk.peak_kib * 1024
    assert found["last_done_timestamp_seconds"] == pytest.approx(
        max(job.finished_at for job in jobs).timestamp(), abs=1e-3
    )
    assert found["files masters"] == 4  # as it came, two FLAC, what the staff hears
    assert found["files_bytes masters"] > recording.master.size


def heard(rendition, **spec):
    """A chunk that was heard by a worker."""
    asked = transcribing.request(
        rendition, transcribing.spec_for(["es"], engine="fake", **spec), by=MACHINE, at=NOON
    )
    (chunk,) = transcribing.plan(asked, at=NOON)
    work.run(chunk.job.pk, lambda job: transcribing.hear(chunk, job, clock=lambda: NOON), clock=lambda: NOON)
    return chunk


def test_labels_are_of_fixed_sets_whatever_the_rows_say(settings, tmp_path):
    interview = worlds.uploaded(worlds.build(), tmp_path)
    rendition = renditions.current(Recording.objects.of(interview).get())
    heard(rendition, model="/srv/models/of Ramiro")
    ask("of Ramiro", 1, queue="Ramiro")
    ask("of Colima", 1, queue="Colima")
    Job.objects.filter(kind="hear").update(machine="Ramiro's machine")

    body, _content_type = metrics.exposition_of(at=NOON)

    found = read(NOON)
    assert "Ramiro" not in body.decode()
    assert found["jobs other other waiting"] == 2
    assert found["last_hour_heard_seconds fake other"] == worlds.SOUND_SECONDS
    assert found["worker_peak_bytes other asr"] > 0


def test_what_was_heard_before_makes_no_machine_look_fast(tmp_path):
    rendition = renditions.current(Recording.objects.of(worlds.uploaded(worlds.build(), tmp_path)).get())
    heard(rendition)
    again = heard(rendition)

    assert Job.objects.get(chunk=again).state == Job.State.DONE
    assert Chunk.objects.count() == 2
    assert read(NOON)["last_hour_heard_seconds fake base"] == worlds.SOUND_SECONDS


@pytest.mark.usefixtures("replica")
def test_files_that_are_damaged_late_or_alone(settings):
    settings.FIXITY_DAYS = 10
    damaged, alone = keeping.keep(b"one" * 100), keeping.keep(b"two" * 100)
    keeping.keep(b"three" * 100, use="hearing")  # can be made again
    replicas.make(damaged, at=NOON)
    keeping.lose(damaged)
    keeping.lose(damaged, "replica")
    keeping.keep(b"else", storage="masters")  # an empty folder says nothing of its files
    keeping.put("replica", "else", b"else")
    fixity.look_after(damaged, at=NOON + DAY)

    found = read(NOON + DAY)

    assert (found["files masters"], found["files access"]) == (4, 0)
    assert (found["fixity_damaged_copies first"], found["fixity_damaged_copies replica"]) == (1, 1)
    assert found["fixity_damaged_bytes first"] == damaged.size
    assert found["replicas_missing"] == 2
    assert found["fixity_late_files"] == 0
    assert read(NOON + 10 * DAY)["fixity_late_files"] == 2  # never read
    fixity.check(alone, at=NOON + 10 * DAY)
    assert read(NOON + 10 * DAY)["fixity_late_files"] == 1
    assert read(NOON + 11 * DAY)["fixity_late_files"] == 2
    assert found["storage_free_bytes working"] > 0
    assert found["storage_total_bytes masters"] > 0


def test_files_on_their_way():
    world = worlds.build()
    interview = worlds.draft(world)
    for _ in range(2):
        arrival = arrivals.begin(interview, arrivals.Announcement(size=100), by=world.interviewer, at=NOON)
    lease = writers.take(arrival, 0, clock=lambda: NOON + MINUTE)
    arrivals.append(lease, [b"x" * 60], whole=lambda _arrival: None)
    lease.release()

    found = read(NOON + 10 * MINUTE)

    assert (found["arrivals coming"], found["arrivals_bytes coming"]) == (2, 60)
    assert found["arrival_longest_still_seconds coming"] == 600
    assert (found["arrivals whole"], found["arrivals refused"]) == (0, 0)


@pytest.mark.usefixtures("replica")
@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(django_assert_num_queries, rows):
    for number in range(rows):
        keeping.keep(b"%d" % number)
        for kind in ("hear", "plan"):
            job = ask(kind, number)
            work.run(job.pk, lambda _job: None, clock=lambda: NOON)
            ask(kind, f"{number} later")
    metrics.exposition_of(at=NOON)

    with django_assert_num_queries(9):
        metrics.exposition_of(at=NOON + SECOND)


def test_every_number_is_explained_to_operators():
    explained = set(re.findall(r"`oralhistory_(\w+)", README.read_text()))

    assert explained == set(metrics.FAMILIES)
