"""Accounts of others: roles given and taken, an account closed and opened, a second factor reset."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from oralhistory.accounts import closing, roles, second_factor
from oralhistory.accounts.models import Role, User
from oralhistory.interviews import assigning
from oralhistory.interviews.models import Assignment
from oralhistory.lib.agents import MACHINE
from oralhistory.provenance import events
from tests import world as worlds
from tests.accounts.codes import code_of, log_in, secret_of, set_up_app
from tests.clock import NOON

DESK = "workroom:desk"


@pytest.fixture
def page(world, at_the_desk_of):
    """Does something on somebody's page as the archivist, or as `by`; the sentences of the page that follows."""

    def do(user: User, *, by: User | None = None, **form: str) -> list[str]:
        browser = at_the_desk_of(by or world.archivist)
        answer = browser.post(reverse("workroom:person", args=[user.code]), form, follow=True)
        assert answer.status_code == 200
        return [str(message) for message in answer.context["messages"]]

    return do


def kinds(user):
    return [(each.kind, each.outcome) for each in events.of(user.subject)]


@pytest.mark.parametrize("who", ["interviewer", "moderator", "archivist", "sysadmin"])
def test_accounts_are_for_archivists_and_sysadmins(world, at_the_desk_of, who):
    browser = at_the_desk_of(getattr(world, who))
    address = reverse("workroom:person", args=[world.other_moderator.code])
    expected = 200 if who in ("archivist", "sysadmin") else 403

    assert browser.get(address).status_code == expected
    browser.post(address, {"do": "give", "role": "archivist"})
    assert (Role.ARCHIVIST in roles.of(world.other_moderator)) == (expected == 200)


def test_a_role_is_given_and_taken_with_events_that_say_codes(world, page):
    page(world.moderator, do="give", role="interviewer")
    assert roles.of(world.moderator) == {Role.MODERATOR, Role.INTERVIEWER}
    page(world.moderator, do="take", role="moderator")
    assert roles.of(world.moderator) == {Role.INTERVIEWER}

    assert kinds(world.moderator) == [("role given", "interviewer"), ("role taken", "moderator")]
    assert {each.agent for each in events.of(world.moderator.subject)} == {str(world.archivist.agent)}
    assert worlds.CANARY not in str([vars(each) for each in events.of(world.moderator.subject)])


def test_nobody_changes_roles_of_their_own(world, page):
    page(world.archivist, do="give", role="sysadmin")
    assert roles.of(world.archivist) == {Role.ARCHIVIST}
    with pytest.raises(roles.OwnRoles):
        roles.take(world.archivist, Role.ARCHIVIST, by=world.archivist.agent, at=NOON)


def test_nobody_invites_himself_into_another_role(world, at_the_desk_of):
    form = {"name": "Me", "email": world.archivist.email.upper(), "roles": ["sysadmin"]}
    answer = at_the_desk_of(world.archivist).post(reverse("workroom:people"), form)

    assert answer.headers["Location"] == reverse("workroom:person", args=[world.archivist.code])
    assert roles.of(world.archivist) == {Role.ARCHIVIST}


@pytest.mark.parametrize(
    ("who", "role", "by"),
    [("archivist", Role.ARCHIVIST, "sysadmin"), ("sysadmin", Role.SYSADMIN, "archivist")],
)
def test_the_last_of_a_role_that_is_needed_keeps_it_and_is_not_closed(world, who, role, by):
    last, agent = getattr(world, who), getattr(world, by).agent
    # Neither of these could come in.
    roles.create_account("invited@example.org", "Invited", [role])
    closed = roles.create_account("closed@example.org", "Closed", [role], password=worlds.PASSWORD)
    closing.close(closed, by=agent, at=NOON)

    with pytest.raises(roles.LastOne):
        roles.take(last, role, by=agent, at=NOON)
    with pytest.raises(roles.LastOne):
        closing.close(last, by=agent, at=NOON)
    last.refresh_from_db()
    assert (last.is_active, roles.of(last)) == (True, {role})

    roles.create_account("second@example.org", "Second", [role], password=worlds.PASSWORD)
    closing.close(last, by=agent, at=NOON)
    assert not User.objects.get(pk=last.pk).is_active


def test_the_last_moderator_may_go(world):
    for user in (world.moderator, world.other_moderator, world.conflicted):
        closing.close(user, by=world.archivist.agent, at=NOON)

    assert assigning.moderators() == []


def test_what_somebody_else_has_just_done_is_said(world, page):
    agent = world.archivist.agent
    with pytest.raises(roles.AlreadySo):
        roles.give(world.moderator, Role.MODERATOR, by=agent, at=NOON)
    with pytest.raises(roles.AlreadySo):
        roles.take(world.moderator, Role.INTERVIEWER, by=agent, at=NOON)
    with pytest.raises(closing.AlreadySo):
        closing.reopen(world.moderator, by=agent, at=NOON)
    assert kinds(world.moderator) == []
    assert len(page(world.moderator, do="reopen")) == 1


def test_a_closed_account_is_out_at_once_and_its_sessions_stay_ended(world, page):
    browser, _ = log_in(world.moderator)
    page(world.moderator, do="close", reason="Left")
    outside = browser.get(reverse(DESK)).status_code
    page(world.moderator, do="reopen")

    assert (outside, browser.get(reverse(DESK)).status_code) == (302, 302)
    assert log_in(world.moderator)[0].get(reverse(DESK)).status_code == 200
    assert kinds(world.moderator) == [("account closed", ""), ("account reopened", "")]


