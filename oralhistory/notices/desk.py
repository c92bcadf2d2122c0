"""Leaving notices on desks. A letter says that something waits there."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.jobs.sentences import Sentence
from oralhistory.notices import outbox
from oralhistory.notices.models import Notice


@transaction.atomic
def leave(
    users: Iterable[User], subject: str, text: Sentence | str, *, at: datetime, urgent: bool = False
) -> None:
    """One notice for each person, and a letter to come, in the transaction of what they are told."""
    people, said = list(users), cast(str, text)  # the column keeps a sentence as one
    Notice.objects.bulk_create(
        [Notice(user=user, subject=subject, text=said, urgent=urgent, created_at=at) for user in people]
    )
    outbox.want(people, urgent=urgent, at=at)


def unread(user: User) -> list[Notice]:
    """What is urgent first."""
    return list(Notice.objects.filter(user=user, read_at=None).order_by("-urgent", "-created_at")[:20])


def mark_read(user: User, *, at: datetime) -> None:
    Notice.objects.filter(user=user, read_at=None).update(read_at=at)
