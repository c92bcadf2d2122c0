"""allauth's pages on which somebody sets up a second factor, with what follows from it here."""

from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from oralhistory.accounts import second_factor
from oralhistory.accounts.models import User
from oralhistory.web.middleware import StaffRequest


class SetUpApp(ActivateTOTPView):  # type: ignore[misc]  # allauth ships no types
    """An app that shows codes."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        keep_this_session_alone(self.request)
        return answer


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """A passkey, or a key to be plugged in."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        keep_this_session_alone(self.request)
        return answer


set_up_app = SetUpApp.as_view()
add_passkey = AddPasskey.as_view()


def keep_this_session_alone(request: StaffRequest) -> None:
    """After a second factor was set up: whoever came in before without it, elsewhere, is out."""
    second_factor.was_set_up(request.user, at=timezone.now())
    stay(request, request.user)


def stay(request: HttpRequest, user: User) -> None:
    """The session of this request goes on, after all sessions of its account were ended."""
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


def gone(_request: HttpRequest) -> HttpResponse:
    """Addresses of e-mail are not changed by oneself."""
    raise Http404
