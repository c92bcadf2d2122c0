"""Secrets under IDENTITY_KEY, which is in no database: what a copy of the database alone does not open."""

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class CannotBeOpened(Exception):
    """The key is not the one that sealed this."""


def seal(content: bytes) -> bytes:
    """Small: it is held in memory several times."""
    return Fernet(settings.IDENTITY_KEY).encrypt(content)


def unseal(sealed: bytes | str) -> bytes:
    """What `seal` sealed. Raises CannotBeOpened."""
    try:
        return Fernet(settings.IDENTITY_KEY).decrypt(sealed)
    except InvalidToken as wrong_key:
        raise CannotBeOpened from wrong_key
