"""What is filled in on the page of an account."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts.models import Role, User
from oralhistory.interviews import assigning


class RoleForm(forms.Form):
    """A role given or taken."""

    role = forms.ChoiceField(choices=Role.choices)


class WhyForm(forms.Form):
    """Closing an account, or resetting a second factor: without names, since it is kept in the events."""

    reason = forms.CharField(
        label=_("Why, without names"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class TableForm(forms.Form):
    """To whom the interviews on somebody's table go; to nobody: they are taken back."""

    to = forms.ModelChoiceField(
        label=_("Hand them over to"), queryset=User.objects.none(), to_field_name="code", required=False,
        empty_label=_("nobody: they are taken back"),
    )  # fmt: skip

    def __init__(self, *args: Any, leaving: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [each.pk for each in assigning.moderators() if each != leaving]
        cast(Any, self.fields["to"]).queryset = User.objects.filter(pk__in=others).order_by("name")
