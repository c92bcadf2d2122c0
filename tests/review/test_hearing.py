"""What was listened to by those who review, what of it is missing, and that nothing is signed unheard."""

import pytest

from oralhistory.consent import agreements, themes
from oralhistory.consent.models import Agreement, Audience, Grant, Part, Theme, Use
from oralhistory.editions import publishing
from oralhistory.interviews.models import State
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import checks, hearing
from oralhistory.review.models import Heard, Signature
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.workroom import gaps_left


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def recording(interview):
    return Recording.objects.of(interview).get()


def left(interview):
    found = hearing.coverage(interview, at=NOON)
    return found.percent, [(each.start_ms, each.end_ms) for each in found.unheard]


def test_what_several_have_heard_adds_up_and_what_is_heard_twice_counts_once(world, interview, recording):
    assert left(interview) == (0, [(0, 8000)])

    hearing.note(recording, [(0, 2000), (1000, 3000)], by=world.moderator, at=NOON)
    hearing.note(recording, [(5000, 6000)], by=world.archivist, at=NOON + MINUTE)
    hearing.note(recording, [(2500, 4000)], by=world.moderator, at=NOON + MINUTE)

    assert Heard.objects.get(user=world.moderator).spans == [[0, 4000]]
    assert left(interview) == (62, [(4000, 5000), (6000, 8000)])


def test_that_the_interviewer_was_there_does_not_count(world, interview, recording):
    hearing.note(recording, [(0, 8000)], by=world.interviewer, at=NOON)

    assert left(interview) == (0, [(0, 8000)])


def test_what_a_closed_theme_keeps_from_the_public_needs_no_hearing(world, interview):
    by = {"by": world.moderator.agent, "at": NOON}
    themes.mark(interview, 6_000, 8_000, Theme.FAMILY, **by)
    lines = [agreements.Line(use, denied=True, theme=Theme.FAMILY) for use in (Use.TEXT, Use.AUDIO)]
    agreements.narrow(interview, lines, **by)

    assert left(interview) == (0, [(0, 6000)])


def test_what_no_edition_carries_needs_no_hearing(world, interview, recording):
    worlds.redact_the_secret(world, interview)
    recording_paper = Agreement.objects.get()
    for use in (Use.TEXT, Use.AUDIO):
        Grant.objects.create(
            agreement=recording_paper, use=use, audience=Audience.PUBLIC, part=Part.SPAN, start_ms=0, end_ms=2000,
            denied=True,
        )  # fmt: skip

    assert left(interview) == (0, [(2000, 4000), (6000, 8000)])


def test_a_passage_of_which_only_the_words_are_closed_is_heard_by_the_public(world, interview):
    Grant.objects.create(
        agreement=Agreement.objects.get(), use=Use.TEXT, audience=Audience.PUBLIC, part=Part.SPAN, start_ms=0,
        end_ms=2000, denied=True,
    )  # fmt: skip

    assert left(interview) == (0, [(0, 8000)])


def test_speech_that_nobody_wrote_is_heard_where_the_sound_is_published(world, tmp_path):
    interview = gaps_left.interview_with_gaps(world, tmp_path)
    Recording.objects.of(interview).update(duration_ms=60_000)

    assert left(interview) == (0, [(0, 60_000)])
    Grant.objects.filter(use=Use.AUDIO).delete()
    assert left(interview) == (0, [(0, 8000)])


def test_a_quarter_of_a_second_between_two_spans_is_no_hole(world, interview, recording):
    hearing.note(recording, [(0, 3900), (4150, 7800)], by=world.moderator, at=NOON)

    assert left(interview) == (100, [])


def test_nothing_is_signed_unheard_without_a_reason_and_the_reason_is_kept(world, interview, recording):
    worlds.decide_on_everybody(world, interview)
    hearing.note(recording, [(0, 6000)], by=world.moderator, at=NOON)
    seen = publishing.preview(interview, at=NOON)
    assert "75 %" in "".join(each.sentence for each in checks.before_signing(interview, at=NOON))

    for reason in ("", "  "):
        with pytest.raises(publishing.NotHeard):
            publishing.approve(
                interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON, unheard_reason=reason
            )
    assert not Signature.objects.exists()

    publishing.approve(
        interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON, unheard_reason="Heard on tape."
    )
    interview.refresh_from_db()
    assert interview.state == State.APPROVED
    assert Signature.objects.get().unheard_reason == "Heard on tape."
    assert list(Event.objects.filter(kind="signed unheard").values_list("outcome", flat=True)) == ["75 %"]


def test_where_all_was_heard_no_reason_is_kept(world, interview):
    worlds.hear_everything(world, interview)
    worlds.decide_on_everybody(world, interview)
    seen = publishing.preview(interview, at=NOON)

    publishing.approve(
        interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON, unheard_reason="Not needed"
    )

    assert Signature.objects.get().unheard_reason == ""
    assert not Event.objects.filter(kind="signed unheard").exists()


def test_what_is_published_to_nobody_needs_no_hearing(world, interview):
    for agreement in Agreement.objects.all():
        agreements.withdraw(agreement, by=world.archivist.agent, at=NOON)

    assert left(interview) == (100, [])
