"""What is said about a transcript, beside it: remarks among the staff, and footnotes for readers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from oralhistory.interviews.models import Interview
from oralhistory.recordings.models import Recording
from oralhistory.review import footnotes as rules_of_footnotes
from oralhistory.review import remarks as rules_of_remarks
from oralhistory.review.models import Footnote, Remark
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, reviewing, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import Moment


class RemarkActForm(forms.Form):
    do = forms.ChoiceField(choices=[(each, each) for each in ("leave", "answer", "resolve", "reopen")])
    remark = forms.IntegerField(required=False)
    text = forms.CharField(required=False)
    start = Moment(required=False)
    cue = forms.CharField(required=False, max_length=8)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("do") in ("leave", "answer") and not given.get("text"):
            self.add_error("text", _("Write something first."))
        return given


class FootnoteForm(forms.Form):
    cue = forms.CharField(
        max_length=8, error_messages={"required": gettext_lazy("Select the words in the text first.")}
    )
    about = forms.CharField(required=False, max_length=200)
    text = forms.CharField(error_messages={"required": gettext_lazy("Write something first.")})


# Remarks.


@require_GET
def remarks(request: StaffRequest, public_id: str) -> HttpResponse:
    """All threads of an interview, for the side of the editor."""
    return _remarks(request, enter(request, "comment", public_id))


@require_POST
def act(request: StaffRequest, public_id: str) -> HttpResponse:
    """Leave a remark, answer one, be done with one, or open it again."""
    interview = enter(request, "comment", public_id)
    form = RemarkActForm(request.POST)
    if form.is_valid():
        _act(request, interview, form.cleaned_data)
    problem = "" if form.is_valid() else str(next(iter(form.errors.values()))[0])
    if request.headers.get("HX-Request"):
        return _remarks(request, interview, problem=problem)
    if problem:
        messages.error(request, problem)
    return redirect("workroom:remarks", public_id)


def _act(request: StaffRequest, interview: Interview, given: dict[str, Any]) -> None:
    by, at = request.agent, timezone.now()
    if given["do"] == "leave":
        rules_of_remarks.leave(
            interview, given["text"], by=by, at=at, start_ms=given["start"], cue_id=given["cue"]
        )
        return
    remark = Remark.objects.filter(interview=interview, pk=given["remark"]).first()
    if remark is None:
        return
    if given["do"] == "answer":
        rules_of_remarks.answer(remark, given["text"], by=by, at=at)
    elif given["do"] == "resolve":
        rules_of_remarks.resolve(remark, by=by, at=at)
    else:
        rules_of_remarks.reopen(remark)


def _remarks(request: StaffRequest, interview: Interview, *, problem: str = "") -> HttpResponse:
    context = {"interview": interview, "problem": problem, **threads(interview)}
    return render(request, "workroom/components/remark_threads.html", context)


def threads(interview: Interview) -> dict[str, object]:
    """Remarks with their answers, and the names of the staff among those who wrote them."""
    found = rules_of_remarks.threads(interview)
    agents = {agent for each in found for agent in (each.by_agent, each.resolved_by_agent)}
    agents |= {answer.by_agent for each in found for answer in each.answers.all()}
    recordings = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
    return {
        "threads": [(each, _in_recording(each, recordings)) for each in found],
        "names": showing.agent_names(agents),
        "open_remarks": sum(each.resolved_at is None for each in found),
    }


def _in_recording(remark: Remark, recordings: list[Recording]) -> tuple[str, int] | None:
    """The recording on which the moment of a remark lies, and the moment in its time, for the player."""
    before = [each for each in recordings if each.offset_ms <= (remark.start_ms or 0)]
    if remark.start_ms is None or not before:
        return None
    return before[-1].code, remark.start_ms - before[-1].offset_ms


# Footnotes.


@require_GET
def footnotes(request: StaffRequest, public_id: str) -> HttpResponse:
    """The notes of one recording's text, in its order."""
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    return _footnotes(request, interview, request.GET.get("recording", ""))


@require_POST
def write_footnote(request: StaffRequest, public_id: str) -> HttpResponse:
    """Write a note, or (`remove`) take one out of the editions to come."""
    interview = enter(request, "edit_text", public_id)
    code, removed = request.POST.get("recording", ""), request.POST.get("remove", "")
    form = FootnoteForm(request.POST)
    problem = ""
    if removed:
        note = rules_of_footnotes.of(interview).filter(pk=int(removed) if removed.isdecimal() else 0).first()
        if note:
            rules_of_footnotes.remove(note, by=request.agent, at=timezone.now())
    elif form.is_valid() and _text_of(interview, code, form.cleaned_data["cue"]) is not None:
        given = form.cleaned_data
        rules_of_footnotes.write(
            interview, given["cue"], given["text"], about=given["about"], by=request.agent, at=timezone.now()
        )
    else:
        problem = (
            str(next(iter(form.errors.values()))[0]) if form.errors else _("This passage is no longer there.")
        )
    return _footnotes(request, interview, code, problem=problem)


def _text_of(interview: Interview, code: str, cue: str) -> Segment | None:
    transcript = _transcript(interview, code)
    return transcript.segments.filter(cue_id=cue).first() if transcript else None


def _transcript(interview: Interview, code: str) -> Transcript | None:
    recording = reviewing.recording_of(interview, code)
    return versions.current(recording) if recording else None


def _footnotes(request: StaffRequest, interview: Interview, code: str, *, problem: str = "") -> HttpResponse:
    transcript = _transcript(interview, code)
    written = rules_of_footnotes.by_cue(interview)
    rows = transcript.segments.filter(cue_id__in=written) if transcript else Segment.objects.none()
    notes = [
        (note, row, bool(note.about) and note.about not in row.text)
        for row in rows
        for note in written[row.cue_id]
    ]
    context = {
        "interview": interview, "recording": transcript.recording if transcript else None, "notes": notes,
        "problem": problem, "may": doors.allowed(request, interview), "lost": _lost(written, transcript),
    }  # fmt: skip
    return render(request, "workroom/components/footnotes.html", context)


def _lost(written: dict[str, list[Footnote]], transcript: Transcript | None) -> list[Footnote]:
    """Notes whose passage no text of the interview has any more."""
    if transcript is None:
        return []
    current = versions.current_of(Recording.objects.of(transcript.recording.session.interview)).values()
    there = set(
        Segment.objects.filter(transcript__in=current, cue_id__in=written).values_list("cue_id", flat=True)
    )
    return [note for cue, notes in written.items() if cue not in there for note in notes]
