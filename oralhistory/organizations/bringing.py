"""A list of records on its way in: read, rehearsed, kept until whoever brought it has seen what it would do."""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from oralhistory.lib import ids
from oralhistory.lib.agents import Agent
from oralhistory.organizations import checking, formats, importing
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.formats import recognizing
from oralhistory.organizations.importing import Imported
from oralhistory.organizations.models import BroughtList, Name

KEPT = timedelta(days=1)
MOST_BYTES = 32 * 1024**2
AUTO = "auto"  # by what is in the file


class NotTaken(Exception):
    """The list cannot be read: where, and why."""


class Gone(Exception):
    """It was kept too long, brought by somebody else, or has been taken in."""


class WouldDoOtherwise(Exception):
    """The archive has changed since the rehearsal: it must be seen again."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a list would do now, and a word for exactly that."""

    brought: BroughtList
    imported: Imported
    records: tuple[Description, ...]

    @property
    def word(self) -> str:
        return _word(self.imported)


@transaction.atomic
def bring(content: bytes, form: str, *, by: Agent, at: datetime) -> BroughtList:
    """Keep a list that can be read; what was forgotten for a day goes. Raises NotTaken."""
    BroughtList.objects.filter(at__lt=at - KEPT).delete()
    if len(content) > MOST_BYTES:
        raise NotTaken(f"> {MOST_BYTES >> 20} MB")
    _read(content, form)
    return BroughtList.objects.create(
        code=ids.public_id(), agent=str(by), at=at, form=form, content=zlib.compress(content)
    )


def rehearse(code: str, *, by: Agent, at: datetime) -> Rehearsal:
    """What it would do; nothing is changed. Raises Gone, cataloging.Unnamed."""
    brought, records = _of(code, by, at)
    imported = importing.bring_in(records, by=by, at=at, rehearse=True)
    return Rehearsal(brought, imported, tuple(records))


@transaction.atomic
def take_in(code: str, *, seen: str, publish: bool = False, by: Agent, at: datetime) -> Imported:
    """Do what was seen, and nothing else. Raises Gone, WouldDoOtherwise, cataloging.Unnamed."""
    brought, records = _of(code, by, at)
    imported = importing.bring_in(records, by=by, at=at, publish=publish)
    if _word(imported) != seen:
        raise WouldDoOtherwise  # and nothing of it is kept
    brought.delete()
    return imported


def _word(imported: Imported) -> str:
    told = [
        (each.organization.slug, each.new, each.organization.version, each.names_added, each.names_removed)
        for each in imported.changed
    ]
    left_out = (imported.unknown_relations, imported.merged)
    return hashlib.sha256(repr((told, left_out)).encode()).hexdigest()


def _of(code: str, by: Agent, at: datetime) -> tuple[BroughtList, list[Description]]:
    brought = BroughtList.objects.filter(code=code, agent=str(by), at__gte=at - KEPT).first()
    if brought is None:
        raise Gone
    return brought, _read(zlib.decompress(bytes(brought.content)), brought.form)


def _read(content: bytes, form: str) -> list[Description]:
    try:
        code = recognizing.recognize(content) if form == AUTO else form
        listed = formats.read(code, content)
    except formats.Malformed as refusal:
        raise NotTaken(str(refusal)) from refusal
    except KeyError as unknown:
        raise NotTaken(form) from unknown
    return checking.connected(listed, _names_of_one())


def _names_of_one() -> dict[str, str]:
    """Ids of records by authorized name, where only one is called so."""
    rows = Name.objects.filter(kind=Name.Kind.AUTHORIZED, organization__merged_into=None)
    found: dict[str, list[str]] = {}
    for text, slug in rows.values_list("text", "organization__slug"):
        found.setdefault(text, []).append(slug)
    return {text: slugs[0] for text, slugs in found.items() if len(slugs) == 1}
