"""Setting and lengthening an embargo. Bringing one forward takes two people, and is another rule."""

from datetime import datetime

from oralhistory.accounts.models import User
from oralhistory.consent import agreements, grants
from oralhistory.consent.models import Embargo
from oralhistory.interviews.models import Interview


class WouldShorten(Exception):
    """An embargo in force would end earlier than it does now."""


def lengthen(interview: Interview, until: datetime | None, *, by: User, at: datetime, reason: str) -> Embargo:
    """Close an interview until an instant, or (None) until a person opens it. Raises WouldShorten."""
    standing = grants.embargo(interview, at=at)
    if standing and until is not None and (standing.until is None or until < standing.until):
        raise WouldShorten
    return agreements.set_embargo(interview, until, by=by, at=at, reason=reason)
