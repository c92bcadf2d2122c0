"""What those are told who get an interview back, and what they answer."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.review.models import PointToSettle, SentBack

MOST_POINTS = 30


@transaction.atomic
def keep(
    interview: Interview,
    words: str,
    points: Iterable[str] = (),
    *,
    came_from: str,
    role: str,
    by: Agent,
    at: datetime,
) -> SentBack:
    """Keep the words and the points to settle that an interview is sent back with."""
    row = SentBack.objects.create(
        interview=interview, came_from=came_from, words=words, by_agent=str(by), by_role=role, at=at
    )
    PointToSettle.objects.bulk_create(PointToSettle(sent_back=row, text=text) for text in points)
    return row


def open_of(interview: Interview) -> SentBack | None:
    """The last one that the interview has not gone on from. Two queries, with its points."""
    rows = SentBack.objects.filter(interview=interview, answered_at=None).prefetch_related("points")
    return rows.first()


def last_of(interview: Interview) -> SentBack | None:
    return SentBack.objects.filter(interview=interview).prefetch_related("points").first()


def settle(point: PointToSettle, *, settled: bool, answer: str, by: Agent, at: datetime) -> None:
    """Tick a point off, or take the tick back; with a word to it or without."""
    point.settled_at = at if settled else None
    point.settled_by_agent = str(by) if settled else ""
    point.answer = answer
    point.save(update_fields=["settled_at", "settled_by_agent", "answer"])


def answered(interview: Interview, *, at: datetime) -> None:
    """The interview goes on: what it was sent back with is history, with its answers."""
    SentBack.objects.filter(interview=interview, answered_at=None).update(answered_at=at)
