"""Fields of allauth's forms in our words: what it calls a code, we call by where it is read."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


def _code(label: Any) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(label=label, max_length=20, widget=forms.TextInput(attrs=attributes))


class SetUpAppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    code = _code(_("Six digits"))


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    code = _code(_("Six digits of the app, or a recovery code"))


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    code = _code(_("Six digits of the app, or a recovery code"))


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Its name, for your own list"), required=False, max_length=60)
    passwordless = forms.BooleanField(
        label=_("Log in with it alone, without the password"),
        required=False,
        help_text=_("The device then always asks for your fingerprint, face or PIN."),
    )


class NamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Its name, for your own list"), max_length=60)
