"""What agreements allow, in plain sentences: who may do what, what stays closed, under which name.

Two different sets of terms never give the same sentences: whatever a promise distinguishes is said.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oralhistory.consent.grants import Closure, Day, Terms
from oralhistory.consent.models import Audience, Embargo, Grant, Part, Theme, Use
from oralhistory.lib import days, timecodes
from oralhistory.lib.timeline import Span
from oralhistory.people.models import Person

Words = dict[str, str | Promise]

# Said after "may".
USES: Words = {
    Use.TEXT: gettext_lazy("read the text"),
    Use.AUDIO: gettext_lazy("hear the voice"),
    Use.STILL: gettext_lazy("see the photographs"),
    Use.VIDEO: gettext_lazy("see the video"),
    Use.SUMMARY: gettext_lazy("read the summary and the chapters"),
    Use.SEARCH_IN_TEXT: gettext_lazy("search in its words"),
    Use.QUOTE: gettext_lazy("quote it"),
    Use.DOWNLOAD: gettext_lazy("download it"),
    Use.EMBED: gettext_lazy("show it within other pages"),
    Use.HARVEST: gettext_lazy("list it in other catalogs"),
    Use.SEARCH_ENGINES: gettext_lazy("find it with a search engine"),
    Use.TEACHING: gettext_lazy("use it in teaching"),
    Use.EXHIBITION: gettext_lazy("show it in an exhibition"),
    Use.RESEARCH_COMPUTING: gettext_lazy("study it with computers"),
    Use.AI_TRAINING: gettext_lazy("train artificial intelligence with it"),
    Use.PRESERVE: gettext_lazy("keep the recording safe"),
    Use.TRANSCRIBE_LOCAL: gettext_lazy("have a machine of the archive write down what is said"),
    Use.TRANSCRIBE_REMOTE: gettext_lazy("have a machine elsewhere write down what is said"),
    Use.RECONTACT: gettext_lazy("come back to the narrator with questions"),
}
_MAY: Words = {
    Audience.PUBLIC: gettext_lazy("Anyone may %(what)s"),
    Audience.RESEARCHER_AGREEMENT: gettext_lazy("Only researchers who have signed an agreement may %(what)s"),
    Audience.READING_ROOM: gettext_lazy("Only visitors in the archive’s own rooms may %(what)s"),
    Audience.ARCHIVE_TEAM: gettext_lazy("Nobody outside the archive may %(what)s"),
    Audience.NOBODY: gettext_lazy("Nobody, not even the archive, may %(what)s"),
}
_NEGATIVE = {Audience.ARCHIVE_TEAM, Audience.NOBODY}
# Said after "speaks of".
THEMES: Words = {
    Theme.NAMES_THIRD_PARTIES: gettext_lazy("other people by their names"),
    Theme.VIOLENCE: gettext_lazy("violence"),
    Theme.SEXUAL_VIOLENCE: gettext_lazy("sexual violence"),
    Theme.CLANDESTINE_STRUCTURE: gettext_lazy("how clandestine work was organized"),
    Theme.HEALTH: gettext_lazy("somebody’s health"),
    Theme.FAMILY: gettext_lazy("the family"),
    Theme.WEAPONS: gettext_lazy("weapons"),
    Theme.RESIDENCE: gettext_lazy("where somebody lives"),
}
_NAMED: Words = {
    Person.Attribution.PSEUDONYM: gettext_lazy("%(who)s may be shown under a pseudonym"),
    Person.Attribution.INITIALS: gettext_lazy("%(who)s may be shown with initials"),
    Person.Attribution.FIRST_NAME: gettext_lazy("%(who)s may be shown with the first name"),
    Person.Attribution.REAL_NAME: gettext_lazy("%(who)s may be shown with the full name"),
}
_NOWHERE = gettext_lazy("no passage is marked")
_NO_NAME = gettext_lazy("no such name is chosen")
# Zones by the city that people know them by, where that has a name of its own in other languages.
_CITIES: Words = {
    "America/Mexico_City": gettext_lazy("Mexico City"),
    "America/Havana": gettext_lazy("Havana"),
    "America/Panama": gettext_lazy("Panama City"),
    "America/New_York": gettext_lazy("New York"),
    "Europe/Paris": gettext_lazy("Paris"),
    "Europe/Stockholm": gettext_lazy("Stockholm"),
}
ZONES: Words = {zone: _CITIES.get(zone, city) for zone, city in days.ZONES.items()}
# What a passage holds: closed for these, it is closed.
WHAT_IS_SAID = (Use.TEXT, Use.AUDIO, Use.VIDEO)


def of_terms(terms: Terms, names: Mapping[int, str]) -> list[str]:
    """All that holds now. `names`: as each narrator is shown, by their keys; empty: without a name."""
    return [
        *_allowances(terms),
        *_closures(terms),
        *_names(terms.attributions, names),
        of_withdrawal(tombstone=terms.tombstone),
        _of_papers(terms.papers),
    ]


def of_embargo(embargo: Embargo | None) -> str:
    if embargo is None:
        return ""
    if embargo.until is None:
        return _("It stays closed until a person opens it.")
    return _("It stays closed until %(day)s.") % {"day": said(Day(embargo.until, embargo.zone))}


def of_grants(grants: Iterable[Grant]) -> list[str]:
    """The lines of one paper, or of one narrowing, as they stand in it."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for grant in grants:
        groups.setdefault(_key(grant), []).append(grant.use)
    return [_of_line(key, uses) for key, uses in groups.items()]


