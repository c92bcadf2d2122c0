"""Opening an authority record to the public, and closing it."""

from datetime import datetime

from django.db import transaction

from oralhistory.lib.agents import Agent
from oralhistory.organizations.models import Organization
from oralhistory.provenance import events


@transaction.atomic
def set_publication(organization: Organization, publication: str, *, by: Agent, at: datetime) -> None:
    """Open a record to everybody, or close it."""
    changed = (
        Organization.objects.filter(pk=organization.pk)
        .exclude(publication=publication)
        .update(publication=publication)
    )
    if changed:
        events.record(
            "organization opened or closed",
            organization,
            at=at,
            agent=by,
            outcome=publication,
        )
