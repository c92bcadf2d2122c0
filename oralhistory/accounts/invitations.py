"""Inviting people: an account without a password, and a link that sets one, once."""

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Account:
    code: str


@transaction.atomic
def invite(email: str, name: str, held: Iterable[Role], *, by: Agent, at: datetime) -> User:
    """An account with its roles, and no way in until its link was used; the one of that address if it exists."""
    held = list(held)
    user = roles.create_account(email, name, held)
    events.record("invited", _Account(str(user.agent)), at=at, agent=by, outcome=", ".join(held))
    return user


def link_for(user: User) -> str:
    """The path that lets this person set their first password; it works once. Raises AlreadyIn."""
    if user.has_usable_password():
        raise AlreadyIn
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
