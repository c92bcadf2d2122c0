"""What a signatory should know of the narrators' wishes, as (sentence, whether it blocks, the page to put it right)."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from oralhistory.consent import grants, sentences, themes
from oralhistory.consent.grants import Terms, shows_more
from oralhistory.interviews.models import Interview, Participation
from oralhistory.lib.naming import says
from oralhistory.people.models import Person
from oralhistory.review import suggestions, verdicts

Known = tuple[str, bool, str]


class NotCleared(Exception):
    """Something that the narrators asked for has not been seen to: see the checks."""


def require(interview: Interview, *, at: datetime) -> None:
    """Before a manifest is signed. Raises NotCleared."""
    if any(blocks for _sentence, blocks, _page in before_signing(interview, at=at)):
        raise NotCleared


def before_signing(interview: Interview, *, at: datetime) -> list[Known]:
    terms = grants.in_force(interview, at=at)
    return [
        *_themes(interview, terms),
        *_names(interview, terms),
        *_verdicts(interview),
        *_suggested(interview),
    ]


def _themes(interview: Interview, terms: Terms) -> list[Known]:
    said = _("A paper closes what speaks of %(theme)s, and nobody has gone through the interview for it.")
    missing = themes.not_looked_for(interview, terms)
    return [(said % {"theme": sentences.THEMES[theme]}, True, "transcript") for theme in missing]


def _names(interview: Interview, terms: Terms) -> list[Known]:
    narrators = Person.objects.filter(
        participations__interview=interview, participations__role=Participation.Role.NARRATOR
    )
    refused = [
        person.shown_name
        for person in narrators
        if person.shown_name and shows_more(person.attribution, terms.attributions.get(person.pk, "code"))
    ]
    written = [interview.title, interview.summary, interview.pull_quote, interview.warnings]
    written += [
        f"{chapter.title} {chapter.synopsis} {chapter.warning}" for chapter in interview.chapters.all()
    ]
    if not refused or not says(" ".join(written), refused):
        return []
    said = _("The title, the summary or the chapters name a narrator who may not be named so.")
    return [(said, False, "description")]  # a word of a name may be a word of its own: a person reads it


def _verdicts(interview: Interview) -> list[Known]:
    given = verdicts.of(interview)
    found: list[Known] = []
    for verdict in given.values():
        when = {"day": formats.date_format(timezone.localtime(verdict.at), "DATE_FORMAT")}
        if verdict.agrees:
            found.append((_("The narrator has heard it and agrees: %(day)s.") % when, False, "agreements"))
        else:
            said = _("The narrator has heard it and refuses: %(day)s. It is not published until they agree.")
            found.append((said % when, False, "agreements"))
    wanted = verdicts.wanted_first(interview)
    if wanted and not (wanted - {None} <= set(given) and (given or None not in wanted)):
        said = _("The narrator wants to agree before it is published: make them a private link.")
        found.append((said, False, "agreements"))
    return found


def _suggested(interview: Interview) -> list[Known]:
    if not suggestions.waiting(interview):
        return []
    return [(_("The narrator has suggested corrections that nobody has decided on."), False, "transcript")]
