"""A text that was brought without times gets them from what a machine hears, and keeps what people did with it."""

import numpy as np
import pytest
import soundfile

from oralhistory.consent import agreements, workflow
from oralhistory.intake import times_found, uploads
from oralhistory.interviews.models import State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.mentions import decisions, suggesting
from oralhistory.mentions.models import Mention
from oralhistory.notices import desk
from oralhistory.pipeline import acts, following, steps, times
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, redactions
from oralhistory.transcripts import versions
from oralhistory.transcripts.formats.reading import recognizing
from oralhistory.transcripts.models import Segment, Transcript, TranscriptionJob
from tests import world as worlds
from tests.clock import NOON
from tests.pipeline.test_voices import work_off
from tests.transcripts import sounds
from tests.transcripts import words_of_word as word

pytestmark = pytest.mark.django_db
KEEPS_ONLY = [line for line in agreements.FOR_THE_ARCHIVE if line.use != "transcribe_local"]


@pytest.fixture(autouse=True)
def instant_engine(settings):
    settings.ASR_ENGINE = "fake"


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def conversation(tmp_path):
    return sounds.write(
        tmp_path / "a.flac", sounds.clip("librivox_es"), sounds.silence(3), sounds.clip("quilter_en")
    )


@pytest.fixture
def heard(world, conversation):
    """What a machine hears in it, in another interview: segments."""
    recording = arrive(world, conversation)
    work_off()
    return list(versions.current(recording).segments.all())


def arrive(world, path, **options):
    interview = worlds.draft(world, **options)
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=NOON)
    steps.recording_arrived(recording, at=NOON)
    return recording


def bring(world, recording, *paragraphs):
    reading = recognizing.read("\n\n".join(paragraphs).encode(), "a.txt")
    return acts.bring_transcript(recording, reading, by=world.interviewer, at=NOON)


def written(heard):
    """As a person wrote it down: in three answers, with a name the machine did not hear, and signs of their own."""
    third = len(heard) // 3
    parts = [heard[:third], heard[third : 2 * third], heard[2 * third :]]
    texts = [" ".join(segment.text for segment in part) for part in parts]
    return [f"INÉS: {texts[0]}", f"ELENA: ¡{texts[1]}", f"ELENA: Copesal {texts[2]}"]


def rows(transcript):
    return [(each.start_ms, each.end_ms) for each in transcript.segments.all()]


def texts(transcript):
    return [(each.cue_id, each.speaker, each.text) for each in transcript.segments.all()]


def fits():
    return Job.objects.filter(kind=times.JOB)


def test_a_text_that_comes_before_the_recording_was_read_gets_its_times(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))

    work_off()

    first, second = Transcript.objects.filter(recording=recording, kind="imported").order_by("version")
    assert versions.current(recording) == second
    assert (second.merged_from, texts(second)) == (first, texts(first))
    third = len(heard) // 3
    assert [start for start, _end in rows(second)[:2]] == [heard[0].start_ms, heard[third].start_ms]
    assert rows(second)[-1][1] == heard[-1].end_ms
    assert {segment.speaker for segment in second.segments.all()} == {"INÉS", "narrator"}
    fitted = second.made_by["fitted"]
    assert (fitted["engine"], fitted["words"] - fitted["matched"]) == ("fake", 1)
    assert second.made_by["untimed"] is False
    assert Job.objects.get(kind="find mentions", subject=f"transcript:{second.pk}").state == Job.State.DONE
    assert (
        Event.objects.filter(kind=times_found.FITTED, subject=recording.session.interview.code).count() == 1
    )


def test_what_a_machine_has_heard_already_is_enough(world, conversation, heard):
    recording = arrive(world, conversation)
    work_off()
    bring(world, recording, *written(heard))

    work_off()

    assert versions.current(recording).made_by["fitted"]["matched"] > 0
    assert TranscriptionJob.objects.filter(rendition__recording=recording).count() == 1


def test_no_machine_listens_without_a_paper_and_a_paper_that_comes_is_enough(world, conversation, heard):
    recording = arrive(world, conversation, lines=KEEPS_ONLY)
    bring(world, recording, *written(heard))
    work_off()
    assert not TranscriptionJob.objects.filter(rendition__recording=recording).exists()
    assert not fits().exists()
    assert versions.current(recording).made_by["untimed"]

    acts.record_agreement(
        recording.session.interview, agreements.FOR_THE_ARCHIVE, kind="recording", signed_on=NOON.date(),
        by=world.interviewer, at=NOON,
    )  # fmt: skip
    work_off()

    assert versions.current(recording).made_by["fitted"]