def _key(grant: Grant) -> tuple[Any, ...]:
    audience = at_most(grant.audience) if grant.denied else grant.audience
    span = (grant.start_ms, grant.end_ms) if grant.part == Part.SPAN else None
    return (
        "" if grant.part != Part.WHOLE else audience, span, grant.theme,
        grant.valid_from, grant.valid_until, grant.zone, grant.condition, grant.denied,
    )  # fmt: skip


def _of_line(key: tuple[Any, ...], uses: list[str]) -> str:
    audience, span, theme, begins, until, zone, condition, denied = key
    body = _may(audience, _ordered(uses)) if audience else _closed(_where(span, theme, None), uses)
    if begins:
        since = _("from %(day)s on") % {"day": said(Day(begins, zone))}
        body = f"{body} {since}"
    if condition and not denied:
        held = _("Not before “%(condition)s”, at which a person looks each year: %(what)s")
        body, condition = held % {"condition": condition, "what": body[0].lower() + body[1:]}, ""
    return _sentence(body, Day(until, zone) if until else None, condition)


def at_most(denied: str) -> str:
    """Who still may when something is denied to an audience: the next narrower one."""
    return Audience.values[max(Audience.values.index(denied) - 1, 0)]


def _allowances(terms: Terms) -> list[str]:
    groups: dict[tuple[str, Day | None], list[str]] = {}
    for audience in _MAY:
        for use in USES:
            if terms.audiences.get(use, Audience.NOBODY) == audience:
                groups.setdefault((audience, terms.ends.get(use)), []).append(use)
    return [_sentence(_may(audience, uses), end) for (audience, end), uses in groups.items()]


def _may(audience: str, uses: Iterable[str]) -> str:
    negative = audience in _NEGATIVE
    return str(_MAY[audience]) % {"what": _listed([str(USES[use]) for use in uses], negative=negative)}


def _closures(terms: Terms) -> list[str]:
    groups: dict[tuple[Span | None, str, Day | None, str], list[str]] = {}
    for closure in sorted(terms.closures, key=_in_order):
        parts = (closure.span, closure.theme, closure.until, closure.condition)
        groups.setdefault(parts, []).append(closure.use)
    return [
        _sentence(_closed(_where(span, theme, terms.theme_spans.get(theme, ())), uses), until, condition)
        for (span, theme, until, condition), uses in groups.items()
    ]


