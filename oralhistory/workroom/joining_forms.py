"""What is typed where records are merged, split, taken out of use or brought back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from oralhistory.mentions import splitting
from oralhistory.organizations.descriptions import Description
from oralhistory.web import vocabularies
from oralhistory.workroom import choosing
from oralhistory.workroom.authority_rows import choices

_CHOOSES = {"list": "records", "autocomplete": "off", "class": "chooses-record"}


class RecordField(forms.CharField):
    """Another record, chosen by its name; cleans to its slug."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs=_CHOOSES), max_length=400, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return choosing.chosen(text)
        except choosing.NotChosen as refusal:
            raise ValidationError(str(refusal)) from refusal


class MergeForm(forms.Form):
    into = RecordField(label=_("The record that remains"))
    why = forms.CharField(label=_("Why, for the history"), required=False, max_length=500)


class SplitForm(forms.Form):
    name = forms.CharField(label=_("Authorized name of the new record"), max_length=250)
    acronym = forms.CharField(label=_("Its acronym"), max_length=60, required=False)
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: choices(vocabularies.COUNTRIES), required=False
    )
    why = forms.CharField(label=_("Why, for the history"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DeprecateForm(forms.Form):
    because = forms.CharField(
        label=_("Why it is out of use"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text=_("Where the record was open, everybody reads this at its old address."),
    )  # fmt: skip
    first = RecordField(label=_("To be used in its place"), required=False)
    second = RecordField(label=_("And also"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["replacements"] = [slug for slug in (given.get("first"), given.get("second")) if slug]
        return given


class RestoreForm(forms.Form):
    number = forms.IntegerField(min_value=0)
    version = forms.IntegerField(min_value=0)
    why = forms.CharField(label=_("Why, for the history"), max_length=500)


def versions(text: str) -> tuple[int, int] | None:
    """The versions of both records that the page was made from: "3 7"."""
    first, _space, second = text.partition(" ")
    return (int(first), int(second)) if first.isdigit() and second.isdigit() else None


def share(data: Any, whole: Description, groups: Sequence[splitting.Group]) -> splitting.Share:
    """What was marked to go to the new record; what is not there any more is not marked."""

    def marked(part: str) -> tuple[int, ...]:
        there = range(len(getattr(whole, part)))
        return tuple(int(each) for each in data.getlist(part) if each.isdigit() and int(each) in there)

    keys = {each.key for each in groups}
    return splitting.Share(
        names=tuple(index for index in marked("names") if whole.names[index].kind != "authorized"),
        places=marked("places"),
        identifiers=marked("identifiers"),
        ties=marked("ties"),
        sources=marked("sources"),
        mentions=frozenset(key for key in data.getlist("mentions") if key in keys),
    )
