"""Windows that sound near a name are heard once more before the text is put together."""

import pytest
from django.core.files.storage import storages

from oralhistory.intake import uploads
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.lib.agents import MACHINE
from oralhistory.organizations.authorities import Authority
from oralhistory.organizations.models import Name, Organization
from oralhistory.pipeline import following, names, steps
from oralhistory.transcripts import second_readings
from oralhistory.transcripts.engines.base import FIRST_DECODER, WindowResult
from oralhistory.transcripts.models import SecondReading, Segment, Transcript, TranscriptionJob, Window
from tests import world as worlds
from tests.clock import DAY, NOON
from tests.pipeline.working import work_off
from tests.transcripts import sounds

pytestmark = pytest.mark.django_db
# Organizations whose names sound like words that the engine of the tests says, and are spelled otherwise.
LIKE = {"sindicato": "Sindikato", "fábrica": "Fábrika"}


@pytest.fixture(autouse=True)
def instant_engine(settings):
    settings.ASR_ENGINE = "fake"
    settings.SECOND_READINGS = "on"
    settings.ASR_BATCH_WINDOWS = 2


@pytest.fixture
def world():
    made = worlds.build()
    worlds.organizations(
        Authority(id=word.lower(), preferred_name=word, country="MX") for word in LIKE.values()
    )
    return made


@pytest.fixture
def speech(tmp_path):
    """A minute and a half in which each of the words is said, and windows in which none is."""
    clip, other = sounds.clip("librivox_es"), sounds.clip("quilter_en")
    return sounds.write(tmp_path / "speech.flac", *[clip] * 6, *[other] * 6, clip)


def arrive(world, path):
    interview = worlds.draft(world)
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=NOON)
    steps.recording_arrived(recording, at=NOON)
    return recording


def text_of(transcript):
    return " ".join(segment.text for segment in transcript.segments.all())


def counted(transcript):
    """How often each word of the table stands in a text, and its name."""
    text = text_of(transcript).lower()
    return {word: (text.count(word), text.count(name.lower())) for word, name in LIKE.items()}


def test_names_are_written_in_the_place_of_what_sounds_like_them(world, speech, settings):
    settings.SECOND_READINGS = "off"
    plain = arrive(world, speech)
    work_off()
    said = counted(plain.transcripts.get())
    assert all(first and not second for first, second in said.values())

    settings.SECOND_READINGS = "on"
    asked = steps.transcribe(plain, by=MACHINE, at=NOON)
    work_off()

    after = Transcript.objects.get(transcription=asked)
    assert counted(after) == {word: (0, first) for word, (first, _second) in said.items()}
    assert asked.spec == plain.transcripts.get(version=1).transcription.spec
    rows = SecondReading.objects.order_by("window__start_sample")
    assert 0 < len(rows) < Window.objects.filter(chunk__transcription=asked).count()
    assert {row.prompt for row in rows} == {f"Se habla de {', '.join(row.names)}." for row in rows}
    assert {name for row in rows for name in row.names} == set(LIKE.values())
    assert after.made_by["glossary_sha256"] == rows[0].glossary_sha256 != ""
    assert len(rows[0].glossary_sha256) == 64


def test_both_readings_are_kept(world, speech):
    recording = arrive(world, speech)

    work_off()

    row = SecondReading.objects.first()
    first = WindowResult.from_dict(row.window.result)
    assert "Fábrika" not in first.text
    assert "Fábrika" in WindowResult.from_dict(row.result).text
    found = second_readings.rewritten(recording)
    assert {(each.heard.strip(".").lower(), each.words[0].text.strip(".")) for each in found} == set(
        LIKE.items()
    )
    segments = list(Segment.objects.all())
    for each in found:
        (word,) = each.words
        at = next(segment for segment in segments if segment.start_ms <= word.start_ms < segment.end_ms)
        assert [word.start_ms, word.end_ms, word.text, word.probability] in at.words


def test_without_names_near_nothing_is_heard_again(world, speech):
    Organization.objects.filter(slug__in=[name.lower() for name in LIKE.values()]).delete()
    arrive(world, speech)

    work_off()

    assert not SecondReading.objects.exists()
    assert Transcript.objects.get().made_by["glossary_sha256"] == ""
    assert Job.objects.get(kind="hear names").state == Job.State.DONE


@pytest.mark.parametrize(("setting", "is_asked"), [("off", False), ("auto", False), ("on", True)])
def test_the_engine_that_hears_no_speech_is_asked_only_where_that_is_said(
    world, speech, settings, setting, is_asked
):
    settings.SECOND_READINGS = setting
    arrive(world, speech)

    work_off()

    assert Job.objects.filter(kind="hear names").exists() == is_asked


def test_the_text_waits_for_them_and_the_page_says_so(world, speech):
    recording = arrive(world, speech)

    work_off(without=("hear names",))

    assert not Transcript.objects.exists()
    states = {step.name: step.state for step in following.of(recording, at=NOON).steps}
    assert (states["hear"], states["hear names"], states["join"]) == ("done", "waiting", "waiting")
    work_off()
    assert {step.state for step in following.of(recording, at=NOON).steps} == {"done"}


