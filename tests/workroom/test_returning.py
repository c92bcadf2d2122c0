"""Sent back with reasons: whom they reach, what is ticked off, what is answered, and what no event says."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from oralhistory.interviews.models import Interview, State
from oralhistory.notices.models import Notice
from oralhistory.pipeline import handing
from oralhistory.provenance.models import Event
from oralhistory.review.models import PointToSettle, SentBack
from tests import world as worlds

WORDS = "Falta saber quién es Ramiro Beltrán."
POINTS = "El nombre de la imprenta\n\n  La fecha   del segundo viaje \n"


def of(name, interview):
    with override("en"):
        return reverse(f"workroom:{name}", args=[interview.public_id])


def in_review(world):
    """In review, with nothing recorded: what is sent back and forth is words."""
    interview = worlds.draft(world)
    Interview.objects.filter(pk=interview.pk).update(state=State.IN_REVIEW)
    return interview


@pytest.fixture
def returned(world, at_the_desk_of):
    interview = in_review(world)
    at_the_desk_of(world.moderator).post(of("send_back", interview), {"reason": WORDS, "points": POINTS})
    interview.refresh_from_db()
    return interview


def test_the_interviewer_reads_by_which_role_when_and_why(world, at_the_desk_of, returned):
    page = at_the_desk_of(world.interviewer).get(of("interview", returned)).content.decode()

    assert returned.state == State.TRANSCRIBED
    assert WORDS in page
    assert "Moderator" in page
    assert [each.text for each in PointToSettle.objects.all()] == [
        "El nombre de la imprenta",
        "La fecha del segundo viaje",
    ]
    assert page.count('name="settled"') == 2
    assert Notice.objects.filter(user=world.interviewer, subject=returned.code).exists()


def test_nothing_of_it_is_in_an_event_or_a_notice(world, returned):
    said = str(
        [list(Event.objects.values_list("outcome", "reason")), list(Notice.objects.values_list("text"))]
    )

    assert "Ramiro" not in said
    assert "imprenta" not in said
    assert Event.objects.filter(outcome="send_back: transcribed").exists()


def test_points_are_ticked_off_and_answered_and_the_moderator_sees_it(world, at_the_desk_of, returned):
    interviewer, moderator = at_the_desk_of(world.interviewer), at_the_desk_of(world.moderator)
    first, _second = PointToSettle.objects.all()
    interviewer.post(of("settle", returned), {"point": first.pk, "settled": "on", "answer": "La Galeana."})
    submitting = interviewer.get(of("submit", returned)).content.decode()
    assert "La Galeana." in submitting
    assert "not settled" in submitting

    handing.submit(returned, by=world.interviewer, at=timezone.now())

    page = moderator.get(of("interview", returned)).content.decode()
    assert "It had been sent back" in page
    assert "La Galeana." in page
    assert 'name="settled"' not in page
    assert SentBack.objects.get().answered_at is not None


def test_a_tick_is_taken_back(world, at_the_desk_of, returned):
    interviewer = at_the_desk_of(world.interviewer)
    point = PointToSettle.objects.first()
    interviewer.post(of("settle", returned), {"point": point.pk, "settled": "on", "answer": ""})
    interviewer.post(of("settle", returned), {"point": point.pk, "answer": "No del todo"})

    point.refresh_from_db()
    assert (point.settled_at, point.answer) == (None, "No del todo")


def test_points_of_another_interview_are_not_settled_here(world, at_the_desk_of, returned):
    other = in_review(world)
    interviewer = at_the_desk_of(world.interviewer)

    answer = interviewer.post(
        of("settle", other), {"point": PointToSettle.objects.first().pk, "settled": "on"}
    )

    assert answer.status_code == 404
    assert not PointToSettle.objects.exclude(settled_at=None).exists()


def test_what_was_signed_goes_back_to_review_and_those_on_whose_table_it_is_learn_it(world, at_the_desk_of):
    interview = worlds.draft(world)
    Interview.objects.filter(pk=interview.pk).update(state=State.APPROVED)

    at_the_desk_of(world.archivist).post(
        of("send_back", interview), {"reason": "La foto.", "points": "La foto"}
    )

    interview.refresh_from_db()
    assert interview.state == State.IN_REVIEW
    assert Notice.objects.filter(user=world.moderator, subject=interview.code).exists()
    page = at_the_desk_of(world.moderator).get(of("interview", interview)).content.decode()
    assert "Archivist" in page
    assert 'name="settled"' in page
