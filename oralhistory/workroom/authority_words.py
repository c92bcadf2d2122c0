"""What is said of organizations on the staff's pages: codes, dates and the rows of a record as words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.models import Location, Name, Organization, Revision, Source
from oralhistory.web import vocabularies

Words = dict[str, str | Promise]

NAME_KINDS: Words = {
    Name.Kind.AUTHORIZED: _("Authorized name"),
    Name.Kind.ACRONYM: _("Acronym"),
    Name.Kind.OTHER: _("Other name"),
    Name.Kind.FORMER: _("Former name"),
    Name.Kind.PARALLEL: _("The same in another language"),
    Name.Kind.STANDARDIZED: _("By the rules of another archive"),
    Name.Kind.HEARD_AS: _("Heard as"),
}
TIES: Words = {
    "predecessor": _("Came from"),
    "successor": _("Went into"),
    "part_of": _("Part of"),
    "has_part": _("Has as a part"),
    "front_of": _("Front of"),
    "has_front": _("Has as a front"),
    "ally": _("Ally of"),
    "opposed": _("Opposed to"),
    "related": _("Had to do with"),
}
PLACE_ROLES: Words = {
    Location.Role.SEAT: _("Seat"),
    Location.Role.ACTIVITY: _("Worked there"),
    Location.Role.FOUNDING: _("Founded there"),
}
SOURCE_PARTS: dict[str, Any] = {
    Source.Part.NAMES: _("Names"),
    Source.Part.DATES: pgettext_lazy("of an organization", "Dates"),
    Source.Part.PLACES: _("Places"),
    Source.Part.HISTORY: _("History"),
    Source.Part.MANDATE: _("Mandate"),
    Source.Part.RELATIONS: _("Relations"),
}
STATUSES: Words = {
    Organization.Status.DRAFT: pgettext_lazy("of a record", "Draft"),
    Organization.Status.REVISED: _("Revised"),
    Organization.Status.FINAL: _("Final"),
}
LEVELS: Words = {
    Organization.Level.MINIMAL: _("Minimal"),
    Organization.Level.PARTIAL: _("Partial"),
    Organization.Level.FULL: _("Full"),
}
ACTIONS: Words = {
    Revision.Action.CREATED: _("made"),
    Revision.Action.EDITED: _("edited"),
    Revision.Action.IMPORTED: _("imported"),
    Revision.Action.MERGED: _("merged"),
    Revision.Action.SPLIT: _("split"),
    Revision.Action.DEPRECATED: _("taken out of use"),
    Revision.Action.REINSTATED: _("put to use again"),
    Revision.Action.RESTORED: _("an earlier state brought back"),
}
LANGUAGES: Words = vocabularies.LANGUAGES
# Of the list: organizations/listing.py.
STANDINGS: Words = {
    "current": _("In use"),
    "draft": _("Drafts"),
    "withheld": _("Withheld by an interview"),
    "deprecated": _("Out of use"),
    "merged": _("Merged into another"),
}
REASONS: Words = {
    "identifier": _("the same identifier"),
    "same name": _("the same name"),
    "same acronym": _("the same acronym in one country"),
    "similar name": _("nearly the same name"),
}
# The parts of a record, in the order of ISAAR(CPF).
PARTS: dict[str, Any] = {
    "names": _("Names"),
    "kind": _("Kind"),
    "country": _("Country"),
    "founded": _("Founded"),
    "dissolved": _("Dissolved"),
    "dates_verified": _("The dates were checked"),
    "places": _("Places"),
    "identifiers": _("Identifiers"),
    "history": _("History"),
    "mandate": _("Mandate"),
    "functions": _("Functions"),
    "structure": _("Internal structure"),
    "legal_status": _("Legal status"),
    "context": _("General context"),
    "ties": _("Relations"),
    "sources": _("Sources"),
    "keywords": _("Words that speak for it"),
    "note": _("Note for the archive"),
    "status": _("Status of the record"),
    "level": _("Level of detail"),
    "language": _("Language of the record"),
    "rules": _("Rules"),
}
TEXTS = ("history", "mandate", "functions", "structure", "legal_status", "context")
_CODES: dict[str, Mapping[str, str | Promise]] = {
    "kind": vocabularies.ORGANIZATION_KINDS,
    "country": vocabularies.COUNTRIES,
    "language": vocabularies.LANGUAGES,
    "status": STATUSES,
    "level": LEVELS,
}


def word(code: str, vocabulary: str) -> str:
    """A code by one of the vocabularies above; one that is not there is shown as it is."""
    known: Words = globals()[vocabulary]
    return str(known.get(code, code))


def date(value: PartialDate | None) -> str:
    """`about June 1971`: a date as precise and as sure as it is."""
    if value is None:
        return ""
    shown = vocabularies.day(value.plain)
    if value.certainty == "approximate":
        return gettext("about %(date)s") % {"date": shown}
    return gettext("%(date)s (uncertain)") % {"date": shown} if value.certainty == "uncertain" else shown


def years(row: Any) -> str:
    return f"{row.valid_from or ''}–{row.valid_to or ''}" if row.valid_from or row.valid_to else ""


def said(field: str, value: Any) -> str:
    """One statement or one row of a record in a line, for lists of what changed."""
    if value is None or value == "":
        return ""
    if field in ("founded", "dissolved"):
        return date(value)
    if field == "dates_verified":
        return gettext("yes") if value else gettext("no")
    if field in _CODES:
        return str(_CODES[field].get(value, value))
    return _ROWS[field](value) if field in _ROWS else str(value)


def _joined(*parts: Any) -> str:
    return " · ".join(str(each) for each in parts if each)


_ROWS = {
    "names": lambda each: _joined(
        each.text,
        word(each.kind, "NAME_KINDS"),
        vocabularies.language(each.language),
        years(each),
        each.source,
    ),
    "places": lambda each: _joined(
        each.name, vocabularies.country(each.country), word(each.role, "PLACE_ROLES"), years(each)
    ),
    "identifiers": lambda each: ": ".join(each),
    "ties": lambda each: _joined(
        f"{word(each.kind, 'TIES')}: {each.other}", years(each), each.description, each.source
    ),
    "sources": lambda each: _joined(
        each.citation, each.url, ", ".join(word(part, "SOURCE_PARTS") for part in each.supports)
    ),
}
