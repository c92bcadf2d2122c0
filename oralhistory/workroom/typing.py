"""Typing a text by hand, and noting that a passage is in another language."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from oralhistory.intake import typed
from oralhistory.interviews.models import Interview
from oralhistory.pipeline import acts
from oralhistory.review import spoken_languages
from oralhistory.transcripts import versions
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, reviewing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import Moment, languages


class TypingForm(forms.Form):
    recording = forms.ChoiceField(label=gettext_lazy("Of which recording"))
    language = forms.ChoiceField(label=gettext_lazy("Language that is spoken"), choices=languages)

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recordings = {each.code: each for each in typed.without_text(interview)}
        cast(Any, self.fields["recording"]).choices = [
            (code, _("Sitting %(session)d, recording %(track)d: %(name)s") % {
                "session": each.session.number, "track": each.position + 1, "name": each.original_name,
            })
            for code, each in self.recordings.items()
        ]  # fmt: skip


class LanguageForm(forms.Form):
    """Times are the interview's."""

    recording = forms.CharField(max_length=12, widget=forms.HiddenInput)
    start = Moment(label=gettext_lazy("From"))
    end = Moment(label=gettext_lazy("To"))
    language = forms.ChoiceField(label=gettext_lazy("Language that is spoken"), choices=languages)


@require_http_methods(["GET", "POST"])
def begin(request: StaffRequest, public_id: str) -> HttpResponse:
    """Empty lines, in which one listens and writes."""
    interview = enter(request, "transcribe", public_id)
    initial = {"language": next(iter(interview.languages), "es")}
    form = TypingForm(request.POST or None, interview=interview, initial=initial)
    if form.is_valid():
        recording = form.recordings[form.cleaned_data["recording"]]
        try:
            acts.type_by_hand(recording, form.cleaned_data["language"], by=request.agent, at=timezone.now())
        except typed.HasAText:
            messages.error(request, _("There is a text by now: correct that."))
        except typed.NotReadYet:
            messages.error(request, _("The recording has not been read yet."))
        else:
            messages.success(
                request, _("Lines are laid out where somebody speaks: open one, listen, and write.")
            )
        address = reverse("workroom:transcript", args=[public_id])
        return redirect(f"{address}?recording={recording.code}")
    return doors.show(
        request,
        interview,
        "workroom/typing.html",
        "transcript",
        form=form,
        status=400 if form.is_bound else 200,
    )


@require_POST
def language(request: StaffRequest, public_id: str) -> HttpResponse:
    """What is spoken from when to when."""
    interview = enter(request, "edit_text", public_id)
    form = LanguageForm(request.POST)
    recording = reviewing.recording_of(interview, request.POST.get("recording", ""))
    current = versions.current(recording) if recording else None
    if not form.is_valid() or recording is None or current is None:
        messages.error(request, _("Write from when to when, and choose the language."))
        return redirect("workroom:transcript", public_id)
    given = form.cleaned_data
    try:
        spoken_languages.note(
            interview, current, given["start"] - recording.offset_ms, given["end"] - recording.offset_ms,
            given["language"], by=request.agent, at=timezone.now(),
        )  # fmt: skip
    except spoken_languages.NothingThere:
        messages.error(request, _("Nothing is said between these times."))
    except versions.Overtaken:
        messages.error(request, _("Somebody else has changed this text meanwhile. Try again."))
    else:
        messages.success(request, _("The language is noted; readers and their machines will know."))
    return redirect(f"{reverse('workroom:transcript', args=[public_id])}?recording={recording.code}")
