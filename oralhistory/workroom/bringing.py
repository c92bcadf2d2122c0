"""A transcript that others made, brought to a recording: read, shown with what was forgiven, then kept."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oralhistory.intake import transcripts_brought
from oralhistory.interviews.models import Interview
from oralhistory.pipeline import acts
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.formats.reading import recognizing
from oralhistory.transcripts.formats.reading.cues import (
    CannotBeParsed,
    Cue,
    Heading,
    IndexPoint,
    Remark,
    Said,
)
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.doors import enter

# Between preview and keeping, what was read travels in the page, signed: no server has to remember it, and pictures
# in a document stay behind.
SALT = "transcript brought"
REMEMBERED = timedelta(days=2)
SHOWN = 8  # passages of a preview


class TranscriptForm(forms.Form):
    """A file, or one that was shown already (`packed`, with its `name`)."""

    recording = forms.ChoiceField(label=gettext_lazy("Of which recording"))
    transcript = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "A Word document (.docx), WebVTT, SRT, a text with or without times, a table (CSV), or an OHMS export."
        ),
    )
    packed = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recordings = {
            each.code: each
            for each in Recording.objects.of(interview)
            .exclude(state=Recording.State.REFUSED)
            .select_related("session")
        }
        field = self.fields["recording"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            (code, _("Sitting %(session)d, recording %(track)d: %(name)s") % {
                "session": each.session.number, "track": each.position + 1, "name": each.original_name,
            })
            for code, each in self.recordings.items()
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        file = given.get("transcript")
        if file and file.size > recognizing.MOST_OF_A_DOCUMENT:
            self.add_error("transcript", _("The file is larger than a transcript can be."))
        elif file:
            given["data"], given["name"] = file.read(), PurePath(file.name).name
        elif given.get("packed"):
            given["reading"] = _unpacked(given["packed"])
        if not given.get("data") and not given.get("reading") and not self.errors:
            self.add_error("transcript", _("Choose a file that is not empty."))
        return given

    @property
    def chosen(self) -> Recording:
        return self.recordings[self.cleaned_data["recording"]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be kept."""

    reading: recognizing.Reading
    recording: Recording
    segments: list[TimedSegment]
    remarks: list[Said]
    packed: str
    name: str

    @property
    def first(self) -> list[TimedSegment]:
        return self.segments[:SHOWN]

    @property
    def speakers(self) -> list[str]:
        return sorted({segment.speaker for segment in self.segments if segment.speaker})[:20]

    @property
    def replaces(self) -> bool:
        return self.recording.transcripts.exists()


@require_http_methods(["GET", "POST"])
def bring_transcript(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "upload", public_id)
    form = TranscriptForm(request.POST or None, request.FILES or None, interview=interview)
    preview = None
    if form.is_valid():
        try:
            preview = _read(form)
            if "keep" in request.POST:
                acts.bring_transcript(form.chosen, preview.reading, by=request.user, at=timezone.now())
                messages.success(request, _("The transcript is kept."))
                return redirect("workroom:interview", public_id)
        except CannotBeParsed as refusal:
            where = _("Line %(line)d: ") % {"line": refusal.line} if refusal.line else ""
            form.add_error("transcript", f"{where}{refusal.sentence}")
        except transcripts_brought.NotBrought as refusal:
            form.add_error("transcript", str(refusal))
            preview = None
    return doors.show(
        request, interview, "workroom/bring_transcript.html", "interview", form=form, preview=preview,
        status=400 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def _read(form: TranscriptForm) -> Preview:
    """Raises CannotBeParsed."""
    given = form.cleaned_data
    reading = given.get("reading") or recognizing.read(given["data"], given["name"])
    segments, remarks = transcripts_brought.remarks_on(reading, form.chosen.duration_ms)
    return Preview(reading, form.chosen, segments, remarks, _packed(reading), given["name"])


def _packed(reading: recognizing.Reading) -> str:
    return signing.dumps(asdict(reading), salt=SALT, compress=True)


def _unpacked(packed: str) -> recognizing.Reading | None:
    """None for what was not packed here, or too long ago."""
    try:
        given = signing.loads(packed, salt=SALT, max_age=REMEMBERED)
    except signing.BadSignature:
        return None
    for point in given["chapters"]:
        point.update({name: tuple(point.get(name, ())) for name in ("subjects", "places", "keywords")})
    parts = {"cues": Cue, "chapters": IndexPoint, "remarks": Remark, "headings": Heading}
    lists = {name: tuple(kind(**each) for each in given.pop(name)) for name, kind in parts.items()}
    return recognizing.Reading(**{**given, **lists})
