"""What a machine was found to be able to do. Its processes need not try again; people see what it cannot."""

import platform
from collections.abc import Sequence
from datetime import datetime, timedelta

from oralhistory.jobs.models import Ability
from oralhistory.jobs.sentences import Sentence

OLD = timedelta(hours=1)  # a machine that cannot do something says so more often, or is not there any more


def machine() -> str:
    return platform.node()


def known(what: str) -> bool:
    """Whether this machine was found able to do it."""
    return Ability.objects.filter(machine=machine(), what=what, reason="").exists()


def note(what: str, reason: Sentence | str, *, at: datetime) -> None:
    """This machine was tried; `reason` says why it cannot, and is empty if it can."""
    Ability.objects.update_or_create(
        machine=machine(), what=what, defaults={"reason": reason, "checked_at": at}
    )


def forget(beginning: str) -> None:
    """This machine may have changed: what was found does not count any more."""
    Ability.objects.filter(machine=machine(), what__startswith=beginning).delete()


def lacks(*, at: datetime) -> Sequence[Ability]:
    """What machines said lately that they cannot do."""
    return list(
        Ability.objects.filter(checked_at__gt=at - OLD).exclude(reason="").order_by("machine", "what")
    )
