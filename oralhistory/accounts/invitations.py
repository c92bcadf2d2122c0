"""Inviting people: an account without a password, and a link that sets one, once."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events


class AlreadyIn(Exception):
    """Somebody with a password of their own: a link would let another person in under their name."""


class AlreadyInvited(Exception):
    """There is an account of this address: its roles are given on its page, where nobody gives any to himself."""

    def __init__(self, user: User) -> None:
        super().__init__(user.code)
        self.user = user


@transaction.atomic
def invite(email: str, name: str, held: Iterable[Role], *, by: Agent, at: datetime) -> User:
    """An account with its roles, and no way in until its link was used. Raises AlreadyInvited."""
    known = User.objects.filter(email=email.lower()).first()
    if known is not None:
        raise AlreadyInvited(known)
    held = list(held)
    user = roles.create_account(email, name, held)
    events.record("invited", user.subject, at=at, agent=by, outcome=", ".join(held))
    return user


def link_for(user: User) -> str:
    """The path that lets this person set their first password; it works once. Raises AlreadyIn."""
    if user.has_usable_password():
        raise AlreadyIn
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
