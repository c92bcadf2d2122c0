"""Filters and tags that every template has, without `{% load %}`."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from urllib.parse import quote_plus, urlencode

from django import template
from django.http import QueryDict
from django.template.base import Parser, Token
from django.template.context import Context, RequestContext
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch, translate_url
from django.utils import formats
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.editions.catalog import Card
from oralhistory.editions.models import Edition
from oralhistory.lib import timecodes
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.public import Record
from oralhistory.web import addresses, drawing, moments, vocabularies
from oralhistory.web.drawing import Block, Cue, Note, Paragraph, notes_of
from oralhistory.web.facets import Choice

register = template.Library()


@register.filter
def timecode(ms: int) -> str:
    """`2:18`, `1:02:03`: a moment as people say it."""
    return timecodes.clock(ms)


@register.filter
def seconds(ms: int) -> str:
    """`138.2`: milliseconds as the seconds of a media fragment, whatever the language of the page."""
    return timecodes.seconds(ms)


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
def beside(paragraph: Paragraph, language: str) -> str:
    """What a paragraph says in another language; empty where nothing of it is translated."""
    return paragraph.beside(language)


@register.filter
def cues(paragraph: Paragraph) -> SafeString:
    """The segments of a paragraph with the names in them; written here, because three hours have 3,000 of them."""
    return mark_safe(" ".join(map(_cue, paragraph.cues)))  # noqa: S308  # every text and attribute is escaped below


def _cue(cue: Cue) -> str:
    said = "".join(
        f'<a class="mention" href="{addresses.of("reading_room:organization", piece.record.slug)}"'
        f' data-organization="{escape(piece.record.slug)}" data-name="{escape(piece.record.short)}"'
        f' data-start="{piece.mention.start_ms}" data-end="{piece.mention.end_ms}">{escape(piece.text)}</a>'
        if piece.mention and piece.record
        else escape(piece.text)
        for piece in cue.pieces
    )
    return f'<span class="cue" id="{escape(cue.cue_id)}" data-start="{cue.start_ms}" data-end="{cue.end_ms}">{said}</span>{"".join(map(_reference, cue.notes))}'


def _reference(note: Note) -> str:
    """After its passage and not in it: the player counts the characters of what was said."""
    number = note.number
    return f'<sup class="noteref"><a id="noteref-{number}" href="#note-{number}" role="doc-noteref">{number}</a></sup>'


@register.filter
def notes(blocks: list[Block]) -> list[Note]:
    """`{{ blocks|notes }}`: the notes of a testimony, in order."""
    return notes_of(blocks)


@register.filter
def speaks_of(card: Card, records: Mapping[str, Record]) -> SafeString | str:
    """`{{ card|speaks_of:records }}`: years, organizations and places; written here, because a list has hundreds of them."""
    if not (card.years or card.places or card.organizations):
        return ""
    first, last = card.years or ("", "")
    years = (
        f'<span class="figures">{first if first == last else f"{first}–{last}"}</span>' if card.years else ""
    )
    named = [records[slug] for slug in card.organizations if slug in records]
    links = [("reading_room:organization", each.slug, each.short) for each in named]
    links += [("reading_room:place", key, name) for key, name in card.places]
    drawn = "".join(
        [f'<a href="{escape(addresses.of(view, key))}">{escape(name)}</a>' for view, key, name in links]
    )
    return mark_safe(f'<p class="meta speaks-of">{years}{drawn}</p>')  # noqa: S308  # every text and attribute is escaped above


@register.filter
def subject_names(subjects: Iterable[Mapping[str, str]], language: str) -> list[str]:
    """Subjects of a chapter as they are called in the page's language."""
    return [drawing.subject_in(names, language) for names in subjects]


@register.filter
def place_names(places: Iterable[Mapping[str, str]]) -> list[str]:
    return [place["name"] for place in places]


@register.filter
def warning_at(edition: Edition, ms: int) -> str:
    """What a listener should know before a moment of a testimony."""
    return " ".join(drawing.warnings_at(edition, ms))


