"""Guesses are counted: of passwords by account and place, of codes by account."""

from django.test import Client
from django.urls import reverse

from tests.accounts.codes import code_of, log_in, set_up_app
from tests.world import PASSWORD

DESK = "workroom:desk"
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
ALLOWED = 5


def guess(user, browser, guessed="no es esta la clave"):
    return browser.post(
        reverse("account_login"), {"login": user.email, "password": guessed}, REMOTE_ADDR=HERE
    )


def test_after_five_wrong_passwords_the_right_one_is_refused_there_and_not_elsewhere(world):
    guesser = Client()
    for _try in range(ALLOWED):
        guess(world.archivist, guesser)

    assert guess(world.archivist, guesser, PASSWORD).status_code == 200  # the form again
    assert guesser.get(reverse(DESK)).status_code == 302
    owner, answer = log_in(world.archivist, REMOTE_ADDR=ELSEWHERE)
    assert answer.status_code == 302
    assert owner.get(reverse(DESK)).status_code == 200


def test_fewer_wrong_passwords_keep_nobody_out(world):
    browser = Client()
    for _try in range(ALLOWED - 1):
        guess(world.archivist, browser)

    assert guess(world.archivist, browser, PASSWORD).status_code == 302


def test_one_place_tries_few_accounts(world):
    everybody = [world.interviewer, world.other_interviewer, world.moderator, world.archivist, world.sysadmin]
    for user in everybody * 2:
        guess(user, Client())

    assert guess(world.other_moderator, Client(), PASSWORD).status_code == 200


def test_after_five_wrong_codes_the_right_one_is_refused_for_a_while(world):
    secret = set_up_app(log_in(world.archivist)[0])
    guesser, _ = log_in(world.archivist)
    for _try in range(ALLOWED):
        guesser.post(reverse("mfa_authenticate"), {"code": "000000"})

    guesser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert guesser.get(reverse(DESK)).status_code == 302


def test_the_password_is_not_guessed_from_an_open_session(world):
    browser, _ = log_in(world.archivist)
    wrong = [
        browser.post(reverse("account_reauthenticate"), {"password": "no es"}).status_code
        for _try in range(ALLOWED)
    ]

    assert wrong == [200] * ALLOWED
    assert browser.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 429
