"""Everything that is kept out of editions: what was marked, and every name that was decided on, in the text as it is.

Asked whenever an edition is built, so that a name which an edit, another version or a new hearing brings back is out of
it before anybody has looked: no order of events leaks one.
"""

from dataclasses import dataclass

from oralhistory.interviews.models import Interview
from oralhistory.review.models import NamedPerson, Redaction
from oralhistory.review.people_named import register, scanning, spoken


@dataclass(frozen=True, slots=True)
class Closing:
    """On the interview's time line. `replacement`: what is said in its place, if anything."""

    start_ms: int
    end_ms: int
    replacement: str = ""


def standing(interview: Interview) -> list[Closing]:
    rows = Redaction.objects.standing().filter(interview=interview)
    marked = [Closing(*row) for row in rows.values_list("start_ms", "end_ms", "replacement")]
    return list(dict.fromkeys([*marked, *_named(interview)]))


def _named(interview: Interview) -> list[Closing]:
    people = {each.pk: each for each in NamedPerson.objects.filter(interview=interview)}
    if not any(each.decision in NamedPerson.KEPT_OUT for each in people.values()):
        return []
    said = spoken.of(interview)
    found = scanning.exactly(said.texts, register.spellings(people.values()))
    return [
        Closing(*said.passages[each.cue_id].span(each.start, each.end), people[each.owner].replacement)
        for each in found
        if people[each.owner].decision in NamedPerson.KEPT_OUT
    ]
