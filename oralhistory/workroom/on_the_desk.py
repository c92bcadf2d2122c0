"""What the desk says besides what can be moved on: what came back, who offers to review, which mentions wait."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from oralhistory.accounts.models import Role, User
from oralhistory.consent import lists
from oralhistory.interviews.models import Interview, State
from oralhistory.pipeline import handing
from oralhistory.review import waiting
from oralhistory.review.models import SentBack


@dataclass(frozen=True, slots=True)
class Undecided:
    interview: Interview
    mentions: int


@dataclass(frozen=True, slots=True)
class Offered:
    interview: Interview
    users: list[User]


def of(user: User, held: frozenset[Role]) -> dict[str, Any]:
    """For the page of the desk. At most twelve queries, however much there is."""
    return {
        "came_back": _came_back(user),
        "offers": _offers(user) if Role.ARCHIVIST in held else [],
        "undecided": _undecided(user),
    }


def _came_back(user: User) -> list[SentBack]:
    """To this person: to whoever made it while it is theirs, then to those on whose table it lies."""
    mine = lists.where(user, "comment").filter(
        Q(state=State.TRANSCRIBED, created_by=user)
        | Q(state=State.IN_REVIEW, assignments__user=user, assignments__conflicted=False)
    )
    rows = SentBack.objects.filter(answered_at=None, interview__in=mine.order_by().values("pk"))
    left = Count("points", filter=Q(points__settled_at=None))
    return list(rows.select_related("interview").annotate(left=left))


def _offers(user: User) -> list[Offered]:
    """Of what lies on nobody's table: who said that they could take it."""
    on_tables = Q(assignments__conflicted=False)
    free = lists.where(user, "assign").filter(state__in=waiting.BENCH).exclude(on_tables)
    interviews = list(free.select_related("collection"))
    found = handing.offering(interviews)
    return [Offered(each, found[each.pk]) for each in interviews if each.pk in found]


def _undecided(user: User) -> list[Undecided]:
    """Where this person decides on mentions, the most first."""
    interviews = list(lists.where(user, "decide"))
    sizes = waiting.sizes(interviews)
    rows = [Undecided(each, sizes[each.pk].undecided) for each in interviews if sizes[each.pk].undecided]
    return sorted(rows, key=lambda row: -row.mentions)
