"""Beside the transcript: which passages speak of a theme, and the words that a narrator suggests."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from oralhistory.consent import grants, sentences, themes
from oralhistory.consent.models import ThemeLook, ThemeSpan
from oralhistory.interviews.models import Interview
from oralhistory.pipeline import acts
from oralhistory.review import suggestions
from oralhistory.review.models import Suggestion
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import Moment


class ThemeForm(forms.Form):
    """A passage, and what it speaks of."""

    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=list(sentences.THEMES.items()))
    start = Moment(label=gettext_lazy("From"))
    end = Moment(label=gettext_lazy("To"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A theme that matters here: closed by a paper, marked, or looked for."""

    code: str
    words: object
    closed: bool
    marks: list[ThemeSpan]
    look: ThemeLook | None
    by: str  # who looked


def panel(interview: Interview) -> dict[str, Any]:
    """What the form beside the transcript shows."""
    closed = grants.in_force(interview, at=timezone.now()).closed_themes
    looks = themes.looked_for(interview)
    marks: dict[str, list[ThemeSpan]] = {}
    for mark in ThemeSpan.objects.standing().filter(interview=interview):
        marks.setdefault(mark.theme, []).append(mark)
    names = showing.agent_names(look.by_agent for look in looks.values())
    return {
        "theme_form": ThemeForm(auto_id="theme-%s"),
        "themes": [
            Shown(code, words, code in closed, marks.get(code, []), look := looks.get(code), _by(look, names))
            for code, words in sentences.THEMES.items()
            if code in closed or code in marks or code in looks
        ],
        "suggested": suggestions.waiting(interview),
    }


def _by(look: ThemeLook | None, names: dict[str, str]) -> str:
    return names.get(look.by_agent, look.by_agent) if look else ""


@require_GET
def page(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    return doors.show(request, interview, "workroom/themes.html", "transcript", **panel(interview))


@require_POST
def mark(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "redact", public_id)
    form = ThemeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write from when to when the passage goes, such as 3:25."))
        return redirect("workroom:themes", public_id)
    given = form.cleaned_data
    try:
        acts.mark_theme(
            interview, given["start"], given["end"], given["theme"], by=request.agent, at=timezone.now()
        )
    except themes.NotASpan:
        messages.error(request, _("The end lies after the beginning."))
    else:
        messages.success(
            request, _("The passage is marked. Where a paper closes the theme, it is closed at once.")
        )
    return redirect("workroom:themes", public_id)


@require_POST
def unmark(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "redact", public_id)
    number = request.POST.get("mark", "")
    row = get_object_or_404(ThemeSpan, interview=interview, pk=int(number) if number.isdecimal() else 0)
    try:
        themes.unmark(row, by=request.agent, at=timezone.now())
    except themes.NeedsAnother:
        said = _("A paper closes what speaks of this theme: somebody else has to take your mark away.")
        messages.error(request, said)
    return redirect("workroom:themes", public_id)


@require_POST
def look(request: StaffRequest, public_id: str) -> HttpResponse:
    """Somebody says that they went through the whole interview for a theme."""
    interview = enter(request, "redact", public_id)
    theme = request.POST.get("theme", "")
    if theme in sentences.THEMES:
        themes.looked_through(interview, theme, by=request.agent, at=timezone.now())
        messages.success(request, _("That you looked through it is kept with your name."))
    return redirect("workroom:themes", public_id)


@require_POST
def suggestion(request: StaffRequest, public_id: str) -> HttpResponse:
    """Take the words that a narrator suggests, or leave the text as it is."""
    interview = enter(request, "edit_text", public_id)
    number = request.POST.get("suggestion", "")
    row = get_object_or_404(Suggestion, interview=interview, pk=int(number) if number.isdecimal() else 0)
    decide = suggestions.take if request.POST.get("do") == "take" else suggestions.leave
    try:
        decide(row, by=request.agent, at=timezone.now())
    except suggestions.AlreadySettled:
        messages.error(request, _("Somebody else has decided on it."))
    except (versions.Overtaken, versions.NothingLeft, Segment.DoesNotExist):
        messages.error(request, _("The passage reads otherwise by now: correct it by hand."))
    return redirect("workroom:themes", public_id)
