"""Forms of the page of redactions: by times, by words, several at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from oralhistory.consent import sentences
from oralhistory.lib.timeline import Span
from oralhistory.review.models import Redaction
from oralhistory.review.phrases import Said
from oralhistory.workroom.forms import KINDS, RedactionForm

SPAN = re.compile(r"(\d{1,10})-(\d{1,10})(?:-([a-z0-9]{8}))?$")
MOST = 1000  # passages at once
AROUND = 70  # characters of a quotation on either side

Marked = tuple[int, int, str]  # from, to, cue


class PhraseForm(forms.Form):
    words = forms.CharField(label=_("Words"), max_length=200)


class WindowForm(forms.Form):
    """Milliseconds on the interview's time line."""

    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if None not in (given.get("start"), given.get("end")) and given["end"] <= given["start"]:
            self.add_error("end", _("The end lies after the beginning."))
        return given


class SeveralForm(forms.Form):
    """Passages that were ticked (`span`, a list), all of them in the same way."""

    kind = forms.ChoiceField(label=_("How"), choices=KINDS, initial=Redaction.Kind.CUT)
    replacement = forms.CharField(label=_("Said in its place"), max_length=120, required=False)
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not parsed(self._ticked()):
            self.add_error(None, _("Tick what is to be redacted."))
        if given.get("kind") != Redaction.Kind.CUT and not given.get("replacement"):
            self.add_error("replacement", _("Write what is to be said in its place."))
        return given

    def _ticked(self) -> list[str]:
        return self.data.getlist("span") if isinstance(self.data, QueryDict) else []

    @property
    def ticked(self) -> list[Marked]:
        return parsed(self._ticked())

    @property
    def tokens(self) -> list[str]:
        return [token(*each) for each in self.ticked]


def bound(data: QueryDict) -> RedactionForm | SeveralForm:
    """By times, or what was ticked."""
    return RedactionForm(data) if "start" in data else SeveralForm(data, auto_id="several_%s")


def spans(form: RedactionForm | SeveralForm) -> list[Marked]:
    if isinstance(form, SeveralForm):
        return form.ticked
    return [(form.cleaned_data["start"], form.cleaned_data["end"], form.cleaned_data["cue"])]


def replacement(form: RedactionForm | SeveralForm) -> str:
    given = form.cleaned_data
    return "" if given["kind"] == Redaction.Kind.CUT else str(given["replacement"])


def token(start_ms: int, end_ms: int, cue: str) -> str:
    return f"{start_ms}-{end_ms}" + (f"-{cue}" if cue else "")


def parsed(tokens: Iterable[str]) -> list[Marked]:
    """Those that are spans, each once."""
    found = [SPAN.match(each) for each in tokens]
    rows = [(int(each[1]), int(each[2]), each[3] or "") for each in found if each]
    return list(dict.fromkeys(row for row in rows if row[0] < row[1]))[:MOST]


class ThemeForm(forms.Form):
    """A theme for which something is marked in this interview."""

    theme = forms.ChoiceField(label=_("Theme"))

    def __init__(self, *args: Any, marked: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(theme, words) for theme, words in sentences.THEMES.items() if theme in set(marked)]
        cast(forms.ChoiceField, self.fields["theme"]).choices = choices


@dataclass(frozen=True, slots=True)
class Place:
    """What may be redacted: words among those around them, or a whole passage."""

    start_ms: int
    token: str
    words: str
    before: str = ""
    after: str = ""
    exact: bool = True  # false: another form of what was looked for


def place(said: Said) -> Place:
    text = said.passage.segment.text
    before, after = text[: said.start], text[said.end :]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return Place(
        said.span[0], token(*said.span, said.passage.segment.cue_id), said.spelling, before, after, said.exact
    )


def passage(span: Span, said: str) -> Place:
    """A passage as a whole, with how its words begin."""
    shown = said if len(said) <= 2 * AROUND else said[: 2 * AROUND].rpartition(" ")[0] + " …"
    return Place(span[0], token(*span, ""), shown)
