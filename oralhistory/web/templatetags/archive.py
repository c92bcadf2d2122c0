"""Filters and tags that every template has, without `{% load %}`."""

from collections.abc import Iterable, Mapping

from django import template
from django.http import QueryDict
from django.template.context import RequestContext
from django.urls import reverse, translate_url
from django.utils import formats
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.lib import timecodes
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.web import vocabularies
from oralhistory.web.drawing import Cue, Paragraph

register = template.Library()


@register.filter
def timecode(ms: int) -> str:
    """`2:18`, `1:02:03`: a moment as people say it."""
    return timecodes.clock(ms)


@register.filter
def seconds(ms: int) -> str:
    """`138.2`: milliseconds as the seconds of a media fragment, whatever the language of the page."""
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


@register.filter
def duration(ms: int) -> str:
    """`5 min`, `1 h 20 min`: how long something takes, rounded to the minute above the first."""
    if ms < 60_000:
        length = max(1, round(ms / 1000))
        return ngettext("%(length)d second", "%(length)d seconds", length) % {"length": length}
    hours, minutes = divmod(round(ms / 60_000), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    return (
        _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
        if minutes
        else _("%(hours)d h") % {"hours": hours}
    )


@register.filter
def cues(paragraph: Paragraph) -> SafeString:
    """The segments of a paragraph with the names in them; written here, because three hours have 3,000 of them."""
    return mark_safe(" ".join(map(_cue, paragraph.cues)))  # noqa: S308  # every text and attribute is escaped below


def _cue(cue: Cue) -> str:
    said = "".join(
        f'<a class="mention" href="{reverse("reading_room:organization", args=[piece.record.slug])}"'
        f' data-organization="{escape(piece.record.slug)}" data-name="{escape(piece.record.short)}"'
        f' data-start="{piece.mention.start_ms}" data-end="{piece.mention.end_ms}">{escape(piece.text)}</a>'
        if piece.mention and piece.record
        else escape(piece.text)
        for piece in cue.pieces
    )
    return f'<span class="cue" id="{escape(cue.cue_id)}" data-start="{cue.start_ms}" data-end="{cue.end_ms}">{said}</span>'


@register.filter
def language_name(code: str) -> str:
    return str(vocabularies.language(code))


@register.filter
def country_name(code: str) -> str:
    return str(vocabularies.country(code))


@register.filter
def organization_kind(kind: str) -> str:
    return str(vocabularies.organization_kind(kind))


@register.filter
def day(value: str) -> str:
    """A date at the precision that it was given with: "1979", "2024-03", "2024-03-12"."""
    return vocabularies.day(value)


@register.filter
def partial_date(date: PartialDate) -> str:
    """`10 October 1980`, `about 1971`, `1971 (uncertain)`: as precise and as sure as what is known."""
    said = vocabularies.day(date.plain)
    if date.certainty == "approximate":
        return _("about %(date)s") % {"date": said}
    return _("%(date)s (uncertain)") % {"date": said} if date.certainty == "uncertain" else said


@register.filter
def unlocalized(value: float) -> str:
    """`12.5` in every language: for places in a picture."""
    return f"{value:g}"


@register.filter
def years(record: object) -> str:
    """`1980–1992`, `1980–`, or nothing: the life of an organization or of a name."""
    begins = getattr(record, "founded", None) or getattr(record, "valid_from", None)
    ends = getattr(record, "dissolved", None) or getattr(record, "valid_to", None)
    return f"{begins or ''}–{ends or ''}" if begins or ends else ""


@register.filter
def named(items: Iterable[str], kind: str) -> list[str]:
    """Codes of `kind` (`language` or `country`) as their names."""
    name = {"language": vocabularies.language, "country": vocabularies.country}[kind]
    return [str(name(item)) for item in items]


@register.filter
def of(mapping: Mapping[str, object], key: str) -> object | None:
    """What `mapping` has under a key that is a variable."""
    return mapping.get(key)


@register.filter
def number(value: int) -> str:
    """`1.234`, `1,234`: with the separator of the page's language."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: object) -> str:
    """The query string of this page with some parameters changed; an empty value takes one out.

    `{% query page=2 %}` keeps what was asked and turns the page. A facet's name that is a variable
    comes as `{% query facet=name value=value %}`.
    """
    if "facet" in changes:
        changes = {str(changes["facet"]): changes["value"]}
    result: QueryDict = context["request"].GET.copy()
    result.pop("page", None)
    for name, value in changes.items():
        result.pop(name, None)
        if value not in (None, ""):
            result[name] = str(value)
    return f"?{result.urlencode()}"


@register.simple_tag(takes_context=True)
def in_language(context: RequestContext, code: str) -> str:
    """The address of this page in another language; of the home page where there is no page."""
    request = context.get("request")
    if request is None or request.resolver_match is None:
        return home_in(code)
    return translate_url(request.get_full_path(), code)


def home_in(code: str) -> str:
    return "/" if code == vocabularies.DEFAULT else f"/{code}/"


@register.simple_tag(takes_context=True)
def here(context: RequestContext, *prefixes: str) -> bool:
    """Whether this page is one of the views that begin so: `{% here "reading_room:testimon" as current %}`."""
    request = context.get("request")
    match = request.resolver_match if request else None
    return match is not None and any(match.view_name.startswith(prefix) for prefix in prefixes)
