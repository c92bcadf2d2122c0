"""The rows of a record's form: names, places, identifiers, relations, sources, and whether each is well formed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from oralhistory.lib import partial_dates
from oralhistory.organizations.descriptions import TIES
from oralhistory.organizations.models import Location, Name
from oralhistory.web import vocabularies
from oralhistory.workroom import authority_words, choosing

Choices = list[tuple[str, Any]]
ONE_EMPTY_ROW = 1
MOST_ROWS = 400


class PartialDateField(forms.CharField):
    """A date of EDTF; cleans to a PartialDate, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.widget.attrs.update({"placeholder": "1971-06-10", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return partial_dates.parse(text)
        except partial_dates.NotADate as refusal:
            raise ValidationError(
                _("Write 1971, 1971-06 or 1971-06-10; behind it ~ for about, ? for uncertain.")
            ) from refusal

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, partial_dates.PartialDate) else value


def choices(words: Mapping[str, Any], *, empty: bool = True) -> Choices:
    rows = sorted(words.items(), key=lambda pair: str(pair[1]).casefold())
    return [("", "—"), *rows] if empty else rows


Codes = Mapping[str, set[str]]  # by the name of the field that they are of


def keep_codes(form: forms.BaseForm, codes: Codes) -> None:
    """Codes that the record has and the lists do not know can be chosen too: nothing is lost by saving it."""
    for name, also in codes.items():
        field = form.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            known: list[Any] = list(cast(Any, field.choices))
            field.choices = [*known, *((code, code) for code in sorted(also - dict(known).keys()) if code)]


def kinds() -> Choices:
    """One code for each word: where older lists have another, a record that has it keeps it."""
    by_word = {str(word): code for code, word in vocabularies.ORGANIZATION_KINDS.items()}
    return choices({code: word for word, code in by_word.items()})


def _year(label: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 5, "maxlength": 4, "class": "year"})
    limits = [
        MinValueValidator(1000, _("A year has four digits.")), MaxValueValidator(2999, _("A year has four digits.")),
    ]  # fmt: skip
    return forms.IntegerField(label=label, required=False, widget=widget, validators=limits)


class Row(forms.Form):
    """A row of a list of the record. `was` is its place in the description that was shown, if it stood there."""

    was = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, codes: Codes | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        keep_codes(self, codes or {})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begins, ends = given.get("valid_from"), given.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("It ends before it begins."))
        return given


class NameRow(Row):
    text = forms.CharField(label=_("Name"), max_length=250)
    kind = forms.ChoiceField(
        label=_("What kind of name"),
        choices=[
            (code, word) for code, word in authority_words.NAME_KINDS.items() if code != Name.Kind.HEARD_AS
        ],
        initial=Name.Kind.OTHER,
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: choices(vocabularies.LANGUAGES), required=False
    )
    valid_from, valid_to = _year(_("From year")), _year(_("To year"))
    source = forms.CharField(label=_("Source of the name"), required=False)


class PlaceRow(Row):
    name = forms.CharField(label=_("Place"), max_length=120, required=False)
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: choices(vocabularies.COUNTRIES), required=False
    )
    role = forms.ChoiceField(
        label=_("What it was there"),
        choices=list(authority_words.PLACE_ROLES.items()),
        initial=Location.Role.ACTIVITY,
    )
    valid_from, valid_to = _year(_("From year")), _year(_("To year"))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("name") and not given.get("country"):
            self.add_error("name", _("Name a place, or at least its country."))
        return given


class IdentifierRow(Row):
    SCHEMES = {
        "wikidata": (r"Q[1-9]\d*", _("An identifier of Wikidata is Q and a number.")),
        "viaf": (r"[1-9]\d*", _("An identifier of VIAF is a number.")),
    }
    scheme = forms.CharField(
        label=_("Whose identifier"), max_length=20, widget=forms.TextInput(attrs={"list": "schemes"})
    )
    value = forms.CharField(label=_("Identifier"), max_length=120)

    def clean_scheme(self) -> str:
        return str(self.cleaned_data["scheme"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        pattern, reason = self.SCHEMES.get(given.get("scheme", ""), (r".*", ""))
        try:
            RegexValidator(f"^(?:{pattern})$", reason)(given.get("value", ""))
        except ValidationError as refusal:
            self.add_error("value", refusal)
        return given


class TieRow(Row):
    kind = forms.ChoiceField(label=_("How they stand to each other"), choices=[(each, authority_words.TIES[each]) for each in TIES], initial=TIES[0])  # fmt: skip
    other = forms.CharField(label=_("The other organization"), widget=forms.TextInput(attrs={"list": "records", "autocomplete": "off", "class": "chooses-record"}))  # fmt: skip
    description = forms.CharField(label=_("What is known of it"), required=False)
    valid_from, valid_to = _year(_("From year")), _year(_("To year"))
    source = forms.CharField(label=_("Source of the relation"), required=False)

    def clean_other(self) -> str:
        try:
            return choosing.chosen(self.cleaned_data["other"])
        except choosing.NotChosen as refusal:
            raise ValidationError(str(refusal)) from refusal


class SourceRow(Row):
    citation = forms.CharField(label=_("Citation"), widget=forms.Textarea(attrs={"rows": 2}))
    url = forms.URLField(label=_("Address"), required=False, max_length=500, assume_scheme="https")
    supports = forms.MultipleChoiceField(
        label=_("What it supports"), choices=list(authority_words.SOURCE_PARTS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def _leaves(form: Row) -> bool:
    return bool(getattr(form, "cleaned_data", {}).get("DELETE"))


if TYPE_CHECKING:
    _Set = forms.BaseFormSet[Row]
else:
    _Set = forms.BaseFormSet


class Rows(_Set):
    """The rows of one list. The same thing is said once."""

    key: tuple[str, ...] = ()

    def clean(self) -> None:
        seen: set[tuple[Any, ...]] = set()
        for form in self.forms:
            if not form.has_changed() or _leaves(form) or form.errors:
                continue
            said = tuple(form.cleaned_data.get(name) for name in self.key)
            if said in seen:
                form.add_error(self.key[-1], _("This is said twice."))
            seen.add(said)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            each.cleaned_data
            for each in self.forms
            if (each.has_changed() or each.initial) and not _leaves(each)
        ]


def _rows(form: type[Row], *key: str) -> type[Rows]:
    made = forms.formset_factory(form, formset=Rows, extra=ONE_EMPTY_ROW, can_delete=True, max_num=MOST_ROWS)
    made.key = key  # type: ignore[attr-defined]
    return made  # type: ignore[return-value]


LISTS: dict[str, type[Rows]] = {
    "names": _rows(NameRow, "kind", "text"),
    "places": _rows(PlaceRow, "country", "role", "name"),
    "identifiers": _rows(IdentifierRow, "scheme", "value"),
    "ties": _rows(TieRow, "kind", "other"),
    "sources": _rows(SourceRow, "citation", "url"),
}
