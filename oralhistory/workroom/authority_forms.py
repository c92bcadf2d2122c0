"""The form of an authority record: what was typed, and the description that it makes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from oralhistory.organizations import learned
from oralhistory.organizations.descriptions import TIES, Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.models import Name, Organization, Source
from oralhistory.web import vocabularies
from oralhistory.workroom import authority_words, choosing
from oralhistory.workroom.authority_rows import (
    LISTS,
    MOST_ROWS,
    Codes,
    NameRow,
    PartialDateField,
    PlaceRow,
    Rows,
    SourceRow,
    TieRow,
    choices,
    keep_codes,
    kinds,
)

_SLUG = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]*$", _("Small letters without accents, digits and hyphens only.")
)


class StatementsForm(forms.Form):
    """What a record says once."""

    kind = forms.ChoiceField(label=authority_words.PARTS["kind"], choices=kinds, required=False)  # fmt: skip
    country = forms.ChoiceField(label=authority_words.PARTS["country"], choices=lambda: choices(vocabularies.COUNTRIES), required=False)  # fmt: skip
    founded = PartialDateField(
        label=authority_words.PARTS["founded"],
        help_text=_("1971, 1971-06 or 1971-06-10. Behind it ~ for about (1971~), ? for uncertain (1971?)."),
    )
    dissolved = PartialDateField(label=authority_words.PARTS["dissolved"])
    dates_verified = forms.BooleanField(label=authority_words.PARTS["dates_verified"], required=False)
    keywords = forms.CharField(
        label=authority_words.PARTS["keywords"], required=False,
        help_text=_("Places and people that go with it, divided by commas: evidence for the machine, never public."),
    )  # fmt: skip
    heard_as = forms.CharField(
        label=_("Heard as"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What a machine wrote for its name, one form a line. Never public."),
    )  # fmt: skip
    heard_was = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    note = forms.CharField(
        label=authority_words.PARTS["note"], required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Never public."),
    )  # fmt: skip
    status = forms.ChoiceField(label=authority_words.PARTS["status"], choices=list(authority_words.STATUSES.items()), initial=Organization.Status.DRAFT)  # fmt: skip
    level = forms.ChoiceField(label=authority_words.PARTS["level"], choices=list(authority_words.LEVELS.items()), initial=Organization.Level.MINIMAL)  # fmt: skip
    language = forms.ChoiceField(label=authority_words.PARTS["language"], choices=lambda: choices(vocabularies.LANGUAGES, empty=False), initial="es")  # fmt: skip
    rules = forms.CharField(
        label=authority_words.PARTS["rules"], max_length=120, initial="ISAAR(CPF)", required=False
    )
    why = forms.CharField(label=_("Why, for the history"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, new: bool = False, codes: Codes | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in authority_words.TEXTS:
            self.fields[name] = forms.CharField(
                label=authority_words.PARTS[name], required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
        if new:
            self.fields["slug"] = forms.CharField(
                label=_("Identifier in addresses"), required=False, max_length=80, validators=[_SLUG],
                help_text=_("Left empty, it is made of acronym and country: fmln-sv. It never changes."),
            )  # fmt: skip
        keep_codes(self, codes or {})

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug and Organization.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another record has this identifier."))
        return slug

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        founded, dissolved = given.get("founded"), given.get("dissolved")
        if founded and dissolved and dissolved.plain[:4] < founded.plain[:4]:
            self.add_error("dissolved", _("It ends before it begins."))
        return given


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


@dataclass
class RecordForm:
    """All parts of the form together. `data` is what was sent, else `description` fills it."""

    statements: StatementsForm
    lists: dict[str, Rows]
    slug: str = ""

    @classmethod
    def of(cls, description: Description | None, version: int) -> "RecordForm":
        """To be filled in, with what the record says now; None: for a new one."""
        initial = _initial(description, version) if description else {"version": version}
        rows = _initial_rows(description) if description else {}
        if not description:
            rows["names"] = [{"kind": Name.Kind.AUTHORIZED.value}]
        own, in_rows = _codes(description)
        return cls(
            StatementsForm(initial=initial, new=description is None, prefix="record", codes=own),
            {
                part: rows_of(prefix=part, initial=rows.get(part), form_kwargs={"codes": in_rows})
                for part, rows_of in LISTS.items()
            },
        )

    @classmethod
    def sent(cls, data: Any, record: Description | None) -> "RecordForm":
        """As somebody filled it in for a record, or a new one; a list that asks for one more row has it."""
        data = data.copy()
        if (part := data.get("more", "")) in LISTS:
            total = f"{part}-TOTAL_FORMS"
            data[total] = str(min(int(data[total]) + 1 if data.get(total, "").isdigit() else 1, MOST_ROWS))
        own, in_rows = _codes(record)
        return cls(
            StatementsForm(data, new=record is None, prefix="record", codes=own),
            {
                part: rows_of(data, prefix=part, form_kwargs={"codes": in_rows})
                for part, rows_of in LISTS.items()
            },
            record.id if record else "",
        )

    def is_valid(self) -> bool:
        fine = [
            self.statements.is_valid(),
            *(each.is_valid() for each in self.lists.values()),
        ]  # each says its own
        return all(fine) and self._leads_elsewhere() and self._has_one_authorized_name()

    def _leads_elsewhere(self) -> bool:
        here = [
            row
            for row in self.lists["ties"].forms
            if self.slug and row.cleaned_data.get("other") == self.slug
        ]
        for row in here:
            row.add_error("other", _("That is the record itself."))
        return not here

    def _has_one_authorized_name(self) -> bool:
        names = self.lists["names"]
        authorized = [row for row in names.rows if row["kind"] == Name.Kind.AUTHORIZED]
        if len(authorized) == 1:
            return True
        self.statements.add_error(
            None,
            _("A record has one authorized name: choose which of its names that is.")
            if authorized
            else _("A record needs one authorized name."),
        )
        return False

    @property
    def version(self) -> int:
        return int(self.statements.cleaned_data["version"])

    @property
    def why(self) -> str:
        return str(self.statements.cleaned_data["why"])

    @property
    def problems(self) -> int:
        """How many fields are to be mended, for the sentence on top of the page."""
        rows = [form for each in self.lists.values() for form in each.forms]
        return sum(len(form.errors) for form in [self.statements, *rows])

    def description(self, slug: str, shown: Description | None, now: Description | None) -> Description:
        """What was typed, as a record. What was learned from an interview stays learned from it.

        `shown` is the description that the form was filled with, `now` the one that there is: of it forms that were
        heard come along, and the order of the names.
        """
        given = self.statements.cleaned_data
        plain = {
            name: given[name]
            for name in (
                "kind", "country", "founded", "dissolved", "dates_verified", "note", "status", "level", "language", "rules",
                *authority_words.TEXTS,
            )
        }  # fmt: skip
        made = Description(
            id=slug,
            names=self._in_order([*self._names(shown), *self._heard(now)], now),
            places=tuple(Place(**_only(row, Place)) for row in self.lists["places"].rows),
            identifiers=tuple((row["scheme"], row["value"]) for row in self.lists["identifiers"].rows),
            ties=tuple(
                _learned(Tie(**_only(row, Tie)), row, shown.ties if shown else ())
                for row in self.lists["ties"].rows
            ),
            sources=tuple(
                _learned(
                    Citation(row["citation"], row["url"], _parts(row["supports"])), row,
                    shown.sources if shown else (),
                )
                for row in self.lists["sources"].rows
            ),
            keywords=tuple(dict.fromkeys(each.strip() for each in given["keywords"].split(",") if each.strip())),
            **plain,
        )  # fmt: skip
        ties = sorted(made.ties, key=lambda tie: (TIES.index(tie.kind), tie.other))
        return learned.as_of_now(replace(made, ties=tuple(ties)))

    def _names(self, shown: Description | None) -> list[NameForm]:
        before = _written(shown.names) if shown else []
        return [_learned(NameForm(**_only(row, NameForm)), row, before) for row in self.lists["names"].rows]

    def _in_order(self, names: list[NameForm], now: Description | None) -> tuple[NameForm, ...]:
        """As they stood, those that are new behind."""
        known = {(each.kind, each.text): index for index, each in enumerate(now.names if now else ())}
        return tuple(sorted(names, key=lambda each: known.get((each.kind, each.text), len(known))))

    def _heard(self, now: Description | None) -> list[NameForm]:
        """Those remembered now, without what was taken out here, and with what was added."""
        given = self.statements.cleaned_data
        typed, was = _lines(given["heard_as"]), _lines(given["heard_was"])
        heard = [each for each in now.names if each.kind == Name.Kind.HEARD_AS] if now else []
        kept = [each for each in heard if each.text in typed or each.text not in was]
        there = {each.text for each in kept}
        return [
            *kept, *(NameForm(text[:250], Name.Kind.HEARD_AS.value) for text in typed if text not in (*there, *was)),
        ]  # fmt: skip


def _codes(description: Description | None) -> tuple[Codes, Codes]:
    """The codes of a record: what it says once, and what its rows say."""
    if description is None:
        return {}, {}
    own = {name: {str(getattr(description, name))} for name in ("kind", "country", "language")}
    return own, {
        "language": {each.language for each in description.names},
        "country": {each.country for each in description.places},
    }


def _only(row: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    return {name: row[name] for name in kind.__slots__ if name in row}


def _parts(chosen: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for part in Source.Part.values if part in set(chosen))


def _learned(made: Any, row: Mapping[str, Any], shown: Any) -> Any:
    index = row.get("was")
    if index is None or index >= len(shown):
        return made
    return replace(made, learned_from=shown[index].learned_from, withheld=shown[index].withheld)


def _written(names: Iterable[NameForm]) -> list[NameForm]:
    return [each for each in names if each.kind != Name.Kind.HEARD_AS]


def _initial(description: Description, version: int) -> dict[str, Any]:
    names = [*StatementsForm.base_fields, *authority_words.TEXTS]
    heard = "\n".join(description.of_kind(Name.Kind.HEARD_AS))
    return {
        **{name: getattr(description, name) for name in names if name in Description.__slots__},
        "keywords": ", ".join(description.keywords),
        "heard_as": heard,
        "heard_was": heard,
        "version": version,
    }


def _initial_rows(description: Description) -> dict[str, list[dict[str, Any]]]:
    others = choosing.lines(tie.other for tie in description.ties)

    def rows(part: Iterable[Any], kind: Any) -> list[dict[str, Any]]:
        return [
            {"was": index, **{name: getattr(each, name) for name in kind.base_fields if hasattr(each, name)}}
            for index, each in enumerate(part)
        ]

    ties = rows(description.ties, TieRow)
    for row in ties:
        row["other"] = others.get(row["other"], row["other"])
    return {
        "names": rows(_written(description.names), NameRow),
        "places": rows(description.places, PlaceRow),
        "identifiers": [
            {"was": index, "scheme": scheme, "value": value}
            for index, (scheme, value) in enumerate(description.identifiers)
        ],
        "ties": ties,
        "sources": rows(description.sources, SourceRow),
    }  # fmt: skip
