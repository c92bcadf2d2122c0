"""Filters of the workroom's templates: codes as words, sizes, lengths of time."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.accounts import roles, second_factor
from oralhistory.accounts.models import Role
from oralhistory.consent.models import Proposal
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.lib import timecodes
from oralhistory.lib.forecasts import Interval
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.mentions import decisions
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings import papers
from oralhistory.review.checks import Check
from oralhistory.workroom import authority_words, two_people_words, words

register = template.Library()


@register.simple_tag(takes_context=True)
def room_roles(context: RequestContext) -> frozenset[Role]:
    """The roles of whoever looks, for what the masthead offers."""
    return roles.held_by(context["request"].user)


@register.simple_tag(takes_context=True)
def second_factor_missing(context: RequestContext) -> bool:
    """Whether whoever looks must set one up first."""
    return second_factor.is_missing(context["request"].user)


@register.filter
def asked_for(action: str, part: str = "title") -> str:
    """An action that takes two people, in words: its title or its lead."""
    return str(getattr(two_people_words.ASKING[action], part))


@register.filter
def asked_what(proposal: Proposal) -> str:
    return two_people_words.what(proposal)


@register.filter
def word(code: str, vocabulary: str) -> str:
    """`{{ interview.state|word:"STATES" }}`: a code by one of the vocabularies of workroom/words.py."""
    known: words.Words = getattr(words, vocabulary)
    return str(known.get(code, code))


@register.filter
def record_word(code: str, vocabulary: str) -> str:
    """`{{ name.kind|record_word:"NAME_KINDS" }}`: a code by one of the vocabularies of workroom/authority_words.py."""
    return authority_words.word(code, vocabulary)


@register.filter
def said(value: object, part: str) -> str:
    """One statement or row of an authority record in a line."""
    return authority_words.said(part, value)


@register.filter
def partial_date(value: PartialDate | None) -> str:
    return authority_words.date(value)


@register.filter
def sha256_of_paper(scan: MediaFile) -> str:
    return papers.sha256_of(scan)


@register.filter
def flag(code: str) -> str:
    return words.flag(code)


@register.filter
def speaker_name(label: str) -> str:
    return words.speaker(label)


@register.filter
def reason(evidence: dict[str, Any]) -> str:
    """A row of a mention's evidence as a sentence."""
    return words.reason(evidence["template"], evidence["parameters"])


@register.filter
def stand(mention: Mention) -> str:
    """How a mention stands, to be handed back with a decision."""
    return decisions.stand(mention)


@register.filter
def where(check: Check, interview: Interview | None) -> str:
    """The address at which a check is put right; nothing where the page does not say of which interview."""
    if not interview or not check.page:
        return ""
    address = reverse(f"workroom:{check.page}", args=[interview.public_id])
    return f"{address}#part-{check.part}" if check.part else address


@register.filter
def clip_from(ms: int) -> int:
    """Where the clip about something that is said at `ms` begins: three seconds before."""
    return max(0, ms - 3000)


@register.filter
def clip_until(ms: int) -> int:
    """Where it ends: five seconds after."""
    return ms + 5000


@register.filter
def outcome(event: Event) -> str:
    return words.outcome(event.kind, event.outcome)


@register.filter
def weight(value: float) -> str:
    """`+2.1`, `−0.8`: log-odds with their sign."""
    return f"{'−' if value < 0 else '+'}{abs(value):.1f}"


@register.filter
def exact(ms: int) -> str:
    """`1:02:03`, `0:07.250`: a moment as it is typed, with thousandths where there are any."""
    return timecodes.clock(ms) + (f".{ms % 1000:03}" if ms % 1000 else "")


@register.filter
def shift(ms: int) -> str:
    """`4.02`: how far two copies lie apart, in seconds, whichever comes first."""
    return formats.number_format(round(abs(ms) / 1000, 2), use_l10n=True)


@register.filter
def percent(share: float) -> int:
    """0.934 → 93."""
    return int(share * 100)


@register.filter
def bytes_size(size: int | None) -> str:
    return filesizeformat(size) if size is not None else "—"


@register.filter
def time_left(left: Interval | None) -> str:
    """About how long something still takes: rounded, and never to less than it may take."""
    if left is None:
        return _("How long it takes cannot be said yet.")
    low, high = math.floor(left.low / 60), math.ceil(left.high / 60)
    if high <= 1:
        return _("Less than a minute left.")
    shortest, longest = _rounded(low, math.floor), _rounded(high, math.ceil)
    if low < 1:
        return _("Less than %(time)s left.") % {"time": longest.said}
    if shortest == longest:
        return _("About %(time)s left.") % {"time": longest.said}
    begins = shortest.number if shortest.in_hours == longest.in_hours else shortest.said
    return _("About %(shortest)s to %(longest)s left.") % {"shortest": begins, "longest": longest.said}


@dataclass(frozen=True, slots=True)
class _Rounded:
    """`8`, `25`, `2½`: minutes or hours, the longer the rounder."""

    number: str
    many: int  # for the plural
    in_hours: bool

    @property
    def said(self) -> str:
        if self.in_hours:
            return ngettext("%(count)s hour", "%(count)s hours", self.many) % {"count": self.number}
        return ngettext("%(count)s minute", "%(count)s minutes", self.many) % {"count": self.number}


def _rounded(minutes: int, whole: Callable[[float], int]) -> _Rounded:
    if minutes > 20:
        minutes = 5 * whole(minutes / 5)
    if minutes < 90:
        return _Rounded(f"{minutes}", minutes, in_hours=False)
    halves = whole(minutes / 30)
    hours, half = divmod(halves if halves < 20 else 2 * whole(halves / 2), 2)
    return _Rounded(f"{hours}½" if half else f"{hours}", hours + half, in_hours=True)
