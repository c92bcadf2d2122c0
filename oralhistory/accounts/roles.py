"""Giving roles and asking for them."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from oralhistory.accounts.models import Role, RoleHeld, User


def held_by(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of an account; none for a visitor or an account that was closed. One query."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset(Role(role) for role in RoleHeld.objects.filter(user=user).values_list("role", flat=True))


@transaction.atomic
def create_account(email: str, name: str, roles: Iterable[Role], *, password: str | None = None) -> User:
    """An account with its roles; the one of that address if it exists."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name)
    RoleHeld.objects.bulk_create([RoleHeld(user=user, role=role) for role in roles], ignore_conflicts=True)
    return user
