"""What narrators say of the edition to be: they agree, or they refuse. A refusal keeps it from being published."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent.models import Agreement
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.people.models import Person
from oralhistory.provenance import events
from oralhistory.review.models import Verdict


class NotAgreed(Exception):
    """A narrator has refused the edition to be, or wants to agree first and has not yet."""


@transaction.atomic
def give(
    interview: Interview, person: Person, manifest_sha256: str, *, agrees: bool, by: Agent, at: datetime
) -> Verdict:
    """Keep what a narrator says of a manifest that they have seen; it takes the place of what they said before."""
    kind = "narrator agreed" if agrees else "narrator refused"
    events.record(kind, interview, at=at, agent=by, outcome=manifest_sha256)
    return Verdict.objects.create(
        interview=interview, person=person, manifest_sha256=manifest_sha256, agrees=agrees, at=at
    )


def of(interview: Interview) -> dict[int, Verdict]:
    """The newest of each narrator, by the person's key."""
    rows = Verdict.objects.filter(interview=interview).select_related("person").order_by("at", "pk")
    return {verdict.person_id: verdict for verdict in rows}


def wanted_first(interview: Interview) -> set[int | None]:
    """Who wants to agree before an edition is published: keys of narrators; None: all of them."""
    papers = Agreement.objects.filter(interview=interview, withdrawal=None, heard_first=True)
    return set(papers.values_list("person", flat=True))


def require(interview: Interview, manifest_sha256: str) -> None:
    """Before a manifest is published. Silence keeps nothing back unless a paper says so. Raises NotAgreed."""
    given = of(interview)
    if any(not verdict.agrees for verdict in given.values()):
        raise NotAgreed
    for person in _asked(interview):
        verdict = given.get(person)
        if verdict is None or verdict.manifest_sha256 != manifest_sha256:
            raise NotAgreed


def _asked(interview: Interview) -> set[int]:
    wanted = wanted_first(interview)
    narrators = Person.objects.filter(participations__interview=interview, participations__role="narrator")
    if None in wanted:
        return set(narrators.values_list("pk", flat=True))
    return {person for person in wanted if person is not None}
