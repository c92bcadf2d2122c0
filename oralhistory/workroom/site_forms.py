"""What archivists fill in about the site: its texts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oralhistory.web.site_texts import reading
from oralhistory.web.site_texts.reading import Words

LONGEST = 60_000  # characters: twenty printed pages


class TextForm(forms.Form):
    """A text in one language. `seen`: the number of the version that it was written over."""

    title = forms.CharField(label=_("Title"), max_length=200)
    source = forms.CharField(
        label=pgettext_lazy("of the site", "Text"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true"}),
    )
    up_to_date = forms.BooleanField(
        label=_("It says what the Spanish text says now"), required=False, initial=True
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.fields["title"].widget.attrs["lang"] = language
        self.fields["source"].widget.attrs["lang"] = language
        if language == reading.FIRST:
            del self.fields["up_to_date"]
        else:
            self.fields["source"].help_text = _("Left empty, the Spanish text is shown in its place.")

    def clean_source(self) -> str:
        source = self.cleaned_data["source"].replace("\r\n", "\n").replace("\x00", "").strip()
        if not source and self.language == reading.FIRST:
            raise ValidationError(_("The Spanish text cannot be empty: the others fall back on it."))
        return f"{source}\n" if source else ""

    def words(self) -> Words:
        return Words(self.cleaned_data["title"], self.cleaned_data["source"])


class FactForm(forms.Form):
    """Something said once for all texts and languages."""

    source = forms.CharField(label=_("What it says"), max_length=300, required=False)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def words(self) -> Words:
        return Words("", self.cleaned_data["source"].replace("\x00", ""))


class RestoreForm(forms.Form):
    number = forms.IntegerField(min_value=0)
    seen = forms.IntegerField(min_value=0)
