"""Staying away from an interview for a conflict of interest, declared by oneself or marked by an archivist."""

from datetime import datetime

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.interviews import assigning
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.review import signatures
from oralhistory.review.models import Recusal


@transaction.atomic
def recuse(interview: Interview, user: User, *, by: Agent, at: datetime, words: str = "") -> None:
    """From now on they have what the public has, and what they signed does not count.

    Why may hold names, so it is kept apart from the events.
    """
    assigning.give(interview, user, by=by, at=at, conflicted=True)
    Recusal.objects.update_or_create(interview=interview, user=user, defaults={"words": words, "at": at})
    signatures.void_of(interview, user.agent, at=at)
