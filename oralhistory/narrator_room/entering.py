"""Who is in the room: the session remembers which link was opened, and every view asks what it may do now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from oralhistory.consent import access, links
from oralhistory.consent.models import NarratorLink

SESSION_KEY = "narrator_link"
# Long enough to hear a testimony of three hours; then the secret is asked for again.
STAYS_OPEN = timedelta(hours=4)

View = Callable[..., HttpResponseBase]  # (request, token, …)
NarratorView = Callable[..., HttpResponseBase]  # (request, link, token, …)


def enter(request: HttpRequest, link: NarratorLink, *, at: datetime) -> None:
    """Remember that the secret was told."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = {"link": link.pk, "until": (at + STAYS_OPEN).isoformat()}


def leave(request: HttpRequest) -> None:
    """Forget it. Somebody of the staff who is logged in here stays logged in."""
    request.session.pop(SESSION_KEY, None)
    request.session.cycle_key()


def link_in(request: HttpRequest, token: str, *, at: datetime) -> NarratorLink | None:
    """The link of this address, if its secret was told in this session and it still opens."""
    kept = request.session.get(SESSION_KEY)
    if not kept or datetime.fromisoformat(kept["until"]) <= at:
        return None
    narrators = NarratorLink.objects.select_related(
        "person", "interview__created_by", "interview__collection"
    )
    link = narrators.filter(pk=kept["link"], token_sha256=links.token_sha256(token)).first()
    # Every narrator whose link still opens may read what is kept about their own interview.
    return link if link and access.decide(link, "read_meta", link.interview, at=at).allowed else None


def private(view: View) -> View:
    """No search engine lists these pages, and their address is told to no other site.

    Not `no-referrer`: then a browser sends a form without saying where from, and it is refused.
    """

    @wraps(view)
    def answer(request: HttpRequest, token: str, **rest: str) -> HttpResponseBase:
        response = view(request, token, **rest)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return answer


def for_narrator(action: str) -> Callable[[NarratorView], View]:
    """A view for the narrator of an open link who may take this action now.

    Without an open link the answer is the door, whatever the address.
    """

    def decorate(view: NarratorView) -> View:
        @wraps(view)
        def answer(request: HttpRequest, token: str, **rest: str) -> HttpResponseBase:
            at = timezone.now()
            link = link_in(request, token, at=at)
            if link is None:
                return redirect("narrator_room:door", token)
            decision = access.decide(link, action, link.interview, at=at)
            if not decision.allowed:
                return refusal(request, token, status=decision.status)
            return view(request, link, token, **rest)

        return private(answer)

    return decorate


def refusal(request: HttpRequest, token: str, *, status: int) -> HttpResponse:
    return render(request, "narrator_room/refusal.html", {"token": token}, status=status)
