"""Sittings and their recordings on one time line, and better transfers of them."""

from functools import wraps

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oralhistory.consent import access, reasons
from oralhistory.intake import uploads
from oralhistory.interviews.models import Interview, Session
from oralhistory.pipeline import acts
from oralhistory.recordings import arranging, transfers
from oralhistory.recordings.models import Recording, Transfer
from oralhistory.web import media
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing, time_lines
from oralhistory.workroom.doors import enter
from oralhistory.workroom.sitting_forms import (
    CHANNELS,
    ArrangeForm,
    DecideTransferForm,
    SittingForm,
    TransferForm,
)


def _on_the_bench(view: doors.View) -> doors.View:
    """What was sent to review a moment ago is answered like what was sent there an hour ago."""

    @wraps(view)
    def inner(request: StaffRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except arranging.NotOnTheBench as refusal:
            raise access.Denied(access.Decision(False, 409, "not in this state")) from refusal

    return inner


@require_http_methods(["GET", "POST"])
@_on_the_bench
def sittings(request: StaffRequest, public_id: str) -> HttpResponse:
    """The time line; arranging it is for those who bring recordings."""
    if request.method == "GET":
        return _page(request, enter(request, "read_meta", public_id))
    interview = enter(request, "upload", public_id)
    form = ArrangeForm(request.POST, interview=interview)
    if not form.is_valid():
        return _page(request, interview, status=400, form=form)
    _arrange(request, form)
    return redirect("workroom:sittings", public_id)


def _page(
    request: StaffRequest, interview: Interview, *, status: int = 200, form: Form | None = None
) -> HttpResponse:
    return doors.show(
        request, interview, "workroom/sittings.html", "interview", status=status,
        line=time_lines.of(interview), channels=CHANNELS, form=form, sitting_form=SittingForm(),
    )  # fmt: skip


def _arrange(request: StaffRequest, form: ArrangeForm) -> None:
    given, by, at = form.cleaned_data, request.agent, timezone.now()
    recording: Recording = given["recording"]
    match given["do"]:
        case "earlier":
            arranging.earlier(recording, by=by, at=at)
        case "later":
            arranging.later(recording, by=by, at=at)
        case "to":
            arranging.move(recording, given["session"], given["session"].recordings.count(), by=by, at=at)
        case "place":
            arranging.place(recording, given["moment"], by=by, at=at)
        case "follow":
            arranging.unplace(recording, by=by, at=at)
        case "channels":
            acts.say_channels(recording, given["channels"], by=by, at=at)


@require_POST
@_on_the_bench
def add_sitting(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "upload", public_id)
    form = SittingForm(request.POST)
    if not form.is_valid():
        return _page(request, interview, status=400, form=form)
    country = next(iter(interview.countries), "")
    arranging.begin_sitting(interview, form.sitting(country), by=request.agent, at=timezone.now())
    return redirect("workroom:sittings", public_id)


@require_POST
@_on_the_bench
def correct_sitting(request: StaffRequest, public_id: str, number: int) -> HttpResponse:
    interview = enter(request, "upload", public_id)
    session = get_object_or_404(Session, interview=interview, number=number)
    form = SittingForm(request.POST)
    if not form.is_valid():
        return _page(request, interview, status=400, form=form)
    country = session.place.country if session.place else next(iter(interview.countries), "")
    arranging.correct_sitting(session, form.sitting(country), by=request.agent, at=timezone.now())
    return redirect("workroom:sittings", public_id)


@require_POST
@_on_the_bench
def replace(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """A better transfer by a plain form; large ones come as recordings do, piece by piece."""
    interview = enter(request, "upload", public_id)
    recording = get_object_or_404(Recording.objects.of(interview).select_related("session"), code=code)
    form = TransferForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("No file was chosen."))
        return redirect("workroom:sittings", public_id)
    file = form.cleaned_data["recording"]
    try:
        acts.bring_transfer(
            recording, showing.path_of(file), name=file.name, by=request.user, at=timezone.now()
        )
    except (uploads.NotTaken, transfers.NotTaken) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It has arrived and is being compared with the recording that there is."))
    return redirect("workroom:sittings", public_id)


@require_http_methods(["GET", "POST"])
@_on_the_bench
def transfer(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """Old and new side by side; a person decides."""
    interview = enter(request, "read_meta" if request.method == "GET" else "upload", public_id)
    found = _transfer(interview, code)
    form = DecideTransferForm(request.POST or None)
    if form.is_valid():
        _decide(request, found, form.cleaned_data["do"])
        return redirect("workroom:sittings", public_id)
    return doors.show(
        request, interview, "workroom/transfer.html", "interview", status=400 if form.is_bound else 200,
        transfer=found, moments=time_lines.moments(found), in_place=transfers.is_in_place(found),
        sound_is_open=doors.is_open(request, interview, "play_master"), has_copy=transfers.staff_copy(found),
    )  # fmt: skip


def _decide(request: StaffRequest, found: Transfer, do: str) -> None:
    try:
        if do == "confirm":
            acts.confirm_transfer(found, by=request.agent, at=timezone.now())
            messages.success(request, _("It is being put in its place; until then the old copy is heard."))
        else:
            transfers.refuse(found, by=request.agent, at=timezone.now())
    except transfers.NotDecidable:
        messages.error(request, _("This transfer was decided already, or cannot be."))


@require_safe
def transfer_sound(request: StaffRequest, public_id: str, code: str) -> HttpResponseBase:
    """The unredacted sound of a transfer that waits for a decision."""
    interview = enter(request, "play_master", public_id)
    if not doors.is_open(request, interview, "play_master"):
        return doors.ask_reason(interview, "play_master")
    file = transfers.staff_copy(_transfer(interview, code))
    if file is None:
        return HttpResponse(_("The recording has not been read yet."), status=409, content_type="text/plain")
    if doors.once_a_session(request, f"transfer:{code}"):
        reasons.heard(interview, code, by=request.agent, at=timezone.now())
    return media.answer(
        request,
        storage=file.storage,
        key=file.key,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
    )


def _transfer(interview: Interview, code: str) -> Transfer:
    found = Transfer.objects.filter(recording__session__interview=interview)
    return get_object_or_404(found.select_related("recording__session__interview", "master"), code=code)
