"""How often something may be done from one place, without keeping which place it was.

Counted where failed log-ins are counted: in files of this machine, so that every process of it counts with the others.
Of two requests at the very same moment one may go uncounted, as there.
"""

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

EVERYWHERE = "everywhere"
MINUTE = 60

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def place_of(request: HttpRequest) -> str:
    """Where a request comes from, as a word that tells nothing to whoever has not our key.

    A household's or a provider's IPv6 addresses begin alike for 64 bits: they count as one place.
    """
    address = ipaddress.ip_address(get_client_ip(request) or "::")
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return salted_hmac("limits.place", str(address)).hexdigest()


def take(purpose: str, place: str, *, at_most: int, seconds: int) -> bool:
    """Whether it may be done once more: no more than so often in the last seconds. What is refused does not count."""
    key = f"limits:{purpose}:{place}"
    now = time.time()
    taken = [each for each in cache.get(key, []) if each > now - seconds]
    if len(taken) >= at_most:
        return False
    cache.set(key, [*taken, now], timeout=seconds)
    return True


def programs_may(request: HttpRequest) -> bool:
    """Whether the place that asks has not yet had its share of this minute, of all services for programs together."""
    at_most = settings.PROGRAM_REQUESTS_PER_MINUTE
    return take("programs", place_of(request), at_most=at_most, seconds=MINUTE)


def for_programs(view: View[Rest]) -> View[Rest]:
    """A service for programs: whoever has had their share of this minute is told when to come back."""

    @wraps(view)
    def ask(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if programs_may(request):
            return view(request, *args, **kwargs)
        return HttpResponse(
            f"At most {settings.PROGRAM_REQUESTS_PER_MINUTE} requests a minute.\n",
            status=429,
            content_type="text/plain; charset=utf-8",
            headers={
                "Retry-After": str(MINUTE),
                "Access-Control-Allow-Origin": "*",
                "Cache-Control": "no-store",
            },
        )

    return cast("View[Rest]", ask)
