"""Setting and lengthening an embargo; bringing one forward, which takes two people (`proposals`); what one keeps closed."""

from collections.abc import Sequence
from datetime import datetime

from oralhistory.accounts.models import User
from oralhistory.consent import agreements, grants
from oralhistory.consent.models import Audience, Embargo, Grant
from oralhistory.interviews.models import Interview


class WouldShorten(Exception):
    """An embargo in force would end earlier than it does now."""


class NoEmbargo(Exception):
    """Nothing is under embargo."""


class WouldNotShorten(Exception):
    """The embargo would end no earlier than it does now."""


class InThePast(Exception):
    """That instant has passed: nobody opens an interview backwards."""


class AgainstThePaper(Exception):
    """A paper of the narrator's gives what it gives only from a later instant on."""


def lengthen(
    interview: Interview,
    until: datetime | None,
    *,
    by: User,
    at: datetime,
    reason: str,
    zone: str = "",
    opens_by_itself: bool = False,
) -> Embargo:
    """Close an interview until an instant, or (None) until a person opens it. Raises WouldShorten."""
    standing = grants.embargo(interview, at=at)
    if standing and until is not None and (standing.until is None or until < standing.until):
        raise WouldShorten
    return agreements.set_embargo(
        interview, until, by=by, at=at, reason=reason, zone=zone, opens_by_itself=opens_by_itself
    )


def may_shorten(interview: Interview, until: datetime, *, at: datetime) -> None:
    """Whether an embargo may end at that instant. Raises NoEmbargo, WouldNotShorten, InThePast, AgainstThePaper."""
    standing = grants.embargo(interview, at=at)
    if standing is None:
        raise NoEmbargo
    if until <= at:
        raise InThePast
    if standing.until is not None and until >= standing.until:
        raise WouldNotShorten
    given = Grant.objects.filter(agreement__interview=interview, agreement__withdrawal=None, denied=False)
    if given.filter(audience=Audience.PUBLIC, valid_from__gt=until).exists():
        raise AgainstThePaper


def shorten(interview: Interview, until: datetime, *, by: User, at: datetime, reason: str) -> Embargo:
    """Bring the end of an embargo forward. Raises what may_shorten raises."""
    may_shorten(interview, until, at=at)
    return agreements.set_embargo(interview, until, by=by, at=at, reason=reason)


def closed(interviews: Sequence[Interview], *, at: datetime) -> set[int]:
    """The keys of those that an embargo keeps closed now: the newest row of each counts. One query."""
    rows = Embargo.objects.filter(interview__in=interviews).order_by("set_at", "pk")
    newest = dict(rows.values_list("interview", "until"))
    return {interview for interview, until in newest.items() if until is None or until > at}
