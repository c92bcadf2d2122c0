"""Interviews: the list, a new one, its page, its description, who works on it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import access, lists, reasons
from oralhistory.intake import uploads
from oralhistory.interviews import assigning, describing
from oralhistory.interviews.models import State
from oralhistory.pipeline import acts, handing
from oralhistory.review import remarks as rules_of_remarks
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import beside, cascade, doors, forms, queue, searching, showing
from oralhistory.workroom.doors import enter, for_roles


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    held = roles.held_by(request.user)
    visible = lists.visible_to(request.user)
    shown = visible.select_related("collection", "created_by").prefetch_related("sessions__recordings")
    state = request.GET.get("state", "")
    if state in State.values:
        shown = shown.filter(state=state)
    page = showing.page_of(shown, request.GET.get("page", ""))
    return render(
        request,
        "workroom/interviews.html",
        {
            "page": page,
            "readable": set(lists.where(request.user, "read_meta").values_list("pk", flat=True)),
            "state": state,
            "states": showing.counts_by_state(visible),
            "may_search": bool(held & searching.SEARCHERS),
            "may_begin": Role.INTERVIEWER in held,
        },
    )


@for_roles(Role.INTERVIEWER)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = forms.NewInterviewForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(
            request, "workroom/new_interview.html", {"form": form}, status=400 if form.is_bound else 200
        )
    at = timezone.now()
    interview = describing.begin(
        form.of_collection(),
        form.description(),
        form.of_narrator(),
        form.of_sitting(),
        by=request.user,
        at=at,
    )
    file = form.cleaned_data["recording"]
    try:
        if file:
            acts.take_in(interview, showing.path_of(file), name=file.name, by=request.user, at=at)
    except uploads.NotTaken as refusal:
        messages.error(request, str(refusal))
    return redirect("workroom:interview", interview.public_id)


@require_GET
def interview(request: StaffRequest, public_id: str) -> HttpResponse:
    found = enter(request, "exists", public_id)
    at = timezone.now()
    may = access.allowed_actions(request.user, found, at=at)
    if "read_meta" not in may:
        return doors.show(
            request, found, "workroom/interview_closed.html", "interview", **queue.standing(request, found)
        )
    return doors.show(
        request,
        found,
        "workroom/interview.html",
        "interview",
        cascade=cascade.of(found, may),
        **showing.interview(request, found, may, at=at),
        **queue.standing(request, found),
    )


@require_http_methods(["GET", "POST"])
def assignments(request: StaffRequest, public_id: str) -> HttpResponse:
    found = enter(request, "assign", public_id)
    form = forms.AssignmentForm(request.POST or None)
    if form.is_valid():
        user, do, at = form.cleaned_data["user"], form.cleaned_data["do"], timezone.now()
        try:
            if do == "end":
                assigning.take_back(found, user, by=request.agent, at=at)
            elif do == "conflict":
                handing.recuse(found, user, by=request.agent, at=at)
            else:
                handing.give(found, user, by=request.agent, at=at)
        except assigning.NotAModerator:
            form.add_error("user", _("Only a moderator can be given an interview."))
        except assigning.HasAConflict:
            form.add_error(
                "user", _("It is kept from them for a conflict of interest: take that back first.")
            )
        else:
            return redirect("workroom:interview", public_id)
    return doors.show(
        request,
        found,
        "workroom/assignments.html",
        "interview",
        form=form,
        status=400 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def remarks(request: StaffRequest, public_id: str) -> HttpResponse:
    found = enter(request, "comment", public_id)
    form = forms.RemarkForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        rules_of_remarks.leave(
            found, given["text"], start_ms=given["start"], by=request.agent, at=timezone.now()
        )
        return redirect("workroom:remarks", public_id)
    return doors.show(
        request, found, "workroom/remarks.html", "interview", form=form, **beside.threads(found),
        status=400 if form.is_bound else 200,
    )  # fmt: skip


REASONS = {
    "play_master": "workroom:interview",
    "get_original": "workroom:interview",
    "refused_file": "workroom:interview",
    "read_raw_text": "workroom:transcript",
}


@require_http_methods(["GET", "POST"])
def reason(request: StaffRequest, public_id: str) -> HttpResponse:
    """Why an archivist opens what is unredacted; open for the rest of the session."""
    action = request.GET.get("for", "")
    action = action if action in REASONS else "read_raw_text"
    found = enter(request, action, public_id)
    form = forms.ReasonForm(request.POST or None)
    if form.is_valid():
        reasons.state(found, action, form.cleaned_data["reason"], by=request.agent, at=timezone.now())
        doors.open_for_session(request, found, action)
        return redirect(REASONS[action], public_id)
    return doors.show(
        request, found, "workroom/reason.html", "interview", form=form, action=action,
        status=400 if form.is_bound else 200,
    )  # fmt: skip
