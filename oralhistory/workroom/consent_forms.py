"""What can be said in a paper, and in a narrowing: who may do what with which part, under which name, from when to when."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from oralhistory.consent import sentences
from oralhistory.consent.agreements import Line
from oralhistory.consent.models import Agreement, Audience, Part
from oralhistory.interviews.models import Interview, Participation
from oralhistory.lib import days
from oralhistory.people.models import Person
from oralhistory.workroom.fields import ATTRIBUTIONS, Choices, Day, Moment

ROWS = 2  # that a page offers at once; a paper that says more is recorded as two
USES: Choices = list(sentences.USES.items())
THEMES: Choices = [("", "—"), *sentences.THEMES.items()]
ZONES: Choices = list(sentences.ZONES.items())
WHO: Choices = [
    (Audience.PUBLIC, _("anyone")),
    (Audience.RESEARCHER_AGREEMENT, _("only researchers who have signed an agreement")),
    (Audience.READING_ROOM, _("only visitors in the archive’s own rooms")),
    (Audience.ARCHIVE_TEAM, _("only the archive’s team")),
]
STILL: Choices = [*WHO[1:], (Audience.NOBODY, _("nobody"))]
PARTS: Choices = [
    (Part.SPAN, _("of one passage")),
    (Part.THEME, _("of what speaks of a theme")),
    (Part.WHOLE, _("of the whole")),
]


class _LineForm(forms.Form):
    """Some uses, and the days between which something is said of them."""

    uses = forms.MultipleChoiceField(
        label=_("What"), choices=USES, required=False, widget=forms.CheckboxSelectMultiple
    )
    begins = Day(label=_("From the beginning of"), required=False)
    until = Day(label=_("Until the beginning of"), required=False)
    zone = forms.ChoiceField(label=_("Days as they are counted in"), choices=ZONES, required=False)
    condition = forms.CharField(
        label=_("A condition that no machine can check"),
        max_length=300,
        required=False,
        help_text=_("For instance: after my death. A person looks at it each year. No names."),
    )

    def __init__(self, data: Any = None, *, prefix: str, **options: Any) -> None:
        super().__init__(data, prefix=prefix, initial={"zone": settings.TIME_ZONE}, **options)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("begins") and given.get("until") and given["until"] <= given["begins"]:
            self.add_error("until", _("The end lies after the beginning."))
        given["zone"] = given.get("zone") or settings.TIME_ZONE
        return given


class PermissionForm(_LineForm):
    """Something that is allowed to some, or for a time."""

    who = forms.ChoiceField(label=_("Who"), choices=WHO, required=False)

    field_order = ["uses", "who", "begins", "until", "zone", "condition"]

    def lines(self) -> list[Line]:
        given = self.cleaned_data
        zone, begins, until = given["zone"], given["begins"], given["until"]
        return [
            Line(
                use, given["who"] or Audience.PUBLIC, condition=given["condition"],
                zone=zone if begins or until else "",
                valid_from=days.opens(begins, zone) if begins else None,
                valid_until=days.ends(until, zone) if until else None,
            )
            for use in given["uses"]
        ]  # fmt: skip


class ClosingForm(_LineForm):
    """Something that is refused: a passage, a theme, or the whole to some."""

    part = forms.ChoiceField(label=_("How much"), choices=PARTS, required=False)
    start = Moment(label=_("From"), required=False)
    end = Moment(label=_("To"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, required=False)
    still = forms.ChoiceField(
        label=_("Who still may, of the whole"), choices=STILL, initial=Audience.ARCHIVE_TEAM, required=False
    )

    field_order = ["uses", "part", "start", "end", "theme", "still", "begins", "until", "zone", "condition"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("uses"):
            return given
        start, end = given.get("start"), given.get("end")
        if given.get("part") == Part.SPAN and (start is None or end is None or end <= start):
            self.add_error("end", _("A passage needs a beginning and an end after it."))
        if given.get("part") == Part.THEME and not given.get("theme"):
            self.add_error("theme", _("Choose the theme."))
        return given

    def lines(self) -> list[Line]:
        given = self.cleaned_data
        part, zone, begins, until = given["part"], given["zone"], given["begins"], given["until"]
        return [
            Line(
                use, _denied_to(given["still"]) if part == Part.WHOLE else Audience.PUBLIC, denied=True,
                start_ms=given["start"] if part == Part.SPAN else None,
                end_ms=given["end"] if part == Part.SPAN else None,
                theme=given["theme"] if part == Part.THEME else "",
                zone=zone if begins or until else "", condition=given["condition"],
                valid_from=days.ends(begins, zone) if begins else None,
                valid_until=days.opens(until, zone) if until else None,
            )
            for use in given["uses"]
        ]  # fmt: skip


def _denied_to(still: str) -> str:
    """The audience to which something is refused when the next narrower one still may."""
    widths = Audience.values
    return widths[widths.index(still or Audience.NOBODY) + 1]


LineForms = Sequence[PermissionForm | ClosingForm]


def rows(data: Any = None) -> list[PermissionForm | ClosingForm]:
    """The exact lines of a paper."""
    allowed = [PermissionForm(data, prefix=f"may{number}") for number in range(ROWS)]
    closed = [ClosingForm(data, prefix=f"not{number}") for number in range(ROWS)]
    return [*allowed, *closed]


class NarrowingForm(forms.Form):
    """Less than the papers allow, at once and without a paper. What is refused stands in a `ClosingForm` beside it."""

    person = forms.ModelChoiceField(
        label=_("Whose wish"),
        queryset=Participation.objects.none(),
        required=False,
        empty_label=_("All narrators"),
    )
    attribution = forms.ChoiceField(
        label=_("The narrator may be shown at most"), choices=[("", _("as the papers say")), *ATTRIBUTIONS[:-1]],
        required=False,
    )  # fmt: skip
    no_tombstone = forms.BooleanField(
        label=_("Should it be withdrawn one day, nothing is said of it"), required=False
    )
    reason = forms.CharField(
        label=_("How it was asked for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the events. No names."),
    )

    def __init__(self, data: Any = None, *, interview: Interview) -> None:
        super().__init__(data, prefix="narrow")
        offer_narrators(self, interview)

    @property
    def chosen(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "person": given["person"].person if given["person"] else None,
            "attribution": given["attribution"] or Person.Attribution.REAL_NAME,
            "tombstone": not given["no_tombstone"],
            "reason": given["reason"],
        }


def offer_narrators(form: forms.Form, interview: Interview) -> None:
    """Those who speak in an interview, in the field `person`."""
    field = cast(Any, form.fields["person"])
    field.queryset = Participation.objects.filter(
        interview=interview, role=Participation.Role.NARRATOR
    ).select_related("person")
    field.label_from_instance = lambda each: each.person.shown_name or each.person.code


class LiftField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Narrowings that a new paper takes back, each by its sentences."""

    def label_from_instance(self, obj: Agreement) -> str:
        said = sentences.of_grants(obj.grants.all())
        if obj.attribution != Person.Attribution.REAL_NAME:
            said.append(sentences.named(str(_("The narrator")), obj.attribution, ""))
        return " ".join(said) or str(_("Should it be withdrawn one day, nothing is said of it"))
