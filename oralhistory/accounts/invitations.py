"""Inviting people: an account without a password, and a link that sets one, once."""

from collections.abc import Iterable

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User


def invite(email: str, name: str, held: Iterable[Role]) -> User:
    """An account with its roles, and no way in until its link was used."""
    return roles.create_account(email, name, held)


def link_for(user: User) -> str:
    """The path that lets this person set a password; it stops working once it was used, or after a log-in."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
