"""The walk through what is doubtful, for the side of the editor: plain data, with a sentence for each place."""

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from oralhistory.interviews.models import Interview
from oralhistory.lib import timecodes
from oralhistory.recordings.models import Recording
from oralhistory.review import doubts as rules
from oralhistory.review.doubts import Doubt, Kind
from oralhistory.transcripts import versions
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, reviewing, words
from oralhistory.workroom.doors import enter


class DoubtForm(forms.Form):
    recording = forms.CharField()
    kind = forms.ChoiceField(choices=[(each, each) for each in Kind])
    key = forms.CharField(max_length=32)
    do = forms.ChoiceField(choices=[("settle", "settle"), ("again", "again")])


@require_GET
def doubts(request: StaffRequest, public_id: str) -> HttpResponse:
    """All places of a recording's text that wait to be looked at, and how many no longer do."""
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    return JsonResponse(_told(interview, request.GET.get("recording", "")))


@require_POST
def settle(request: StaffRequest, public_id: str) -> HttpResponse:
    """A place is right as it stands; or that is taken back. The list is the page's: to make it anew takes a while."""
    interview = enter(request, "edit_text", public_id)
    form = DoubtForm(request.POST)
    recording = reviewing.recording_of(interview, request.POST.get("recording", ""))
    transcript = versions.current(recording) if recording else None
    status = 400
    if form.is_valid() and transcript is not None:
        given = form.cleaned_data
        act = rules.settle if given["do"] == "settle" else rules.doubt_again
        try:
            act(transcript, given["kind"], given["key"], by=request.agent, at=timezone.now())
            status = 200
        except rules.NoSuchDoubt:
            status = 409
    return JsonResponse({}, status=status)


def _told(interview: Interview, code: str) -> dict[str, object]:
    recording = reviewing.recording_of(interview, code)
    transcript = versions.current(recording) if recording else None
    if recording is None or transcript is None:
        return {"left": 0, "settled": 0, "places": []}
    found = rules.of(transcript)
    waiting = [each for each in found if not each.settled]
    return {
        "left": len(waiting),
        "settled": len(found) - len(waiting),
        "places": [_place(interview, recording, each) for each in waiting],
    }


def _place(interview: Interview, recording: Recording, doubt: Doubt) -> dict[str, object]:
    """Times in milliseconds of the recording; `clock` as the interview counts."""
    return {
        "kind": doubt.kind,
        "key": doubt.key,
        "cue": doubt.cue_id,
        "start_ms": doubt.start_ms,
        "end_ms": doubt.end_ms,
        "clock": timecodes.clock(doubt.start_ms + recording.offset_ms),
        "said": said(doubt),
        "words": doubt.words if doubt.kind != Kind.HEARD_ANEW else "",
        "heard": doubt.heard,
        "settles": doubt.kind not in rules.DECIDED_ELSEWHERE,
        "page": _page(interview, recording, doubt),
    }


def _page(interview: Interview, recording: Recording, doubt: Doubt) -> str:
    """Where it is decided, if not by a word here."""
    if doubt.kind == Kind.MENTION:
        return f"{reverse('workroom:transcript', args=[interview.public_id])}?mention={doubt.mention}#mention"
    if doubt.kind == Kind.HEARD_ANEW:
        address = reverse("workroom:differences", args=[interview.public_id])
        return f"{address}?recording={recording.code}"
    return ""


def said(doubt: Doubt) -> str:
    """Why a place is doubtful, in a sentence."""
    if doubt.kind == Kind.TEXT:
        return " ".join(f"{_reason(flag)}." for flag in doubt.reasons)
    if doubt.kind == Kind.GAP:
        return str(words.GAPS[doubt.reasons[0]])
    if doubt.kind == Kind.NAME:
        times = ngettext(
            "A name that nothing in the archive knows.",
            "A name that nothing in the archive knows; it is said %(count)d times.",
            doubt.times,
        )
        return times % {"count": doubt.times}
    if doubt.kind == Kind.MENTION and doubt.reasons:
        return _("It may be an organization that the archive does not know; nobody has decided.")
    return {
        Kind.MENTION: _("Nobody has decided which organization is meant."),
        Kind.TWO_READINGS: _("Before the machine was told names, it heard something else."),
        Kind.HEARD_ANEW: _("A machine has heard it again and hears something else."),
    }[doubt.kind]


def _reason(flag: str) -> str:
    return _("The machine was not sure of these words") if flag == "unsure" else words.flag(flag)
