"""What the archive may do, and where a testimony stands, in words that need no explaining."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.consent.models import Agreement
from oralhistory.editions.manifest import Manifest
from oralhistory.interviews.models import State
from oralhistory.people.models import Person

NAMES: dict[str, str | Promise] = {
    Person.Attribution.CODE: _("Without a name"),
    Person.Attribution.PSEUDONYM: _("Under another name, which I choose"),
    Person.Attribution.INITIALS: _("With my initials"),
    Person.Attribution.FIRST_NAME: _("With my first name"),
    Person.Attribution.REAL_NAME: _("With my full name"),
}

_PAPERS: dict[str, str | Promise] = {
    Agreement.Kind.PARTICIPATION: _("The paper signed before the recording"),
    Agreement.Kind.RECORDING: _("The paper signed after hearing or reading the result"),
    Agreement.Kind.HEIRS: _("The paper signed by the heirs"),
    Agreement.Kind.ARCHIVE_RULE: _("The archive’s own rule, since there is no paper"),
}

_STANDING: dict[State, str | Promise] = {
    State.DRAFT: _("Nobody outside the archive can see it."),
    State.UPLOADED: _("Nobody outside the archive can see it."),
    State.TRANSCRIBED: _("Nobody outside the archive can see it."),
    State.IN_REVIEW: _("It is being checked. Nobody outside the archive can see it."),
    State.APPROVED: _("It has been checked and is not public yet."),
    State.EMBARGOED: _("It has been checked and stays closed for a time."),
    State.PUBLISHED: _("It is public."),
    State.REVISING: _("It is public. A corrected edition is being made."),
    State.WITHDRAWN: _("It is withdrawn. Nobody outside the archive can see it."),
}


def shown(built: Manifest) -> list[str | Promise]:
    """What there will be to read, hear and see."""
    parts: list[tuple[str | Promise, Any]] = [
        (_("text"), built.segments),
        (_("sound"), built.sound),
        (_("video"), built.record.get("video")),
        (_("photographs"), built.record["photographs"]),
    ]
    return [word for word, there in parts if there]


def paper(agreement: Agreement) -> str | Promise:
    return _PAPERS[agreement.kind]


def standing(state: State) -> str | Promise:
    return _STANDING[state]
