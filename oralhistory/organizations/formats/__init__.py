"""Formats in which authority records are exchanged.

`FORMATS` maps a code to its label, file extension, media type, reader and writer; `read` and `write` go by it.
"""

from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.formats.malformed import Malformed
from oralhistory.organizations.formats.registry import (
    FORMATS,
    MOST_BYTES,
    Format,
    file_type,
    read,
    readable,
    writable,
    write,
)

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "Context",
    "Format",
    "Malformed",
    "file_type",
    "read",
    "readable",
    "writable",
    "write",
]
