"""The editor's operations on a kept text: done once, refused where somebody was faster, taken back exactly."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oralhistory.lib import ids
from oralhistory.mentions import decisions
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import editing
from oralhistory.review.editing import Wanted
from oralhistory.transcripts import edits, versions
from oralhistory.transcripts.models import Edit
from tests import world as worlds
from tests.clock import NOON


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def recording(world, tmp_path):
    return Recording.objects.of(worlds.in_review(world, tmp_path)).get()


@pytest.fixture
def do(world, recording):
    def apply(*wanted, by=None):
        agent = (by or world.moderator).agent
        _working, answers = editing.apply(
            recording.session.interview, versions.current(recording), wanted, by=agent, at=NOON
        )
        return [answer.why for answer in answers]

    return apply


def code():
    return f"{ids.public_id()}{ids.public_id()}"


def rows(recording):
    return list(versions.current(recording).segments.all())


def stand(recording):
    """All that can be seen of the text, but for the numbers of its rows."""
    mentions = Mention.objects.filter(transcript=versions.current(recording)).order_by(
        "segment__index", "start"
    )
    return (
        [edits.state_of(row) for row in rows(recording)],
        [(each.segment.cue_id, each.start, each.end, each.surface, each.start_ms, each.state) for each in mentions],
    )  # fmt: skip


def text_of(row, text):
    return Wanted(code(), "text", cue=row.cue_id, text=text, seen={row.cue_id: row.text})


def split_of(row, word):
    return Wanted(
        code(), "split", cue=row.cue_id, seen={row.cue_id: row.text}, place=row.text.index(word), new_cue=ids.cue_id()
    )  # fmt: skip


def test_a_split_gives_the_second_half_a_cue_of_its_own_and_its_mentions(do, recording):
    row = rows(recording)[1]
    split = split_of(row, "en el Frente")

    assert do(split) == [""]

    first, second = rows(recording)[1:3]
    assert (first.cue_id, second.cue_id) == (row.cue_id, split.new_cue)
    assert (first.text, first.end_ms) == ("Yo milité", second.start_ms)
    assert second.text.startswith("en el Frente")
    mention = Mention.objects.get(organization__slug="fmln-sv")
    assert mention.segment == second
    assert second.text[mention.start : mention.end] == mention.surface


def test_a_deleted_segment_comes_back_with_what_was_decided_about_it(do, recording, world):
    for mention in Mention.objects.undecided():
        decisions.accept(mention, by=world.moderator.agent, at=NOON)
    before, row = stand(recording), rows(recording)[1]
    delete = Wanted(code(), "delete", cue=row.cue_id, seen={row.cue_id: row.text})

    assert do(delete) == [""]
    assert len(rows(recording)) == 3
    assert not Mention.objects.filter(organization__slug="fmln-sv").exists()
    assert do(Wanted(code(), "undo", undoes=delete.code)) == [""]

    assert stand(recording) == before


def test_an_edit_that_is_sent_twice_is_done_once(do, recording):
    row = rows(recording)[3]
    edit = text_of(row, "Una vez.")

    assert do(edit) == [""]
    assert do(edit, text_of(rows(recording)[3], "Y otra.")) == ["", ""]

    assert rows(recording)[3].text == "Y otra."
    assert Edit.objects.count() == 2


def test_the_second_of_two_who_write_in_one_segment_overwrites_nothing(do, recording, world):
    row = rows(recording)[3]
    mine, theirs = text_of(row, "Lo mío."), text_of(row, "Lo suyo.")

    assert do(mine) == [""]
    assert do(theirs, by=world.other_moderator) == ["overtaken"]
    assert rows(recording)[3].text == "Lo mío."

    elsewhere = text_of(rows(recording)[0], "Buenas noches.")
    speaker = Wanted(
        code(), "speaker", cues=[row.cue_id], speaker="narrator 2", seen={row.cue_id: "narrator"}
    )
    assert do(elsewhere, speaker, by=world.other_moderator) == ["", ""]
    assert (rows(recording)[3].text, rows(recording)[3].speaker) == ("Lo mío.", "narrator 2")


def test_what_somebody_else_has_changed_since_is_not_taken_back(do, recording, world):
    mine = text_of(rows(recording)[3], "Lo mío.")
    do(mine)
    do(text_of(rows(recording)[3], "Lo suyo."), by=world.other_moderator)

    assert do(Wanted(code(), "undo", undoes=mine.code)) == ["overtaken"]
    assert rows(recording)[3].text == "Lo suyo."


def test_one_request_is_one_event_with_cues_and_no_words(do, recording):
    first, last = rows(recording)[0], rows(recording)[3]

    do(text_of(first, "Buenas noches."), text_of(last, "Llenábamos calles."))

    event = Event.objects.get(kind="text corrected")
    assert event.outcome == f"{first.cue_id} {last.cue_id}"


@pytest.mark.parametrize("kind", ["text", "split", "merge", "delete", "boundary"])
def test_a_segment_that_is_gone_is_a_conflict(do, recording, kind):
    row = rows(recording)[3]
    edit = Wanted(code(), kind, cue="nothere2", text="x", new_cue=ids.cue_id(), seen={"nothere2": row.text})

    assert do(edit) == ["gone"]


def test_many_splits_in_one_place_find_room_among_the_numbers(do, recording):
    for _time in range(9):
        row = next(row for row in rows(recording) if row.cue_id == rows(recording)[1].cue_id)
        assert do(split_of(row, row.text.split()[-1])) == [""]

    assert " ".join(row.text for row in rows(recording)) == " ".join(worlds.TEXTS)


@st.composite
def operations(draw):
    """(kind, which segment, two numbers that the kind makes something of)."""
    kinds = st.sampled_from(["text", "split", "merge", "insert", "delete", "boundary", "speaker"])
    return draw(st.lists(st.tuples(kinds, st.integers(0, 20), st.integers(0, 9000)), min_size=1, max_size=7))


def as_wanted(operation, present):
    kind, place, number = operation
    row = present[place % len(present)]
    following = present[(place + 1) % len(present)]
    seen = {row.cue_id: row.text}
    plain = Wanted(code(), kind, cue=row.cue_id, seen=seen, new_cue=ids.cue_id(), at_ms=number)
    return {
        "text": replace(plain, text=f"{row.text.split()[0]} palabra {number}"),
        "split": replace(plain, place=number % max(1, len(row.text))),
        "merge": replace(plain, seen={**seen, following.cue_id: following.text}),
        "insert": replace(plain, text="Así es."),
        "delete": plain,
        "boundary": replace(plain, seen={}, edge=["start", "end"][number % 2]),
        "speaker": replace(plain, seen={}, cues=[row.cue_id, following.cue_id], speaker="narrator 2"),
    }[kind]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations())
def test_whatever_was_done_is_undone_exactly_and_redone_exactly(do, recording, asked):
    stands, done = [stand(recording)], []
    for operation in asked:
        edit = as_wanted(operation, rows(recording))
        if do(edit) == [""]:
            done.append(edit.code)
            stands.append(stand(recording))
            present = rows(recording)
            assert all(one.end_ms <= other.start_ms for one, other in pairwise(present))

    undoing = []
    for edit, before in zip(reversed(done), reversed(stands[:-1]), strict=True):
        undo = Wanted(code(), "undo", undoes=edit)
        assert do(undo) == [""]
        assert stand(recording) == before
        undoing.append(undo.code)
    for undo, after in zip(reversed(undoing), stands[1:], strict=True):
        assert do(Wanted(code(), "undo", undoes=undo)) == [""]
        assert stand(recording)[0] == after[0]
    for edit in reversed(done):  # leave it as it was for the next example
        again = Edit.objects.filter(undoes__undoes__code=edit).latest("pk").code
        assert do(Wanted(code(), "undo", undoes=again)) == [""]
