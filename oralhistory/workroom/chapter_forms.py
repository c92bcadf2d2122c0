"""A chapter as a form of parts; its subjects and places as people write them, with semicolons between."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.interviews import chapters, writing
from oralhistory.interviews.models import Chapter
from oralhistory.lib import timecodes
from oralhistory.places import gazetteer
from oralhistory.workroom.ficha_forms import Part
from oralhistory.workroom.fields import Moment

_IN_COUNTRY = re.compile(r"(.+?)\s*\(([A-Z]{2,3})\)")
LONGEST = 120  # characters of a name


class Names(forms.CharField):
    """Names with semicolons between them; cleans to a sorted list."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        names = (" ".join(each.split())[:LONGEST] for each in text.split(";"))
        return sorted({name for name in names if name})


class Subjects(Names):
    """Each as the register calls it, if it knows it."""

    def clean(self, value: Any) -> Any:
        known = ((name, gazetteer.known_subject(name)) for name in super().clean(value))
        return sorted({each.name if each else name for name, each in known})

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(value) if isinstance(value, list) else value


class Places(Names):
    """Cleans to names with countries: the one in brackets, else the one where the atlas knows the largest place of that name."""

    def clean(self, value: Any) -> Any:
        return sorted(_place(name) for name in super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(place_line(*each) for each in value) if isinstance(value, list) else value


def place_line(name: str, country: str) -> str:
    """A place as it is written: Managua (NI)."""
    return f"{name} ({country})" if country else name


def _place(line: str) -> list[str]:
    if found := _IN_COUNTRY.fullmatch(line):
        return [found[1], found[2][:2]]
    known = gazetteer.candidates(line)
    return [line, known[0].country if known else ""]


class ChapterForm(forms.Form):
    """`only` some parts, where one is saved by itself."""

    start = Moment(label=_("Begins at"))
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    synopsis = forms.CharField(
        label=_("In a sentence"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    warning = forms.CharField(label=_("Warning before it, if one is needed"), max_length=300, required=False)
    subjects = Subjects(
        label=_("Subjects"),
        required=False,
        widget=forms.TextInput(attrs={"list": "offered", "autocomplete": "off", "data-offers": "subjects"}),
    )
    places = Places(
        label=_("Places"),
        required=False,
        widget=forms.TextInput(attrs={"list": "offered", "autocomplete": "off", "data-offers": "places"}),
    )

    def __init__(self, *args: Any, only: Iterable[str] = chapters.PARTS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(only):
            del self.fields[name]

    @classmethod
    def of(cls, chapter: Chapter, data: Any = None, **options: Any) -> "ChapterForm":
        initial = {part: shown(part, chapters.value(chapter, part)) for part in chapters.PARTS}
        return cls(data, initial=initial, auto_id=f"chapter_{chapter.pk}_%s", **options)

    def values(self) -> dict[str, Any]:
        return {part: self.cleaned_data[part] for part in chapters.PARTS if part in self.cleaned_data}

    def part(self, name: str, chapter: Chapter, theirs: str = "") -> Part:
        return Part(name, (self[name],), writing.mark(chapters.value(chapter, name)), theirs)


def shown(part: str, value: Any) -> Any:
    """A part's value as its field shows it."""
    if part == "start":
        return timecodes.clock(value) + (f".{value % 1000:03}" if value % 1000 else "")
    fields = {"subjects": Subjects(), "places": Places()}
    return fields[part].prepare_value(value) if part in fields else value
