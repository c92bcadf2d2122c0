"""Closing the account of somebody who leaves, and opening it again."""

from datetime import datetime

from django.db import transaction

from oralhistory.accounts import roles, sessions
from oralhistory.accounts.models import User
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events


class OwnAccount(Exception):
    """Nobody closes or opens their own."""


class AlreadySo(Exception):
    """Somebody else has just closed it, or opened it again."""


@transaction.atomic
def close(user: User, *, by: Agent, at: datetime, reason: str = "") -> None:
    """Nobody comes in by this account from the next request on; what it did stays where it is.

    Raises OwnAccount, AlreadySo, roles.LastOne.
    """
    if user.is_active:
        for role in sorted(roles.NEVER_WITHOUT & roles.of(user)):
            roles.refuse_the_last(user, role)
    _set(user, is_active=False, by=by)
    sessions.end_all(user, at=at)
    events.record("account closed", user.subject, at=at, agent=by, reason=reason)


@transaction.atomic
def reopen(user: User, *, by: Agent, at: datetime) -> None:
    """With the roles, the password and the second factor that it had. Raises OwnAccount, AlreadySo."""
    _set(user, is_active=True, by=by)
    events.record("account reopened", user.subject, at=at, agent=by)


def _set(user: User, *, is_active: bool, by: Agent) -> None:
    if by == user.agent:
        raise OwnAccount
    if not User.objects.filter(pk=user.pk, is_active=not is_active).update(is_active=is_active):
        raise AlreadySo
    user.is_active = is_active
