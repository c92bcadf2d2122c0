"""Whose the voices are that a machine told apart in a transcript."""

from collections.abc import Iterable, Mapping

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oralhistory.review import speaking
from oralhistory.review.speaking import Voice
from oralhistory.transcripts import versions
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import reviewing, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import Choices


class VoicesForm(forms.Form):
    """A speaker for each voice, under its letter."""

    def __init__(self, data: Mapping[str, str], *, voices: Iterable[Voice], speakers: Choices) -> None:
        super().__init__(data, prefix="voice")
        for voice in voices:
            self.fields[voice.letter] = forms.ChoiceField(choices=[("", ""), *speakers], required=False)


@require_POST
def voices(request: StaffRequest, public_id: str) -> HttpResponse:
    """Name them. What was named before is named otherwise, or not any more."""
    interview = enter(request, "edit_text", public_id)
    recording = reviewing.recording_of(interview, request.POST.get("recording", ""))
    transcript = versions.current(recording) if recording else None
    known = {voice.letter: voice.speaker for voice in speaking.voices(transcript)} if transcript else {}
    form = VoicesForm(
        request.POST,
        voices=speaking.voices(transcript) if transcript else [],
        speakers=showing.speakers(interview),
    )
    if transcript is None or not known or not form.is_valid():
        messages.error(request, _("Choose for each voice one of the people of the interview."))
        return redirect("workroom:transcript", public_id)
    for letter, speaker in form.cleaned_data.items():
        if speaker != known[letter]:
            transcript = speaking.name(
                interview, transcript, letter, speaker, by=request.agent, at=timezone.now()
            )
    address = reverse("workroom:transcript", args=[public_id])
    return redirect(f"{address}?recording={transcript.recording.code}#voices")
