"""Saying something about a moment to the others."""

from datetime import datetime

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.review.models import Remark


def leave(interview: Interview, text: str, *, by: Agent, at: datetime, start_ms: int | None = None) -> Remark:
    return Remark.objects.create(interview=interview, text=text, start_ms=start_ms, by_agent=str(by), at=at)


def resolve(remark: Remark, *, at: datetime) -> None:
    Remark.objects.filter(pk=remark.pk, resolved_at=None).update(resolved_at=at)


def open_remarks(interview: Interview) -> list[Remark]:
    return list(Remark.objects.filter(interview=interview, resolved_at=None).order_by("start_ms", "at"))
