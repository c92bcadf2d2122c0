"""A narrator's private way in: a link, and a second secret told in person. Both are shown once and not kept.

Whoever finds the link alone sees a page that asks for the secret, and learns nothing from its
answers: a link that never was, one that has expired, was revoked or was tried too often, and a
wrong secret are refused with the same exception after the same work.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from oralhistory.accounts.models import User
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import Interview, Participation
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.people.models import Person
from oralhistory.provenance import events

VALID_DAYS = 60
MAX_WRONG_TRIES = 10
_TOKEN_BYTES = 24  # 192 bits
_GROUPS, _DIGITS = 4, 4  # 16 digits, 53 bits: short enough to be told, and ten tries to guess them


class NotANarrator(Exception):
    """This person does not speak in this interview."""


class NotOpened(Exception):
    """Refused. Which of the reasons it was is in the events, never in the answer."""


@transaction.atomic
def make(
    interview: Interview,
    person: Person,
    *,
    by: User,
    at: datetime,
    valid_days: int = VALID_DAYS,
    reason: str = "",
) -> tuple[str, str]:
    """A new link of a narrator, as (token, secret). Neither can be shown again. Raises NotANarrator."""
    speaks = Participation.objects.filter(
        interview=interview, person=person, role=Participation.Role.NARRATOR
    )
    if not speaks.exists():
        raise NotANarrator
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    secret = " ".join(f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}" for _ in range(_GROUPS))
    NarratorLink.objects.create(
        interview=interview, person=person, token_sha256=token_sha256(token), secret_hash=make_password(_digits(secret)),
        expires_at=at + timedelta(days=valid_days), made_by=by, made_at=at,
    )  # fmt: skip
    events.record("narrator link made", interview, at=at, agent=by.agent, outcome=person.code, reason=reason)
    return token, secret


def open_link(token: str, secret: str, *, at: datetime) -> NarratorLink:
    """The link that this token and this secret open. Raises NotOpened."""
    link = (
        NarratorLink.objects.select_related("person", "interview")
        .filter(token_sha256=token_sha256(token))
        .first()
    )
    # The try is counted before it is judged: many at once are still no more than ten.
    counted = link is not None and _count_try(link)
    right = check_password(_digits(secret), link.secret_hash) if link else _work_in_vain(secret)
    if link is None:
        raise NotOpened
    refusal = _refusal(link, counted=counted, right=right, at=at)
    if refusal:
        events.record(
            "narrator link refused",
            link.interview,
            at=at,
            agent=MACHINE,
            outcome=f"{link.person.code}: {refusal}",
        )
        raise NotOpened
    NarratorLink.objects.filter(pk=link.pk).update(wrong_tries=0)
    events.record("narrator link opened", link.interview, at=at, agent=agent_of(link))
    return link


def _count_try(link: NarratorLink) -> bool:
    """Whether there was a try left."""
    left = NarratorLink.objects.filter(pk=link.pk, wrong_tries__lt=MAX_WRONG_TRIES)
    return left.update(wrong_tries=F("wrong_tries") + 1) == 1


def _refusal(link: NarratorLink, *, counted: bool, right: bool, at: datetime) -> str:
    if link.revoked_at is not None:
        return "revoked"
    if link.expires_at <= at:
        return "expired"
    if not counted:
        return "locked"
    return "" if right else "wrong secret"


def _work_in_vain(secret: str) -> bool:
    """As slow as checking a secret, so that the time says nothing either."""
    make_password(_digits(secret))
    return False


@transaction.atomic
def revoke(link: NarratorLink, *, by: User, at: datetime) -> None:
    """The link opens nothing from the next request on, wherever it is open now."""
    if NarratorLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at):
        events.record(
            "narrator link revoked", link.interview, at=at, agent=by.agent, outcome=link.person.code
        )


def agent_of(link: NarratorLink) -> Agent:
    """The narrator as the hand behind an event."""
    return Agent("narrator", link.person.code)


def token_sha256(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _digits(secret: str) -> str:
    """However it was typed: with spaces, hyphens or neither."""
    return re.sub(r"[^0-9]", "", secret)[: _GROUPS * _DIGITS + 1]
