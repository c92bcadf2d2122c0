"""Signing a manifest, and whether the signature still holds."""

from datetime import datetime, timedelta
from typing import Any

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.review.models import Signature

AT_ONCE = timedelta(minutes=10)


def sign(
    interview: Interview,
    manifest_sha256: str,
    *,
    by: Agent,
    at: datetime,
    parts: dict[str, Any] | None = None,
    unheard_reason: str = "",
) -> Signature:
    """Keep who signed what, with the hashes of its parts; an earlier signature on this interview is void."""
    void(interview, at=at)
    return Signature.objects.create(
        interview=interview, manifest_sha256=manifest_sha256, by_agent=str(by), at=at, parts=parts or {},
        unheard_reason=unheard_reason,
    )  # fmt: skip


def void(interview: Interview, *, at: datetime) -> None:
    Signature.objects.filter(interview=interview, voided_at=None).update(voided_at=at)


def beside(signature: Signature) -> int:
    """How many other interviews the same hand signed within ten minutes: nobody listens to that many."""
    near = (signature.at - AT_ONCE, signature.at + AT_ONCE)
    others = Signature.objects.filter(by_agent=signature.by_agent, at__range=near)
    return others.exclude(interview=signature.interview_id).values("interview").distinct().count()


def standing(interview: Interview) -> Signature | None:
    """The signature that has not been voided."""
    return Signature.objects.filter(interview=interview, voided_at=None).order_by("-at", "-pk").first()


def void_of(interview: Interview, by: Agent, *, at: datetime) -> None:
    """Of one person: what they signed counts no more."""
    Signature.objects.filter(interview=interview, by_agent=str(by), voided_at=None).update(voided_at=at)