def test_a_text_with_times_starts_no_machine(world, conversation):
    recording = arrive(world, conversation)
    bring(world, recording, "[0:00] INÉS: Uno.", "[0:05] INÉS: Dos.")

    work_off()

    assert not TranscriptionJob.objects.filter(rendition__recording=recording).exists()
    assert not fits().exists()


def test_what_people_do_while_the_machine_listens_stays(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard), "ELENA: Y eso fue del Copesal para acá.")
    work_off(without={"join"})
    untimed = versions.current(recording)
    suggesting.suggest(untimed)
    interview, by = recording.session.interview, world.interviewer.agent
    segment = untimed.segments.first()
    corrections.correct(
        interview, untimed, segment.cue_id, f"Corregido {segment.text}", seen=segment.text, by=by, at=NOON,
        speaker="interviewer",
    )  # fmt: skip
    before = versions.current(recording)
    mention = Mention.objects.filter(transcript=before, organization__slug="copesal-mx").last()
    decisions.accept(mention, by=by, at=NOON)

    work_off()

    after = versions.current(recording)
    assert (after.kind, after.merged_from, texts(after)) == (Transcript.Kind.WORKING, before, texts(before))
    assert after.segments.first().text_by_hand
    assert after.segments.first().speaker_by_hand
    assert rows(after)[0][0] == heard[0].start_ms
    kept = Mention.objects.get(pk=mention.pk)
    assert (kept.transcript, kept.state) == (after, Mention.State.ACCEPTED)
    assert kept.segment.start_ms <= kept.start_ms < kept.end_ms <= kept.segment.end_ms


def test_whoever_had_the_page_open_corrects_the_text_with_times(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))
    work_off(without={times.JOB})
    open_page = versions.current(recording)
    work_off()

    working = versions.working(open_page, at=NOON)

    assert rows(working) == rows(versions.current(recording)) != rows(open_page)
    assert working.kind == Transcript.Kind.WORKING


def test_a_text_of_something_else_stays_as_it_is_and_that_is_noted(world, conversation):
    recording = arrive(world, conversation)
    bring(world, recording, *["ELENA: Esto se dijo en otra cinta, otro día, de otra cosa."] * 5)

    work_off()

    text = versions.current(recording)
    assert text == Transcript.objects.get(recording=recording, kind="imported")
    assert all(segment.flags == ["times_guessed"] for segment in text.segments.all())
    assert text.made_by["untimed"]
    assert text.made_by["fitted"]["matched"] < text.made_by["fitted"]["words"] / 3
    assert fits().get().state == Job.State.DONE
    assert "de otra grabación" in desk.unread(world.interviewer)[0].text

    steps.transcribe(recording, by=world.interviewer.agent, at=NOON)  # another machine may hear better
    work_off()

    assert set(fits().values_list("state", flat=True)) == {Job.State.DONE}
    assert fits().count() == 2


def test_done_again_it_changes_nothing(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))
    work_off()
    before = list(Transcript.objects.order_by("pk").values_list("pk", flat=True))

    fits().update(state=Job.State.DUE)
    work_off()
    times.ask(recording, at=NOON)

    assert list(Transcript.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert fits().count() == 1


def test_a_worker_that_lost_its_lease_leaves_nothing_behind(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))
    work_off(without={times.JOB})
    job = leases.take(fits().get().pk, at=NOON.replace(year=2100))
    Job.objects.filter(pk=job.pk).update(state=Job.State.DUE, **leases.FREE)  # thought dead

    with pytest.raises(leases.LeaseLost):
        times.fit(job)
    assert Transcript.objects.filter(recording=recording, kind="imported").count() == 1

    work_off()
    assert Transcript.objects.filter(recording=recording, kind="imported").count() == 2


def test_stopped_it_says_what_it_needs_and_a_later_transcription_is_enough(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))
    work_off(without={"hear", "join"})
    steps.cancel(TranscriptionJob.objects.get(rendition__recording=recording), at=NOON)
    Job.objects.filter(kind=times.JOB).update(due_at=NOON)
    work_off()

    (failure,) = following.of(recording, at=NOON).failures
    assert failure.kind == times.JOB
    assert failure.reason.startswith("Ninguna máquina ha oído")

    steps.transcribe(recording, by=world.interviewer.agent, at=NOON)
    work_off()

    assert versions.current(recording).made_by["fitted"]
    assert not following.of(recording, at=NOON).failures


