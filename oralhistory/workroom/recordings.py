"""Recordings of an interview: bringing them in, following the work on them, hearing them."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from oralhistory.consent import access, reasons
from oralhistory.intake import uploads
from oralhistory.interviews import describing
from oralhistory.jobs.work import CannotBeDone
from oralhistory.pipeline import acts, steps
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.web import media
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, forms, progressing, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.transcribing_forms import TranscribeForm


@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "upload", public_id)
    form = forms.UploadForm(request.POST or None, request.FILES or None, interview=interview)
    if form.is_valid():
        file = form.cleaned_data["recording"]
        new = describing.Sitting()
        session = describing.add_sitting(interview, new) if form.of_new_sitting else form.session()
        try:
            acts.take_in(
                interview,
                showing.path_of(file),
                name=file.name,
                by=request.user,
                at=timezone.now(),
                session=session,
            )
        except uploads.NotTaken as refusal:
            form.add_error("recording", str(refusal))
        else:
            return redirect("workroom:interview", public_id)
    return doors.show(
        request,
        interview,
        "workroom/upload.html",
        "interview",
        form=form,
        status=400 if form.is_bound else 200,
    )


@require_safe
def record_here(request: StaffRequest, public_id: str) -> HttpResponse:
    """An interview is recorded in the browser; what is recorded arrives in pieces, as files do."""
    interview = enter(request, "upload", public_id)
    form = forms.UploadForm(interview=interview)
    return doors.show(
        request,
        interview,
        "workroom/record_here.html",
        "interview",
        sittings=form.fields["sitting"].choices,  # type: ignore[attr-defined]
    )


@require_safe
def sound(request: StaffRequest, public_id: str, code: str) -> HttpResponseBase:
    """The unredacted sound, for those who work on it."""
    interview = enter(request, "play_master", public_id)
    if not doors.is_open(request, interview, "play_master"):
        return doors.ask_reason(interview, "play_master")
    recording = get_object_or_404(Recording.objects.of(interview), code=code)
    rendition = renditions.current(recording)
    if rendition is None:
        return HttpResponse(_("The recording has not been read yet."), status=409, content_type="text/plain")
    if doors.once_a_session(request, f"sound:{code}"):
        reasons.heard(interview, code, by=request.agent, at=timezone.now())
    file = rendition.staff_copy
    return media.answer(
        request,
        storage=file.storage,
        key=file.key,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
    )


@require_safe
def waveform(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    rendition = renditions.current(get_object_or_404(Recording.objects.of(interview), code=code))
    return JsonResponse({"peaks": rendition.peaks if rendition else []})


@require_GET
def progress(request: StaffRequest, public_id: str) -> HttpResponse:
    """The steps of each recording, and its text as it comes; htmx asks what has changed while something runs."""
    interview = enter(request, "read_meta", public_id)
    at = timezone.now()
    may = access.allowed_actions(request.user, interview, at=at)
    if request.headers.get("HX-Request"):
        return progressing.changes(request, interview, may, at=at)
    return doors.show(
        request,
        interview,
        "workroom/progress.html",
        "interview",
        **progressing.page(request, interview, may, at=at),
    )


@require_http_methods(["GET", "POST"])
def transcribe(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "transcribe", public_id)
    form = TranscribeForm(request.POST or None)
    if not form.is_valid():
        return doors.show(
            request, interview, "workroom/transcribe.html", "interview", status=400 if form.is_bound else 200,
            form=form, **showing.transcribing(interview),
        )  # fmt: skip
    recording = get_object_or_404(Recording.objects.of(interview), code=form.cleaned_data["recording"])
    try:
        _transcribe(request, recording, form)
    except CannotBeDone as refusal:
        messages.error(request, str(refusal))
    return redirect("workroom:interview", public_id)


def _transcribe(request: StaffRequest, recording: Recording, form: TranscribeForm) -> None:
    given, at = form.cleaned_data, timezone.now()
    if given["do"] == "cancel":
        acts.cancel(recording, at=at)
    elif given["do"] == "retry":
        acts.retry_all(recording, at=at)
    elif given["do"] == "find times":
        steps.find_times(recording, by=request.agent, at=at)
    elif given["do"] == "go on":
        acts.go_on(recording, by=request.agent, at=at)
    else:
        steps.transcribe(recording, by=request.agent, at=at, engine=given["engine"], model=given["model"])
