"""A moment with its quotation, as HTML: written here, because an organization or an answer shows forty on a page."""

from functools import cache
from typing import Protocol

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _

from oralhistory.editions.models import Edition
from oralhistory.lib import timecodes
from oralhistory.web import addresses, drawing


class Quoted(Protocol):
    """`public.Moment` or a search's `Hit`. `quotation` has (text, whether it stands out); none, where quoting is not granted."""

    @property
    def cue_id(self) -> str: ...
    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...
    @property
    def quotation(self) -> list[tuple[str, bool]]: ...
    @property
    def language(self) -> str: ...
    @property
    def speaker(self) -> str: ...
    @property
    def asks(self) -> bool: ...


def drawn(moment: Quoted, edition: Edition, *, with_title: bool = False) -> str:
    """A quotation that plays in place, and where it stands; with the testimony's title where that is not said above."""
    start = timecodes.seconds(moment.start_ms)
    whole = f"{addresses.of('reading_room:testimony', edition.public_id)}#t={start}"
    # Words that may not be quoted have no page of their own.
    page = addresses.of("reading_room:moment", edition.public_id, moment.cue_id) if moment.quotation else ""
    heard = bool(edition.audio_key)
    parts = [_opened(moment, edition) if heard else '<archive-moment class="moment silent">']
    if heard:
        label = _("Hear %(title)s, %(at)s") % {
            "title": edition.title,
            "at": timecodes.clock(moment.start_ms),
        }
        parts.append(
            f'<a class="hear" href="{escape(page or whole)}" aria-label="{escape(label)}">{_icon()}</a>'
        )
    parts.append("<div>")
    if moment.quotation:
        parts.append(_quotation(moment, page))
    parts.append(_source(moment, edition, whole, page, with_title=with_title))
    if with_title and edition.warnings and heard:
        parts.append(
            f'<p class="warning"><strong>{escape(_("Before you listen."))}</strong> {escape(edition.warnings)}</p>'
        )
    if heard:
        parts.append('<div class="track" aria-hidden="true"></div>')
    parts.append("</div></archive-moment>")
    return "".join(parts)


def gate(edition: Edition, warning: str, start_ms: int) -> str:
    """Attributes of a moment that is not heard before its warning was read; none where there is no warning.

    A passage that warns for itself is asked about for itself.
    """
    if not warning:
        return ""
    passage = "" if warning == edition.warnings else f":{start_ms}"
    words = {
        "warning": warning,
        "gate": f"{edition.public_id}:{edition.number}{passage}",
        "before": _("Before you listen"),
        "listen": _("Listen"),
        "not-now": _("Not now"),
    }
    return "".join(f' data-{name}="{escape(value)}"' for name, value in words.items())


def _opened(moment: Quoted, edition: Edition) -> str:
    warning = " ".join(drawing.warnings_at(edition, moment.start_ms))
    return (
        f'<archive-moment class="moment" data-sound="{escape(addresses.of("reading_room:sound", edition.public_id))}"'
        f' data-start="{moment.start_ms}" data-end="{moment.end_ms}"{gate(edition, warning, moment.start_ms)}>'
    )


def _quotation(moment: Quoted, page: str) -> str:
    language = f' lang="{escape(moment.language)}"' if moment.language else ""
    asks = ' class="asks"' if moment.asks else ""
    said = "".join(
        f"<mark>{escape(text)}</mark>" if marked else escape(text) for text, marked in moment.quotation
    )
    return f'<blockquote cite="{escape(page)}"{language}{asks}>{said}</blockquote>'


def _source(moment: Quoted, edition: Edition, whole: str, page: str, *, with_title: bool) -> str:
    whole = escape(whole)
    title = f'<a href="{whole}">{escape(edition.title)}</a>' if with_title else ""
    who = _("Interviewer") if moment.asks else ""
    if moment.speaker and not with_title:
        who = moment.speaker
    return (
        f'<p class="source meta">{title}<a href="{whole}"><time datetime="PT{timecodes.seconds(moment.start_ms)}S">'
        f"{timecodes.clock(moment.start_ms)}</time></a>"
        + (f"<span>{escape(who)}</span>" if who else "")
        + (f'<a href="{escape(page)}">{escape(_("This moment"))}</a>' if page else "")
        + "</p>"
    )


@cache
def _icon() -> str:
    return render_to_string("components/play_icon.html").strip()
