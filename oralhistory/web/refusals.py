"""A refusal as an answer: the log-in page, or a page that says why in words.

Whoever may not know of an interview gets, byte for byte, what an id that never existed gets.
"""

import errno
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts import second_factor
from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.files.objects import StorageFails
from oralhistory.web import bodies
from oralhistory.web.middleware import Handler

# Addresses that programs speak to: no pages, so a status and a sentence.
NO_PAGES = frozenset(
    {
        "arrivals",
        "arrival",
        "arrival_checksum",
        "description_part",
        "chapter_part",
        "segments",
        "nearer",
        "edits",
    }
)
ROOM = "workroom"  # no view of this room answers anybody who has not logged in

_SENTENCES: dict[str, str | Promise] = {
    "made it": _("You made this interview. Nobody signs or publishes work of their own: somebody else does."),
    "sent in its sound": _(
        "You sent in its sound. Nobody signs or publishes work of their own: somebody else does."
    ),
    "corrected it last": _("You corrected this text last, so someone else signs and publishes it."),
    "signed it already": _("You signed this edition. A second person has to publish it."),
    "asked for it": _("You asked for this. A second person has to agree."),
    "asked for by another": _("This is open for the person who asked for it, and for nobody else."),
    "closed again": _("It is closed again. Whoever needs it longer asks once more."),
    "conflict of interest": _("A conflict of interest keeps this interview from you."),
    "not in this state": _("That is not possible in the state that the interview is in now."),
    "not for this person": _("This is not yours to do or see."),
    "second factor": _("Your account needs a second factor first; set one up in the browser."),
    "storage away": _("The archive's storage does not answer. Try again later."),
    "disk full": _(
        "The archive's disk is too full to take this file now. Try again later, or tell an archivist."
    ),
    "unknown": _("There is no such page, or it is not for you."),
}


class Refusals:
    """Turns access.Denied, and what is not there, into answers; keeps the workroom's door."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        match = request.resolver_match
        if not match or match.app_name != ROOM:
            return None
        if not isinstance(request.user, User):
            bodies.discard(request)
            return _log_in(request)
        if second_factor.is_missing(request.user):
            bodies.discard(request)
            return _set_up(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if isinstance(exception, access.Denied):
            decision = exception.decision
            return (
                _log_in(request)
                if decision.status == 401
                else _page(request, decision.status, decision.reason)
            )
        if match and match.app_name == ROOM:
            return _of_the_workroom(request, exception)
        return None


def _of_the_workroom(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    if isinstance(exception, Http404):
        return _page(request, 404, "unknown")
    if isinstance(exception, StorageFails):
        return _page(request, 503, "storage away")
    if isinstance(exception, OSError) and exception.errno in (errno.ENOSPC, errno.EDQUOT):
        return _page(request, 507, "disk full")
    return None


def _log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page, the same whatever was asked for; it comes back to a page that was only to be read."""
    if _is_no_page(request):
        return _plain(401, _("Log in first; what was sent until now is kept."))
    address = reverse("account_login")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    if request.method in ("GET", "HEAD"):
        address += f"?next={quote(request.get_full_path())}"
    return HttpResponseRedirect(address)


def _set_up(request: HttpRequest) -> HttpResponse:
    """The page on which somebody who must have a second factor sets it up; nothing else is theirs before."""
    if _is_no_page(request):
        return _plain(403, _SENTENCES["second factor"])
    address = reverse("mfa_index")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    # Without the address of the page and without a token: the same bytes for every id.
    sentence = _SENTENCES.get(reason, _SENTENCES["not for this person"])
    if _is_no_page(request):
        return _plain(status, sentence)
    return render(request, "workroom/refused.html", {"sentence": sentence, "status": status}, status=status)


def _is_no_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.app_name == ROOM and match.url_name in NO_PAGES)


def _plain(status: int, sentence: str | Promise) -> HttpResponse:
    return HttpResponse(str(sentence), status=status, content_type="text/plain; charset=utf-8")
