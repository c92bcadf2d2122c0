"""A forgotten password: a link by mail, which opens no more than a password does."""

import re

from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from oralhistory.accounts.models import User
from tests.accounts.codes import code_of, log_in, set_up_app

NEW = "cuatro palabras sin nada que ver"


def ask(email: str, language: str = "es") -> None:
    with override(language):
        Client().post(reverse("account_reset_password"), {"email": email})


def test_a_link_by_mail_sets_a_password_once_and_the_second_factor_is_asked_for_as_before(world, mailoutbox):
    there, _ = log_in(world.moderator)
    secret = set_up_app(there)
    ask(world.moderator.email)
    address = re.search(r"http\S+", mailoutbox[0].body)[0]

    browser = Client()
    form = browser.get(address, follow=True)
    browser.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    assert User.objects.get(pk=world.moderator.pk).check_password(NEW)
    assert there.get(reverse("workroom:desk")).status_code == 302
    answer = browser.post(reverse("account_login"), {"login": world.moderator.email, "password": NEW})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret, later=1)})
    assert browser.get(reverse("workroom:desk")).status_code == 200
    assert Client().get(address, follow=True).context["token_fail"]


def test_the_mail_is_in_the_language_of_the_page_and_names_nobody(world, mailoutbox):
    ask(world.moderator.email, "pt")

    assert "senha nova" in mailoutbox[0].body
    assert world.moderator.name not in mailoutbox[0].body


def test_addresses_without_an_account_and_closed_ones_get_no_mail(world, mailoutbox):
    User.objects.filter(pk=world.moderator.pk).update(is_active=False)

    for email in ("nobody@example.org", world.moderator.email):
        ask(email)

    assert mailoutbox == []
