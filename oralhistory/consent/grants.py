"""What the agreements in force allow: first "no" wins, a missing paper is the most restrictive one.

An interview of several narrators takes the strictest of their grants: something is allowed only if
every narrator's papers allow it. A denial beats every permission, whatever its date. A condition
that no program can check holds the grant back until a person replaces it. On the web the audiences
`reading_room` and `researcher_agreement` have no page yet, so they count as closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from oralhistory.consent.models import Agreement, Audience, Embargo, Grant, Part, Use
from oralhistory.interviews.models import Interview, Participation
from oralhistory.lib.timeline import Span, merged
from oralhistory.people.models import Person

_WIDTH = {audience: width for width, audience in enumerate(Audience.values)}
# Until `video` was a use, `still` was said of both: who refused it refused to be seen moving too. What it gave is
# not read so generously: photographs, and no more.
_REFUSED_BY: dict[str, tuple[str, ...]] = {Use.VIDEO: (Use.VIDEO, Use.STILL)}
# From what shows least to what shows most.
_SHOWN = {attribution: width for width, attribution in enumerate(Person.Attribution.values)}


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be done now, for the widest audience of each use, and the spans that are kept from it."""

    audiences: dict[str, str] = field(default_factory=dict)  # use → widest audience
    closed_spans: dict[str, tuple[Span, ...]] = field(
        default_factory=dict
    )  # use → spans denied to the public
    closed_themes: frozenset[str] = frozenset()
    attributions: dict[int, str] = field(default_factory=dict)  # person's pk → how they may be shown
    tombstone: bool = True
    papers: int = 0

    def allows(self, use: str, audience: str = Audience.PUBLIC) -> bool:
        return _WIDTH[self.audiences.get(use, Audience.NOBODY)] >= _WIDTH[audience] > 0

    def public_uses(self) -> list[str]:
        return [use for use in Use.values if self.allows(use)]


def in_force(interview: Interview, *, at: datetime) -> Terms:
    """The terms of an interview at an instant. Three queries."""
    narrators = set(
        Participation.objects.filter(interview=interview, role=Participation.Role.NARRATOR).values_list(
            "person", flat=True
        )
    )
    agreements = list(Agreement.objects.filter(interview=interview, withdrawal=None))
    grants = list(
        Grant.objects.filter(agreement__in=agreements)
        .exclude(Q(valid_from__gt=at) | Q(valid_until__lte=at), denied=False)
        .select_related("agreement")
    )
    return terms(narrators, agreements, grants)


def terms(narrators: set[int], agreements: list[Agreement], grants: list[Grant]) -> Terms:
    """The pure part: the strictest of what each narrator's papers allow."""
    signatories: list[int | None] = list(narrators) or [None]
    each = [
        [grant for grant in grants if grant.agreement.person_id in (None, person)] for person in signatories
    ]
    return Terms(
        audiences={
            use: min((_audience(own, use) for own in each), key=_WIDTH.__getitem__) for use in Use.values
        },
        closed_spans={use: tuple(_closed(grants, use)) for use in Use.values},
        closed_themes=frozenset(grant.theme for grant in grants if grant.denied and grant.part == Part.THEME),
        attributions={person: _attribution(agreements, person) for person in narrators},
        tombstone=all(agreement.tombstone for agreement in agreements),
        papers=len(agreements),
    )


def _audience(grants: list[Grant], use: str) -> str:
    whole = [grant for grant in grants if grant.part == Part.WHOLE]
    given = max(
        (_WIDTH[g.audience] for g in whole if g.use == use and not g.denied and not g.condition), default=0
    )
    # "Denied to the public" leaves the next narrower audience; "denied to the team" leaves nobody.
    refused = min((_WIDTH[g.audience] for g in whole if _refuses(g, use)), default=len(_WIDTH))
    return Audience.values[min(given, max(refused - 1, 0))]


def _closed(grants: list[Grant], use: str) -> list[Span]:
    spans: Iterable[Span] = (
        (g.start_ms, g.end_ms)
        for g in grants
        if _refuses(g, use) and g.start_ms is not None and g.end_ms is not None
    )
    return merged(spans)


def _refuses(grant: Grant, use: str) -> bool:
    return grant.denied and grant.use in _REFUSED_BY.get(use, (use,))


def _attribution(agreements: list[Agreement], person: int) -> str:
    own = [agreement.attribution for agreement in agreements if agreement.person_id in (None, person)]
    return min(own, key=_SHOWN.__getitem__, default=Person.Attribution.CODE)


def embargo(interview: Interview, *, at: datetime) -> Embargo | None:
    """The embargo in force: the newest row, unless its day has passed. Without a day it has not."""
    newest = Embargo.objects.filter(interview=interview).order_by("-set_at", "-pk").first()
    return newest if newest and (newest.until is None or newest.until > at) else None
