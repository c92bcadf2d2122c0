"""Forms of the decisions about mentions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.web import vocabularies
from oralhistory.workroom.fields import Choices, countries

VERDICTS = ("accept", "alike", "choose", "create", "reject", "reopen")
KINDS = (
    "party", "armed", "front", "union", "student", "peasant", "solidarity", "human_rights", "women", "church", "press",
    "state", "international", "refugee", "other",
)  # fmt: skip


class DecisionForm(forms.Form):
    """`seen` is how the mention stood when the page was made, as decisions.stand writes it."""

    mention = forms.IntegerField()
    verdict = forms.ChoiceField(choices=[(each, each) for each in VERDICTS])
    seen = forms.CharField(required=False, max_length=200, empty_value=None)
    organization = forms.CharField(required=False, max_length=250)
    remember = forms.BooleanField(required=False)
    why = forms.CharField(required=False, max_length=500)


def _kinds() -> Choices:
    return [("", "—"), *((kind, vocabularies.organization_kind(kind)) for kind in KINDS)]


class NewOrganizationForm(forms.Form):
    """Little more than a name: an archivist completes it. `all_the_same`: although others are called so."""

    name = forms.CharField(label=_("Full name"), max_length=250)
    acronym = forms.CharField(label=_("Acronym"), max_length=40, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_kinds)
    all_the_same = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type alone
        field.choices = [("", "—"), *countries()]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class MarkForm(forms.Form):
    """Words that no machine took for an organization: characters of a segment's text, half-open."""

    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)
    organization = forms.CharField(max_length=250)
