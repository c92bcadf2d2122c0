"""A machine hears a recording again: what people did with its first text stays, and what differs is kept beside it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from oralhistory.editions import publishing
from oralhistory.jobs.models import Job
from oralhistory.mentions import decisions, suggesting
from oralhistory.mentions.models import Mention
from oralhistory.pipeline import following
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, remarks, retranscribing, speaking
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import OtherReading, Segment, Transcript
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.review import rerun

pytestmark = pytest.mark.django_db
AGAIN = [
    "Buenas tardes, compañera Elenita.",
    "Yo milité en el frente para la liberación.",
    "Ramiro vivía en la calle Colima.",
    "De allí salió el COPESAL y llenamos las calles.",
]


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def recording(interview):
    return Recording.objects.of(interview).get()


def rows(recording):
    return list(versions.current(recording).segments.all())


def texts(recording):
    return [row.text for row in rows(recording)]


def correct(recording, number, text, **more):
    transcript = versions.current(recording)
    row = transcript.segments.get(index=number)
    by = recording.session.interview.assignments.first().user.agent
    given = {"seen": row.text, "by": by, "at": NOON, **more}
    return corrections.correct(recording.session.interview, transcript, row.cue_id, text, **given)


def readings(recording):
    waiting = OtherReading.objects.undecided().filter(segment__transcript=versions.current(recording))
    return list(waiting.order_by("segment__index"))


def decide_on_a_mention(world, recording):
    decisions.accept(Mention.objects.order_by("pk").first(), by=world.moderator.agent, at=NOON)


def refuse_a_mention(world, recording):
    decisions.reject(Mention.objects.order_by("pk").first(), by=world.moderator.agent, at=NOON)


def leave_a_remark(world, recording):
    remarks.leave(recording.session.interview, "¿Se oye?", by=world.moderator.agent, at=NOON, start_ms=2_500)


def correct_its_text(world, recording):
    correct(recording, 1, "Yo milité en el Frente.")


@pytest.mark.parametrize("work", [decide_on_a_mention, refuse_a_mention, leave_a_remark, correct_its_text])
def test_what_people_worked_on_stays_and_around_it_the_new_words_are_taken(world, recording, work):
    work(world, recording)
    before = rows(recording)

    rerun.again(recording, AGAIN)

    after = rows(recording)
    assert [row.text for row in after] == [AGAIN[0], before[1].text, *AGAIN[2:]]
    assert [row.cue_id for row in after] == [row.cue_id for row in before]
    assert [(each.segment, each.text) for each in readings(recording)] == [(after[1], AGAIN[1])]


def test_a_decided_mention_is_still_there_after_the_machine_has_heard_it_again(world, recording):
    accepted = decisions.accept(Mention.objects.order_by("pk").first(), by=world.moderator.agent, at=NOON)

    rerun.again(recording, AGAIN)
    suggesting.suggest(versions.current(recording))

    shown = Mention.objects.filter(transcript=versions.current(recording))
    assert shown.accepted().get() == accepted
    kept = shown.accepted().get()
    assert kept.segment.text[kept.start : kept.end] == accepted.surface
    assert [each.surface for each in shown.undecided()] == ["COPESAL"]  # found in the new words
    assert not Mention.objects.exclude(transcript=versions.current(recording)).exists()


def test_around_a_closed_passage_no_word_is_exchanged(world, recording):
    worlds.redact_the_secret(world, recording.session.interview)

    rerun.again(recording, AGAIN)

    assert texts(recording) == [AGAIN[0], *worlds.TEXTS[1:]]


def test_a_speaker_whom_a_person_named_stays_with_the_new_words(recording):
    correct(recording, 1, worlds.TEXTS[1], speaker="narrator 2", onward=True)
    rerun.again(recording, AGAIN)
    rerun.again(
        recording, [*AGAIN[:3], "Llenamos las calles."]
    )  # once more: now it is no copy of a machine's version

    assert texts(recording) == [*AGAIN[:3], "Llenamos las calles."]
    assert [row.speaker for row in rows(recording)] == ["", *["narrator 2"] * 3]


def test_whose_a_voice_is_stays_said_and_can_be_said_otherwise(recording):
    interview, by = recording.session.interview, recording.session.interview.assignments.first().user.agent
    versions.current(recording).segments.update(speaker="")
    versions.current(recording).segments.filter(index__lt=2).update(voice="A")
    speaking.name(interview, versions.current(recording), "A", "narrator", by=by, at=NOON)
    correct(recording, 1, worlds.TEXTS[1], speaker="interviewer")

    rerun.again(recording, AGAIN)
    rerun.again(recording, AGAIN)  # under what is no copy of a machine's version any more
    assert [row.speaker for row in rows(recording)] == ["narrator", "interviewer", "", ""]
    rows(recording)[0].transcript.segments.filter(index__lt=2).update(
        voice="A"
    )  # as the machine tells it again
    speaking.name(interview, versions.current(recording), "A", "narrator 2", by=by, at=NOON)

    assert [row.speaker for row in rows(recording)] == ["narrator 2", "interviewer", "", ""]


def test_where_nobody_has_worked_the_new_text_counts_and_old_suggestions_go(recording):
    old = versions.current(recording)

    rerun.again(recording, AGAIN)

    new = versions.current(recording)
    assert (new.kind, new.merged_from, texts(recording)) == (Transcript.Kind.MACHINE, None, AGAIN)
    assert not Mention.objects.filter(transcript=old).exists()
    with pytest.raises(versions.Overtaken):  # who still has the old one before them is told
        versions.working(old, at=NOON)


def test_a_transcript_that_was_brought_stays_the_one_that_counts(recording):
    Transcript.objects.update(kind=Transcript.Kind.IMPORTED)
    correct(recording, 1, "Yo milité en el Frente.")
    present = versions.current(recording)

    rerun.again(recording, AGAIN)

    assert versions.current(recording) == present


def test_what_the_machine_heard_before_or_what_people_wrote_is_nothing_to_decide(recording):
    correct(recording, 1, "Yo milité en el FMLN.")
    correct(recording, 3, "¡De allí salió el Copesal, y llenamos las calles!")

    rerun.again(recording, [*worlds.TEXTS[:3], AGAIN[3]])

    assert readings(recording) == []
    assert texts(recording)[1:] == [
        "Yo milité en el FMLN.", worlds.TEXTS[2], "¡De allí salió el Copesal, y llenamos las calles!",
    ]  # fmt: skip


def test_a_correction_stays_through_machines_that_agree_with_it_and_one_that_does_not(recording):
    correct(recording, 1, "Yo milité en el Frente.")
    for heard in ("Yo milité en el Frente.", "Yo me limité enfrente."):
        rerun.again(recording, [AGAIN[0], heard, *AGAIN[2:]])

    assert texts(recording)[1] == "Yo milité en el Frente."
    assert [each.text for each in readings(recording)] == ["Yo me limité enfrente."]


def test_what_nobody_has_decided_waits_through_another_machine_and_what_was_refused_does_not(
    world, recording
):
    correct(recording, 1, "Yo milité en el Frente.")
    correct(recording, 3, "De ahí salió el Copesal.")
    rerun.again(recording, AGAIN)
    retranscribing.keep(readings(recording)[0], by=world.moderator.agent, at=NOON)

    rerun.again(recording, AGAIN)

    assert [each.text for each in readings(recording)] == [AGAIN[3]]


def test_taking_the_other_reading_is_a_correction_like_any_other(world, recording):
    correct(recording, 1, "Yo milité en el Frente.")
    rerun.again(recording, AGAIN)
    reading = readings(recording)[0]

    retranscribing.take(reading, seen="Yo milité en el Frente.", by=world.moderator.agent, at=NOON)

    assert texts(recording) == AGAIN
    change = rows(recording)[1].corrections.get()
    assert (change.before, change.after) == ("Yo milité en el Frente.", AGAIN[1])
    reading.refresh_from_db()
    assert (reading.state, reading.decided_by_agent) == ("taken", str(world.moderator.agent))
    with pytest.raises(retranscribing.AlreadyDecided):
        retranscribing.keep(reading, by=world.moderator.agent, at=NOON)


def test_whoever_has_not_seen_the_present_text_takes_nothing(world, recording):
    correct(recording, 1, "Yo milité en el Frente.")
    rerun.again(recording, AGAIN)
    correct(recording, 1, "Yo milité en otro Frente.")

    with pytest.raises(versions.Overtaken):
        retranscribing.take(
            readings(recording)[0], seen="Yo milité en el Frente.", by=world.moderator.agent, at=NOON
        )


def test_joining_twice_gives_the_same(recording):
    correct(recording, 1, "Yo milité en el Frente.")
    transcription = rerun.again(recording, AGAIN)
    made = versions.current(recording)

    assert retranscribing.join(transcription, at=NOON + MINUTE) == made
    assert Transcript.objects.count() == 4
    assert Event.objects.filter(kind="text merged").count() == 1
    looked_for = Job.objects.filter(kind="find mentions").values_list("subject", flat=True)
    assert list(looked_for) == [f"transcript:{made.pk}"]
    found = following.of(recording, at=NOON)
    Job.objects.update(state=Job.State.DONE)
    assert [step.state for step in following.of(recording, at=NOON).steps[-2:]] == ["done", "done"], found


def test_a_correction_begun_before_the_merge_lands_in_the_version_that_counts(world, interview, recording):
    correct(recording, 1, "Yo milité en el Frente.")
    opened = versions.current(recording)
    row = opened.segments.get(index=1)
    rerun.again(recording, AGAIN)

    corrections.correct(
        interview,
        opened,
        row.cue_id,
        "Yo milité en otro Frente.",
        seen=row.text,
        by=world.moderator.agent,
        at=NOON,
    )

    assert texts(recording)[1] == "Yo milité en otro Frente."


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        ("Buenas tardes, compañeras todas.", "compañeras todas."),
        ("", "compañera Elena."),  # a machine alone takes no address from the world
    ],
)
def test_addresses_of_moments_lead_to_the_same_place_in_the_next_edition(world, tmp_path, heard, shown):
    interview = worlds.revising(world, tmp_path)
    recording = Recording.objects.of(interview).get()
    address = [
        reverse("reading_room:moment", args=[interview.public_id, row.cue_id]) for row in rows(recording)
    ]

    rerun.again(recording, [heard, "milité en el Frente Farabundo", "Ramiro.", ""])
    worlds.sign(world, interview)
    publishing.publish(interview, by=world.archivist, at=NOON + MINUTE)

    answers = [Client().get(address[index]) for index in (0, 1, 3)]  # what lies between is withheld
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    pages = [answer.content.decode() for answer in answers]
    assert shown in pages[0]
    assert "Farabundo Martí" in pages[1]
    assert "llenábamos las calles" in pages[2]


@pytest.mark.django_db(transaction=True)
def test_two_machines_that_end_at_once_come_one_upon_the_other(world, interview, recording):
    correct(recording, 1, "Yo milité en el Frente.")
    heard = [rerun.heard(recording, AGAIN), rerun.heard(recording, ["Buenas.", *AGAIN[1:]])]
    barrier = threading.Barrier(4)

    def join(transcription):
        try:
            barrier.wait()
            return retranscribing.join(transcription, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(join, heard * 2))

    assert made[:2] == made[2:]
    last = versions.current(recording)
    assert last in made
    assert {last, last.merged_from} == set(made[:2])
    assert Segment.objects.get(transcript=last, index=1).text == "Yo milité en el Frente."
