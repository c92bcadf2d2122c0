"""What an authenticator app shows, by allauth's own arithmetic; and the ways in, as people go them."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.test import Client
from django.urls import reverse

from oralhistory.accounts.models import User
from tests.world import PASSWORD

PERIOD = 30


def code_of(secret: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + later))


def secret_of(user: User) -> str:
    return str(decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"]))


def log_in(user: User, browser: Client | None = None, **more):
    """As far as the password goes. Returns the browser and the last answer."""
    browser = browser or Client()
    answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, **more)
    return browser, answer


def prove(browser: Client) -> None:
    """Before what changes who can come in, the password is asked for once more."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def set_up_app(browser: Client) -> str:
    """Let an app read the picture; its secret."""
    prove(browser)
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<code class="link">([A-Z2-7]+)</code>', page)[1]
    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret
