"""Find and replace: what is found, what is replaced, and taking it back."""

import pytest

from oralhistory.lib.agents import Agent
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, replacing
from oralhistory.review.models import Replaced, Replacement
from oralhistory.review.replacing import Search
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Correction, Segment
from tests import world as worlds
from tests.clock import NOON

BY = Agent("user", "somebody")


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


def texts(interview):
    return [row.text for row in versions.current(Recording.objects.of(interview).get()).segments.all()]


def found(interview, *search, **how):
    return [(hit.found, hit.start_ms) for hit in replacing.hits([interview], Search(*search, **how))]


def write(interview, index, text):
    transcript = versions.current(Recording.objects.of(interview).get())
    row = transcript.segments.get(index=index)
    return corrections.correct(interview, transcript, row.cue_id, text, seen=row.text, by=BY, at=NOON)


def replace(interview, search, instead, *, take=lambda hits: hits):
    hits = take(replacing.hits([interview], search))
    return replacing.replace([interview], [hit.token for hit in hits], search, instead, by=BY, at=NOON)


def test_words_are_found_whole_or_in_parts_and_with_or_without_their_accents(interview):
    Segment.objects.filter(index=0).update(text="La MONTAÑA, la montana y el montañés de la montaña.")

    assert found(interview, "montaña") == [("montaña", 0)]
    assert [each for each, _at in found(interview, "montaña", whole_words=False)] == ["montaña"]
    assert [each for each, _at in found(interview, "montañ", whole_words=False)] == ["montañ"] * 2
    assert [each for each, _at in found(interview, "Montaña", forgiving=True)] == ["MONTAÑA", "montaña"]
    assert [each for each, _at in found(interview, "montanes", forgiving=True)] == []
    assert found(interview, "copesal", forgiving=True) == [("Copesal", 6000)]
    with pytest.raises(replacing.NothingToFind):
        found(interview, " .* ")


def test_what_is_sought_is_text_and_no_pattern(interview):
    Segment.objects.filter(index=0).update(text="¿Qué (dijo) él? a.b axb")

    assert found(interview, "a.b") == [("a.b", 0)]
    assert found(interview, "(dijo)", whole_words=False) == [("(dijo)", 0)]


def test_each_place_is_shown_with_what_stands_around_it(interview):
    (hit,) = replacing.hits([interview], Search("Liberación"))

    assert (hit.before, hit.found, hit.after) == (
        "Yo milité en el Frente Farabundo Martí para la ", "Liberación", " Nacional.",
    )  # fmt: skip


def test_what_was_chosen_is_replaced_with_times_and_corrections_and_the_rest_stays(interview):
    write(interview, 3, "De ahí salió el Copesal y el Copesal llenaba las calles.")

    done = replace(interview, Search("Copesal"), "COPESAL", take=lambda hits: hits[1:])

    assert (done.passages, done.left) == (1, 0)
    assert texts(interview)[3] == "De ahí salió el Copesal y el COPESAL llenaba las calles."
    row = versions.current(Recording.objects.of(interview).get()).segments.get(index=3)
    assert [word[2] for word in row.words] == row.text.split()
    assert row.text_by_hand
    assert Correction.objects.order_by("-pk")[0].by_agent == str(BY)


def test_several_places_of_one_passage_are_replaced_at_once(interview):
    write(interview, 3, "El Copesal, el Copesal y el Copesal.")

    replace(interview, Search("Copesal"), "comité")

    assert texts(interview)[3] == "El comité, el comité y el comité."


def test_a_passage_that_somebody_changed_meanwhile_is_left_and_told_of(interview):
    hits = replacing.hits([interview], Search("calles"))
    write(interview, 3, "Ahora dice otra cosa: calles.")

    done = replacing.replace(
        [interview], [hit.token for hit in hits], Search("calles"), "plazas", by=BY, at=NOON
    )

    assert (done.replacement, done.passages, done.left) == (None, 0, 1)
    assert texts(interview)[3] == "Ahora dice otra cosa: calles."
    assert not Replacement.objects.exists()


def test_no_passage_is_emptied(interview):
    write(interview, 0, "Eh.")

    done = replace(interview, Search("Eh.", whole_words=False), "")

    assert (done.passages, done.left) == (0, 1)
    assert texts(interview)[0] == "Eh."


def test_nothing_is_replaced_in_an_interview_that_was_not_meant(world, interview, tmp_path):
    other = worlds.in_review(world, tmp_path)
    tokens = [hit.token for hit in replacing.hits([interview], Search("calles"))]

    done = replacing.replace([other], tokens, Search("calles"), "plazas", by=BY, at=NOON)

    assert (done.passages, done.left) == (0, 1)
    assert "calles" in texts(interview)[3]


def test_the_whole_is_taken_back_where_nobody_has_worked_on_it_since(interview):
    before = texts(interview)
    done = replace(interview, Search("la", whole_words=False), "LA")
    assert done.passages == Replaced.objects.count() == 3
    write(interview, 1, "Alguien escribió esto después.")

    back = replacing.take_back(done.replacement, [interview], by=BY, at=NOON)

    assert (back.passages, back.left) == (2, 1)
    assert texts(interview) == [before[0], "Alguien escribió esto después.", *before[2:]]
    assert replacing.take_back(done.replacement, [interview], by=BY, at=NOON).passages == 0


def test_nothing_is_put_back_where_one_may_not_write(interview):
    done = replace(interview, Search("calles"), "plazas")

    back = replacing.take_back(done.replacement, [], by=BY, at=NOON)

    assert (back.passages, back.left) == (0, 1)
    assert "plazas" in texts(interview)[3]
