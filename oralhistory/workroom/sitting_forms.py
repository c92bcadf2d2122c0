"""What is typed where sittings and recordings are arranged: whether it is well formed."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.interviews import describing
from oralhistory.interviews.models import Interview, Session
from oralhistory.recordings.models import Recording
from oralhistory.workroom.fields import Choices, Day, Moment

CHANNELS: Choices = [
    (Recording.Channels.BOTH, _("One sound in stereo")),
    (Recording.Channels.TWO_MICROPHONES, _("Two microphones, one for each person")),
    (Recording.Channels.LEFT, _("Only the left one belongs to the interview")),
    (Recording.Channels.RIGHT, _("Only the right one belongs to the interview")),
]
MOVES = ("earlier", "later", "to", "place", "follow", "channels")


class ArrangeForm(forms.Form):
    """One thing that is done with one recording. `do` says which field counts."""

    recording = forms.ModelChoiceField(queryset=Recording.objects.none(), to_field_name="code")
    do = forms.ChoiceField(choices=[(each, each) for each in MOVES])
    session = forms.ModelChoiceField(
        label=_("Sitting"), queryset=Session.objects.none(), to_field_name="number", required=False
    )
    moment = Moment(label=_("Begins at"), required=False)
    channels = forms.ChoiceField(label=_("Its channels"), choices=CHANNELS, required=False)

    _NEEDS = {"to": "session", "place": "moment", "channels": "channels"}

    def __init__(self, data: Any = None, *, interview: Interview) -> None:
        super().__init__(data)
        fields = cast(Any, self.fields)
        fields["recording"].queryset = Recording.objects.of(interview).select_related("session__interview")
        fields["session"].queryset = Session.objects.filter(interview=interview)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        needed = self._NEEDS.get(given.get("do", ""))
        if needed and needed not in self.errors and given.get(needed) in (None, ""):
            self.add_error(
                needed, _("Write a time as 3:25 or 1:02:03.") if needed == "moment" else _("Choose one.")
            )
        return given


class SittingForm(forms.Form):
    """One more sitting: when and where, as far as it is known."""

    held_on = Day(label=_("Day of the sitting"), required=False)
    place = forms.CharField(label=_("Place of the sitting"), max_length=120, required=False)

    def sitting(self, country: str) -> describing.Sitting:
        given = self.cleaned_data
        return describing.Sitting(given["held_on"], given["place"], country)


class TransferForm(forms.Form):
    recording = forms.FileField(label=_("Better transfer"))


class DecideTransferForm(forms.Form):
    do = forms.ChoiceField(choices=[(each, each) for each in ("confirm", "refuse")])
