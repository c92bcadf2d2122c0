"""What follows a step, and what stops it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from oralhistory.consent import agreements
from oralhistory.consent.models import Agreement, Audience, Use
from oralhistory.editions.models import Edition
from oralhistory.intake import uploads
from oralhistory.interviews.models import State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.notices.models import Notice
from oralhistory.pipeline import acts, following, steps, tasks
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import transcribing
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob, Window
from tests import world as worlds
from tests.clock import DAY, MINUTE, NOON
from tests.transcripts import sounds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def instant_engine(settings):
    settings.ASR_ENGINE = "fake"


@pytest.fixture
def world():
    return worlds.build()


def arrive(world, interview, path, at=NOON):
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=at)
    steps.recording_arrived(recording, at=at)
    return recording


def work_off():
    """Do what is due, as a worker would, until nothing is."""
    while due := list(Job.objects.filter(state=Job.State.DUE).order_by("pk")):
        for job in due:
            tasks.work(job_id=job.pk)


def test_a_recording_becomes_a_transcript(world, tmp_path):
    interview = worlds.draft(world)
    arrive(world, interview, worlds.sound(tmp_path))

    work_off()

    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED
    assert {job.kind for job in Job.objects.filter(state="done")} == {
        "ingest",
        "plan",
        "hear",
        "join",
        "find mentions",
    }


def test_without_an_agreement_nothing_is_transcribed_and_somebody_is_told(world, tmp_path):
    interview = worlds.draft(world, lines=[])
    arrive(world, interview, worlds.sound(tmp_path))

    work_off()

    interview.refresh_from_db()
    assert interview.state == State.UPLOADED
    assert not TranscriptionJob.objects.exists()
    assert Notice.objects.filter(user=world.interviewer).exists()


def test_an_agreement_starts_what_waited_for_it(world, tmp_path):
    interview = worlds.draft(world, lines=[])
    arrive(world, interview, worlds.sound(tmp_path))
    work_off()
    agreements.add(
        interview, agreements.FOR_THE_ARCHIVE, kind=Agreement.Kind.PARTICIPATION, signed_on=NOON.date(),
        by=world.interviewer, at=NOON,
    )  # fmt: skip

    assert steps.transcribe_what_waits(interview, by=world.interviewer.agent, at=NOON) == 1

    work_off()
    assert Transcript.objects.exists()


def test_a_machine_that_may_hear_no_more_stops(world, tmp_path):
    interview = worlds.draft(world)
    arrive(world, interview, worlds.sound(tmp_path))
    for kind in ("ingest", "plan"):
        tasks.work(job_id=Job.objects.get(kind=kind).pk)
    assert Job.objects.filter(kind="hear").open().exists()
    kept = {"kind": Agreement.Kind.RECORDING, "signed_on": NOON.date(), "by": world.archivist, "at": NOON}
    acts.record_agreement(interview, [agreements.Line(Use.PRESERVE, Audience.ARCHIVE_TEAM)], **kept)
    assert Job.objects.filter(kind="hear").open().exists()  # the other paper still allows it

    acts.withdraw_agreement(interview.agreements.earliest("pk"), by=world.archivist.agent, at=NOON)
    work_off()

    assert TranscriptionJob.objects.get().state == TranscriptionJob.State.CANCELLED
    assert not Job.objects.open().exists()
    assert not Transcript.objects.exists()


def test_what_was_allowed_until_a_day_is_taken_down_after_it(world, tmp_path):
    until = NOON + DAY
    lines = [*agreements.FOR_THE_ARCHIVE, agreements.Line(Use.TEXT, valid_until=until)]
    interview = worlds.published(world, tmp_path, lines=lines)

    acts.follow_what_has_ended(at=until - MINUTE)
    assert Edition.objects.public().exists()

    acts.follow_what_has_ended(at=until)
    assert not Edition.objects.public().exists()
    interview.refresh_from_db()
    assert interview.state == State.WITHDRAWN
    assert Job.objects.filter(kind="clean up").count() == 1


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence_and_kept(world, tmp_path):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(worlds.sound(tmp_path).read_bytes()[:44])  # a header and nothing after it
    interview = worlds.draft(world)
    arrive(world, interview, broken)

    work_off()

    recording = Recording.objects.get()
    assert recording.state == Recording.State.REFUSED
    assert recording.refusal
    assert Job.objects.get().reason == recording.refusal
    interview.refresh_from_db()
    assert interview.state == State.DRAFT


def test_the_same_file_twice_is_refused(world, tmp_path):
    interview, path = worlds.draft(world), worlds.sound(tmp_path)
    arrive(world, interview, path)

    with pytest.raises(uploads.AlreadyIngested):
        arrive(world, interview, path)
    assert Recording.objects.count() == 1


def test_the_same_way_of_hearing_is_not_paid_for_twice(world, tmp_path):
    interview = worlds.draft(world)
    recording = arrive(world, interview, worlds.sound(tmp_path))
    work_off()

    steps.transcribe(recording, by=world.interviewer.agent, at=NOON + MINUTE)
    again = TranscriptionJob.objects.get(generation=2)
    tasks.work(job_id=Job.objects.get(subject=again.subject, kind="plan").pk)

    assert all(window.heard for chunk in again.chunks.all() for window in chunk.windows.all())
    work_off()
    hashes = set(Transcript.objects.values_list("text_sha256", flat=True))
    assert Transcript.objects.count() == 2
    assert len(hashes) == 1
    assert all(
        transcript.segments.exists() for transcript in Transcript.objects.all()
    )  # two silences are alike too


def test_a_message_that_comes_ten_times_has_one_effect(world, tmp_path):
    arrive(world, worlds.draft(world), worlds.sound(tmp_path))
    job = Job.objects.get()

    for _ in range(10):
        tasks.work(job_id=job.pk)

    assert Recording.objects.get().renditions.count() == 1


def stopped_halfway(world, tmp_path, settings):
    """Of a recording with several batches of windows, the first is heard; then a person stops it."""
    settings.ASR_BATCH_WINDOWS = 2
    recording = arrive(world, worlds.draft(world), sounds.write(tmp_path / "long.flac", sounds.tone(200)))
    for _ in range(2):
        work_once()
    chunk = Chunk.objects.get()
    job = leases.take(chunk.job_id, at=timezone.now())

    def gone_in_the_second_batch():
        if chunk.windows.filter(heard=True).count() > 2:
            raise leases.LeaseLost
        return timezone.now()

    with pytest.raises(leases.LeaseLost):
        transcribing.hear(chunk, job, clock=gone_in_the_second_batch)
    acts.cancel(recording, at=timezone.now())
    assert 0 < chunk.windows.filter(heard=True).count() < chunk.windows.count()
    return recording


def work_once():
    for job in list(Job.objects.filter(state=Job.State.DUE).order_by("pk")):
        tasks.work(job_id=job.pk)


def test_what_was_stopped_goes_on_where_it_was_in_the_same_way(world, tmp_path, settings, caplog):
    recording = stopped_halfway(world, tmp_path, settings)
    stopped = TranscriptionJob.objects.get()
    heard = list(Window.objects.filter(heard=True).values_list("index", "result"))
    settings.ASR_MODEL, settings.ASR_BATCH_WINDOWS = "another", 8  # since then

    acts.go_on(recording, by=world.interviewer.agent, at=timezone.now())
    acts.go_on(recording, by=world.interviewer.agent, at=timezone.now())  # a button pressed twice

    again = TranscriptionJob.objects.get(generation=2)
    assert again.spec == stopped.spec
    tasks.work(job_id=Job.objects.get(subject=again.subject).pk)
    kept = Window.objects.filter(chunk__transcription=again, heard=True)
    assert list(kept.values_list("index", "result")) == heard
    assert following.of(recording, at=timezone.now()).done_ms > 0
    caplog.clear()
    work_off()
    assert "heard job=" in caplog.text
    assert "windows=0-" not in caplog.text  # not once more
    one = Transcript.objects.get()
    steps.transcribe(recording, by=world.interviewer.agent, at=timezone.now(), model="fake")
    work_off()
    assert Transcript.objects.latest("pk").text_sha256 == one.text_sha256


def test_a_reading_that_was_stopped_goes_on_too(world, tmp_path):
    recording = arrive(world, worlds.draft(world), worlds.sound(tmp_path))
    acts.cancel(recording, at=timezone.now())
    assert following.of(recording, at=timezone.now()).cancelled

    acts.go_on(recording, by=world.interviewer.agent, at=timezone.now())

    assert following.of(recording, at=timezone.now()).running
    work_off()
    assert Transcript.objects.exists()


def test_the_page_offers_to_go_on(world, client, tmp_path, settings):
    recording = stopped_halfway(world, tmp_path, settings)
    interview = recording.session.interview
    client.force_login(world.interviewer)
    address = reverse("workroom:interview", args=[interview.public_id])
    assert 'value="go on"' in client.get(address).content.decode()

    answer = client.post(
        reverse("workroom:transcribe", args=[interview.public_id]),
        {"recording": recording.code, "do": "go on"},
    )

    assert answer.status_code == 302
    assert 'value="go on"' not in client.get(address).content.decode()
    work_off()
    assert Transcript.objects.exists()


def test_a_chunk_may_take_thirty_times_its_length_and_never_less_than_five_minutes(world, tmp_path):
    arrive(world, worlds.draft(world), sounds.write(tmp_path / "long.flac", sounds.tone(200)))
    arrive(world, worlds.draft(world), worlds.sound(tmp_path))
    for _ in range(2):
        work_once()

    limits = Job.objects.filter(kind="hear").values_list("time_limit", flat=True)
    assert set(limits) == {100 * MINUTE, 5 * MINUTE}
