"""Where somebody is logged in: listed without an address, and ended from afar."""

from allauth.usersessions.models import UserSession
from django.urls import reverse

from oralhistory.accounts import sessions
from tests.accounts.codes import log_in
from tests.clock import NOON
from tests.world import PASSWORD

DESK = "workroom:desk"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
FROM = "203.0.113.77"


def opens(*browsers):
    return [browser.get(reverse(DESK)).status_code == 200 for browser in browsers]


def test_sessions_are_listed_with_their_browser_and_without_an_address(world):
    browser, _ = log_in(world.moderator, headers={"User-Agent": FIREFOX}, REMOTE_ADDR=FROM)

    page = browser.get(reverse("workroom:own_sessions")).content.decode()

    assert "Firefox · Linux" in page
    assert FROM not in page
    assert FROM not in str(list(UserSession.objects.values()))


def test_one_session_is_ended_from_another(world):
    (here, _), (there, _) = log_in(world.moderator), log_in(world.moderator)
    number = UserSession.objects.get(session_key=there.session.session_key).pk

    here.post(reverse("workroom:own_sessions"), {"session": str(number)})

    assert opens(here, there) == [True, False]


def test_all_others_are_ended_those_in_no_list_too(world, at_the_desk_of):
    (here, _), (there, _) = log_in(world.moderator), log_in(world.moderator)
    unlisted = at_the_desk_of(world.moderator)

    here.post(reverse("workroom:own_sessions"), {"session": "others"})

    assert opens(here, there, unlisted) == [True, False, False]
    assert len(sessions.open_of(world.moderator)) == 1


def test_nobody_ends_a_session_of_somebody_else(world):
    (moderator, _), (archivist, _) = log_in(world.moderator), log_in(world.archivist)
    number = UserSession.objects.get(user=world.archivist).pk

    moderator.post(reverse("workroom:own_sessions"), {"session": str(number)})

    assert opens(archivist) == [True]


def test_changing_the_password_ends_the_others_and_keeps_no_address(world):
    (here, _), (there, _) = log_in(world.moderator), log_in(world.moderator)
    new = "cuatro palabras sin nada que ver"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}

    here.post(reverse("account_change_password"), form, REMOTE_ADDR=FROM)

    assert opens(here, there) == [True, False]
    assert FROM not in str(list(UserSession.objects.values()))


def test_a_session_that_was_ended_does_not_come_back_with_the_account(world, at_the_desk_of):
    browser = at_the_desk_of(world.moderator)

    sessions.end_all(world.moderator, at=NOON)

    assert opens(browser) == [False]


def test_two_words_say_which_browser():
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1"
    assert [sessions.browser(each) for each in (FIREFOX, safari, "", "curl/8")] == [
        "Firefox · Linux",
        "Safari · iPhone",
        "",
        "",
    ]