def _in_order(closure: Closure) -> tuple[Any, ...]:
    until = (closure.until.at.timestamp(), closure.until.zone) if closure.until else (0.0, "")
    return closure.span or (0, 0), closure.theme, until, closure.condition, list(USES).index(closure.use)


def _closed(where: str, uses: list[str]) -> str:
    if set(uses) == set(WHAT_IS_SAID):
        return _("%(what)s stays closed") % {"what": where}
    listed = _listed([str(USES[use]) for use in _ordered(uses)], negative=True)
    return _("%(what)s: nobody outside the archive may %(uses)s") % {"what": where, "uses": listed}


def _where(span: Span | None, theme: str, spoken: Iterable[Span] | None) -> str:
    if span is not None:
        return _("The passage from %(start)s to %(end)s") % {
            "start": _moment(span[0]),
            "end": _moment(span[1]),
        }
    what = _("What speaks of %(theme)s") % {"theme": THEMES[theme]}
    if spoken is None:
        return what
    places = [f"{_moment(start)}–{_moment(end)}" for start, end in spoken]
    return f"{what} ({', '.join(places) or _NOWHERE})"


def _names(attributions: Mapping[int, str], names: Mapping[int, str]) -> Iterable[str]:
    for number, person in enumerate(sorted(attributions), 1):
        who = _("Narrator %(number)d") % {"number": number} if len(attributions) > 1 else _("The narrator")
        yield named(who, attributions[person], names.get(person, ""))


def named(who: str, attribution: str, name: str) -> str:
    """How somebody may be shown, and under which name they are."""
    if attribution == Person.Attribution.CODE:
        return _("%(who)s is not named.") % {"who": who}
    body = str(_NAMED[attribution]) % {"who": who}
    return f"{body}: {name}." if name else f"{body}; {_NO_NAME}."


def of_withdrawal(*, tombstone: bool) -> str:
    if tombstone:
        return _("Should it be withdrawn one day, the archive may say so.")
    return _("Should it be withdrawn one day, the archive says nothing of it.")


def _of_papers(papers: int) -> str:
    if not papers:
        return _("There is no paper in force.")
    said_by = ngettext("One paper in force says so.", "%(count)d papers in force say so.", papers)
    return said_by % {"count": papers}


def _sentence(body: str, until: Day | None, condition: str = "") -> str:
    if until is not None:
        ends = _("until %(day)s") % {"day": said(until)}
        body = f"{body} {ends}"
    if condition:
        held = _("a person looks each year whether this holds: “%(condition)s”") % {"condition": condition}
        body = f"{body}; {held}"
    return f"{body}."


def said(day: Day) -> str:
    """ "1 July 2027 (Mexico City)"; with the hour where it is not the beginning of a day."""
    zone = day.zone or timezone.get_default_timezone_name()
    there: datetime = day.at.astimezone(ZoneInfo(zone))
    shown = formats.date_format(there, "DATE_FORMAT")
    if there.time() != time.min and days.opens(there.date(), zone) != day.at:
        shown = f"{shown}, {there:%H:%M:%S}"
    return f"{shown} ({_CITIES.get(zone) or days.place_of(zone)})"


def _ordered(uses: Iterable[str]) -> list[str]:
    wanted = set(uses)
    return [use for use in USES if use in wanted]


def _listed(words: list[str], *, negative: bool) -> str:
    """One, two or more of what may (or may not) be done, as people enumerate."""
    if len(words) < 2:
        return "".join(words)
    parts = {"first": ", ".join(words[:-1]), "last": words[-1]}
    return (_("%(first)s or %(last)s") if negative else _("%(first)s and %(last)s")) % parts


def _moment(ms: int) -> str:
    """As people write it; what is less than a second is said only where it matters."""
    rest = ms % 1000
    return timecodes.clock(ms) + (f".{rest:03}".rstrip("0") if rest else "")
