"""What was listened to: the player tells it, the side of the editor shows what is left."""

import json

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oralhistory.consent import grants
from oralhistory.interviews.models import Interview
from oralhistory.lib import timecodes
from oralhistory.lib.timeline import Span
from oralhistory.recordings.models import Recording
from oralhistory.review import hearing as rules
from oralhistory.review import redactions
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.doors import enter

MOST = 500  # spans in one message: hours of going back and forth
FARTHEST = 2**31  # ms


@require_http_methods(["GET", "POST"])
def heard(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """POST {"spans": [[start_ms, end_ms], …]}, in the recording's own time; both answer with what is left."""
    interview = enter(request, "read_raw_text", public_id)
    recording = Recording.objects.of(interview).filter(code=code).first()
    if recording is None or not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    if request.method == "POST":
        spans = _spans(request.body)
        if spans is None:
            return HttpResponse(_("This is no list of spans."), status=400, content_type="text/plain")
        rules.note(recording, spans, by=request.user, at=timezone.now())
    return JsonResponse(_told(interview, recording))


def _spans(body: bytes) -> list[Span] | None:
    try:
        given = json.loads(body)["spans"]
        spans = [(start, end) for start, end in given]
    except (ValueError, TypeError, KeyError):
        return None
    numbers = [number for span in spans for number in span]
    if len(spans) > MOST or any(type(each) is not int or not 0 <= each < FARTHEST for each in numbers):
        return None
    return spans


def _told(interview: Interview, recording: Recording) -> dict[str, object]:
    terms = grants.in_force(interview, at=timezone.now())
    found = rules.of_recording(recording, interview, terms, redactions.spans(interview))
    next_ = found.unheard[0] if found.unheard else None
    return {
        "percent": found.percent,
        "whole": found.is_whole,
        "unheard": [[each.start_ms, each.end_ms] for each in found.unheard],
        "heard": rules.heard(recording, interview),
        "duration_ms": recording.duration_ms,
        "next": next_ and {"at": next_.start_ms, "clock": timecodes.clock(next_.at_ms)},
        "said": _("All that is published was listened to.")
        if found.is_whole
        else _("%(percent)d %% heard.") % {"percent": found.percent},
    }
