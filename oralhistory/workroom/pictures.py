"""What is to be seen of an interview: its photographs, and the unredacted video of a recording."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from oralhistory.consent import reasons
from oralhistory.editions.models import PICTURE_SIZES
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Photograph
from oralhistory.recordings import photographs as rules
from oralhistory.recordings import pictures, renditions
from oralhistory.recordings.models import Recording
from oralhistory.web import media
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.file_forms import PhotographActionForm, PhotographForm, PhotographWordsForm


@require_http_methods(["GET", "POST"])
def photographs(request: StaffRequest, public_id: str) -> HttpResponse:
    """The photographs in their order; another one is added, or one is described, moved, removed."""
    interview = enter(request, "edit_meta", public_id)
    action = PhotographActionForm(request.POST, interview=interview)
    if action.is_valid():
        _take(request, action)
        return redirect("workroom:photographs", public_id)
    form = PhotographForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data
        path = showing.path_of(given.pop("picture"))
        try:
            rules.add(interview, path, **given, by=request.agent, at=timezone.now())
        except pictures.NotAPicture as refusal:
            form.add_error("picture", str(refusal.sentence))
        else:
            return redirect("workroom:photographs", public_id)
    return doors.show(
        request, interview, "workroom/photographs.html", "interview", form=form, status=400 if form.is_bound else 200,
        photographs=[(each, PhotographWordsForm.of(each)) for each in interview.photographs.order_by("pk")],
    )  # fmt: skip


def _take(request: StaffRequest, action: PhotographActionForm) -> None:
    photograph, do = action.cleaned_data["photograph"], action.cleaned_data["do"]
    words = PhotographWordsForm(request.POST)
    if do == "move up":
        rules.move_up(photograph, by=request.agent, at=timezone.now())
    elif do == "remove":
        rules.remove(photograph, by=request.agent, at=timezone.now())
    elif words.is_valid():
        rules.describe(photograph, **words.cleaned_data, by=request.agent, at=timezone.now())


@require_safe
def picture(request: StaffRequest, public_id: str, pk: int, size: str) -> HttpResponseBase:
    interview = enter(request, "read_meta", public_id)
    found = get_object_or_404(Photograph.objects.select_related(*PICTURE_SIZES), pk=pk, interview=interview)
    return _answer(request, getattr(found, size) if size in PICTURE_SIZES else None)


@require_safe
def video(request: StaffRequest, public_id: str, code: str) -> HttpResponseBase:
    """The unredacted pictures and sound, for those who work on them."""
    return _filmed(request, public_id, code, "staff_video")


@require_safe
def poster(request: StaffRequest, public_id: str, code: str) -> HttpResponseBase:
    return _filmed(request, public_id, code, "poster")


def _filmed(request: StaffRequest, public_id: str, code: str, what: str) -> HttpResponseBase:
    interview = enter(request, "play_master", public_id)
    if not doors.is_open(request, interview, "play_master"):
        return doors.ask_reason(interview, "play_master")
    rendition = renditions.current(get_object_or_404(Recording.objects.of(interview), code=code))
    file: MediaFile | None = getattr(rendition, what, None)
    if file and what == "staff_video" and doors.once_a_session(request, f"video:{code}"):
        reasons.seen(interview, code, by=request.agent, at=timezone.now())
    return _answer(request, file)


def _answer(request: StaffRequest, file: MediaFile | None) -> HttpResponseBase:
    if file is None:
        raise Http404
    return media.answer(
        request,
        storage=file.storage,
        key=file.key,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
    )
