"""The transcript on the bench: text, mentions, redactions."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.editions import publishing
from oralhistory.interviews.models import Interview
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections
from oralhistory.review import redactions as rules_of_redactions
from oralhistory.transcripts import gaps, versions
from oralhistory.transcripts.models import Segment
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import deciding, doors, forms, gap_places, marking_themes, reviewing, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import languages


@require_GET
def transcript(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    return show(request, interview, editing=request.GET.get("edit", ""))


def show(
    request: StaffRequest,
    interview: Interview,
    *,
    code: str = "",
    editing: str = "",
    problem: str = "",
    redaction: forms.RedactionForm | None = None,
    part: deciding.Part | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, with the panel about the mention that the address names."""
    mention = deciding.mention_of(interview, request.GET.get("mention") or request.POST.get("mention"))
    code = code or (mention.transcript.recording.code if mention else request.GET.get("recording", ""))
    recording = reviewing.recording_of(interview, code)
    if recording is None:
        return doors.show(request, interview, "workroom/no_transcript.html", "transcript", status=status)
    page = reviewing.page(
        interview, recording, leaf=request.GET.get("page", ""), cue=mention.segment.cue_id if mention else request.GET.get("at", ""),
        editing=editing, problem=problem,
    )  # fmt: skip
    after = gap_places.put_among(page["everything"], gaps.of(page["transcript"]), recording.offset_ms)
    gap_places.put_on_leaf(page["rows"], page["everything"])
    return doors.show(
        request, interview, "workroom/transcript.html", "transcript", status=status,
        redaction=redaction or forms.RedactionForm(), gaps_after=[] if page["leaves"].has_next() else after,
        language_choices=languages(),
        **marking_themes.panel(interview), **page, **deciding.panel(mention, part or deciding.asked_for(request, interview, mention)),
    )  # fmt: skip


def segments(
    request: StaffRequest, interview: Interview, recording: Recording, cues: set[str], **how: str
) -> dict[str, object]:
    """Some segments anew, for htmx."""
    current = versions.current(recording)
    rows = reviewing.rows_of(interview, recording, current, cues=cues, **how) if current else []
    may = doors.allowed(request, interview)
    return {
        "interview": interview,
        "recording": recording,
        "rows": rows,
        "may": may,
        "speakers": showing.speakers(interview),
    }


@require_GET
def words(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """Where each word stands and when it is said, by segment, for the player."""
    interview = enter(request, "read_raw_text", public_id)
    recording = reviewing.recording_of(interview, code)
    if recording is None or not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    return JsonResponse(reviewing.word_times(recording))


@require_POST
def text(request: StaffRequest, public_id: str) -> HttpResponse:
    """What a segment says, and who says it."""
    interview = enter(request, "edit_text", public_id)
    form = forms.TextForm(request.POST)
    code, cue = request.POST.get("recording", ""), request.POST.get("cue", "")
    recording = reviewing.recording_of(interview, code)
    problem = (
        _correct(request, interview, recording, form) if recording else _("There is no text to correct.")
    )
    if problem and recording is not None and request.headers.get("HX-Request"):
        context = segments(request, interview, recording, {cue}, editing=cue, problem=problem)
        return render(request, "workroom/components/segments.html", context)
    if problem:
        return show(request, interview, code=code, editing=cue, problem=problem, status=400)
    if request.headers.get("HX-Request") and recording is not None and not form.cleaned_data["onward"]:
        return render(
            request, "workroom/components/segments.html", segments(request, interview, recording, {cue})
        )
    address = f"{reverse('workroom:transcript', args=[public_id])}?recording={code}&at={cue}#{cue}"
    if request.headers.get("HX-Request"):  # others have changed too: the page anew
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _correct(request: StaffRequest, interview: Interview, recording: Recording, form: forms.TextForm) -> str:
    """Keep the correction; or say why it was not kept."""
    current = versions.current(recording)
    if not form.is_valid() or current is None:
        return _("A segment cannot be edited to nothing: redact it, or leave it.")
    given = form.cleaned_data
    speaker = given["speaker"] if "speaker" in request.POST else None
    try:
        corrections.correct(
            interview, current, given["cue"], given["text"], seen=given["seen"], by=request.agent, at=timezone.now(),
            speaker=speaker, onward=given["onward"],
        )  # fmt: skip
    except versions.Overtaken:
        return _("Somebody else has changed this passage meanwhile. This is how it reads now.")
    except versions.NothingLeft:
        return _("A segment cannot be edited to nothing: redact it, or leave it.")
    except Segment.DoesNotExist:
        return _("This passage is no longer there.")
    return ""


@require_http_methods(["GET", "POST"])
def redact(request: StaffRequest, public_id: str) -> HttpResponse:
    """A passage that no edition to come may carry."""
    interview = enter(request, "redact", public_id)
    form = forms.RedactionForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        rules_of_redactions.mark(
            interview, given["start"], given["end"], reason=given["reason"], kind=given["kind"],
            replacement=given["replacement"], cue_id=given["cue"], by=request.agent, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("The passage is redacted, in text and sound, from the next edition on."))
        code = request.POST.get("recording", "")
        cue = given["cue"]
        return redirect(f"{reverse('workroom:transcript', args=[public_id])}?recording={code}&at={cue}#{cue}")
    return doors.show(
        request,
        interview,
        "workroom/redact.html",
        "transcript",
        form=form,
        status=400 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def veil(request: StaffRequest, public_id: str) -> HttpResponse:
    """A passage of what is public, hidden at once by anybody who could take the whole down."""
    interview = enter(request, "suppress", public_id)
    form = forms.VeilForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            publishing.veil(
                interview,
                given["start"],
                given["end"],
                reason=given["reason"],
                by=request.agent,
                at=timezone.now(),
            )
        except publishing.NotPublic:
            form.add_error(None, _("There is no edition that the public can see."))
        else:
            messages.success(request, _("Its words are gone; the sound is withheld until the next edition."))
            return redirect("workroom:interview", public_id)
    return doors.show(
        request, interview, "workroom/veil.html", "interview", form=form, status=400 if form.is_bound else 200
    )
