"""Where somebody is logged in, and ending that.

A session is a row of allauth's, kept for the list on a person's own page: when it began and in which browser. The
address it came from is not kept (`adapter.InvitedOnly.get_client_ip`): who works on such an archive from where is worth
more to others than to the one who looks at the list.
"""

import re
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from oralhistory.accounts.models import User

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


class NoSuchSession(Exception):
    """It has ended already, or is somebody else's."""


def open_of(user: User) -> list[UserSession]:
    """Those that still let somebody in, the last begun first."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda each: each.created_at, reverse=True)


def end(user: User, number: int) -> None:
    """End one of somebody's sessions at once. Raises NoSuchSession."""
    session = UserSession.objects.filter(user=user, pk=number).first()
    if session is None:
        raise NoSuchSession
    session.end()


@transaction.atomic
def end_all(user: User, *, at: datetime) -> None:
    """End every session of an account, also one that stands in no list.

    It is part of what a session is signed with, so none that began before is known any more.
    """
    user.sessions_ended_at = at
    user.save(update_fields=["sessions_ended_at"])
    UserSession.objects.filter(user=user).delete()


def browser(user_agent: str) -> str:
    """What a browser says of itself, in two words, or nothing."""
    named = [_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)]
    return " · ".join(filter(None, named))


def _first(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for mark, name in known if re.search(rf"\b{mark}", said)), "")
