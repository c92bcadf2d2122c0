"""The second factor over HTTP, with the codes that an app would show."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from oralhistory.accounts import roles, second_factor
from oralhistory.accounts.models import Role
from oralhistory.lib import sealing
from oralhistory.provenance import events
from tests.accounts.codes import code_of, log_in, prove, secret_of, set_up_app
from tests.clock import NOON

DESK = "workroom:desk"


@pytest.mark.parametrize("who", ["interviewer", "moderator", "archivist", "sysadmin"])
def test_who_needs_one_and_has_none_is_led_to_set_it_up_and_can_do_nothing_else(
    world, required, at_the_desk_of, who
):
    browser = at_the_desk_of(getattr(world, who))
    needs = who in ("archivist", "sysadmin")

    for name in (DESK, "workroom:interviews", "workroom:me"):
        answer = browser.get(reverse(name))
        assert (answer.status_code, answer.headers.get("Location")) == (
            (302, reverse("mfa_index")) if needs else (200, None)
        )
    # A form is refused as the pages are, and a piece of a page leads on too.
    assert browser.post(reverse("workroom:people"), {}).status_code == (302 if needs else 403)
    piece = browser.get(reverse(DESK), headers={"HX-Request": "true"})
    assert piece.headers.get("HX-Redirect") == (reverse("mfa_index") if needs else None)


def test_a_program_that_sends_files_is_told_in_a_sentence(world, required, at_the_desk_of):
    answer = at_the_desk_of(world.archivist).post(reverse("workroom:arrivals", args=["nothing"]))

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/plain; charset=utf-8")


def test_nobody_must_have_one_where_it_is_optional(world, at_the_desk_of):
    assert at_the_desk_of(world.archivist).get(reverse(DESK)).status_code == 200


def test_an_app_is_set_up_and_asked_for_at_the_next_log_in(world, required):
    browser, _ = log_in(world.archivist)
    secret = set_up_app(browser)
    assert browser.get(reverse(DESK)).status_code == 200

    other, answer = log_in(world.archivist)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert other.get(reverse(DESK)).status_code == 302
    assert other.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert other.get(reverse(DESK)).status_code == 302
    other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert other.get(reverse(DESK)).status_code == 200
    kinds = [each.kind for each in events.of(world.archivist.subject)]
    assert kinds == ["second factor set up"]


def test_a_code_opens_once(world):
    browser, _ = log_in(world.archivist)
    secret = set_up_app(browser)
    code = code_of(secret, later=1)

    first, _ = log_in(world.archivist)
    first.post(reverse("mfa_authenticate"), {"code": code})
    second, _ = log_in(world.archivist)
    second.post(reverse("mfa_authenticate"), {"code": code})

    assert first.get(reverse(DESK)).status_code == 200
    assert second.get(reverse(DESK)).status_code == 302


def test_a_recovery_code_opens_once_in_place_of_the_app(world):
    browser, _ = log_in(world.archivist)
    set_up_app(browser)
    page = browser.get(reverse("mfa_view_recovery_codes"))
    code = page.context["unused_codes"][0]
    assert code in page.content.decode()

    ways_in = []
    for _try in range(2):
        other, _ = log_in(world.archivist)
        other.post(reverse("mfa_authenticate"), {"code": code})
        ways_in.append(other.get(reverse(DESK)).status_code)

    assert ways_in == [200, 302]


def test_setting_one_up_ends_the_sessions_that_came_in_without_it(world, at_the_desk_of):
    stolen, unlisted = log_in(world.archivist)[0], at_the_desk_of(world.archivist)
    own, _ = log_in(world.archivist)

    set_up_app(own)

    assert [browser.get(reverse(DESK)).status_code for browser in (own, stolen, unlisted)] == [200, 302, 302]


def test_the_password_is_asked_again_before_one_is_set_up(world):
    browser, _ = log_in(world.archivist)

    answer = browser.get(reverse("mfa_activate_totp"))

    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_its_secrets_are_sealed_in_the_database(world, settings):
    browser, _ = log_in(world.archivist)
    secret = set_up_app(browser)

    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows
    assert secret_of(world.archivist) == secret

    settings.IDENTITY_KEY = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
    with pytest.raises(sealing.CannotBeOpened):
        secret_of(world.archivist)


def test_who_takes_the_only_one_away_is_before_the_door_again(world, required):
    browser, _ = log_in(world.archivist)
    set_up_app(browser)
    browser.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=world.archivist).exists()
    assert browser.get(reverse(DESK)).headers["Location"] == reverse("mfa_index")


def test_somebody_who_becomes_an_archivist_needs_one_from_then_on(world, required, at_the_desk_of):
    browser = at_the_desk_of(world.interviewer)
    before = browser.get(reverse(DESK)).status_code
    roles.give(world.interviewer, Role.ARCHIVIST, by=world.archivist.agent, at=NOON)

    assert (before, browser.get(reverse(DESK)).status_code) == (200, 302)


def test_recovery_codes_alone_are_no_second_factor(world, required):
    Authenticator.objects.create(user=world.archivist, type="recovery_codes", data={})

    assert second_factor.is_missing(world.archivist)


def test_the_door_asks_the_database_once(world, required, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert second_factor.is_missing(world.sysadmin)


@pytest.mark.parametrize("language", ["", "/en", "/pt"])
def test_every_page_about_it_is_drawn_in_three_languages_without_inline_scripts(world, language):
    browser, _ = log_in(world.archivist)
    set_up_app(browser)
    names = (
        "mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_add_webauthn",
        "mfa_list_webauthn", "account_change_password", "account_reauthenticate", "mfa_reauthenticate",
        "workroom:me", "workroom:own_sessions",
    )  # fmt: skip
    paths = [reverse(name) for name in names]
    for path in paths:
        answer = browser.get(language + path)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert " style=" not in page
        assert all('type="application/json"' in tag or " src=" in tag for tag in page.split("<script")[1:]), (
            path
        )


def test_addresses_are_not_changed_by_oneself(world):
    browser, _ = log_in(world.archivist)

    assert browser.get("/accounts/email/").status_code == 404


def test_a_stranger_sees_none_of_it():
    for name in ("mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes"):
        assert Client().get(reverse(name)).headers["Location"].startswith(reverse("account_login"))


def test_new_recovery_codes_end_the_former_ones(world):
    browser, _ = log_in(world.archivist)
    set_up_app(browser)
    former = browser.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    prove(browser)
    browser.post(reverse("mfa_generate_recovery_codes"))

    assert not set(former) & set(browser.get(reverse("mfa_view_recovery_codes")).context["unused_codes"])
