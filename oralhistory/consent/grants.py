"""What the agreements in force allow: first "no" wins, a missing paper is the most restrictive one.

An interview of several narrators takes the strictest of their grants: something is allowed only if
every narrator's papers allow it. A denial beats every permission, whatever its date; it ends on its own
day, if it has one. A condition that no program can check holds a permission back, and a denial in force,
until a person replaces it. On the web the audiences `reading_room` and `researcher_agreement` have no
page yet, so they count as closed.

A theme closes the passages that are marked for it (`themes`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from oralhistory.consent.models import Agreement, Audience, Embargo, Grant, Part, ThemeSpan, Use
from oralhistory.interviews.models import Interview, Participation
from oralhistory.lib.timeline import Span, merged
from oralhistory.people.models import Person

_WIDTH = {audience: width for width, audience in enumerate(Audience.values)}
# Until `video` was a use, `still` was said of both: who refused it refused to be seen moving too. What it gave is
# not read so generously: photographs, and no more.
_REFUSED_BY: dict[str, tuple[str, ...]] = {Use.VIDEO: (Use.VIDEO, Use.STILL)}
# From what shows least to what shows most.
_SHOWN = {attribution: width for width, attribution in enumerate(Person.Attribution.values)}

ThemeSpans = Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Day:
    """The beginning of a day somewhere: an instant, and the zone in which people call it that day."""

    at: datetime
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Closure:
    """A passage, or whatever speaks of a theme, that is kept from everybody outside for one use."""

    use: str
    span: Span | None = None
    theme: str = ""
    until: Day | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be done now, for the widest audience of each use, and the spans that are kept from it."""

    audiences: dict[str, str] = field(default_factory=dict)  # use → widest audience
    closed_spans: dict[str, tuple[Span, ...]] = field(
        default_factory=dict
    )  # use → spans denied to the public, those of its closed themes among them
    closures: frozenset[Closure] = (
        frozenset()
    )  # the same as it was promised: with its day, before it is merged
    theme_spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)  # of the closed themes
    ends: dict[str, Day] = field(default_factory=dict)  # use → until when it is allowed so widely, if it ends
    attributions: dict[int, str] = field(default_factory=dict)  # person's pk → how they may be shown
    tombstone: bool = True
    papers: int = 0

    @property
    def closed_themes(self) -> frozenset[str]:
        return frozenset(closure.theme for closure in self.closures if closure.theme)

    def allows(self, use: str, audience: str = Audience.PUBLIC) -> bool:
        return _WIDTH[self.audiences.get(use, Audience.NOBODY)] >= _WIDTH[audience] > 0

    def public_uses(self) -> list[str]:
        return [use for use in Use.values if self.allows(use)]


def in_force(
    interview: Interview,
    *,
    at: datetime,
    beside: tuple[Agreement, Sequence[Grant]] | None = None,
) -> Terms:
    """The terms of an interview at an instant. Three queries, and one more where a paper closes a theme.

    `beside`: an agreement and its lines that are not kept yet, to see what they would change.
    """
    narrators = set(
        Participation.objects.filter(interview=interview, role=Participation.Role.NARRATOR).values_list(
            "person", flat=True
        )
    )
    agreements = list(Agreement.objects.filter(interview=interview, withdrawal=None))
    grants = list(standing(at=at).filter(agreement__in=agreements).select_related("agreement"))
    if beside:
        agreements.append(beside[0])
        grants += beside[1]
    spoken = theme_spans(interview) if any(grant.theme for grant in grants) else {}
    return terms(narrators, agreements, grants, spoken)


def theme_spans(interview: Interview) -> dict[str, list[Span]]:
    """Where each theme is spoken of, on the interview's time line."""
    found: dict[str, list[Span]] = {}
    for mark in ThemeSpan.objects.standing().filter(interview=interview):
        found.setdefault(mark.theme, []).append((mark.start_ms, mark.end_ms))
    return found


def standing(*, at: datetime) -> QuerySet[Grant]:
    """The lines that hold at an instant, of agreements that hold. A condition keeps a denial whatever its day."""
    ended = Q(valid_until__lte=at) & ~(Q(denied=True) & ~Q(condition=""))
    begun = Q(valid_from=None) | Q(valid_from__lte=at)
    return Grant.objects.filter(begun, agreement__withdrawal=None).exclude(ended)


