"""Leaving notices on desks."""

from collections.abc import Iterable
from datetime import datetime

from oralhistory.accounts.models import User
from oralhistory.notices.models import Notice


def leave(users: Iterable[User], subject: str, text: str, *, at: datetime) -> None:
    """One notice for each person."""
    Notice.objects.bulk_create(
        [Notice(user=user, subject=subject, text=text, created_at=at) for user in users]
    )


def unread(user: User) -> list[Notice]:
    return list(Notice.objects.filter(user=user, read_at=None).order_by("-created_at")[:20])


def mark_read(user: User, *, at: datetime) -> None:
    Notice.objects.filter(user=user, read_at=None).update(read_at=at)
