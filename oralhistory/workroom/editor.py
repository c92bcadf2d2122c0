"""What the transcript editor in the browser asks for: the text, its sound as a picture, and that edits be kept."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from oralhistory.interviews.models import Interview
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.review import editing, presence
from oralhistory.transcripts import edits, versions
from oralhistory.transcripts.models import Transcript
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, edit_forms, editor_text, peaks
from oralhistory.workroom.doors import enter


@require_GET
@gzip_page
def segments(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """The text of a recording; with `cues` only those segments."""
    interview = enter(request, "read_raw_text", public_id)
    recording = get_object_or_404(Recording.objects.of(interview), code=code)
    transcript = versions.current(recording)
    if transcript is None or not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    if asked := request.GET.get("cues"):
        cues = asked.split(",")[: edit_forms.MOST]
        return JsonResponse(_changed(interview, recording, transcript, cues))
    return JsonResponse(editor_text.whole(interview, recording, transcript))


@require_GET
def nearer(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """The waveform from near: a stretch of it, drawn finely."""
    interview = enter(request, "read_raw_text", public_id)
    rendition = renditions.current(get_object_or_404(Recording.objects.of(interview), code=code))
    if rendition is None or not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    block = request.GET.get("block", "0")
    return JsonResponse({"peaks": peaks.of(rendition, int(block) if block.isdecimal() else 0)})


@require_POST
def save(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """Keep edits, or none; and tell what others did since, and where they are."""
    interview = enter(request, "edit_text", public_id)
    recording = get_object_or_404(Recording.objects.of(interview), code=code)
    transcript = versions.current(recording)
    if transcript is None:
        return HttpResponse(status=409)
    at = timezone.now()
    try:
        given, wanted, refused = edit_forms.read(request.body)
        since = _since(transcript, int(given["version"]), int(given["number"]))
    except (edit_forms.Malformed, ValueError, TypeError, KeyError):
        return HttpResponse(status=400)
    if given.get("user") != request.user.code:  # somebody else has logged in since the page was opened
        return HttpResponse(status=401)
    answers: list[editing.Answer] = []
    if wanted:
        before, (transcript, answers) = (
            transcript,
            editing.apply(interview, transcript, wanted, by=request.agent, at=at),
        )
        since = since if transcript == before else 0
    others = presence.tell(recording, request.user, str(given.get("cue") or "")[:8], at=at)
    cues = [
        *(edits.since(transcript, since) if since is not None else []),
        *(cue for answer in answers for cue in answer.cues),
    ]
    return JsonResponse(
        {
            **_changed(interview, recording, transcript, cues),
            "reload": since is None,
            "answers": [
                *({"code": each.code, "why": each.why} for each in answers),
                *({"code": each, "why": "malformed"} for each in refused),
            ],
            "others": [{"name": each.name, "cue": each.cue} for each in others],
        }
    )


def _since(transcript: Transcript, version: int, number: int) -> int | None:
    """The last edit that is known where a version was opened; None where that version counts no more."""
    if transcript.version == version:
        return number
    is_its_copy = transcript.parent is not None and transcript.parent.version == version
    return 0 if is_its_copy and transcript.merged_from_id is None else None


def _changed(
    interview: Interview, recording: Recording, transcript: Transcript, cues: list[str]
) -> dict[str, object]:
    number = edits.last_number(transcript)
    present = editor_text.some(interview, recording, transcript, set(cues)) if cues else []
    there = {each["cue"] for each in present}
    return {
        "version": transcript.version,
        "number": number,
        "segments": present,
        "gone": [cue for cue in dict.fromkeys(cues) if cue not in there],
    }