@pytest.mark.parametrize("how", ["closed", "in review"])
def test_a_text_on_which_decisions_rest_keeps_its_times(world, conversation, heard, how):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))
    work_off(without={times.JOB})
    interview, by = recording.session.interview, world.moderator.agent
    if how == "closed":
        redactions.mark(interview, 1000, 3000, reason="x", by=by, at=NOON)
    else:
        interview.refresh_from_db()
        workflow.advance(interview, State.IN_REVIEW, action="submit", by=world.interviewer.agent, at=NOON)
    before = rows(versions.current(recording))

    work_off()

    assert rows(versions.current(recording)) == before
    assert fits().get().state == Job.State.DEAD
    assert fits().get().reason


def test_its_step_is_followed(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))
    work_off(without={"hear", times.JOB})

    waiting = {step.name: step.state for step in following.of(recording, at=NOON).steps}
    work_off()
    done = {step.name: step.state for step in following.of(recording, at=NOON).steps}

    assert (waiting["hear"], waiting[times.JOB]) == ("waiting", "waiting")
    assert set(done.values()) == {"done"}


def test_the_machines_own_version_is_not_searched_where_another_counts(world, conversation, heard):
    recording = arrive(world, conversation)
    bring(world, recording, *written(heard))
    work_off()

    machine = Transcript.objects.get(recording=recording, kind="machine")
    assert not Mention.objects.filter(transcript=machine).exists()
    assert not Job.objects.filter(kind="find mentions", subject=f"transcript:{machine.pk}").exists()
    assert Segment.objects.filter(transcript=machine).exists()


def test_voices_are_those_of_the_times_that_were_found_and_not_of_guesses(world, tmp_path):
    """The text leaves out what was said first, so that guessed times are all wrong."""
    ana, pause, ines = sounds.clip("librivox_es"), sounds.silence(2), sounds.clip("quilter_en")
    hers = np.concatenate([ana, pause, 0 * ines])
    others = np.concatenate([0 * ana, pause, ines])
    two_microphones = tmp_path / "two.wav"
    soundfile.write(
        two_microphones, np.stack([hers + others / 4, others + hers / 4], axis=1), sounds.SAMPLE_RATE
    )
    recording = arrive(world, two_microphones)
    Recording.objects.filter(pk=recording.pk).update(channels=Recording.Channels.TWO_MICROPHONES)
    work_off()
    machine = versions.current(recording)
    assert {segment.voice for segment in machine.segments.all()} == {"A", "B"}
    other = arrive(world, two_microphones)
    Recording.objects.filter(pk=other.pk).update(channels=Recording.Channels.TWO_MICROPHONES)
    bring(world, other, *(segment.text for segment in list(machine.segments.all())[1:]))

    work_off(without={times.JOB})
    assert {segment.voice for segment in versions.current(other).segments.all()} == {""}
    work_off()

    assert [(each.text, each.voice) for each in versions.current(other).segments.all()] == [
        (each.text, each.voice) for each in list(machine.segments.all())[1:]
    ]


def test_headings_become_chapters_where_their_words_are_said(world, conversation, heard):
    recording = arrive(world, conversation)
    paragraphs = written(heard)
    body = (
        word.p("Infancia", style="Heading1") + word.p(paragraphs[0]) + word.p(paragraphs[1]) + word.p("La guerra", style="Heading1")
        + word.p(paragraphs[2])
    )  # fmt: skip
    reading = recognizing.read(word.docx(body), "a.docx")
    acts.bring_transcript(recording, reading, by=world.interviewer, at=NOON)
    work_off(without={"join"})
    text, by = versions.current(recording), world.interviewer.agent
    first = text.segments.first()
    corrections.correct(
        recording.session.interview, text, first.cue_id, "Mucho más largo que antes.", seen=first.text, by=by, at=NOON
    )  # fmt: skip

    work_off()

    passages = list(versions.current(recording).segments.all())
    third = next(each for each in passages if each.text.startswith("Copesal"))
    chapters = dict(recording.session.interview.chapters.values_list("title", "start_ms"))
    # At the beginning somebody has written a chapter already.
    assert chapters == {"El principio": passages[0].start_ms, "La guerra": third.start_ms}