class Killed(BaseException):
    """What ends a process, which no step may hold back."""


def killed_after(number):
    """A clock that ends whoever has asked it so often."""
    asked = []

    def clock():
        asked.append(NOON)
        if len(asked) > number:
            raise Killed
        return NOON

    return clock


def taken():
    """The lease on hearing names."""
    Job.objects.filter(kind="hear names").update(due_at=NOON)
    job = leases.take(Job.objects.get(kind="hear names").pk, at=NOON)
    assert job is not None
    return job


@pytest.fixture
def interrupted(world, speech):
    """A recording of which one window was heard again, and not all; the start that did it was killed."""
    recording = arrive(world, speech)
    work_off(without=("hear names",))
    with pytest.raises(Killed):
        names.hear(taken(), killed_after(3))
    assert SecondReading.objects.filter(heard=True).count() == 1 < SecondReading.objects.count()
    return recording


def go_on():
    leases.free_expired(at=NOON + DAY)
    for kind in ("hear names", "join"):
        Job.objects.filter(kind=kind, state=Job.State.DUE).update(due_at=NOON)
        work_off()


def test_where_they_fail_the_first_text_stands_alone(interrupted):
    hearing = interrupted.renditions.get().hearing
    storages[hearing.storage].delete(hearing.key)

    for _ in range(leases.MAX_STARTS):
        go_on()

    assert Job.objects.get(kind="hear names").state == Job.State.DEAD
    assert all(first and not second for first, second in counted(Transcript.objects.get()).values())
    assert not SecondReading.objects.exists()
    assert second_readings.rewritten(interrupted) == []


def test_where_the_engine_hears_otherwise_by_now_the_text_does_not_wait_for_it(world, speech):
    arrive(world, speech)
    work_off(without=("hear names", "join"))
    asked = TranscriptionJob.objects.get()
    TranscriptionJob.objects.filter(pk=asked.pk).update(spec={**asked.spec, "decoder": FIRST_DECODER})

    go_on()

    late = Job.objects.get(kind="hear names")
    assert (late.state, "older version" in late.reason) == (Job.State.DEAD, True)
    assert all(first and not second for first, second in counted(Transcript.objects.get()).values())


def test_a_start_that_was_killed_goes_on_where_it_stopped(interrupted):
    known = SecondReading.objects.get(heard=True)
    SecondReading.objects.filter(pk=known.pk).update(result={**known.result, "no_speech_probability": 0.123})

    go_on()

    known.refresh_from_db()
    assert known.result["no_speech_probability"] == 0.123  # not heard again
    assert not SecondReading.objects.filter(heard=False).exists()
    assert all(not first and second for first, second in counted(Transcript.objects.get()).values())


def test_with_another_glossary_it_begins_anew(interrupted):
    before = SecondReading.objects.get(heard=True)
    Name.objects.filter(text="Sindikato").update(text="Shindikato")

    go_on()

    assert not SecondReading.objects.filter(glossary_sha256=before.glossary_sha256).exists()
    assert SecondReading.objects.exists()
    assert not SecondReading.objects.filter(heard=False).exists()


def test_what_was_heard_so_before_is_not_heard_again(world, speech):
    recording = arrive(world, speech)
    work_off()
    before = Transcript.objects.get()
    for row in SecondReading.objects.all():
        SecondReading.objects.filter(pk=row.pk).update(result={**row.result, "no_speech_probability": 0.123})

    asked = steps.transcribe(recording, by=MACHINE, at=NOON)
    work_off()

    rows = SecondReading.objects.filter(window__chunk__transcription=asked)
    assert {row.result["no_speech_probability"] for row in rows} == {0.123}
    assert Transcript.objects.get(transcription=asked).text_sha256 == before.text_sha256


def test_a_lease_that_was_lost_writes_nothing(world, speech):
    arrive(world, speech)
    work_off(without=("hear names", "join"))
    job = taken()
    leases.cancel(job.subject, at=NOON)

    with pytest.raises(leases.LeaseLost):
        names.hear(job, lambda: NOON)

    assert not SecondReading.objects.exists()


def test_a_text_that_is_there_is_not_changed_by_a_late_one(world, speech):
    arrive(world, speech)
    work_off(without=("hear names",))
    late = Job.objects.get(kind="hear names")
    Job.objects.filter(pk=late.pk).update(state=Job.State.DEAD, finished_at=NOON)
    Job.objects.filter(kind="join").update(due_at=NOON)
    work_off()
    before = Transcript.objects.get().text_sha256

    steps.retry(late, at=NOON)
    work_off()

    late.refresh_from_db()
    assert late.state == Job.State.DONE
    assert Transcript.objects.get().text_sha256 == before
    assert not SecondReading.objects.exists()


def test_cancelling_a_transcription_ends_them(world, speech):
    arrive(world, speech)
    work_off(without=("hear names",))

    steps.cancel(TranscriptionJob.objects.get(), at=NOON)
    work_off()

    assert Job.objects.get(kind="hear names").state == Job.State.CANCELLED
    assert not SecondReading.objects.exists()
