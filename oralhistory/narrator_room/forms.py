"""What a narrator fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.lib import timecodes


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


class ReasonForm(forms.Form):
    """Why somebody opens what says who they are."""

    reason = forms.CharField(max_length=500)
