"""What the agreements of an interview come to, in plain sentences: the same on every page that says it."""

from collections.abc import Sequence
from datetime import datetime

from oralhistory.consent import grants, sentences
from oralhistory.consent.grants import Terms
from oralhistory.consent.models import Agreement, Grant
from oralhistory.editions import manifest
from oralhistory.interviews.models import Interview, Participation


def of(
    interview: Interview, *, at: datetime, beside: tuple[Agreement, Sequence[Grant]] | None = None
) -> list[str]:
    """What holds now; with `beside`, what would hold with a narrowing that is not kept yet. Six queries."""
    terms = grants.in_force(interview, at=at, beside=beside)
    said = sentences.of_terms(terms, names(interview, terms))
    closed = sentences.of_embargo(grants.embargo(interview, at=at))
    return [closed, *said] if closed else said


def names(interview: Interview, terms: Terms) -> dict[int, str]:
    """How each narrator is shown, by the person's key."""
    narrators = Participation.objects.filter(interview=interview, role=Participation.Role.NARRATOR)
    return {
        each.person_id: manifest.shown_name(each.person, terms) for each in narrators.select_related("person")
    }
