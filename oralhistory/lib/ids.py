"""Public identifiers: random, short enough to read aloud, saying nothing."""

import secrets

# No vowels (no words appear by chance), no 0/O, 1/l/I.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def public_id() -> str:
    """Twelve random characters, 57 bits: too many to guess over HTTP, few enough to dictate."""
    return _random(12)


def cue_id() -> str:
    """Eight random characters: a segment's name within its interview, kept by every edition."""
    return _random(8)


def agent_code() -> str:
    """How an account or a person is called in events and logs."""
    return _random(10)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
