"""What takes two people, over HTTP: asked for by one, done when another agrees."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import proposals
from oralhistory.consent.models import Proposal
from oralhistory.interviews.models import State
from oralhistory.lib.agents import Agent
from oralhistory.notices.models import Notice
from oralhistory.people.models import Person
from oralhistory.provenance.models import Event
from oralhistory.review import redactions
from oralhistory.review.models import Redaction
from oralhistory.workroom.actions import ACTIONS
from tests import world as worlds
from tests.clock import DAY, NOON
from tests.workroom.second_people import (
    CASES,
    EXPORT,
    IDENTITY,
    LIFT,
    NAME,
    PURGE,
    REINSTATE,
    SHORTEN,
    ask,
    in_days,
    second_of,
    settle,
)

pytestmark = pytest.mark.django_db
each_action = pytest.mark.parametrize("case", CASES, ids=lambda case: case.action)


def test_every_action_that_the_table_gives_to_two_people_is_asked_here():
    assert {case.action for case in CASES} == proposals.actions() <= set(ACTIONS)


@each_action
def test_nothing_happens_until_a_second_person_agrees(world, tmp_path, at_the_desk_of, case):
    interview = case.ready(world, tmp_path)
    first, second = getattr(world, case.first), second_of(world, case.first, interview)
    asker = at_the_desk_of(first)

    proposal = ask(case, interview, asker)

    assert not case.took_effect(interview, proposal)
    assert settle(proposal, asker) == 403  # nobody agrees with themselves
    assert settle(proposal, at_the_desk_of(world.sysadmin)) in (403, 404)
    assert settle(proposal, at_the_desk_of(world.other_interviewer)) in (403, 404)
    assert settle(proposal, at_the_desk_of(world.interviewer)) == 403
    assert settle(proposal, at_the_desk_of(world.conflicted)) in (403, 404)
    assert not case.took_effect(interview, proposal)
    assert not Event.objects.filter(kind=proposals.AGREED).exists()

    assert settle(proposal, at_the_desk_of(second)) == 302

    assert case.took_effect(interview, proposal)
    event = Event.objects.get(subject=interview.code, kind=proposals.AGREED)
    assert event.agent == str(second.agent)
    assert str(first.agent) in event.outcome
    assert event.reason == "The family asks"
    assert Event.objects.filter(kind=proposals.ASKED, agent=str(first.agent)).count() == 1


@each_action
def test_it_is_settled_once_and_a_role_that_was_taken_meanwhile_counts(world, tmp_path, at_the_desk_of, case):
    interview = case.ready(world, tmp_path)
    first, second = getattr(world, case.first), second_of(world, case.first, interview)
    proposal = ask(case, interview, at_the_desk_of(first))
    role = Role.MODERATOR if case.first == "moderator" else Role.ARCHIVIST
    first.roles.filter(role=role).delete()

    assert settle(proposal, at_the_desk_of(second)) == 409
    assert not case.took_effect(interview, proposal)

    assert settle(proposal, at_the_desk_of(second), "refuse") == 302
    assert settle(proposal, at_the_desk_of(second)) == 409
    proposal.refresh_from_db()
    assert proposal.outcome == Proposal.Outcome.REFUSED
    assert not case.took_effect(interview, proposal)


def test_it_lies_on_the_desk_of_the_second_and_on_the_page_of_the_interview(world, tmp_path, at_the_desk_of):
    interview = EXPORT.ready(world, tmp_path)
    second = second_of(world, "archivist", interview)
    proposal = ask(EXPORT, interview, at_the_desk_of(world.archivist))
    address = reverse("workroom:asked", args=[interview.public_id, proposal.code])

    for user in (second, world.archivist):
        browser = at_the_desk_of(user)
        assert address in browser.get(reverse("workroom:desk")).content.decode()
        assert (
            address in browser.get(reverse("workroom:interview", args=[interview.public_id])).content.decode()
        )
    assert address not in at_the_desk_of(world.interviewer).get(reverse("workroom:desk")).content.decode()
    assert [notice.user for notice in Notice.objects.filter(subject=interview.code)] == [second]
    assert "do" in at_the_desk_of(second).get(address).content.decode()
    assert 'value="agree"' not in at_the_desk_of(world.archivist).get(address).content.decode()

    settle(proposal, at_the_desk_of(second))
    assert Notice.objects.filter(user=world.archivist, subject=interview.code).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_desk_reads_what_waits_in_as_many_queries_for_one_as_for_three(world, at_the_desk_of, count):
    second = second_of(world, "archivist", worlds.draft(world))
    for _each in range(count):
        proposals.ask(worlds.draft(world), "identity", reason="x", by=world.archivist, at=timezone.now())

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = proposals.waiting_for(second, at=timezone.now())
        [each.interview.title + each.asked_by.name for each in found]

    assert len(found) == count
    assert len(asked) == 3


def test_who_asked_takes_it_back_and_asks_again(world, tmp_path, at_the_desk_of):
    interview = EXPORT.ready(world, tmp_path)
    browser = at_the_desk_of(world.archivist)
    proposal = ask(EXPORT, interview, browser)
    twice = browser.post(EXPORT.address(interview), EXPORT.form(interview))

    assert twice.status_code == 409
    assert settle(proposal, browser, "refuse") == 302
    assert ask(EXPORT, interview, browser).pk != proposal.pk


def test_without_a_reason_nothing_is_asked(world, tmp_path, at_the_desk_of):
    interview = EXPORT.ready(world, tmp_path)

    answer = at_the_desk_of(world.archivist).post(EXPORT.address(interview), {"reason": "  "})

    assert answer.status_code == 400
    assert not Proposal.objects.exists()


def test_what_nobody_settled_in_time_lapses_with_an_event_and_can_be_asked_again(
    world, tmp_path, at_the_desk_of
):
    interview = EXPORT.ready(world, tmp_path)
    second = second_of(world, "archivist", interview)
    proposal = ask(EXPORT, interview, at_the_desk_of(world.archivist))
    Proposal.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert settle(proposal, at_the_desk_of(second)) == 409
    assert proposals.let_lapse(at=timezone.now()) == 1
    proposal.refresh_from_db()
    assert proposal.outcome == Proposal.Outcome.LAPSED
    assert Event.objects.filter(kind=proposals.LAPSED).count() == 1
    ask(EXPORT, interview, at_the_desk_of(world.archivist))


def test_the_state_may_have_changed_meanwhile(world, tmp_path, at_the_desk_of):
    interview = SHORTEN.ready(world, tmp_path)
    second = second_of(world, "archivist", interview)
    proposal = ask(SHORTEN, interview, at_the_desk_of(world.archivist))
    type(interview).objects.filter(pk=interview.pk).update(state=State.IN_REVIEW)

    assert settle(proposal, at_the_desk_of(second)) == 409
    assert not SHORTEN.took_effect(interview, proposal)


# R07


def test_r07_a_narrators_own_redaction_comes_back_only_on_a_newer_agreement_of_theirs(
    world, tmp_path, at_the_desk_of
):
    interview = worlds.in_review(world, tmp_path)
    narrator = Person.objects.get(participations__interview=interview, participations__role="narrator")
    agent = Agent("narrator", narrator.code)
    redactions.mark(interview, 4000, 6000, reason="x", by=agent, at=NOON + DAY)
    browser, second = at_the_desk_of(world.moderator), second_of(world, "moderator", interview)

    refused = browser.post(LIFT.address(interview), LIFT.form(interview))

    assert refused.status_code == 409
    assert not Proposal.objects.exists()
    worlds.agree_again(world, interview, at=NOON + DAY + timedelta(minutes=1))
    proposal = ask(LIFT, interview, browser)
    assert settle(proposal, at_the_desk_of(second)) == 302
    assert Redaction.objects.get().lifted_by_agent == str(second.agent)


def test_a_link_beside_each_redaction_leads_to_its_page(world, tmp_path, at_the_desk_of):
    interview = LIFT.ready(world, tmp_path)
    page = at_the_desk_of(world.moderator).get(reverse("workroom:transcript", args=[interview.public_id]))

    assert LIFT.address(interview) in page.content.decode()
    assert at_the_desk_of(world.moderator).get(LIFT.address(interview)).status_code == 200


# C12


@pytest.mark.parametrize(
    ("until", "status"), [(in_days(-1), 422), (in_days(400), 422), ("", 400), (in_days(10), 302)]
)
def test_c12_an_embargo_is_brought_forward_to_a_day_to_come_and_no_other(
    world, tmp_path, at_the_desk_of, until, status
):
    interview = worlds.approved(world, tmp_path)
    from_now = timezone.now() + timedelta(days=90)
    worlds.agreements.set_embargo(interview, from_now, by=world.archivist, at=NOON, reason="x")

    answer = at_the_desk_of(world.archivist).post(SHORTEN.address(interview), {"until": until, "reason": "x"})

    assert answer.status_code == status
    assert Proposal.objects.count() == (status == 302)


def test_c12_never_against_the_narrators_own_paper(world, tmp_path, at_the_desk_of):
    interview = SHORTEN.ready(world, tmp_path)
    line = worlds.agreements.Line("text", valid_from=timezone.now() + timedelta(days=60))
    worlds.agreements.add(interview, [line], kind="recording", signed_on=NOON, by=world.archivist, at=NOON)

    answer = at_the_desk_of(world.archivist).post(SHORTEN.address(interview), SHORTEN.form(interview))

    assert answer.status_code == 409


# C10


def test_c10_without_a_newer_agreement_it_stays_withdrawn(world, tmp_path, at_the_desk_of):
    interview = worlds.withdrawn(world, tmp_path)

    answer = at_the_desk_of(world.archivist).post(REINSTATE.address(interview), REINSTATE.form(interview))

    assert answer.status_code == 409
    assert not Proposal.objects.exists()


def test_what_is_to_be_erased_is_not_taken_up_again(world, tmp_path, at_the_desk_of):
    interview = REINSTATE.ready(world, tmp_path)
    second = second_of(world, "archivist", interview)
    first = at_the_desk_of(world.archivist)
    taken_up = ask(REINSTATE, interview, first)
    erasing = first.post(PURGE.address(interview), PURGE.form(interview))
    assert erasing.status_code == 302

    assert settle(Proposal.objects.get(action="purge"), at_the_desk_of(second)) == 302

    assert settle(taken_up, at_the_desk_of(second)) == 409
    assert not REINSTATE.took_effect(interview, taken_up)


# S04


@pytest.mark.parametrize("case", [IDENTITY, EXPORT, PURGE], ids=lambda case: case.action)
def test_s04_who_logged_in_some_minutes_ago_says_once_more_who_they_are(
    world, tmp_path, at_the_desk_of, case
):
    interview = case.ready(world, tmp_path)
    second = second_of(world, case.first, interview)
    browser = at_the_desk_of(world.archivist, minutes_ago=6)

    answer = browser.post(case.address(interview), case.form(interview))

    assert "reauthenticate" in answer.headers["Location"]
    assert not Proposal.objects.exists()
    went_on = browser.post(
        answer.headers["Location"], {"password": worlds.PASSWORD, "next": case.address(interview)}
    )
    assert went_on.status_code == 302
    proposal = Proposal.objects.get()  # what was asked for went on
    settle(proposal, at_the_desk_of(second, minutes_ago=6))
    assert not case.took_effect(interview, proposal)


# C21: who somebody is


def agreed(case, world, folder, at_the_desk_of):
    interview = case.ready(world, folder)
    second = second_of(world, case.first, interview)
    proposal = ask(case, interview, at_the_desk_of(world.archivist))
    assert settle(proposal, at_the_desk_of(second)) == 302
    proposal.refresh_from_db()
    return interview, proposal, second


def test_c21_it_is_read_for_some_minutes_by_the_one_who_asked(world, tmp_path, at_the_desk_of):
    interview, proposal, second = agreed(IDENTITY, world, tmp_path, at_the_desk_of)
    address = reverse("workroom:opened_identity", args=[interview.public_id, proposal.code])

    answer = at_the_desk_of(world.archivist).get(address)

    assert NAME in answer.content.decode()
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    assert Event.objects.filter(kind="identity opened", agent=str(world.archivist.agent)).count() == 1
    assert at_the_desk_of(second).get(address).status_code == 403
    assert at_the_desk_of(world.interviewer).get(address).status_code == 403
    assert NAME not in "".join(Event.objects.values_list("outcome", flat=True))
    Proposal.objects.update(settled_at=timezone.now() - timedelta(minutes=15))
    assert at_the_desk_of(world.archivist).get(address).status_code == 409
    assert Event.objects.filter(kind="identity opened").count() == 1


def test_who_writes_it_down_cannot_read_it(world, tmp_path, at_the_desk_of):
    interview = worlds.draft(world)
    browser, address = (
        at_the_desk_of(world.interviewer),
        reverse("workroom:seal_identity", args=[interview.public_id]),
    )
    form = IDENTITY.form(interview)

    answer = browser.post(address, {**form, "name": NAME, "contact": "55 5555"})

    assert answer.status_code == 302
    assert NAME not in browser.get(address).content.decode()
    assert at_the_desk_of(world.archivist).post(IDENTITY.address(interview), form).status_code == 302
    assert Event.objects.filter(kind="identity sealed").count() == 1
    assert at_the_desk_of(world.moderator).get(address).status_code == 404


def test_s04_an_original_and_a_role_ask_for_the_password_again(world, tmp_path, at_the_desk_of):
    interview = worlds.published(world, tmp_path)
    (code,) = interview.sessions.values_list("recordings__code", flat=True)
    browser = at_the_desk_of(world.archivist, minutes_ago=6)
    browser.post(
        reverse("workroom:reason", args=[interview.public_id]) + "?for=get_original", {"reason": "x"}
    )

    original = browser.get(reverse("workroom:original", args=[interview.public_id, code]))
    role = browser.post(
        reverse("workroom:person", args=[world.moderator.code]), {"do": "give", "role": "archivist"}
    )

    assert "reauthenticate" in original.headers["Location"]
    assert "reauthenticate" in role.headers["Location"]
    assert not roles.held_by(world.moderator) & {Role.ARCHIVIST}
    assert not Event.objects.filter(kind="original fetched").exists()
