"""What archivists fill in about requests from outside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.consent.petitions import Asker, Kind, Outcome
from oralhistory.workroom.fields import Choices
from oralhistory.workroom.words import Words

KINDS: Words = {
    Kind.TAKE_DOWN: _("To take something down"),
    Kind.READING_ROOM: _("To hear or read on the premises"),
    Kind.RESEARCHER: _("To work as a researcher"),
    Kind.ACCESS: _("Access to their own data (ARCO)"),
    Kind.RECTIFICATION: _("Rectification of their data (ARCO)"),
    Kind.CANCELLATION: _("Cancellation of their data (ARCO)"),
    Kind.OPPOSITION: _("Opposition to the use of their data (ARCO)"),
}
ASKERS: Words = {
    Asker.NAMED: _("somebody who is named"),
    Asker.NARRATOR: _("the narrator"),
    Asker.HEIR: _("somebody of the narrator’s family"),
    Asker.OTHER: _("somebody else"),
}
OUTCOMES: Choices = [
    (Outcome.GRANTED, _("Done as asked")),
    (Outcome.PARTLY, _("Done in part")),
    (Outcome.REFUSED, _("Not granted")),
    (Outcome.NOTHING_HERE, _("The archive keeps nothing of the kind")),
    (Outcome.NO_REQUEST, _("No request: advertising, or a slip")),
]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("What was done or answered"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("How it ended"), choices=OUTCOMES)
    all_alike = forms.BooleanField(label=_("Close those that say the very same, too"), required=False)
