"""The ficha as a form of parts: each is saved by itself, and knows what it showed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from oralhistory.interviews import describing, writing
from oralhistory.interviews.models import Collection, Interview, Participation
from oralhistory.lib import partial_dates
from oralhistory.people.births import Birth
from oralhistory.workroom.fields import ATTRIBUTIONS, Choices, main_first
from oralhistory.workroom.forms import DescriptionForm

# Parts that are asked for in more than one field; the others are named as their field is.
OF_SEVERAL = {
    "languages": ("main_language", "other_languages"),
    "countries": ("main_country", "other_countries"),
}
LINE = 120  # characters of a word that is explained, or of the name of a document


@dataclass(frozen=True, slots=True)
class Part:
    """What is saved together. `seen`: the mark of what the page shows; `theirs`: what another hand wrote meanwhile."""

    name: str
    fields: tuple[BoundField, ...]
    seen: str
    theirs: str = ""


class Lines(forms.CharField):
    """One thing on each line; cleans to a list."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        return [line for each in text.splitlines() if (line := " ".join(each.split()))]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class Words(Lines):
    """As `Lines`; commas part them too."""

    def clean(self, value: Any) -> Any:
        lines = cast(list[str], super().clean(value))
        words = (word.strip() for line in lines for word in line.split(","))
        return list(dict.fromkeys(word for word in words if word))


class Explained(Lines):
    """On each line something, a colon, and what it is; cleans to a list of pairs."""

    default_error_messages = {"long": _("Before the colon stands a name, not a sentence: %(name)s…")}

    def clean(self, value: Any) -> Any:
        pairs = []
        for line in cast(list[str], super().clean(value)):
            name, _colon, meaning = line.partition(":")
            if len(name.strip()) > LINE:
                raise ValidationError(self.error_messages["long"], code="long", params={"name": name[:40]})
            pairs.append([name.strip(), meaning.strip()])
        return pairs

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{name}: {meaning}" if meaning else name for name, meaning in value)


def _long(label: Any, rows: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class FichaForm(DescriptionForm):
    """Everything that is written about an interview; `only` some of its parts, where one is saved by itself."""

    collection = forms.ModelChoiceField(
        label=_("Collection"),
        queryset=Collection.objects.order_by("title"),
        to_field_name="slug",
        empty_label=None,
    )
    identifier = forms.CharField(
        label=_("Shelf mark"), max_length=80, required=False, help_text=_("The number it has elsewhere.")
    )
    reasons = _long(_("Reasons and circumstances of the interview"), 4)
    technical_notes = _long(
        _("Technical notes"), 3, help_text=_("Recorder, microphones, noises, what was lost.")
    )
    keywords = Words(
        label=_("Keywords"), required=False, help_text=_("One on each line, or with commas between them.")
    )
    glossary = Explained(
        label=_("Glossary"), required=False, help_text=_("On each line a word, a colon, and what it means.")
    )
    annexes = Explained(
        label=_("Annexes"),
        required=False,
        help_text=_("On each line a document that came with the interview, a colon, and what it is."),
    )

    def __init__(self, *args: Any, only: Iterable[str] = writing.PARTS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["collection"]).label_from_instance = lambda each: each.title
        for name in set(self.fields) - {field for part in only for field in fields_of(part)}:
            del self.fields[name]

    @classmethod
    def showing(cls, interview: Interview, data: Any = None, **options: Any) -> "FichaForm":
        return cls(data, initial=initial_of(interview), **options)

    def values(self) -> dict[str, Any]:
        """What was written, by part."""
        given = self.cleaned_data
        return {
            part: self._value(part, given) for part in writing.PARTS if given.keys() >= set(fields_of(part))
        }

    def _value(self, part: str, given: Mapping[str, Any]) -> Any:
        if part in OF_SEVERAL:
            main, others = fields_of(part)
            return main_first(given[main], given[others])
        return given[part].slug if part == writing.COLLECTION else given[part]

    def part(self, name: str, interview: Interview, theirs: str = "") -> Part:
        bound = tuple(self[field] for field in fields_of(name))
        return Part(name, bound, writing.mark(writing.value(interview, name)), theirs)


def fields_of(part: str) -> tuple[str, ...]:
    return OF_SEVERAL.get(part, (part,))


def initial_of(interview: Interview) -> dict[str, Any]:
    values = {part: writing.value(interview, part) for part in writing.PARTS}
    return {name: shown for part, value in values.items() for name, shown in shown_as(part, value).items()}


def shown_as(part: str, value: Any) -> dict[str, Any]:
    """A part's value by the fields in which it is shown."""
    if part in OF_SEVERAL:
        main, others = fields_of(part)
        default = "es" if part == "languages" else ""
        return {main: next(iter(value), default), others: list(value[1:])}
    return {part: value}


class ShownForm(forms.Form):
    """How somebody who took part is shown."""

    attribution = forms.ChoiceField(label=_("How they are shown"), choices=ATTRIBUTIONS)
    shown_name = forms.CharField(
        label=_("Name that is shown"),
        max_length=120,
        required=False,
        help_text=_("Real names and addresses do not belong here."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("attribution") not in (None, "code") and not given.get("shown_name"):
            self.add_error("shown_name", _("Write the name to be shown, or choose not to name the narrator."))
        return given

    @classmethod
    def of(cls, participation: Participation, data: Any = None) -> "ShownForm":
        form = cls(
            data,
            prefix=f"person_{participation.pk}",
            initial={
                "attribution": participation.person.attribution,
                "shown_name": participation.person.shown_name,
            },
        )
        if participation.role != Participation.Role.NARRATOR:
            form.fields["shown_name"].help_text = ""
        return form

    def narrator(self) -> describing.Narrator:
        return describing.Narrator(self.cleaned_data["shown_name"], self.cleaned_data["attribution"])


ROLES: Choices = [
    (Participation.Role.INTERVIEWER, _("Interviewer")),
    (Participation.Role.INTERPRETER, _("Interpreter")),
    (Participation.Role.NARRATOR, _("Narrator")),
]


class ParticipantForm(ShownForm):
    """One more who took part."""

    role = forms.ChoiceField(label=_("As what"), choices=ROLES)
    field_order = ["role", "attribution", "shown_name"]


class BirthForm(forms.Form):
    born_on = forms.CharField(
        label=_("Born on"),
        max_length=12,
        required=False,
        help_text=_("As much as is known: 1951, 1951-03 or 1951-03-12; ~ behind it for about, ? for unsure."),
    )
    born_at = forms.CharField(label=_("Born at"), max_length=200, required=False)

    def clean_born_on(self) -> str:
        text: str = self.cleaned_data["born_on"]
        try:
            return str(partial_dates.parse(text)) if text else ""
        except partial_dates.NotADate as refusal:
            raise ValidationError(_("Write 1951, 1951-03 or 1951-03-12.")) from refusal

    def birth(self) -> Birth:
        return Birth(**self.cleaned_data)