def test_a_closed_account_cannot_log_in(world, page):
    page(world.moderator, do="close")

    assert log_in(world.moderator)[0].get(reverse(DESK)).status_code == 302


def test_nobody_closes_their_own_account(world, page):
    assert len(page(world.archivist, do="close")) == 1
    with pytest.raises(closing.OwnAccount):
        closing.close(world.moderator, by=world.moderator.agent, at=NOON)


def test_whoever_lost_their_device_comes_in_with_the_password_alone(world, page):
    lost, _ = log_in(world.moderator)
    set_up_app(lost)
    page(world.moderator, do="reset", reason="Seen in person")

    assert lost.get(reverse(DESK)).status_code == 302
    assert log_in(world.moderator)[0].get(reverse(DESK)).status_code == 200
    assert kinds(world.moderator)[-1] == ("second factor reset", "")


def test_a_log_in_that_was_half_way_when_the_account_was_closed_gets_no_further(world, page):
    """Whatever way somebody comes in, the account is asked."""
    browser, _ = log_in(world.moderator)
    set_up_app(browser)
    waiting, _ = log_in(world.moderator)  # the password was right; the code is asked for
    code = code_of(secret_of(world.moderator), later=1)
    page(world.moderator, do="close")

    waiting.post(reverse("mfa_authenticate"), {"code": code})

    assert waiting.get(reverse(DESK)).status_code == 302


def test_nobody_resets_their_own_or_what_is_not_there(world):
    with pytest.raises(second_factor.OwnFactor):
        second_factor.reset(world.archivist, by=world.archivist.agent, at=NOON)
    with pytest.raises(second_factor.HasNone):
        second_factor.reset(world.moderator, by=world.archivist.agent, at=NOON)


def test_where_nobody_is_left_who_could_a_command_resets(world):
    set_up_app(log_in(world.sysadmin)[0])
    call_command("reset_second_factor", world.sysadmin.email.upper(), stdout=io.StringIO())

    assert log_in(world.sysadmin)[0].get(reverse(DESK)).status_code == 200
    assert events.of(world.sysadmin.subject)[-1].agent == str(MACHINE)
    for email in (world.sysadmin.email, "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", email)


def test_what_lies_on_a_table_is_handed_over_but_for_a_conflict(world, page, tmp_path):
    one, other = worlds.in_review(world, tmp_path), worlds.in_review(world, tmp_path)
    assigning.give(other, world.other_moderator, by=world.archivist.agent, at=NOON, conflicted=True)

    page(world.moderator, do="hand_over", to=world.other_moderator.code)

    assert [each.interview for each in assigning.on_the_table_of(world.moderator)] == [other]
    assert [each.interview for each in assigning.on_the_table_of(world.other_moderator)] == [one]
    with pytest.raises(assigning.HasAConflict):
        assigning.hand_over(
            Assignment.objects.get(interview=other, user=world.moderator),
            world.other_moderator, by=world.archivist.agent, at=NOON,
        )  # fmt: skip


def test_what_lies_on_a_table_is_taken_back(world, page, tmp_path):
    worlds.in_review(world, tmp_path)

    page(world.moderator, do="hand_over", to="")

    assert assigning.on_the_table_of(world.moderator) == []


def test_what_may_not_be_assigned_now_stays(world, page, tmp_path):
    approved = worlds.approved(world, tmp_path)

    page(world.moderator, do="hand_over", to="")

    assert [each.interview for each in assigning.on_the_table_of(world.moderator)] == [approved]


def test_a_sysadmin_sees_how_many_interviews_and_not_which(world, at_the_desk_of, page, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    address = reverse("workroom:person", args=[world.moderator.code])

    seen = at_the_desk_of(world.sysadmin).get(address).content.decode()
    page(world.moderator, by=world.sysadmin, do="hand_over", to="")

    assert interview.public_id not in seen
    assert interview.public_id in at_the_desk_of(world.archivist).get(address).content.decode()


def test_somebody_with_two_devices_keeps_the_way_in(world):
    """An account whose factor was reset sets up another, which then is asked for."""
    set_up_app(log_in(world.moderator)[0])
    second_factor.reset(world.moderator, by=world.archivist.agent, at=NOON)
    secret = set_up_app(log_in(world.moderator)[0])

    browser, _ = log_in(world.moderator)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert browser.get(reverse(DESK)).status_code == 200


@pytest.mark.parametrize("language", ["", "/en", "/pt"])
def test_the_page_is_drawn_in_three_languages(world, at_the_desk_of, language):
    address = language + reverse("workroom:person", args=[world.moderator.code])

    assert at_the_desk_of(world.sysadmin).get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_role_from_each_other_one_keeps_it():
    pair = [
        roles.create_account(f"{name}@example.org", name, [Role.ARCHIVIST], password=worlds.PASSWORD)
        for name in ("one", "two")
    ]
    together = threading.Barrier(2)

    def take(whose: User, by: User) -> bool:
        together.wait()
        try:
            roles.take(whose, Role.ARCHIVIST, by=by.agent, at=NOON)
        except roles.LastOne:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(take, pair, reversed(pair)))

    assert sorted(done) == [False, True]
    assert sorted(len(roles.of(each)) for each in pair) == [0, 1]