@register.filter
def tongue(code: str) -> str:
    """A language that is spoken. Django has a filter `language_name`, which speaks English and fails at Nahuatl."""
    return str(vocabularies.language(code))


@register.filter
def language_in_words(code: str) -> str:
    """As `language_name`, of which Django's `i18n` has one that takes its place and speaks English."""
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
def instant(at: datetime | None) -> str:
    """For `datetime` of a `<time>`, which takes no more than milliseconds."""
    return at.isoformat(timespec="seconds") if at else ""


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
    """`1,234` or `1 234`: with the separator of the page's language."""
    if value in range(1000):  # alike in all of them, and most counts of a page
        return str(value)
    return formats.number_format(value, use_l10n=True, force_grouping=True)


class Address(URLNode):
    def render(self, context: Context) -> str:
        if self.kwargs:
            return super().render(context)
        try:
            given = [each.resolve(context) for each in self.args]
            address = addresses.of(self.view_name.resolve(context), *given)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            address = ""
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


@register.tag
def url(parser: Parser, token: Token) -> Address:
    """Django's own, which a page of a list asks two hundred times, by `addresses`."""
    node = django_url(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: object) -> str:
    """The query string of this page with some parameters changed; an empty value takes one out.

    `{% query page=2 %}` keeps what was asked and turns the page. A facet's name that is a variable
    comes as `{% query facet=name value=value %}`.
    """
    if "facet" in changes:
        changes = {str(changes["facet"]): changes["value"]}
    kept = _asked(context["request"].GET, without=("page", *changes))
    given = [(name, str(value)) for name, value in changes.items() if value not in (None, "")]
    return f"?{urlencode(kept + given)}"


def _asked(given: QueryDict, *, without: Collection[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in given.lists() if name not in without for value in values]


@register.simple_tag(takes_context=True)
def choices(context: RequestContext, name: str, values: Iterable[Choice]) -> SafeString:
    """The values of one facet with their counts, each leading to this page narrowed by it; the one chosen, to it without.

    Written here, because a list of testimonies has hundreds of them.
    """
    kept = urlencode(_asked(context["request"].GET, without=("page", name)))
    first = escape(f"?{kept}&" if kept else "?") + quote_plus(name)
    lines = [
        f'<a href="?{escape(kept)}" aria-current="true">{escape(each.label)} <span>×</span></a>'
        if each.chosen
        else f'<a href="{first}={quote_plus(each.value)}">{escape(each.label)} <span>{number(each.testimonies)}</span></a>'
        for each in values
    ]
    return mark_safe(f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>")  # noqa: S308  # every part is escaped above


@register.simple_tag
def moment(said: moments.Quoted, edition: Edition, *, with_title: bool = False) -> SafeString:
    """`{% moment hit edition %}`: a quotation that plays in place."""
    return mark_safe(moments.drawn(said, edition, with_title=with_title))  # noqa: S308  # escaped there


@register.simple_tag
def gate(edition: Edition, warning: str, start_ms: int) -> SafeString:
    """Attributes of an `<archive-moment>` of which something should be known before it is heard."""
    return mark_safe(moments.gate(edition, warning, start_ms))  # noqa: S308  # escaped there


@register.simple_tag(takes_context=True)
def in_language(context: RequestContext, code: str) -> str:
    """The address of this page in another language; of the home page where there is no page."""
    request = context.get("request")
    if request is None or request.resolver_match is None:
        return home_in(code)
    # Two links of a page's head and one of its masthead lead to the same.
    known: dict[str, str] = request.__dict__.setdefault("addresses_in", {})
    if code not in known:
        known[code] = translate_url(request.get_full_path(), code)
    return known[code]


def home_in(code: str) -> str:
    return "/" if code == vocabularies.DEFAULT else f"/{code}/"


@register.simple_tag(takes_context=True)
def here(context: RequestContext, *prefixes: str) -> bool:
    """Whether this page is one of the views that begin so: `{% here "reading_room:testimon" as current %}`."""
    request = context.get("request")
    match = request.resolver_match if request else None
    return match is not None and any(match.view_name.startswith(prefix) for prefix in prefixes)