def terms(
    narrators: set[int],
    agreements: list[Agreement],
    grants: list[Grant],
    theme_spans: ThemeSpans | None = None,
) -> Terms:
    """The pure part: the strictest of what each narrator's papers allow."""
    signatories: list[int | None] = list(narrators) or [None]
    each = [
        [grant for grant in grants if grant.agreement.person_id in (None, person)] for person in signatories
    ]
    found = {use: [_audience(own, use) for own in each] for use in Use.values}
    audiences = {use: min(widths, key=_WIDTH.__getitem__) for use, widths in found.items()}
    closures = frozenset(_closures(grants))
    spoken = theme_spans or {}
    themes = sorted({closure.theme for closure in closures if closure.theme})
    return Terms(
        audiences=audiences,
        closed_spans={use: tuple(_closed(closures, use, spoken)) for use in Use.values},
        closures=closures,
        theme_spans={theme: tuple(merged(spoken.get(theme, ()))) for theme in themes},
        ends={use: end for use, width in audiences.items() if (end := _end(each, use, width))},
        attributions={person: _attribution(agreements, person) for person in narrators},
        tombstone=all(agreement.tombstone for agreement in agreements),
        papers=sum(not _narrows(agreement) for agreement in agreements),
    )


def _narrows(agreement: Agreement) -> bool:
    return agreement.kind == Agreement.Kind.NARROWING


def _audience(grants: list[Grant], use: str) -> str:
    given = max((_WIDTH[grant.audience] for grant in _given(grants, use)), default=0)
    # "Denied to the public" leaves the next narrower audience; "denied to the team" leaves nobody.
    whole = (grant for grant in grants if grant.part == Part.WHOLE)
    refused = min((_WIDTH[grant.audience] for grant in whole if _refuses(grant, use)), default=len(_WIDTH))
    return Audience.values[min(given, max(refused - 1, 0))]


def _given(grants: list[Grant], use: str) -> list[Grant]:
    """A narrowing gives nothing, whatever stands in it."""
    return [
        grant
        for grant in grants
        if grant.use == use and grant.part == Part.WHOLE and not grant.denied and not grant.condition
        and not _narrows(grant.agreement)
    ]  # fmt: skip


def _end(each: list[list[Grant]], use: str, audience: str) -> Day | None:
    """The first day on which a narrator's papers no longer give so much; None: no paper names one."""
    if audience == Audience.NOBODY:
        return None
    ends = []
    for own in each:
        wide = [grant for grant in _given(own, use) if _WIDTH[grant.audience] >= _WIDTH[audience]]
        days = [Day(grant.valid_until, grant.zone) if grant.valid_until else None for grant in wide]
        dated = [day for day in days if day is not None]
        if dated and len(dated) == len(days):
            ends.append(max(dated, key=_by_instant))
    return min(ends, key=_by_instant, default=None)


def _by_instant(day: Day) -> tuple[datetime, str]:
    return day.at, day.zone


def _closures(grants: list[Grant]) -> Iterable[Closure]:
    for grant in grants:
        until = Day(grant.valid_until, grant.zone) if grant.valid_until and not grant.condition else None
        span = (
            (grant.start_ms, grant.end_ms)
            if grant.start_ms is not None and grant.end_ms is not None
            else None
        )
        if grant.part == Part.WHOLE or (span is None and not grant.theme):
            continue
        for use in Use.values:
            if _refuses(grant, use):
                yield Closure(use, span, grant.theme, until, grant.condition)


def _closed(closures: Iterable[Closure], use: str, theme_spans: ThemeSpans) -> list[Span]:
    own = [closure for closure in closures if closure.use == use]
    spans = [closure.span for closure in own if closure.span is not None]
    return merged([*spans, *(span for closure in own for span in theme_spans.get(closure.theme, ()))])


def refused_by(use: str) -> tuple[str, ...]:
    """The words in which a use was refused."""
    return _REFUSED_BY.get(use, (use,))


def _refuses(grant: Grant, use: str) -> bool:
    return grant.denied and grant.use in refused_by(use)


def _attribution(agreements: list[Agreement], person: int) -> str:
    own = [agreement for agreement in agreements if agreement.person_id in (None, person)]
    if all(_narrows(agreement) for agreement in own):
        return Person.Attribution.CODE
    return min((agreement.attribution for agreement in own), key=_SHOWN.__getitem__)


def shows_more(attribution: str, than: str) -> bool:
    """Whether one way of being named says more of somebody than another."""
    return _SHOWN[attribution] > _SHOWN[than]


def embargo(interview: Interview, *, at: datetime) -> Embargo | None:
    """The embargo in force: the newest row, unless its day has passed. Without a day it has not."""
    newest = Embargo.objects.filter(interview=interview).order_by("-set_at", "-pk").first()
    return newest if newest and (newest.until is None or newest.until > at) else None
