"""The demo's data: accounts, organizations, and a fictional interview that comes in as any other would."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import agreements
from oralhistory.consent.models import Agreement
from oralhistory.intake import uploads
from oralhistory.interviews.models import Assignment, Chapter, Collection, Interview, Participation, Session
from oralhistory.lib.agents import MACHINE
from oralhistory.organizations import authorities, formats, importing
from oralhistory.organizations.models import Organization
from oralhistory.people.models import Person
from oralhistory.pipeline import steps
from oralhistory.places import gazetteer
from oralhistory.recordings.models import Recording

FOLDER = Path(__file__).with_name("demo")
ORGANIZATIONS = Path(authorities.__file__).with_name("data") / "organizations.csv"
PASSWORD = "solidaridad-1973"  # noqa: S105  (of the demo, printed at its start; production has no demo)
ACCOUNTS: dict[str, tuple[str, Role]] = {
    "entrevista@example.org": ("Inés Entrevistadora", Role.INTERVIEWER),
    "modera1@example.org": ("Mario Moderador", Role.MODERATOR),
    "modera2@example.org": ("Marta Moderadora", Role.MODERATOR),
    "archivo1@example.org": ("Alma Archivista", Role.ARCHIVIST),
    "archivo2@example.org": ("Abel Archivista", Role.ARCHIVIST),
    "sistema@example.org": ("Saúl Sistemas", Role.SYSADMIN),
}


@transaction.atomic
def accounts() -> dict[str, User]:
    """The demo's people, made once."""
    return {
        email: roles.create_account(email, name, [role], password=PASSWORD)
        for email, (name, role) in ACCOUNTS.items()
    }


def organizations(*, at: datetime) -> int:
    """Load the list that comes with the program, open to the public. Returns how many records there are."""
    if not Organization.objects.exists():
        listed = formats.read("csv", ORGANIZATIONS.read_bytes())
        importing.bring_in(listed, by=MACHINE, at=at, publish=True)
    return Organization.objects.count()


def interview(people: dict[str, User], *, at: datetime) -> Interview:
    """Elena's interview with its paper and its recording; the one that is there if it is there."""
    data = json.loads((FOLDER / "interview.json").read_text(encoding="utf-8"))
    existing = Interview.objects.filter(collection__slug=data["collection"]["slug"]).order_by("pk").first()
    if existing is None:
        existing = _describe(data, people, at=at)
    if not Recording.objects.of(existing).exists():
        recording = uploads.receive(
            existing,
            FOLDER / "testimonio-demo.opus",
            name="testimonio-demo.opus",
            by=existing.created_by,
            at=at,
        )
        steps.recording_arrived(recording, at=at)
    return existing


@transaction.atomic
def _describe(data: dict[str, Any], people: dict[str, User], *, at: datetime) -> Interview:
    interviewer = people["entrevista@example.org"]
    collection, _ = Collection.objects.get_or_create(
        slug=data["collection"]["slug"], defaults=data["collection"]
    )
    interview = Interview.objects.create(
        collection=collection, created_by=interviewer, created_at=at, **data["interview"]
    )
    narrator = Person.objects.create(**data["narrator"])
    Participation.objects.create(interview=interview, person=narrator, role=Participation.Role.NARRATOR)
    asks = Person.objects.create()
    Participation.objects.create(interview=interview, person=asks, role=Participation.Role.INTERVIEWER)
    session = data["session"]
    Session.objects.create(
        interview=interview,
        number=session["number"],
        held_on=date.fromisoformat(str(session["held_on"])),
        place=gazetteer.place(str(session["place"]), country=str(session["country"])),
    )
    Chapter.objects.bulk_create(Chapter(interview=interview, **chapter) for chapter in data["chapters"])
    for email in ("modera1@example.org", "modera2@example.org"):
        Assignment.objects.create(interview=interview, user=people[email])
    agreements.add(
        interview,
        [*agreements.FOR_THE_ARCHIVE, *agreements.OPEN_TO_ALL],
        kind=Agreement.Kind.RECORDING,
        signed_on=date.fromisoformat(str(session["held_on"])),
        person=narrator,
        attribution=Person.Attribution.PSEUDONYM,
        by=interviewer,
        at=at,
    )
    return interview
