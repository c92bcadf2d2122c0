"""Translations of a transcript, written beside the original and saved line by line."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.interviews.models import Interview
from oralhistory.recordings.models import Recording
from oralhistory.review import translating
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Translation
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import languages

MOST_BYTES = 4 << 20  # of a plain file: three hours of speech are 200 kB


class BeginForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Into which language"), choices=languages)


class LineForm(forms.Form):
    cue = forms.CharField(max_length=8)
    seen = forms.CharField(required=False, strip=False)
    text = forms.CharField(required=False)


class WholeForm(forms.Form):
    """What is said of a translation as a whole."""

    do = forms.ChoiceField(choices=[(each, each) for each in ("name", "ready", "not_ready", "file")])
    translator = forms.CharField(required=False, max_length=120)
    file = forms.FileField(required=False)

    def lines(self) -> list[str]:
        """Of a plain text, one for each passage. Raises UnicodeDecodeError."""
        data: bytes = self.cleaned_data["file"].read(MOST_BYTES)
        return data.decode("utf-8-sig").splitlines()


@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest, public_id: str) -> HttpResponse:
    """Which there are; another is begun."""
    interview = enter(request, "edit_text" if request.method == "POST" else "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    form = BeginForm(request.POST or None)
    if form.is_valid():
        for recording in _with_text(interview):
            translating.begin(recording, form.cleaned_data["language"], by=request.agent, at=timezone.now())
        return redirect("workroom:translation", public_id, form.cleaned_data["language"])
    there = {each.language: each for each in translating.of(interview)}
    return doors.show(
        request, interview, "workroom/translations.html", "transcript", form=form, translations=there.values(),
        has_text=bool(_with_text(interview)), status=400 if form.is_bound else 200,
    )  # fmt: skip


@require_GET
def one(request: StaffRequest, public_id: str, language: str) -> HttpResponse:
    """Original and translation side by side."""
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    return _page(request, interview, _translation(request, interview, language))


@require_POST
def line(request: StaffRequest, public_id: str, language: str) -> HttpResponse:
    """What one passage says."""
    interview = enter(request, "edit_text", public_id)
    translation, form = _translation(request, interview, language), LineForm(request.POST)
    problem = _write(request, translation, form)
    cue = request.POST.get("cue", "")
    if not request.headers.get("HX-Request"):
        if problem:
            messages.error(request, problem)
        return redirect(f"{_address(translation, public_id)}#{cue}")
    rows = translating.lines(translation)
    row = next((each for each in rows if each.segment.cue_id == cue), None)
    context = {
        "interview": interview,
        "translation": translation,
        "line": row,
        "may": doors.allowed(request, interview),
    }
    typed = request.POST.get("text", "") if problem else ""
    return render(
        request, "workroom/components/translated_line.html",
        {**context, **_left(rows), "problem": problem, "typed": typed, "oob": True},
    )  # fmt: skip


def _write(request: StaffRequest, translation: Translation, form: LineForm) -> str:
    """Keep it; or say why it was not kept."""
    if not form.is_valid():
        return _("That could not be read. Try again.")
    given = form.cleaned_data
    try:
        translating.write(
            translation, given["cue"], given["text"], seen=given["seen"], by=request.agent, at=timezone.now()
        )
    except translating.Overtaken:
        return _("Somebody else has changed this passage meanwhile. This is how it reads now.")
    except translating.NoSuchLine as gone:
        raise Http404 from gone
    return ""


@require_POST
def whole(request: StaffRequest, public_id: str, language: str) -> HttpResponse:
    """Who translated it, whether it is ready; lines of a file."""
    interview = enter(request, "edit_text", public_id)
    translation, form = _translation(request, interview, language), WholeForm(request.POST, request.FILES)
    if form.is_valid():
        ACTS[form.cleaned_data["do"]](request, translation, form)
    else:
        messages.error(request, _("That could not be read. Try again."))
    return redirect(_address(translation, public_id))


def _name(request: StaffRequest, translation: Translation, form: WholeForm) -> None:
    translating.name_translator(translation, form.cleaned_data["translator"])
    messages.success(request, _("Editions to come name the translator so."))


def _ready(request: StaffRequest, translation: Translation, _form: WholeForm) -> None:
    try:
        translating.mark(translation, ready=True, by=request.agent, at=timezone.now())
    except translating.NothingTranslated:
        messages.error(request, _("Nothing is translated yet."))
    else:
        messages.success(request, _("Editions to come carry it beside the original."))


def _not_ready(request: StaffRequest, translation: Translation, _form: WholeForm) -> None:
    translating.mark(translation, ready=False, by=request.agent, at=timezone.now())
    messages.success(request, _("Editions to come do without it."))


def _file(request: StaffRequest, translation: Translation, form: WholeForm) -> None:
    try:
        lines = form.lines() if form.cleaned_data["file"] else []
    except UnicodeDecodeError:
        lines = []
    if not lines:
        messages.error(request, _("Choose a plain text in UTF-8, with one line for each passage."))
        return
    taken = translating.take_in(translation, lines, by=request.agent, at=timezone.now())
    messages.success(
        request, _("%(count)d passages are taken from it; what was written stays.") % {"count": taken}
    )


ACTS: dict[str, Callable[[StaffRequest, Translation, WholeForm], None]] = {
    "name": _name, "ready": _ready, "not_ready": _not_ready, "file": _file,
}  # fmt: skip


def _page(request: StaffRequest, interview: Interview, translation: Translation) -> HttpResponse:
    rows = translating.lines(translation)
    others = [each for each in translating.of(interview) if each.language == translation.language]
    return doors.show(
        request, interview, "workroom/translation.html", "transcript", translation=translation, lines=rows,
        recordings=[each.recording for each in others], **_left(rows),
    )  # fmt: skip


def _left(rows: list[translating.Line]) -> dict[str, Any]:
    said = [row for row in rows if row.segment.text]
    return {
        "missing": sum(not row.text for row in said), "changed": sum(row.changed for row in said), "of_all": len(said),
    }  # fmt: skip


def _translation(request: StaffRequest, interview: Interview, language: str) -> Translation:
    """Of the recording that was asked for, else of the first. Raises Http404."""
    rows = Translation.objects.filter(recording__session__interview=interview, language=language)
    rows = rows.select_related("recording__session__interview").order_by("recording__offset_ms")
    code = request.POST.get("recording") or request.GET.get("recording")
    return get_object_or_404(rows, recording__code=code) if code else get_object_or_404(rows[:1])


def _with_text(interview: Interview) -> list[Recording]:
    return [each for each in Recording.objects.of(interview) if versions.current(each)]


def _address(translation: Translation, public_id: str) -> str:
    address = reverse("workroom:translation", args=[public_id, translation.language])
    return f"{address}?recording={translation.recording.code}"
