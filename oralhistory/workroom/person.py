"""The page of an account: its roles, its second factor, closing it, and what lies on its table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from oralhistory.accounts import closing, roles, second_factor
from oralhistory.accounts.models import Role, User
from oralhistory.consent import access
from oralhistory.interviews import assigning
from oralhistory.interviews.models import Assignment
from oralhistory.provenance import events
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.doors import for_roles
from oralhistory.workroom.person_forms import RoleForm, TableForm, WhyForm

REFUSED: dict[type[Exception], Promise] = {
    roles.OwnRoles: gettext_lazy("Nobody changes roles of their own. Somebody else has to do this."),
    closing.OwnAccount: gettext_lazy("Nobody closes their own account. Somebody else has to do this."),
    second_factor.OwnFactor: gettext_lazy("Your own second factor is changed on your own page."),
    roles.LastOne: gettext_lazy(
        "Nobody else with this role can come in. Give it to another person first, who has used their invitation."
    ),
    roles.AlreadySo: gettext_lazy("Somebody else has just done that."),
    closing.AlreadySo: gettext_lazy("Somebody else has just done that."),
    second_factor.HasNone: gettext_lazy("There is no second factor to reset."),
}


@for_roles(Role.ARCHIVIST, Role.SYSADMIN)
@require_http_methods(["GET", "POST"])
def person(request: StaffRequest, code: str) -> HttpResponse:
    user = get_object_or_404(User, code=code)
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        return render(request, "workroom/person.html", _about(request, user))
    if act in (_give, _take):
        doors.step_up(request)
    try:
        messages.success(request, act(request, user, timezone.now()))
    except tuple(REFUSED) as refusal:
        messages.error(request, str(REFUSED[type(refusal)]))
    except NotFilledIn:
        messages.error(request, _("That could not be read. Try again."))
    return redirect("workroom:person", code)


class NotFilledIn(Exception):
    """A form that no browser sends."""


def _give(request: StaffRequest, user: User, at: datetime) -> str:
    roles.give(user, Role(_read(RoleForm(request.POST))["role"]), by=request.agent, at=at)
    return _("The role is given.")


def _take(request: StaffRequest, user: User, at: datetime) -> str:
    roles.take(user, Role(_read(RoleForm(request.POST))["role"]), by=request.agent, at=at)
    return _("The role is taken.")


def _close(request: StaffRequest, user: User, at: datetime) -> str:
    closing.close(user, by=request.agent, at=at, reason=_read(WhyForm(request.POST))["reason"])
    return _("The account is closed; wherever it was logged in, it is not any more.")


def _reopen(request: StaffRequest, user: User, at: datetime) -> str:
    closing.reopen(user, by=request.agent, at=at)
    return _("The account is open again.")


def _reset(request: StaffRequest, user: User, at: datetime) -> str:
    second_factor.reset(user, by=request.agent, at=at, reason=_read(WhyForm(request.POST))["reason"])
    return _("The second factor is reset; the next log-in asks for the password alone.")


def _hand_over(request: StaffRequest, user: User, at: datetime) -> str:
    """What the access table does not let this person assign now, or keeps from the other one, stays where it is."""
    to = _read(TableForm(request.POST, leaving=user))["to"]
    moved = sum(_moved(request, each, to, at) for each in assigning.on_the_table_of(user))
    left = len(assigning.on_the_table_of(user))
    said = ngettext("%(count)d interview moved.", "%(count)d interviews moved.", moved) % {"count": moved}
    if left:
        said += " " + ngettext(
            "%(count)d stays: its state does not allow it now, or there is a conflict of interest.",
            "%(count)d stay: their state does not allow it now, or there is a conflict of interest.",
            left,
        ) % {"count": left}
    return said


def _moved(request: StaffRequest, assignment: Assignment, to: User | None, at: datetime) -> bool:
    if not access.decide(request.user, "assign", assignment.interview, at=at).allowed:
        return False
    if to is None:
        assigning.take_back(assignment.interview, assignment.user, by=request.agent, at=at)
        return True
    try:
        assigning.hand_over(assignment, to, by=request.agent, at=at)
    except assigning.HasAConflict:
        return False
    return True


ACTS: dict[str, Callable[[StaffRequest, User, datetime], str]] = {
    "give": _give, "take": _take, "close": _close, "reopen": _reopen, "reset": _reset, "hand_over": _hand_over,
}  # fmt: skip


def _read(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise NotFilledIn
    return form.cleaned_data


def _about(request: StaffRequest, user: User) -> dict[str, object]:
    held, table = roles.of(user), assigning.on_the_table_of(user)
    names = {str(each.agent): each.name for each in User.objects.only("code", "name")}
    happened = [
        {"event": each, "by": names.get(each.agent, each.agent)} for each in reversed(events.of(user.subject))
    ]
    return {
        "person": user, "held": sorted(held), "lacks": [role for role in Role if role not in held],
        "is_own": user == request.user, "has_one": second_factor.has_one(user), "table": table,
        # Interviews are an archivist's: a sysadmin sees how many there are.
        "knows": Role.ARCHIVIST in roles.held_by(request.user), "happened": happened,
        "why": WhyForm(auto_id="id_%s"), "table_form": TableForm(leaving=user),
    }  # fmt: skip
