"""Form fields and words that several forms share."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.lib import timecodes
from oralhistory.people.models import Person
from oralhistory.web import vocabularies

Choices = list[tuple[str, str | Promise]]

ATTRIBUTIONS: Choices = [
    (Person.Attribution.CODE, _("Not named at all")),
    (Person.Attribution.PSEUDONYM, _("Under a pseudonym")),
    (Person.Attribution.INITIALS, _("With initials")),
    (Person.Attribution.FIRST_NAME, _("With the first name")),
    (Person.Attribution.REAL_NAME, _("With the full name")),
]


def languages() -> Choices:
    return list(vocabularies.LANGUAGES.items())


def countries() -> Choices:
    return sorted(vocabularies.COUNTRIES.items(), key=lambda pair: str(pair[1]).casefold())


def main_first(main: str, others: Iterable[str]) -> list[str]:
    """The main code, then the others, each once."""
    return list(dict.fromkeys(code for code in (main, *others) if code))


class Moment(forms.CharField):
    """A time in a recording as people write it ("3:25", "1:02:03.5"); cleans to milliseconds, or None."""

    default_error_messages = {"invalid": _("Write a time as 3:25 or 1:02:03.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.update({"placeholder": "0:00", "autocomplete": "off", "class": "moment-field"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return timecodes.parse(text)
        except timecodes.NotATime as refusal:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from refusal


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
