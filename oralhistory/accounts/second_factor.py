"""The second factor: who must have one, who has one, and taking it away from somebody who lost it.

An app that shows codes, passkeys and recovery codes are allauth's (`allauth.mfa`), which asks for one at every log-in
of an account that has any. Setting one up ends the account's other sessions, so that each session there is has shown
it or set it up.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import models, transaction

from oralhistory.accounts import sessions
from oralhistory.accounts.models import Role, RoleHeld, User
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events

# They publish, read the papers, and let others in.
NEED_ONE = frozenset({Role.ARCHIVIST, Role.SYSADMIN})
_KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class OwnFactor(Exception):
    """Nobody resets their own: they take it away on their own page, where their password is asked for."""


class HasNone(Exception):
    """There is nothing to reset."""


def is_missing(user: User) -> bool:
    """Whether somebody must set one up before they do anything else. One query, or none."""
    if settings.SECOND_FACTOR != "required":
        return False
    holds = RoleHeld.objects.filter(user=user, role__in=NEED_ONE)
    return holds.exclude(user__in=having_one()).exists()


def having_one() -> models.QuerySet[Authenticator, int]:
    """The accounts that have one, by their numbers. Recovery codes alone are none."""
    numbers: models.QuerySet[Authenticator, int] = Authenticator.objects.filter(type__in=_KINDS).values_list(
        "user_id", flat=True
    )
    return numbers


def has_one(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=_KINDS).exists())


@transaction.atomic
def was_set_up(user: User, *, at: datetime) -> None:
    """Record that somebody has a new one, and end their sessions, which may have come in without it."""
    sessions.end_all(user, at=at)
    events.record("second factor set up", user.subject, at=at, agent=user.agent)


@transaction.atomic
def reset(user: User, *, by: Agent, at: datetime, reason: str = "") -> None:
    """Somebody lost their device: the next log-in asks for the password alone. Raises OwnFactor, HasNone."""
    if by == user.agent:
        raise OwnFactor
    deleted, _ = Authenticator.objects.filter(user=user).delete()
    if not deleted:
        raise HasNone
    sessions.end_all(user, at=at)
    events.record("second factor reset", user.subject, at=at, agent=by, reason=reason)
