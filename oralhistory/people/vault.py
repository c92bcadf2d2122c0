"""The identity vault: real names, contacts and signed papers, encrypted under IDENTITY_KEY."""

import json
from datetime import datetime

from oralhistory.lib import sealing
from oralhistory.people.models import Identity, Person

CannotBeOpened = sealing.CannotBeOpened  # the vault's key is not the one that sealed this


def seal(person: Person, identity: dict[str, str], *, at: datetime) -> None:
    """Keep who a person really is. `identity` is small: name, contact, notes, birth (see births)."""
    sealed = sealing.seal(json.dumps(identity).encode())
    Identity.objects.update_or_create(person=person, defaults={"sealed": sealed, "updated_at": at})


def open_identity(person: Person) -> dict[str, str]:
    """Who a person really is; empty when nothing was kept. The caller records the reading as an event."""
    identity = Identity.objects.filter(person=person).first()
    if identity is None:
        return {}
    opened: dict[str, str] = json.loads(sealing.unseal(bytes(identity.sealed)))
    return opened


def seal_bytes(content: bytes) -> bytes:
    """A file that says who somebody is. Small: it is held in memory several times."""
    return sealing.seal(content)


def open_bytes(sealed: bytes) -> bytes:
    """What `seal_bytes` sealed. The caller records the reading as an event. Raises CannotBeOpened."""
    return sealing.unseal(sealed)
