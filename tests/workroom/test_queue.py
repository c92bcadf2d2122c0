"""The queue of review: what waits, how long, how much of it, on whose table, and who stays away."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.notices.models import Notice
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.review.models import Recusal
from oralhistory.transcripts.models import Segment
from tests import world as worlds

with override("en"):
    QUEUE, ASSIGN = reverse("workroom:queue"), reverse("workroom:queue_assign")


def of(name, interview):
    with override("en"):
        return reverse(f"workroom:{name}", args=[interview.public_id])


def waits(world, number):
    """An interview in review for so many days, described and not recorded: most of the queue asks for no more."""
    interview = worlds.draft(world)
    Interview.objects.filter(pk=interview.pk).update(state=State.IN_REVIEW, title=f"Elena {number}")
    at = timezone.now() - timedelta(days=10 * number + 1)
    events.record(
        "state change", interview, at=at, agent=world.interviewer.agent, outcome="submit: in_review"
    )
    interview.refresh_from_db()
    return interview


@pytest.fixture
def three(world):
    return [waits(world, number) for number in range(3)]


def titles(answer):
    return [row.interview.title for row in answer.context["rows"]]


def test_what_waits_longest_stands_first_and_the_largest_when_asked(world, at_the_desk_of, three, tmp_path):
    heard = worlds.in_review(world, tmp_path)
    Interview.objects.filter(pk=heard.pk).update(title="Elena oída")
    Segment.objects.filter(index=0).update(flags=["too_fast"])

    archivist = at_the_desk_of(world.archivist)

    rows = archivist.get(QUEUE).context["rows"]
    assert [row.interview.title for row in rows] == ["Elena oída", "Elena 2", "Elena 1", "Elena 0"]
    assert [row.days for row in rows[1:]] == [21, 11, 1]
    first = rows[0].size
    assert (first.sound_ms, first.passages, first.doubtful) == (1000 * worlds.SOUND_SECONDS, 4, 1)
    assert first.undecided > 0
    Event.objects.filter(subject=heard.code).update(at=timezone.now())
    assert titles(archivist.get(QUEUE))[-1] == "Elena oída"
    assert titles(archivist.get(QUEUE, {"order": "size"}))[0] == "Elena oída"


def test_it_is_filtered_by_language_and_table(world, at_the_desk_of, three):
    Interview.objects.filter(pk=three[0].pk).update(languages=["nah"])
    Assignment.objects.filter(interview=three[1], user=world.moderator).delete()
    archivist, moderator = at_the_desk_of(world.archivist), at_the_desk_of(world.moderator)

    assert titles(archivist.get(QUEUE, {"language": "nah"})) == ["Elena 0"]
    assert titles(archivist.get(QUEUE, {"whose": "nobody"})) == ["Elena 1"]
    assert titles(moderator.get(QUEUE, {"whose": "mine"})) == ["Elena 2", "Elena 0"]


def test_a_moderator_who_has_it_not_learns_that_it_waits_and_nothing_it_is_called(
    world, at_the_desk_of, three
):
    browser = at_the_desk_of(world.other_moderator)

    page = browser.get(QUEUE).content.decode().replace("Archivo de la Solidaridad", "")

    assert page.count("An interview") == 3
    for kept in ("Elena", "Solidaridad", "cnry7f3a-moderator"):
        assert kept not in page, kept


def test_what_is_kept_for_a_conflict_is_not_in_the_queue(world, at_the_desk_of):
    Interview.objects.filter(pk=worlds.draft(world).pk).update(
        state=State.REVISING
    )  # of which everybody knows

    assert at_the_desk_of(world.conflicted).get(QUEUE).context["rows"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_whatever_its_length(
    world, at_the_desk_of, tmp_path, count, django_assert_num_queries
):
    for _each in range(count):
        worlds.in_review(world, tmp_path)
    browser = at_the_desk_of(world.archivist)
    browser.get(QUEUE)

    with django_assert_num_queries(20):
        browser.get(QUEUE)


def test_several_are_given_at_once_and_a_conflict_holds(world, at_the_desk_of, three):
    Assignment.objects.filter(user=world.other_moderator).delete()
    Assignment.objects.create(interview=three[0], user=world.other_moderator, conflicted=True)
    data = {"user": world.other_moderator.code, "interview": [each.public_id for each in three]}

    page = at_the_desk_of(world.archivist).post(ASSIGN, data, follow=True)

    given = Assignment.objects.filter(user=world.other_moderator, conflicted=False)
    assert set(given.values_list("interview", flat=True)) == {three[1].pk, three[2].pk}
    assert "is kept from" in page.content.decode()
    assert Notice.objects.filter(user=world.other_moderator).count() == 2
    load = next(each for each in page.context["loads"] if each.user == world.other_moderator)
    assert load.interviews == 2


def test_only_archivists_give(world, at_the_desk_of, three):
    data = {"user": world.moderator.code, "interview": [three[0].public_id]}

    assert at_the_desk_of(world.moderator).post(ASSIGN, data).status_code == 403


def test_a_moderator_may_say_that_they_could_take_one_and_archivists_learn_it_once(
    world, at_the_desk_of, three
):
    browser = at_the_desk_of(world.other_moderator)
    assert of("offer", three[0]) in browser.get(QUEUE).content.decode()

    browser.post(of("offer", three[0]))
    browser.post(of("offer", three[0]))

    assert Notice.objects.filter(user=world.archivist, subject=three[0].code).count() == 1
    assert of("offer", three[0]) not in browser.get(QUEUE).content.decode()
    assert (
        f"{world.other_moderator.name} could take it"
        in at_the_desk_of(world.archivist).get(QUEUE).content.decode()
    )
    assert browser.get(of("transcript", three[0])).status_code == 403  # to offer opens nothing


def test_a_conflict_that_is_declared_shuts_at_once_and_its_reason_stays_out_of_the_events(
    world, at_the_desk_of, three
):
    browser, archivist = at_the_desk_of(world.moderator), at_the_desk_of(world.archivist)
    assert of("recuse", three[0]) in browser.get(of("interview", three[0])).content.decode()

    browser.post(of("recuse", three[0]), {"words": "Julián es mi primo."})

    assert browser.get(of("interview", three[0])).status_code == 404
    assert browser.get(of("transcript", three[0])).status_code == 404
    assert Recusal.objects.get().words == "Julián es mi primo."
    assert "Julián es mi primo." in archivist.get(of("interview", three[0])).content.decode()
    assert "Julián" not in str(list(Event.objects.values_list("reason", "outcome")))
    assert "Julián" not in str(list(Notice.objects.values_list("text")))
    assert Notice.objects.filter(user=world.archivist, subject=three[0].code).exists()
