"""The moves that open and close a testimony: submit, sign, publish, send back, revise, withdraw."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from oralhistory.consent import workflow
from oralhistory.editions import manifest, publishing, sounds, videos
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.interchange import formats
from oralhistory.pipeline import acts, handing
from oralhistory.review import checks, consent_checks, sending_back, verdicts
from oralhistory.web import media
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, forms, leaving, preview, two_hands
from oralhistory.workroom.doors import enter

MOVED = gettext_lazy("Somebody else has just moved this interview.")
SAID = {
    publishing.ChangedSinceSeen: gettext_lazy(
        "Something changed since this page was made. Look at it again before you sign."
    ),
    publishing.UndecidedPeople: gettext_lazy(
        "Somebody is named on whom nobody has decided. The page of people named says who."
    ),
    publishing.PersonStillNamed: gettext_lazy(
        "A name that is kept out stands in what is written about the interview."
    ),
    publishing.VideoNotReady: gettext_lazy("The video is still being made. Sign when you have seen it."),
    publishing.NotHeard: gettext_lazy(
        "Not all of what will be published was listened to. Hear the rest, or write why it is signed all the same."
    ),
    publishing.SoundNotReady: gettext_lazy("The sound is still being prepared."),
    stores.KeyIsDamaged: gettext_lazy(
        "A file that would be published is damaged. The archive checks its files and tells the archivists: wait for the repair."
    ),
    manifest.NotReleased: gettext_lazy("No agreement in force gives the public the text or the sound."),
    manifest.NotComplete: gettext_lazy("A recording has no text or no sound yet."),
    workflow.MoveNotAllowed: MOVED,
    consent_checks.NotCleared: gettext_lazy("Something that the narrators asked for is still to be seen to."),
    verdicts.NotAgreed: gettext_lazy("The narrator does not agree yet: it is not published before."),
    acts.StillBlocked: gettext_lazy("Something must be decided before anybody signs: the page says what."),
}
REFUSED = tuple(SAID)


@require_http_methods(["GET", "POST"])
def submit(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "submit", public_id)
    missing = checks.before_submitting(interview, at=timezone.now())
    if request.method == "POST" and not any(check.blocks for check in missing):
        try:
            handing.submit(interview, by=request.user, at=timezone.now())
        except workflow.MoveNotAllowed:
            messages.error(request, str(MOVED))
        return redirect("workroom:interview", public_id)
    return doors.show(
        request,
        interview,
        "workroom/submit.html",
        "interview",
        missing=missing,
        sent_back=sending_back.open_of(interview),
    )


@require_GET
def sign(request: StaffRequest, public_id: str) -> HttpResponse:
    """The edition to be, exactly as the public will see it."""
    interview = enter(request, "preview", public_id)
    return doors.show(
        request,
        interview,
        "workroom/sign.html",
        "sign",
        **preview.of(interview, request.user, at=timezone.now(), beside=request.GET.get("beside", "")),
    )


@require_safe
def sound(request: StaffRequest, public_id: str) -> HttpResponseBase:
    """The redacted sound of the edition to be, once it is prepared."""
    interview = enter(request, "preview", public_id)
    try:
        ready = sounds.find(publishing.preview(interview, at=timezone.now()))
    except (manifest.NotReleased, manifest.NotComplete):
        ready = None
    if ready is None:
        return HttpResponseNotFound(_("The sound is still being prepared."), content_type="text/plain")
    return media.answer(
        request,
        storage="masters",
        key=ready.key,
        size=ready.size,
        sha256=ready.sha256,
        media_type="audio/mp4",
    )


@require_safe
def video(request: StaffRequest, public_id: str) -> HttpResponseBase:
    """The video of the edition to be: nothing is cut out of it, or there would be none."""
    return _seen(request, public_id, "sha256", MediaFile.Use.STAFF_VIDEO)


@require_safe
def poster(request: StaffRequest, public_id: str) -> HttpResponseBase:
    return _seen(request, public_id, "poster", MediaFile.Use.POSTER)


def _seen(request: StaffRequest, public_id: str, name: str, use: str) -> HttpResponseBase:
    interview = enter(request, "preview", public_id)
    try:
        named = publishing.preview(interview, at=timezone.now()).record.get("video", {})
    except (manifest.NotReleased, manifest.NotComplete):
        named = {}
    file = videos.find(named[name], use) if named else None
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


@require_GET
def ready(request: StaffRequest, public_id: str) -> HttpResponse:
    """Whether it can be published now; htmx asks again until it can."""
    interview = enter(request, "preview", public_id)
    context = preview.readiness(interview, request.user, at=timezone.now())
    return render(request, "workroom/components/ready.html", {"interview": interview, **context})


@require_POST
def approve(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = two_hands.enter(request, "approve", public_id)
    form = forms.ApproveForm(request.POST)
    try:
        acts.approve(
            interview, seen_sha256=form["manifest"].data or "", by=request.user, at=timezone.now(),
            unheard_reason=request.POST.get("unheard_reason", ""),
        )  # fmt: skip
    except REFUSED as refusal:
        messages.error(request, str(SAID[type(refusal)]))
        return redirect("workroom:sign", public_id)
    messages.success(request, _("You signed it. Somebody else publishes it."))
    return redirect("workroom:interview", public_id)


@require_POST
def publish(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = two_hands.enter(request, "publish", public_id)
    try:
        edition = handing.publish(interview, by=request.user, at=timezone.now())
    except REFUSED as refusal:
        messages.error(request, str(SAID[type(refusal)]))
        return redirect("workroom:sign", public_id)
    if edition:
        return redirect("workroom:edition", public_id)
    messages.success(request, _("The embargo runs: it stays closed until then."))
    return redirect("workroom:interview", public_id)


@require_GET
def edition(request: StaffRequest, public_id: str) -> HttpResponse:
    """The edition that everybody sees: where it is, how it is cited, what went in."""
    interview = enter(request, "read_meta", public_id)
    went_in = leaving.published(interview, at=timezone.now())
    return doors.show(
        request, interview, "workroom/edition.html", "interview", formats=formats.FORMATS, **went_in
    )


@require_http_methods(["GET", "POST"])
def revise(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "revise", public_id)
    if request.method == "POST":
        try:
            publishing.revise(interview, by=request.agent, at=timezone.now())
        except workflow.MoveNotAllowed:
            messages.error(request, str(MOVED))
        return redirect("workroom:interview", public_id)
    return doors.show(request, interview, "workroom/revise.html", "interview")


@require_http_methods(["GET", "POST"])
def withdraw(request: StaffRequest, public_id: str) -> HttpResponse:
    """Gone from every page at the next request: one person, one click, reasons welcome and not asked for."""
    interview = enter(request, "suppress", public_id)
    form = forms.MayHaveReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            acts.take_down(interview, by=request.agent, at=timezone.now(), reason=form.cleaned_data["reason"])
        except workflow.MoveNotAllowed:
            messages.error(request, str(MOVED))
        else:
            messages.success(request, _("It is gone from every page."))
        return redirect("workroom:interview", public_id)
    return doors.show(
        request, interview, "workroom/withdraw.html", "interview", form=form, **leaving.would_go(interview)
    )
