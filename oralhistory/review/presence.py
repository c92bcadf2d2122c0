"""Who else has a recording's text open, and where they are in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from oralhistory.accounts.models import User
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Presence

GONE_AFTER = timedelta(seconds=35)  # three beats of an open page


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    cue: str


def tell(recording: Recording, user: User, cue: str, *, at: datetime) -> list[Place]:
    """Say where somebody is, and learn where the others are."""
    Presence.objects.update_or_create(recording=recording, user=user, defaults={"cue_id": cue, "at": at})
    others = Presence.objects.filter(recording=recording, at__gt=at - GONE_AFTER).exclude(user=user)
    return [Place(each.user.name, each.cue_id) for each in others.select_related("user").order_by("user")]
