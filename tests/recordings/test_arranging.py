"""Several recordings on one time line, and what hangs on it: nothing that was kept out is let in by a move."""

from datetime import date

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from oralhistory.consent import agreements, grants
from oralhistory.consent.models import Agreement, Grant, Part
from oralhistory.editions import manifest
from oralhistory.files.models import MediaFile
from oralhistory.interviews import chapters, describing
from oralhistory.interviews.models import Chapter, State
from oralhistory.lib.agents import MACHINE
from oralhistory.narrator_room import showing as narrators
from oralhistory.provenance.models import Event
from oralhistory.recordings import arranging, hanging
from oralhistory.recordings.hanging import Stretch
from oralhistory.recordings.models import Recording, Rendition
from oralhistory.review import redactions, remarks
from oralhistory.review.models import Redaction, Remark
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread
from tests import world as worlds
from tests.clock import NOON

SECOND = 1000
MINUTE = 60 * SECOND


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def interview(world):
    """Two recordings of a minute each in one sitting, each with a text of six sentences of ten seconds."""
    found = worlds.draft(world)
    found.state = State.TRANSCRIBED
    found.save()
    Chapter.objects.all().delete()
    for letter in "AB":
        add(found, letter)
    return found


def add(interview, letter, *, seconds=60, session=1):
    sitting, _ = interview.sessions.get_or_create(number=session)
    master = MediaFile.objects.create(
        storage="masters", use="preservation_master", key=letter, sha256=letter * 64, size=1, created_at=NOON
    )
    recording = Recording.objects.create(
        session=sitting,
        position=sitting.recordings.count(),
        master=master,
        arrived_at=NOON,
        code=f"rec{letter}",
    )
    Rendition.objects.create(
        recording=recording, master=master, decoder="x", pcm_sha256=letter * 64, samples=seconds * 16_000,
        listening=master, hearing=master, staff_copy=master, made_at=NOON,
    )  # fmt: skip
    with arranging.rearranging(interview, by=MACHINE, at=NOON):
        Recording.objects.filter(pk=recording.pk).update(state="ready", duration_ms=seconds * SECOND)
    segments = [
        TimedSegment(start, start + 10 * SECOND, text, language="es", speaker="narrator", words=tuple(spread(text.split(), start, start + 10 * SECOND)))
        for index in range(seconds // 10)
        for start, text in [(index * 10 * SECOND, f"{letter}{index} uno dos {letter}{index}x")]
    ]  # fmt: skip
    versions.add(recording, segments, kind=Transcript.Kind.MACHINE, made_by={"languages": ["es"]}, at=NOON)
    return recording


def recording(letter):
    return Recording.objects.select_related("session__interview").get(code=f"rec{letter}")


def offsets():
    return dict(Recording.objects.order_by("code").values_list("code", "offset_ms"))


def published_words(interview):
    built = manifest.build(interview, at=NOON)
    return " ".join(segment["text"] for segment in built.segments)


def silenced(interview):
    """What of each recording's own time is silent in the edition's sound."""
    built = manifest.build(interview, at=NOON)
    return {
        each.code: sorted(
            (max(start, each.offset_ms) - each.offset_ms, min(end, arranging.end_of(each)) - each.offset_ms)
            for start, end in built.sound["silences"]
            if start < arranging.end_of(each) and each.offset_ms < end
        )
        for each in Recording.objects.of(interview)
    }


@pytest.fixture
def by(world):
    return world.interviewer.agent


def cut(interview, start, end, **more):
    return redactions.mark(interview, start, end, reason="x", by=MACHINE, at=NOON, **more)


def test_recordings_follow_each_other_and_a_new_sitting_comes_after_the_last(interview, by):
    add(interview, "C", session=2, seconds=10)

    assert offsets() == {"recA": 0, "recB": 60_000, "recC": 120_000}


def test_a_person_may_leave_a_gap_and_take_it_back(interview, by):
    add(interview, "C", seconds=10)

    arranging.place(recording("B"), 90 * SECOND, by=by, at=NOON)
    assert offsets() == {"recA": 0, "recB": 90_000, "recC": 150_000}

    arranging.unplace(recording("B"), by=by, at=NOON)
    assert offsets() == {"recA": 0, "recB": 60_000, "recC": 120_000}


def test_an_edition_is_as_long_as_its_time_line_with_its_gaps(interview, by):
    arranging.place(recording("B"), 90 * SECOND, by=by, at=NOON)

    assert manifest.build(interview, at=NOON).record["duration_ms"] == 150_000
    assert narrators.length_ms(interview) == 150_000


def test_two_recorders_at_once_are_what_a_person_says_and_what_follows_comes_after_both(interview, by):
    add(interview, "C", seconds=10)

    arranging.place(recording("B"), 5 * SECOND, by=by, at=NOON)

    assert offsets() == {"recA": 0, "recB": 5_000, "recC": 65_000}


def test_a_recording_is_moved_up_down_and_to_another_sitting(interview, by):
    arranging.later(recording("A"), by=by, at=NOON)
    assert offsets() == {"recA": 60_000, "recB": 0}
    arranging.earlier(recording("A"), by=by, at=NOON)
    assert offsets() == {"recA": 0, "recB": 60_000}
    arranging.earlier(recording("A"), by=by, at=NOON)  # the first stays
    assert offsets() == {"recA": 0, "recB": 60_000}

    second = arranging.begin_sitting(
        interview, describing.Sitting(date(1979, 6, 1), "Puebla"), by=by, at=NOON
    )
    arranging.move(recording("A"), second, 0, by=by, at=NOON)

    assert offsets() == {"recA": 60_000, "recB": 0}
    assert [each.code for each in Recording.objects.of(interview)] == ["recB", "recA"]
    assert recording("B").position == 0


def test_a_recording_is_not_moved_into_another_interview(world, interview, by):
    other = worlds.draft(world).sessions.get()

    with pytest.raises(arranging.NoSuchSession):
        arranging.move(recording("A"), other, 0, by=by, at=NOON)

    assert recording("A").session.interview == interview


@pytest.mark.parametrize("state", [state for state in State if state not in arranging.BENCH])
def test_nothing_is_arranged_off_the_bench(interview, by, state):
    interview.state = state
    interview.save()
    before = offsets()

    for arrange in (
        lambda: arranging.place(recording("B"), 90_000, by=by, at=NOON),
        lambda: arranging.unplace(recording("B"), by=by, at=NOON),
        lambda: arranging.later(recording("A"), by=by, at=NOON),
        lambda: arranging.say_channels(recording("A"), "left", by=by, at=NOON),
        lambda: arranging.begin_sitting(interview, describing.Sitting(), by=by, at=NOON),
    ):
        with pytest.raises(arranging.NotOnTheBench):
            arrange()
    assert offsets() == before
    assert recording("A").channels == "both"


def test_what_is_read_late_goes_to_the_end_while_others_may_rest_on_the_time_line(interview):
    late = add(interview, "C", seconds=10)
    Recording.objects.filter(pk=late.pk).update(state="refused", offset_ms=0)
    Recording.objects.filter(code="recB").update(position=5)
    Recording.objects.filter(pk=late.pk).update(position=1)  # between the two
    interview.state = State.PUBLISHED
    interview.save()

    with arranging.rearranging(interview, by=MACHINE, at=NOON):
        Recording.objects.filter(pk=late.pk).update(state="ready")

    assert offsets() == {"recA": 0, "recB": 60_000, "recC": 120_000}


def test_a_redaction_keeps_its_words_wherever_its_recording_goes(interview, by):
    cut(interview, 70 * SECOND, 80 * SECOND)  # B1
    assert "B1" not in published_words(interview)

    for arrange in (
        lambda: arranging.place(recording("B"), 100 * SECOND, by=by, at=NOON),
        lambda: arranging.later(recording("A"), by=by, at=NOON),
        lambda: arranging.unplace(recording("B"), by=by, at=NOON),
        lambda: arranging.place(recording("A"), 200 * SECOND, by=by, at=NOON),
        lambda: arranging.earlier(recording("A"), by=by, at=NOON),
        lambda: arranging.unplace(recording("A"), by=by, at=NOON),
    ):
        arrange()
        assert "B1" not in published_words(interview)
        assert (10_000, 20_000) in silenced(interview)["recB"]

    assert "A1" in published_words(interview)
    assert Redaction.objects.values_list("start_ms", "end_ms").get() == (70_000, 80_000)


def test_a_redaction_over_two_recordings_becomes_two_when_they_part(interview, by):
    cut(interview, 50 * SECOND, 70 * SECOND, kind="role_word", replacement="vecina", cue_id="c1")  # A5, B0

    arranging.place(recording("B"), 100 * SECOND, by=by, at=NOON)

    said = published_words(interview)
    assert "A5" not in said
    assert "B0" not in said
    assert "A4x" in said
    assert "B1" in said
    rows = Redaction.objects.order_by("start_ms").values_list("start_ms", "end_ms", "replacement", "cue_id")
    assert list(rows) == [(50_000, 60_000, "vecina", "c1"), (100_000, 110_000, "vecina", "c1")]


def test_a_redaction_where_two_sounded_at_once_stays_on_both(interview, by):
    arranging.place(recording("B"), 5 * SECOND, by=by, at=NOON)
    cut(interview, 20 * SECOND, 30 * SECOND)  # A2, and B from 15 to 25 s
    hidden = silenced(interview)

    arranging.unplace(recording("B"), by=by, at=NOON)

    assert silenced(interview) == hidden == {"recA": [(20_000, 30_000)], "recB": [(15_000, 25_000)]}
    said = published_words(interview)
    assert "A2" not in said
    assert "B1x" not in said
    assert "B2 uno" not in said


def test_a_promise_moves_with_what_was_promised(world, interview, by):
    narrator = interview.participations.get(role="narrator").person
    agreements.add(
        interview, [agreements.Line(use, denied=True, start_ms=70_000, end_ms=80_000) for use in ("text", "audio")],
        kind=Agreement.Kind.RECORDING, signed_on=date(1979, 5, 18), person=narrator, by=world.interviewer, at=NOON,
        attribution="pseudonym",
    )  # fmt: skip
    assert "B1" not in published_words(interview)

    arranging.later(recording("A"), by=by, at=NOON)  # B is first now

    assert "B1" not in published_words(interview)
    assert grants.in_force(interview, at=NOON).closed_spans["audio"] == ((10_000, 20_000),)
    assert {grant.part for grant in Grant.objects.exclude(start_ms=None)} == {Part.SPAN}


def test_chapters_and_remarks_go_along_and_two_that_would_meet_stay_apart(interview, by):
    for start, title in ((0, "A"), (30_000, "A3"), (60_000, "B"), (90_000, "B3")):
        chapters.begin(interview, start, parts={"title": title}, by=by, at=NOON)
    remarks.leave(interview, "¿Quién habla?", start_ms=95_000, by=by, at=NOON)
    remarks.leave(interview, "En general", by=by, at=NOON)

    arranging.later(recording("A"), by=by, at=NOON)

    assert dict(Chapter.objects.values_list("title", "start_ms")) == {
        "B": 0, "B3": 30_000, "A": 60_000, "A3": 90_000,
    }  # fmt: skip
    assert set(Remark.objects.values_list("start_ms", flat=True)) == {35_000, None}

    arranging.place(recording("A"), 0, by=by, at=NOON)  # both begin at once

    moments = dict(Chapter.objects.values_list("title", "start_ms"))
    assert len(set(moments.values())) == 4
    assert all(moments[title] in (0, 1, 30_000, 30_001) for title in moments)


def test_what_was_arranged_is_recorded_without_a_word_of_what_was_said(interview, by):
    cut(interview, 70 * SECOND, 80 * SECOND)

    arranging.place(recording("B"), 100 * SECOND, by=by, at=NOON)

    placed, changed = Event.objects.filter(kind__in=["recording placed", "time line changed"])
    assert (placed.outcome, placed.agent) == ("recB: 100000", str(by))
    assert changed.outcome == "1 carried along"


def test_what_was_seen_before_a_move_can_no_longer_be_signed(interview, by):
    seen = manifest.build(interview, at=NOON).sha256

    arranging.place(recording("B"), 90 * SECOND, by=by, at=NOON)

    assert manifest.build(interview, at=NOON).sha256 != seen


def test_a_move_that_fails_in_the_middle_moves_nothing(interview, by):
    cut(interview, 70 * SECOND, 80 * SECOND)

    with pytest.raises(ValueError, match="nothing begins"):
        arranging.place(recording("B"), -1, by=by, at=NOON)
    with pytest.raises(arranging.NoSuchSession):
        _placed_and_then_interrupted(interview, by)

    assert offsets() == {"recA": 0, "recB": 60_000}
    assert Redaction.objects.get().start_ms == 70_000


def _placed_and_then_interrupted(interview, by):
    with arranging.rearranging(interview, by=by, at=NOON):
        Recording.objects.filter(code="recB").update(offset_ms=90_000, placed=True)
        raise arranging.NoSuchSession


def test_everything_that_has_a_time_is_known_to_move_or_to_stay():
    """A model that is new here must say whether its times are those of the interview's time line."""
    on_the_time_line = {*hanging.SPANS, *hanging.POINTS}
    on_their_own = {
        "transcripts.Segment", "mentions.Mention",  # a recording's own time
        "editions.EditionSegment", "editions.EditionMention", "editions.Veil",  # an edition's: never changed
        "consent.Petition",  # of the edition that somebody saw
    }  # fmt: skip

    timed = {
        model._meta.label for model in apps.get_models() if any(f.name == "start_ms" for f in model._meta.get_fields())
    }  # fmt: skip

    assert timed == on_the_time_line | on_their_own


stretches = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 100), st.integers(0, 300)).map(
        lambda drawn: Stretch(drawn[0], drawn[0] + drawn[1], drawn[2] - drawn[0])
    ),
    max_size=4,
)


@given(stretches, st.integers(0, 250), st.integers(1, 120))
def test_no_moment_of_a_recording_that_was_in_a_span_falls_out_of_it(recordings, start, length):
    after = hanging.span_after((start, start + length), recordings)

    for each in recordings:
        for moment in range(max(start, each.start_ms), min(start + length, each.end_ms)):
            assert any(first <= moment + each.by_ms < last for first, last in after)
    assert all(0 <= first < last for first, last in after)


@given(stretches, st.integers(0, 250), st.integers(1, 120))
def test_a_span_is_left_alone_where_nothing_moves(recordings, start, length):
    still = [Stretch(each.start_ms, each.end_ms, 0) for each in recordings]

    assert hanging.span_after((start, start + length), still) == [(start, start + length)]


def test_the_time_line_of_what_is_public_does_not_change_though_its_revision_is_on_the_bench(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    interview.state = State.TRANSCRIBED  # revised, signed, and sent back twice: the edition stays public
    interview.save()

    with pytest.raises(arranging.NotOnTheBench):
        arranging.place(Recording.objects.get(), 5 * SECOND, by=MACHINE, at=NOON)
