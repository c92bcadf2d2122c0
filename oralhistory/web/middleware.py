"""What every answer carries, and who asks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
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
# Of what browsers have, the archive uses a microphone, in the workroom.
PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    "magnetometer=(), microphone=(self), midi=(), payment=(), serial=(), usb=()"
)


class AnswerHeaders:
    """Headers that Django has no setting for; nothing behind a log-in is kept by any cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        path = request.path_info
        # Styles and scripts are also those of the player in a frame, which may be a sandbox: that has no origin.
        is_static = path.startswith(settings.STATIC_URL)
        for name, value in {
            "Cross-Origin-Embedder-Policy": settings.CROSS_ORIGIN_EMBEDDER_POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin" if is_static else "same-origin",
            "Permissions-Policy": PERMISSIONS,
            "X-DNS-Prefetch-Control": "off",
            "X-Permitted-Cross-Domain-Policies": "none",
        }.items():
            response.headers.setdefault(name, value)
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
