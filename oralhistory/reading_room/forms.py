"""What people outside fill in when they ask for something."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oralhistory.consent.petitions import Asker, Kind, Passage, Written
from oralhistory.lib import timecodes

LONGEST = 5_000
ASKERS = [
    (Asker.NAMED, _("I am named in it, or somebody could recognize me")),
    (Asker.NARRATOR, _("It is my own testimony")),
    (Asker.HEIR, _("It is the testimony of somebody of my family")),
    (Asker.OTHER, pgettext_lazy("who asks", "Somebody else")),
]
KINDS = [
    (Kind.READING_ROOM, _("To hear or read on the archive’s premises what is not public")),
    (Kind.RESEARCHER, _("To work with testimonies as a researcher, under an agreement")),
    (Kind.ACCESS, _("Access: to know which data of mine are here, and have a copy")),
    (Kind.RECTIFICATION, _("Rectification: data of mine are wrong or incomplete")),
    (Kind.CANCELLATION, _("Cancellation: data of mine are to be erased")),
    (Kind.OPPOSITION, _("Opposition: data of mine are not to be used")),
]
_IN_ADDRESS = re.compile(r"(?:^|/testimonies/)([0-9a-z]{12})(?:/|#|\?|$)")
_AT = re.compile(r"#t=(\d{1,6}(?:\.\d{1,3})?)")


class AskForm(forms.Form):
    """Text and contact; and a field that people do not see and programs fill in."""

    text = forms.CharField(
        label=_("What you ask for, in your words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    contact = forms.CharField(
        label=_("How we can reach you"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(
                _("This field is there to be left empty: programs fill it in. Empty it and send again.")
            )
        return ""

    def passage(self) -> Passage:
        return Passage()

    def written(self) -> Written:
        given = self.cleaned_data
        return Written(given["text"], given["contact"], given.get("where", ""))


class TakeDownForm(AskForm):
    asker = forms.ChoiceField(label=_("Who asks"), choices=ASKERS, widget=forms.RadioSelect)
    where = forms.CharField(
        label=_("Which testimony"),
        max_length=300,
        help_text=_("Its address, or its title, or whatever lets us find it."),
    )
    start = forms.CharField(label=_("From minute"), required=False, max_length=12)
    end = forms.CharField(label=_("to minute"), required=False, max_length=12)

    field_order = ["asker", "where", "start", "end", "text", "contact", "website"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("start", "end"):
            self.fields[name].widget.attrs.update(
                {"placeholder": "2:18", "autocomplete": "off", "class": "moment-field"}
            )
        self.fields["contact"].help_text = _(
            "If you like. Without it, follow the request by the code that you will be given."
        )

    def clean_start(self) -> int | None:
        return _moment(self.cleaned_data["start"])

    def clean_end(self) -> int | None:
        return _moment(self.cleaned_data["end"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if start is not None and end is not None and end <= start:
            self.add_error("end", _("The end comes after the beginning."))
        return given

    def passage(self) -> Passage:
        """As far as it can be told from what was typed; nobody is asked whether there is such a testimony."""
        given = self.cleaned_data
        found = _IN_ADDRESS.search(given["where"].strip())
        if found is None:
            return Passage()
        at = _AT.search(given["where"])
        start = given["start"] if given["start"] is not None else int(float(at[1]) * 1000) if at else None
        end = given["end"] if start is None or given["end"] is None or given["end"] > start else None
        return Passage(found[1], start, end)


class AccessForm(AskForm):
    kind = forms.ChoiceField(label=_("What it is about"), choices=KINDS, widget=forms.RadioSelect)

    field_order = ["kind", "text", "contact", "website"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].required = True
        self.fields["contact"].help_text = _(
            "We have to write to you, and ask you to show who you are, before we hand over or change anything."
        )


def _moment(typed: str) -> int | None:
    if not typed:
        return None
    try:
        return timecodes.parse(typed)
    except timecodes.NotATime as error:
        raise ValidationError(_("Write minutes and seconds, such as 2:18.")) from error
