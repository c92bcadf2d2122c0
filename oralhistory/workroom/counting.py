"""What the archive holds and how it moves, in numbers: interviews and work, never visitors."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, Sum

from oralhistory.consent import access
from oralhistory.editions import statistics
from oralhistory.editions.models import Edition
from oralhistory.interviews.models import Assignment, Interview, Session, State
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.workroom import words

BENCH = (State.IN_REVIEW, State.REVISING)
Counts = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Numbers:
    interviews: int
    duration_ms: int
    recordings: int
    mentions_accepted: int
    mentions_undecided: int
    median_days: float | None  # from the first recording to the first edition
    states: Counts
    collections: Counts
    languages: Counts
    countries: Counts
    decades: Counts
    months: Counts
    load: list[tuple[str, int, int]]  # of a moderator: name, on their table, all that was given to them


def numbers(zone: ZoneInfo) -> Numbers:
    """Seven queries, whatever the number of interviews."""
    rows = list(Interview.objects.values_list("state", "collection__title", "languages", "countries"))
    heard = Recording.objects.aggregate(number=Count("pk"), length=Sum("duration_ms"))
    mentions = dict(Mention.objects.seen().order_by().values_list("state").annotate(number=Count("pk")))
    states = Counter(state for state, *_ in rows)
    held = Session.objects.exclude(held_on=None).values_list("interview").annotate(first=Min("held_on"))
    return Numbers(
        interviews=len(rows),
        duration_ms=heard["length"] or 0,
        recordings=heard["number"],
        mentions_accepted=mentions.get(Mention.State.ACCEPTED, 0),
        mentions_undecided=mentions.get(Mention.State.SUGGESTED, 0),
        median_days=_median_days(),
        states=[(state, states[state]) for state in words.STATES if states[state]],
        collections=Counter(collection for _state, collection, *_ in rows).most_common(),
        languages=Counter(each for row in rows for each in set(row[2])).most_common(),
        countries=Counter(each for row in rows for each in set(row[3])).most_common(),
        decades=sorted(Counter(statistics.decade(first.isoformat()) for _pk, first in held).items()),
        months=statistics.by_month(list(Edition.objects.values_list("published_at", flat=True)), zone),
        load=_load(),
    )


def _median_days() -> float | None:
    """Of those that were published: from the first recording to the first edition."""
    rows = Event.objects.filter(kind__in=[access.UPLOADED, "published"]).order_by()
    first: dict[str, dict[str, datetime]] = {}
    for subject, kind, at in rows.values_list("subject", "kind").annotate(first=Min("at")):
        first.setdefault(subject, {})[kind] = at
    whole = [each for each in first.values() if len(each) == 2]
    days = [(each["published"] - each[access.UPLOADED]).total_seconds() / 86_400 for each in whole]
    return round(median(days), 1) if days else None


def _load() -> list[tuple[str, int, int]]:
    given = Assignment.objects.filter(conflicted=False, user__is_active=True).order_by()
    counted = given.values_list("user__name").annotate(
        here=Count("pk", filter=Q(interview__state__in=BENCH)), all=Count("pk")
    )
    return sorted(counted, key=lambda row: (-row[1], -row[2], row[0]))
