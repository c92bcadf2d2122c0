"""What a ficha lacks before an interview is sent to review: a sentence each, and the part or page where it is written."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.interviews.models import Interview, Participation, Session

# Sentence, page (as the workroom calls it), part of that page.
Lack = tuple[str, str, str]


def lacks(interview: Interview) -> Iterator[Lack]:
    """Nothing of it stops anybody: some interviews have no more to tell. Three queries."""
    if not interview.summary:
        yield _("There is no summary."), "description", "summary"
    if not interview.reasons:
        yield _("It is not told why and how it was made."), "description", "reasons"
    if not interview.technical_notes:
        yield _("There are no technical notes."), "description", "technical_notes"
    if not interview.countries:
        yield _("It is not said of which country it tells."), "description", "countries"
    if not interview.keywords:
        yield _("There are no keywords."), "description", "keywords"
    yield from _people(interview)
    yield from _sittings(interview)
    yield from _chapters(interview)


def _people(interview: Interview) -> Iterator[Lack]:
    asked = Participation.objects.filter(interview=interview, role=Participation.Role.INTERVIEWER)
    names = list(asked.values_list("person__shown_name", flat=True))
    if not any(names):
        yield _("Nobody is named as the interviewer."), "description", "people"


def _sittings(interview: Interview) -> Iterator[Lack]:
    held = list(Session.objects.filter(interview=interview).values_list("held_on", "place"))
    if not held or any(day is None for day, _place in held):
        yield _("The day of a sitting is not known."), "sittings", ""
    if not held or any(place is None for _day, place in held):
        yield _("The place of a sitting is not known."), "sittings", ""


def _chapters(interview: Interview) -> Iterator[Lack]:
    titles = list(interview.chapters.values_list("title", flat=True))
    if not titles:
        yield _("It has no chapters: no table of contents, no subjects, no places."), "chapters", ""
    if nameless := titles.count(""):
        sentence = ngettext(
            "One chapter has no title: no edition has it.",
            "%(count)d chapters have no title: no edition has them.",
            nameless,
        )
        yield sentence % {"count": nameless}, "chapters", ""
