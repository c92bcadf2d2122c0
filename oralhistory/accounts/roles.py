"""Giving roles, taking them and asking for them."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from oralhistory.accounts.models import Role, RoleHeld, User
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events

# Somebody must be left who lets others in and can publish.
NEVER_WITHOUT = frozenset({Role.ARCHIVIST, Role.SYSADMIN})


class OwnRoles(Exception):
    """Nobody gives or takes roles of their own."""


class LastOne(Exception):
    """The archive would be left without anybody who has this role and can come in."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


class AlreadySo(Exception):
    """They have this role already, or have not."""


def held_by(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of an account; none for a visitor or an account that was closed. One query."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return of(user)


def of(user: User) -> frozenset[Role]:
    """What somebody holds, and will hold again if their account was closed and is opened. One query."""
    return frozenset(Role(role) for role in RoleHeld.objects.filter(user=user).values_list("role", flat=True))


def holders(role: Role) -> list[User]:
    """Everybody who has a role and can come in, by name. One query."""
    return list(User.objects.filter(roles__role=role, is_active=True).order_by("name", "pk"))


@transaction.atomic
def create_account(email: str, name: str, roles: Iterable[Role], *, password: str | None = None) -> User:
    """An account with its roles; the one of that address if it exists."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name)
    RoleHeld.objects.bulk_create([RoleHeld(user=user, role=role) for role in roles], ignore_conflicts=True)
    return user


@transaction.atomic
def give(user: User, role: Role, *, by: Agent, at: datetime) -> None:
    """Raises OwnRoles, AlreadySo."""
    if by == user.agent:
        raise OwnRoles
    _, given = RoleHeld.objects.get_or_create(user=user, role=role)
    if not given:
        raise AlreadySo
    events.record("role given", user.subject, at=at, agent=by, outcome=role)


@transaction.atomic
def take(user: User, role: Role, *, by: Agent, at: datetime) -> None:
    """Raises OwnRoles, AlreadySo, LastOne."""
    if by == user.agent:
        raise OwnRoles
    if role in NEVER_WITHOUT:
        refuse_the_last(user, role)
    taken, _ = RoleHeld.objects.filter(user=user, role=role).delete()
    if not taken:
        raise AlreadySo
    events.record("role taken", user.subject, at=at, agent=by, outcome=role)


def refuse_the_last(user: User, role: Role) -> None:
    """Raises LastOne if nobody else with this role could come in.

    Locks all who hold it, so that of two people who take it from each other only the first does.
    """
    holding = RoleHeld.objects.select_for_update().select_related("user").filter(role=role).order_by("pk")
    others = [held.user for held in holding if held.user_id != user.pk]
    if not any(other.is_active and other.has_usable_password() for other in others):
        raise LastOne(role)
