"""The desk, in sentences: what waits, what came back, who offers, which mentions wait, which embargo has passed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from oralhistory.consent import agreements, lists
from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.notices.models import Notice
from oralhistory.pipeline import handing
from tests import world as worlds
from tests.clock import MINUTE, NOON

with override("en"):
    DESK, INTERVIEWS = reverse("workroom:desk"), reverse("workroom:interviews")


@pytest.mark.parametrize("count", [1, 3])
def test_a_desk_costs_the_same_however_much_lies_on_it(
    world, at_the_desk_of, tmp_path, count, django_assert_num_queries
):
    for _each in range(count):
        worlds.in_review(world, tmp_path)
        back, free = waits(world), waits(world)
        handing.send_back(back, "Falta algo.", ["El nombre"], role="moderator", by=world.moderator, at=NOON)
        Assignment.objects.filter(interview=free, user=world.moderator).delete()
        handing.offer(free, by=world.other_moderator, at=NOON)
    for who, queries in (("interviewer", 32), ("moderator", 35), ("archivist", 36)):
        browser = at_the_desk_of(getattr(world, who))
        browser.get(DESK)
        with django_assert_num_queries(queries):
            browser.get(DESK)


def waits(world):
    """In review, and nothing recorded yet: what the desk asks of it costs as much."""
    interview = worlds.draft(world)
    Interview.objects.filter(pk=interview.pk).update(state=State.IN_REVIEW)
    interview.refresh_from_db()
    return interview


def test_what_came_back_says_how_many_points_are_left(world, at_the_desk_of):
    interview = waits(world)
    handing.send_back(interview, "Dos cosas.", ["Uno", "Dos"], role="moderator", by=world.moderator, at=NOON)

    page = at_the_desk_of(world.interviewer).get(DESK).content.decode()

    assert "Came back to you" in page
    assert "2 points to settle" in page


def test_an_archivist_sees_who_offers_until_somebody_has_it(world, at_the_desk_of):
    interview = waits(world)
    Assignment.objects.filter(interview=interview, user=world.moderator).delete()
    handing.offer(interview, by=world.other_moderator, at=NOON)
    archivist = at_the_desk_of(world.archivist)
    assert f"{world.other_moderator.name} could take it" in archivist.get(DESK).content.decode()

    handing.give(interview, world.other_moderator, by=world.archivist.agent, at=NOON)

    assert archivist.get(DESK).context["offers"] == []


def test_mentions_wait_on_the_desk_of_who_decides(world, at_the_desk_of, tmp_path):
    worlds.in_review(world, tmp_path)

    (waits,) = at_the_desk_of(world.moderator).get(DESK).context["undecided"]
    assert waits.mentions > 0
    assert at_the_desk_of(world.other_moderator).get(DESK).context["undecided"] == []


def test_an_embargo_waits_for_nobody_until_it_has_passed_and_then_archivists_are_told_once(world):
    interview = worlds.draft(world)
    Interview.objects.filter(pk=interview.pk).update(state=State.EMBARGOED)
    until = NOON + timedelta(days=30)
    agreements.set_embargo(interview, until, by=world.archivist, at=NOON + MINUTE, reason="asked")
    assert lists.waiting_for(world.archivist, at=NOON + 2 * MINUTE) == []
    Notice.objects.all().delete()
    handing.tell_of_embargoes(at=until - MINUTE)
    assert not Notice.objects.exists()

    for _twice in range(2):
        handing.tell_of_embargoes(at=until + MINUTE)

    assert [each.action for each in lists.waiting_for(world.archivist, at=until + MINUTE)] == ["open"]
    assert Notice.objects.filter(user=world.archivist).count() == 1


def test_lists_say_no_title_of_what_may_not_be_read(world, at_the_desk_of):
    Interview.objects.filter(pk=waits(world).pk).update(title="Elena Garro")
    browser = at_the_desk_of(world.other_moderator)

    for address in (DESK, INTERVIEWS):
        page = browser.get(address).content.decode()
        assert "An interview" in page
        assert "Elena Garro" not in page
        assert world.interviewer.name not in page
