"""What every answer carries, and who asks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from oralhistory.accounts.models import User
from oralhistory.lib.agents import Agent

if TYPE_CHECKING:

    class StaffRequest(HttpRequest):
        """A request behind a log-in."""

        user: User  # narrower than Django's: views that take it are behind a log-in
        agent: Agent

else:
    StaffRequest = HttpRequest

Handler = Callable[[HttpRequest], HttpResponse]
PRIVATE = ("/workroom/", "/narrator/", "/accounts/")


class AnswerHeaders:
    """Headers that Django has no setting for; nothing behind a log-in is kept by any cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
        path = request.path_info
        if any(part in path for part in PRIVATE):
            patch_cache_control(response, private=True, no_store=True)
        return response


class WhoAsks:
    """Puts `request.agent` beside `request.user`, for events."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Only when asked: a public page that looked at the session would vary by cookie.
        request.agent = SimpleLazyObject(lambda: request.user.agent)  # type: ignore[attr-defined, union-attr]
        return self.get_response(request)
