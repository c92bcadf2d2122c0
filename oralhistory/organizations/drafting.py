"""A record made in passing, by whoever decides about a mention: little more than a name, for an archivist to complete."""

from datetime import datetime

from django.db import transaction

from oralhistory.lib.agents import Agent
from oralhistory.organizations import cataloging, slugs
from oralhistory.organizations.descriptions import Description, NameForm
from oralhistory.organizations.models import Name, Organization


class NeedsAName(Exception):
    """A record is made of its name at least."""


@transaction.atomic
def draft(
    name: str,
    *,
    acronym: str = "",
    country: str = "",
    kind: str = "",
    learned_from: str = "",
    withheld: bool = False,
    by: Agent,
    at: datetime,
) -> Organization:
    """A closed record with the status of a draft.

    `learned_from` is the public id of the interview that speaks of it; `withheld` says that this one has no public
    edition, and keeps the record from everybody until it has (see `learned`), whoever opens it. Raises NeedsAName.
    """
    name, acronym = " ".join(name.split()), " ".join(acronym.split())
    if not name:
        raise NeedsAName
    names = [NameForm(name, Name.Kind.AUTHORIZED.value)]
    if acronym:
        names.append(NameForm(acronym, Name.Kind.ACRONYM.value))
    description = Description(
        id=slugs.propose(name, acronym, country), names=tuple(names), kind=kind, country=country
    )
    # Of two hands that draft at once, the second finds the slug taken and is told so: it tries again.
    organization = cataloging.save(description, by=by, at=at, expected=0).organization
    if learned_from:
        organization.learned_from = learned_from
        organization.withheld = withheld
        organization.save(update_fields=["learned_from", "withheld"])
    return organization
