"""Saying something about a moment to the others, answering it, and being done with it."""

from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.review.models import Answer, Remark


def leave(
    interview: Interview, text: str, *, by: Agent, at: datetime, start_ms: int | None = None, cue_id: str = ""
) -> Remark:
    """`start_ms` on the interview's time line."""
    return Remark.objects.create(
        interview=interview, text=text, start_ms=start_ms, cue_id=cue_id, by_agent=str(by), at=at
    )


@transaction.atomic
def answer(remark: Remark, text: str, *, by: Agent, at: datetime) -> Answer:
    """An answer to what was resolved opens it again: somebody has more to say."""
    reopen(remark)
    return Answer.objects.create(remark=remark, text=text, by_agent=str(by), at=at)


def resolve(remark: Remark, *, by: Agent, at: datetime) -> None:
    """Of two who do it, the first is named."""
    Remark.objects.filter(pk=remark.pk, resolved_at=None).update(resolved_at=at, resolved_by_agent=str(by))


def reopen(remark: Remark) -> None:
    Remark.objects.filter(pk=remark.pk).update(resolved_at=None, resolved_by_agent="")


def open_remarks(interview: Interview) -> list[Remark]:
    return list(Remark.objects.filter(interview=interview, resolved_at=None).order_by("start_ms", "at"))


def threads(interview: Interview) -> list[Remark]:
    """All of them with their answers, those that are open first. Two queries."""
    found = Remark.objects.filter(interview=interview).prefetch_related("answers").order_by("start_ms", "at")
    return sorted(found, key=lambda remark: remark.resolved_at is not None)
