"""Whoever works here, about themselves: name and roles, and where they are logged in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oralhistory.accounts import roles, second_factor, sessions
from oralhistory.provenance import events
from oralhistory.web import own_account
from oralhistory.web.middleware import StaffRequest


@require_safe
def me(request: StaffRequest) -> HttpResponse:
    held = roles.held_by(request.user)
    return render(request, "workroom/me.html", {
        "held": sorted(held), "has_one": second_factor.has_one(request.user),
        "should": bool(held & second_factor.NEED_ONE), "open_sessions": len(sessions.open_of(request.user)),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def own_sessions(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        _end(request, request.POST.get("session", ""))
        return redirect("workroom:own_sessions")
    listed = [
        {"session": each, "browser": sessions.browser(each.user_agent), "here": _is_here(request, each.session_key)}
        for each in sessions.open_of(request.user)
    ]  # fmt: skip
    return render(request, "workroom/own_sessions.html", {"sessions": listed})


def _end(request: StaffRequest, which: str) -> None:
    if which == "others":
        at = timezone.now()
        sessions.end_all(request.user, at=at)
        events.record("other sessions ended", request.user.subject, at=at, agent=request.agent)
        own_account.stay(request, request.user)
        messages.success(request, _("You are logged in here alone."))
        return
    try:
        sessions.end(request.user, int(which) if which.isdecimal() else 0)
    except sessions.NoSuchSession:
        messages.info(request, _("That session had ended already."))
    else:
        messages.success(request, _("That session has ended."))


def _is_here(request: StaffRequest, key: str) -> bool:
    return key == request.session.session_key
