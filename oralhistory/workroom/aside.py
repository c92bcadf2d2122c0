"""What the archive refused and keeps aside for a week, and originals: fetched back, taken in after all, thrown away.

Whoever may not is answered before anything is looked up: what is there answers as what is not.
"""

from pathlib import PurePath

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from oralhistory.accounts.models import Role
from oralhistory.consent import lists, reasons
from oralhistory.files.objects import StorageFails
from oralhistory.intake import arrivals, aside, limits, uploads
from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Interview
from oralhistory.pipeline import acts
from oralhistory.recordings.models import Recording
from oralhistory.web import media
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing
from oralhistory.workroom.doors import enter, for_roles


class DecisionForm(forms.Form):
    do = forms.ChoiceField(choices=[(each, each) for each in ("take_up", "throw_away")])
    reason = forms.CharField(required=False)


@for_roles(Role.ARCHIVIST)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Of all interviews, for archivists."""
    waiting = aside.of(lists.where(request.user, "refused_file"))
    page = showing.page_of(waiting, request.GET.get("page", ""))
    return render(request, "workroom/aside.html", {"page": page, "may": {"refused_file"}})


@require_safe
def file(request: StaffRequest, public_id: str, code: str) -> HttpResponseBase:
    """Fetch it back: who sent it as it is, an archivist for a reason."""
    found = _find(request, public_id, code)
    interview = found.interview
    if not _is_own(request, found) and not doors.is_open(request, interview, "refused_file"):
        return doors.ask_reason(interview, "refused_file")
    try:
        key, ending = aside.place(found)
    except (FileNotFoundError, StorageFails):
        return media.missing()
    return _hand_out(request, interview, code, key=key, sha256=found.sha256, ending=ending)


@require_POST
def decide(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """Have it looked at again, or throw it away; an archivist says why."""
    found = _find(request, public_id, code)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    do, why = form.cleaned_data["do"], form.cleaned_data["reason"]
    if do == "take_up":
        enter(request, "refused_file", public_id)
    if not why and (do == "take_up" or not _is_own(request, found)):
        messages.error(request, _("Write down why: the reason is kept with the events of the interview."))
    else:
        _do(request, found, do, why)
    return redirect("workroom:aside") if "list" in request.POST else redirect("workroom:interview", public_id)


def _do(request: StaffRequest, found: Arrival, do: str, why: str) -> None:
    by, at = request.agent, timezone.now()
    try:
        if do == "take_up":
            acts.take_up(found, reason=why, by=by, at=at)
            messages.success(request, _("It will be looked at again in a moment."))
        else:
            acts.end_arrival(found, by=by, at=at, reason=why)
            messages.success(request, _("It is thrown away."))
    except limits.QuotaReached as refusal:
        messages.error(request, str(refusal))
    except (aside.NotAside, arrivals.AlreadyKept):
        messages.error(request, _("It is not kept aside any more."))


@require_safe
def original(request: StaffRequest, public_id: str, code: str) -> HttpResponseBase:
    """A preservation master as it came: for a reason; to who sent it where nobody could read it."""
    interview = enter(request, "exists", public_id)
    found = None
    if "upload" in doors.allowed(request, interview):
        found = uploads.unreadable(interview, sent_by=request.user).filter(code=code).first()
    if found is None:
        refused = Recording.objects.of(interview).filter(code=code, state=Recording.State.REFUSED)
        action = "refused_file" if refused.exists() else "get_original"
        enter(request, action, public_id)
        if not doors.is_open(request, interview, action):
            return doors.ask_reason(interview, action)
        if action == "get_original":
            doors.step_up(request)
        found = get_object_or_404(Recording.objects.of(interview).select_related("master"), code=code)
    master = found.master
    ending = PurePath(master.key).suffix
    return _hand_out(request, interview, code, key=master.key, sha256=master.sha256, ending=ending)


def _hand_out(
    request: StaffRequest, interview: Interview, code: str, *, key: str, sha256: str, ending: str
) -> HttpResponseBase:
    if request.method == "GET":
        reasons.fetched(interview, code, by=request.agent, at=timezone.now())
    name = f"{interview.public_id}-{code}{ending}"
    return media.download(request, storage="masters", key=key, name=name, sha256=sha256)


def _find(request: StaffRequest, public_id: str, code: str) -> Arrival:
    """One's own, while one may send to the interview; for an archivist everybody's. Raises Http404, access.Denied."""
    interview = enter(request, "exists", public_id)
    waiting = aside.of([interview])
    if "refused_file" not in doors.allowed(request, interview):
        enter(request, "upload", public_id)
        waiting = waiting.filter(sent_by=request.user)
    return get_object_or_404(waiting, code=code)


def _is_own(request: StaffRequest, found: Arrival) -> bool:
    mine = found.sent_by_id == request.user.pk
    return mine and "upload" in doors.allowed(request, found.interview)
