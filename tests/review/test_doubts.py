"""The walk through what is doubtful: what is on it, and what takes it off."""

import pytest

from oralhistory.mentions import decisions
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, doubts, unknown_names
from oralhistory.review.models import DoubtSettled
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import NOON
from tests.review import rerun
from tests.workroom import gaps_left


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


def text_of(interview):
    return versions.current(Recording.objects.of(interview).get())


def rewrite(interview, index, text, *, probability=1.0, **fields):
    """As a machine would have written it."""
    segment = text_of(interview).segments.get(index=index)
    step = (segment.end_ms - segment.start_ms) // max(1, len(text.split()))
    segment.text = text
    segment.words = [
        [segment.start_ms + at * step, segment.start_ms + (at + 1) * step, word, probability]
        for at, word in enumerate(text.split())
    ]
    for name, value in fields.items():
        setattr(segment, name, value)
    segment.save()


def open_(interview, *kinds):
    return [each for each in doubts.of(text_of(interview)) if not each.settled and each.kind in kinds]


def seen(interview, *kinds):
    return [(each.start_ms, each.reasons, each.words) for each in open_(interview, *kinds)]


def test_everything_doubtful_is_there_in_the_order_of_the_text(world, tmp_path):
    interview = gaps_left.interview_with_gaps(world, tmp_path)

    found = [(each.start_ms, str(each.kind)) for each in doubts.of(text_of(interview))]

    assert found == sorted(found)
    assert [kind for _start, kind in found].count("gap") == 3
    assert [kind for _start, kind in found].count("text") == 2


def test_words_that_the_machine_hardly_heard_are_named_but_not_the_small_ones(interview):
    rewrite(interview, 0, "Buenas tardes a la compañera", probability=0.3)

    assert seen(interview, "text") == [(0, ("unsure",), "Buenas · tardes · compañera")]


def test_loops_and_haste_are_seen_in_the_text_as_it_stands(interview):
    rewrite(interview, 0, "y luego " * 5)
    rewrite(interview, 1, " ".join(f"palabra{number}" for number in range(16)))

    assert [reasons for _at, reasons, _words in seen(interview, "text")] == [("repetitive",), ("too_fast",)]


def test_the_same_sentence_again_and_again_is_a_loop_over_segments(interview):
    for index in range(1, 4):
        rewrite(interview, index, "Y así fue.")

    (doubt,) = open_(interview, "text")
    assert (doubt.start_ms, doubt.end_ms, doubt.reasons, len(doubt.keys)) == (4000, 8000, ("repetitive",), 2)


def test_flags_of_one_window_are_one_place_and_a_corrected_passage_is_none(world, interview):
    for index in range(3):
        rewrite(interview, index, f"Texto número {index} aquí.", flags=["low_probability"])
    assert [len(each.keys) for each in open_(interview, "text")] == [3]

    transcript = text_of(interview)
    row = transcript.segments.get(index=1)
    corrections.correct(
        interview, transcript, row.cue_id, "Otra cosa.", seen=row.text, by=world.moderator.agent, at=NOON
    )

    assert [len(each.keys) for each in open_(interview, "text")] == [1, 1]


def test_text_where_hardly_anybody_speaks_is_doubted(interview):
    rerun.again(Recording.objects.of(interview).get(), [*worlds.TEXTS])
    transcription = text_of(interview).transcription or text_of(interview).parent.transcription
    transcription.chunks.get().windows.filter(index=3).update(speech_samples=10)

    assert [each.reasons for each in open_(interview, "text")] == [("no_speech",)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Vino Ramiro Beltrán a la casa.", ["Ramiro Beltrán"]),
        ("Llegamos a Guadalajara con la gente de México.", []),
        ("Entonces hablé con Xochiquetzalli Huitrón de la Garza y me fui.", ["Xochiquetzalli Huitrón de la Garza"]),
        ("Y Elena me dijo que la Iglesia ayudaba.", []),
        ("Fuimos al Comité Permanente de Solidaridad con América Latina.", []),
        ("La Universidad de Guadalajara nos dio un salón.", []),
        ("Zutanejo vino. Después no.", ["Zutanejo"]),
        ("Me dijo que Las y se calló.", []),  # a capital alone that only joins
    ],
)  # fmt: skip
def test_a_name_is_unknown_if_no_record_no_place_and_nobody_of_the_interview_has_it(text, names):
    known = {"elena", "comite permanente de solidaridad con america latina"}
    segments = [Segment(text=text), Segment(text="y así fue todo aquello, con mucha gente y poco dinero.")]

    assert [each.name for each in unknown_names.of(segments, known)] == names


def test_records_and_the_people_of_the_interview_are_known(interview):
    known = unknown_names.known_names(interview)

    assert {"elena", "fmln", "comite permanente de solidaridad con america latina"} <= known


def test_a_name_is_asked_once_however_often_it_is_said(world, interview):
    Mention.objects.all().delete()
    rewrite(interview, 1, "Vino Ramiro Beltrán a la casa.")
    rewrite(interview, 2, "Y a Ramiro Beltrán lo conocí en la calle.")
    (doubt,) = open_(interview, "name")
    assert (doubt.words, doubt.times) == ("Ramiro Beltrán", 2)

    doubts.settle(text_of(interview), doubt.kind, doubt.key, by=world.moderator.agent, at=NOON)

    assert open_(interview, "name") == []
    assert Event.objects.get(kind="doubt settled").outcome == f"name {doubt.cue_id}"


def test_what_was_found_right_stays_so_until_its_text_changes(world, interview):
    rewrite(interview, 0, "Texto dudoso aquí.", flags=["phantom"])
    (doubt,) = open_(interview, "text")
    doubts.settle(text_of(interview), doubt.kind, doubt.key, by=world.moderator.agent, at=NOON)
    assert open_(interview, "text") == []

    rewrite(interview, 0, "Otro texto dudoso.", flags=["phantom"])

    assert len(open_(interview, "text")) == 1


def test_a_word_given_is_taken_back(world, interview):
    rewrite(interview, 0, "Texto dudoso aquí.", flags=["phantom"])
    (doubt,) = open_(interview, "text")
    doubts.settle(text_of(interview), doubt.kind, doubt.key, by=world.moderator.agent, at=NOON)

    doubts.doubt_again(text_of(interview), doubt.kind, doubt.key, by=world.moderator.agent, at=NOON)

    assert open_(interview, "text") == [doubt]
    assert not DoubtSettled.objects.exists()


def test_a_mention_is_settled_by_a_decision_and_by_nothing_else(world, interview):
    first, *_others = open_(interview, "mention")
    with pytest.raises(doubts.NoSuchDoubt):
        doubts.settle(text_of(interview), first.kind, first.key, by=world.moderator.agent, at=NOON)

    decisions.accept(Mention.objects.get(pk=first.mention), by=world.moderator.agent, at=NOON)

    assert first.mention not in [each.mention for each in open_(interview, "mention")]


def test_what_a_machine_heard_anew_under_peoples_work_is_on_the_walk(world, interview):
    transcript = text_of(interview)
    row = transcript.segments.get(index=1)
    corrections.correct(
        interview, transcript, row.cue_id, "Así fue.", seen=row.text, by=world.moderator.agent, at=NOON
    )
    rerun.again(Recording.objects.of(interview).get(), ["Otra cosa se oye."] * 4)

    (doubt,) = open_(interview, "heard_anew")
    assert (doubt.words, doubt.heard, doubt.start_ms) == ("Así fue.", "Otra cosa se oye.", 2000)
