"""Taking a record out of use, with the reason, and back into it. What people decided about its mentions stays."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from oralhistory.lib.agents import Agent
from oralhistory.mentions.models import Mention
from oralhistory.organizations import cataloging, descriptions
from oralhistory.organizations.descriptions import Tie
from oralhistory.organizations.models import Organization, Revision


class NeedsAReason(Exception):
    """Whoever finds the record out of use must be able to read why."""


class AlreadySo(Exception):
    """It is deprecated, in use, or merged already."""


@transaction.atomic
def deprecate(
    organization: Organization, *, because: str, replacements: Sequence[str] = (), by: Agent, at: datetime
) -> int:
    """Nobody is offered the record any more, and no machine looks for it; gives how many suggestions went with it.

    `replacements` are slugs of records to be used in its place: they become its successors.
    Raises NeedsAReason, AlreadySo, cataloging.NoSuchRecord.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if organization.deprecated_at or organization.merged_into_id:
        raise AlreadySo
    if not because.strip():
        raise NeedsAReason
    (now,) = descriptions.describe([organization])
    ties = [Tie("successor", slug) for slug in replacements if slug not in now.tied("successor")]
    action = Revision.Action.DEPRECATED
    Organization.objects.filter(pk=organization.pk).update(
        deprecated_at=at, deprecated_because=because.strip()
    )
    if ties:
        cataloging.save_all(
            [replace(now, ties=(*now.ties, *ties))], by=by, at=at, action=Revision.Action.EDITED, why=because
        )
    cataloging.note_revision(organization, action, by=by, at=at, why=because)
    return Mention.objects.filter(organization=organization).suggested().delete()[0]


@transaction.atomic
def reinstate(organization: Organization, *, by: Agent, at: datetime, why: str = "") -> None:
    """The record is in use again. Raises AlreadySo."""
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if not organization.deprecated_at:
        raise AlreadySo
    Organization.objects.filter(pk=organization.pk).update(deprecated_at=None, deprecated_because="")
    cataloging.note_revision(organization, Revision.Action.REINSTATED, by=by, at=at, why=why)
