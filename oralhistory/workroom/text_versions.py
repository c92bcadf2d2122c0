"""Versions of a recording's text: who changed what, two of them side by side, and restoring any of it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oralhistory.interviews.models import Interview
from oralhistory.pipeline import acts
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, restoring, text_history
from oralhistory.review.text_history import Change, Difference
from oralhistory.transcripts import versions as rules_of_versions
from oralhistory.transcripts.models import Segment, Transcript
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import differing, doors, reviewing, showing
from oralhistory.workroom.differing import Piece
from oralhistory.workroom.doors import enter


class RestoreForm(forms.Form):
    """A passage (`cue`) to a former text (`change` and `side`, or `version`), or the whole recording to a version."""

    do = forms.ChoiceField(choices=[("passage", "passage"), ("version", "version")])
    version = forms.IntegerField(required=False)
    change = forms.IntegerField(required=False)
    side = forms.ChoiceField(choices=[("before", "before"), ("after", "after")], required=False)
    cue = forms.CharField(required=False, max_length=8)
    seen = forms.CharField(required=False, strip=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A change or a difference with its words compared. `stands`: how the passage reads now; None: it is gone."""

    row: Any
    one: list[Piece]
    other: list[Piece]
    stands: str | None
    name: str = ""


@require_GET
def versions(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    recording = reviewing.recording_of(interview, request.GET.get("recording", ""))
    current = rules_of_versions.current(recording) if recording else None
    if recording is None or current is None:
        return doors.show(request, interview, "workroom/no_transcript.html", "transcript")
    by = request.GET.get("by", "")
    edits = text_history.changes(recording, by=by).select_related("transcript")
    page = showing.page_of(edits, request.GET.get("page", ""))
    found = text_history.shown(page.object_list)
    agents = text_history.people(recording)
    names = showing.agent_names(agents)
    return doors.show(
        request, interview, "workroom/versions.html", "transcript", recording=recording, page=page, by=by,
        versions=text_history.versions_of(recording, current), changes=_of_changes(found, current, names),
        people=[(agent, names.get(agent, agent)) for agent in agents],
    )  # fmt: skip


def _of_changes(found: list[Change], current: Transcript, names: dict[str, str]) -> list[Shown]:
    stand = _stand(current, [each.cue_id for each in found])
    return [
        Shown(
            each, *differing.compared(each.before or "", each.after or "", as_written=True), stand.get(each.cue_id),
            names.get(each.by_agent, each.by_agent),
        )
        for each in found
    ]  # fmt: skip


def _stand(current: Transcript, cues: list[str]) -> dict[str, str]:
    rows = Segment.objects.filter(transcript=current, cue_id__in=cues)
    return dict(rows.values_list("cue_id", "text"))


@require_GET
def compare(request: StaffRequest, public_id: str) -> HttpResponse:
    """Two versions side by side, where they differ."""
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    recording = reviewing.recording_of(interview, request.GET.get("recording", ""))
    one, other = (_version(recording, request.GET.get(name, "")) for name in ("one", "other"))
    current = rules_of_versions.current(recording) if recording else None
    if recording is None or one is None or other is None or current is None:
        messages.error(request, _("Choose two versions."))
        return redirect("workroom:versions", public_id)
    page = showing.page_of(text_history.differences(one, other), request.GET.get("page", ""))
    stand = _stand(current, [each.cue_id for each in page.object_list])
    rows = [_of_difference(each, stand.get(each.cue_id)) for each in page.object_list]
    return doors.show(
        request, interview, "workroom/compare_versions.html", "transcript", recording=recording, one=one, other=other,
        page=page, rows=rows,
    )  # fmt: skip


def _of_difference(row: Difference, stands: str | None) -> Shown:
    return Shown(row, *differing.compared(row.one or "", row.other or "", as_written=True), stands)


def _version(recording: Recording | None, number: str) -> Transcript | None:
    if recording is None or not number.isdecimal():
        return None
    return Transcript.objects.filter(recording=recording, version=int(number)).first()


@require_POST
def restore(request: StaffRequest, public_id: str) -> HttpResponse:
    """A passage, or the whole, as it read before."""
    interview = enter(request, "edit_text", public_id)
    recording = reviewing.recording_of(interview, request.POST.get("recording", ""))
    form = RestoreForm(request.POST)
    problem = _("This passage is no longer there.")
    if recording is not None and form.is_valid():
        act = _restore_version if form.cleaned_data["do"] == "version" else _restore_passage
        problem = act(request, interview, recording, form.cleaned_data)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("It reads again as it did."))
    code = recording.code if recording else ""
    return redirect(f"{reverse('workroom:versions', args=[public_id])}?recording={code}")


def _restore_version(
    request: StaffRequest, interview: Interview, recording: Recording, given: dict[str, Any]
) -> str:
    earlier = _version(recording, str(given["version"] or ""))
    if earlier is None:
        return _("There is no such version.")
    try:
        acts.restore_version(interview, earlier, by=request.agent, at=timezone.now())
    except restoring.AlreadyCurrent:
        return _("This version is the one that counts.")
    return ""


def _restore_passage(
    request: StaffRequest, interview: Interview, recording: Recording, given: dict[str, Any]
) -> str:
    cue_id, text = _former(recording, given)
    current = rules_of_versions.current(recording)
    if text is None or current is None:
        return _("This passage is no longer there.")
    try:
        corrections.correct(
            interview, current, cue_id, text, seen=given["seen"], by=request.agent, at=timezone.now()
        )
    except rules_of_versions.Overtaken:
        return _("Somebody else has changed this passage meanwhile. This is how it reads now.")
    except (rules_of_versions.NothingLeft, Segment.DoesNotExist):
        return _("This passage is no longer there.")
    return ""


def _former(recording: Recording, given: dict[str, Any]) -> tuple[str, str | None]:
    """The passage and the text that is wanted of it."""
    if given["change"]:
        edits = text_history.changes(recording).filter(pk=given["change"]).select_related("transcript")
        rows = [each for each in text_history.shown(edits) if each.cue_id == given["cue"]]
        if not rows:
            return "", None
        return given["cue"], rows[0].after if given["side"] == "after" else rows[0].before
    version = _version(recording, str(given["version"] or ""))
    row = version.segments.filter(cue_id=given["cue"]).first() if version else None
    return given["cue"], row.text if row else None
