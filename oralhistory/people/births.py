"""When and where somebody was born. It gives a person away: it lies in the vault, beside the name."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from oralhistory.lib.agents import Agent
from oralhistory.people import vault
from oralhistory.people.models import Person
from oralhistory.provenance import events

_KEYS = ("born_on", "born_at")


@dataclass(frozen=True, slots=True)
class Birth:
    """`born_on` in EDTF (1951, 1951-03, 1951-03-12, with ~ or ? behind it); `born_at` a place in words."""

    born_on: str = ""
    born_at: str = ""

    def __bool__(self) -> bool:
        return bool(self.born_on or self.born_at)


def of(person: Person) -> Birth:
    """As far as it is known. The caller records the reading as an event. Raises vault.CannotBeOpened."""
    identity = vault.open_identity(person)
    return Birth(*(identity.get(key, "") for key in _KEYS))


@transaction.atomic
def keep(person: Person, birth: Birth, *, told_in: events.Subject, by: Agent, at: datetime) -> None:
    """Seal it with what else is known of the person. Raises vault.CannotBeOpened."""
    Person.objects.select_for_update().get(pk=person.pk)
    known = {key: text for key, text in vault.open_identity(person).items() if key not in _KEYS}
    given = {"born_on": birth.born_on, "born_at": birth.born_at}
    vault.seal(person, known | {key: text for key, text in given.items() if text}, at=at)
    events.record("birth kept", told_in, at=at, agent=by, outcome=person.code)
