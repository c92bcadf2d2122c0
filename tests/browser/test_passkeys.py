"""A passkey, made and shown by a real browser with an authenticator that Chromium plays."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import global_settings
from playwright.sync_api import Page

from tests import world as worlds
from tests.browser.conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def required(environment, settings):
    """The web server lets no archivist work without a second factor, and checks passwords as the test makes them."""
    environment["SECOND_FACTOR"] = "required"
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS


def play_an_authenticator(page: Page) -> None:
    """The computer's own, with a finger that is always there."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_archivist_is_led_to_a_passkey_and_then_comes_in_by_it_alone(required, web_address, new_context):
    archivist = worlds.build().archivist
    # An address of numbers has no passkeys.
    address = web_address.replace("127.0.0.1", "localhost")
    page = new_context().new_page()
    play_an_authenticator(page)

    page.goto(f"{address}/en/workroom/")
    log_in(page, archivist.email, worlds.PASSWORD)
    page.get_by_text("until then nothing else in the workroom opens").wait_for()
    page.get_by_role("link", name="Add one").click()
    page.fill("[name=password]", worlds.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("without the password").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.get_by_role("link", name="to the desk").click()
    page.get_by_role("heading", name="Desk").wait_for()
    assert Authenticator.objects.filter(user=archivist, type="webauthn").count() == 1

    with page.expect_navigation():
        page.get_by_role("button", name="Log out").click()
    page.goto(f"{address}/en/workroom/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_role("heading", name="Desk").wait_for()

    with page.expect_navigation():
        page.get_by_role("button", name="Log out").click()
    page.goto(f"{address}/en/workroom/")
    log_in(page, archivist.email, worlds.PASSWORD)
    page.get_by_role("button", name="Use a passkey or key").click()
    page.get_by_role("heading", name="Desk").wait_for()
