"""What a narrator fills in."""

from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from oralhistory.consent.grants import shows_more
from oralhistory.lib import timecodes
from oralhistory.narrator_room import plain_words
from oralhistory.people.models import Person


class MomentField(forms.CharField):
    """A moment as people write it ("2:18"), in milliseconds; None when left empty."""

    def __init__(self, **options: Any) -> None:
        attributes = {"autocomplete": "off", "placeholder": "2:18", "size": 8}
        super().__init__(max_length=12, widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return timecodes.parse(text)
        except timecodes.NotATime as error:
            raise forms.ValidationError(_("Write minutes and seconds, such as 2:18.")) from error


class SecretForm(forms.Form):
    secret = forms.CharField(
        label=_("The sixteen digits you were told"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "numeric",
                "placeholder": "0000 0000 0000 0000",
                "autofocus": True,
            }
        ),
    )


class SpanForm(forms.Form):
    start = MomentField(label=_("From"))
    end = MomentField(label=_("To"))

    def __init__(self, *args: Any, length_ms: int = 0, **options: Any) -> None:
        super().__init__(*args, **options)
        self.length_ms = length_ms

    def clean(self) -> dict[str, Any]:
        span = self.cleaned_data
        if "start" not in span or "end" not in span:
            return span
        if span["start"] >= self.length_ms:
            length = timecodes.clock(self.length_ms)
            raise forms.ValidationError(_("The recording ends at %(length)s."), params={"length": length})
        if span["end"] <= span["start"]:
            raise forms.ValidationError(_("The end comes after the beginning."))
        return span


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=_("What you want to say"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    moment = MomentField(label=_("At which moment (if you like)"), required=False)


class NameForm(forms.Form):
    """How a narrator wants to be shown. What the papers do not allow can be wished for."""

    attribution = forms.ChoiceField(label=_("How you want to be shown"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("The name as it should read"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("For instance: Elena; or E. R. Not needed if you are not named."),
    )

    def __init__(self, *args: Any, allowed: str, shown: str, person: Person, **options: Any) -> None:
        attribution = person.attribution if shown else Person.Attribution.CODE
        options["initial"] = {"attribution": attribution, "name": shown}
        super().__init__(*args, **options)
        field = cast(Any, self.fields["attribution"])
        field.choices = [
            (
                code,
                format_lazy("{} {}", words, _("(with a new paper)")) if shows_more(code, allowed) else words,
            )
            for code, words in plain_words.NAMES.items()
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("attribution") not in (None, Person.Attribution.CODE) and not given.get("name"):
            self.add_error("name", _("Write the name as it should read."))
        return given


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=_("What you said"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class ReasonForm(forms.Form):
    """Why somebody opens what says who they are."""

    reason = forms.CharField(max_length=500)
