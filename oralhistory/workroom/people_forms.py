"""Forms about people named, and the words that a page offers for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.review.models import NamedPerson
from oralhistory.workroom.fields import Choices

KINDS: Choices = [
    (NamedPerson.Kind.UNKNOWN, _("not known")),
    (NamedPerson.Kind.PRIVATE, _("a private person")),
    (NamedPerson.Kind.PUBLIC, _("somebody of public life")),
    (NamedPerson.Kind.NARRATOR, _("the narrator")),
]
LIVING: Choices = [
    (NamedPerson.Living.UNKNOWN, _("not known")),
    (NamedPerson.Living.YES, _("yes")),
    (NamedPerson.Living.NO, _("no")),
]
DECISIONS: Choices = [
    (NamedPerson.Decision.KEEP, _("stays")),
    (NamedPerson.Decision.ROLE_WORD, _("a role word in its place")),
    (NamedPerson.Decision.PSEUDONYM, _("a pseudonym in its place")),
    (NamedPerson.Decision.CUT, _("is cut")),
    (NamedPerson.Decision.UNDECIDED, _("undecided")),
]
# Said in the place of a name, in the language of the testimony.
ROLE_WORDS = {
    "es": ("un compañero", "una compañera", "un familiar", "un amigo", "una amiga", "un vecino", "un dirigente", "un informante"),
    "pt": ("um companheiro", "uma companheira", "um familiar", "um amigo", "uma amiga", "um vizinho", "um dirigente"),
    "en": ("a comrade", "a relative", "a friend", "a neighbor", "a leader", "an informer"),
}  # fmt: skip


class PersonForm(forms.Form):
    """A verdict. `seen` is how it stood; `shown` and `theirs`, lists, are read beside it."""

    person = forms.CharField(max_length=10)
    seen = forms.CharField(required=False, max_length=80, empty_value=None)
    kind = forms.ChoiceField(choices=KINDS)
    living = forms.ChoiceField(choices=LIVING)
    decision = forms.ChoiceField(choices=DECISIONS)
    replacement = forms.CharField(required=False, max_length=120)
    note = forms.CharField(required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        replaced = (NamedPerson.Decision.ROLE_WORD, NamedPerson.Decision.PSEUDONYM)
        if given.get("decision") in replaced and not given.get("replacement"):
            self.add_error("replacement", _("Write what is to be said in its place."))
        return given


class NameForm(forms.Form):
    name = forms.CharField(max_length=200)


class SpanForm(forms.Form):
    """Characters of a segment's text, half-open, as JavaScript counts them."""

    cue = forms.CharField(max_length=8)
    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)
