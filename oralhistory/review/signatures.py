"""Signing a manifest, and whether the signature still holds."""

from datetime import datetime

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.review.models import Signature


def sign(interview: Interview, manifest_sha256: str, *, by: Agent, at: datetime) -> Signature:
    """Keep who signed what; an earlier signature on this interview is void."""
    void(interview, at=at)
    return Signature.objects.create(
        interview=interview, manifest_sha256=manifest_sha256, by_agent=str(by), at=at
    )


def void(interview: Interview, *, at: datetime) -> None:
    Signature.objects.filter(interview=interview, voided_at=None).update(voided_at=at)


def standing(interview: Interview) -> Signature | None:
    """The signature that has not been voided."""
    return Signature.objects.filter(interview=interview, voided_at=None).order_by("-at", "-pk").first()
