"""How a page of the workroom is entered, and what every page about an interview shows around itself."""

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import access, lists
from oralhistory.interviews.models import Interview
from oralhistory.web.middleware import StaffRequest

View = Callable[..., HttpResponseBase]
FRESH_SECONDS = 5 * 60  # how long a log-in counts for what somebody at an unlocked screen must not do


def enter(request: StaffRequest, action: str, public_id: str) -> Interview:
    """The interview, if this person may take this action now. Raises Http404, access.Denied."""
    return access.fetch(request.user, action, public_id, at=timezone.now())


def for_roles(*wanted: Role) -> Callable[[View], View]:
    """A page that is about no interview: for some roles only."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not roles.held_by(request.user) & set(wanted):
                raise access.Denied(access.Decision(False, 403, "not for this person"))
            return view(request, *args, **kwargs)

        return inner

    return decorate


def step_up(request: StaffRequest) -> None:
    """Who did not log in a moment ago says once more who they are; allauth then goes on with what was asked.

    Raises ReauthenticationRequired.
    """
    shown = [each["at"] for each in get_authentication_records(request, request.user)]
    if not shown or time() - max(shown) > FRESH_SECONDS:
        raise ReauthenticationRequired


def show(
    request: StaffRequest,
    interview: Interview,
    template: str,
    tab: str,
    *,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    """A page about an interview, offering only what this person may do now."""
    may = access.allowed_actions(request.user, interview, at=timezone.now())
    return render(
        request, template, {"interview": interview, "may": may, "tab": tab, **context}, status=status
    )


# What some may open only after writing down why; open for the rest of their session.


def is_open(request: StaffRequest, interview: Interview, action: str) -> bool:
    """Whether no reason is asked of this person, or one was given in this session."""
    decision = access.decide(request.user, action, interview, at=timezone.now())
    return "J" not in decision.needs or _key(interview, action) in request.session.get("opened", [])


def readable(request: StaffRequest) -> list[Interview]:
    """The interviews whose unredacted text this person may read now without writing down why, or has opened so already.

    Only those are asked about to which they have some tie: what a role alone opens, it opens for a reason.
    """
    action = "read_raw_text"
    opened = [
        key.partition(":")[0] for key in request.session.get("opened", []) if key.endswith(f":{action}")
    ]
    tied = Q(created_by=request.user) | Q(assignments__user=request.user) | Q(public_id__in=opened)
    candidates = list(lists.where(request.user, action).filter(tied).select_related("collection"))
    facts = access.facts_of(request.user, candidates)
    return [each for each in candidates if _is_open(access.judge(facts[each.pk], action), each, opened)]


def _is_open(decision: access.Decision, interview: Interview, opened: list[str]) -> bool:
    return decision.allowed and ("J" not in decision.needs or interview.public_id in opened)


def open_for_session(request: StaffRequest, interview: Interview, action: str) -> None:
    request.session["opened"] = sorted({*request.session.get("opened", []), _key(interview, action)})


def once_a_session(request: HttpRequest, key: str) -> bool:
    """Whether this is the first time in this session: a sound is asked for in many ranges, and opened once."""
    heard = request.session.get("heard", [])
    if key in heard:
        return False
    request.session["heard"] = [*heard, key]
    return True


def ask_reason(interview: Interview, action: str) -> HttpResponseRedirect:
    return redirect(f"{reverse('workroom:reason', args=[interview.public_id])}?for={action}")


def address(page: str, public_id: str) -> str:
    return reverse(f"workroom:{page}", args=[public_id])


def _key(interview: Interview, action: str) -> str:
    return f"{interview.public_id}:{action}"


def allowed(request: StaffRequest, interview: Interview) -> frozenset[str]:
    """All that this person may do with an interview now, for a page that offers only what will work."""
    return access.allowed_actions(request.user, interview, at=timezone.now())
