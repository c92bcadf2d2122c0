"""Where a machine that heard a recording again heard something else than people left there: both, to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from oralhistory.interviews.models import Interview
from oralhistory.recordings.models import Recording
from oralhistory.review import retranscribing
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import OtherReading
from oralhistory.transcripts.words import folded
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, reviewing, showing
from oralhistory.workroom.doors import enter

_RECORDING = "segment__transcript__recording"


class ChoiceForm(forms.Form):
    do = forms.ChoiceField(choices=[(each, each) for each in ("take", "keep", "keep_all")])
    reading = forms.IntegerField(required=False)
    seen = forms.CharField(required=False, strip=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that are heard in both readings, or in one alone."""

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A segment with its two readings. `offset_ms` leads to the interview's time line."""

    reading: OtherReading
    offset_ms: int
    problem: str = ""

    @property
    def start_ms(self) -> int:
        return self.reading.segment.start_ms + self.offset_ms

    @property
    def sides(self) -> tuple[list[Piece], list[Piece]]:
        return compared(self.reading.segment.text, self.reading.text)


def compared(ours: str, theirs: str, *, as_written: bool = False) -> tuple[list[Piece], list[Piece]]:
    """Both texts in runs of words. Capitals, accents and punctuation alone are no difference, unless `as_written`."""
    mine, other = ours.split(), theirs.split()
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    keys = (mine, other) if as_written else (_sounds(mine), _sounds(other))
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for pieces, words in zip(sides, (mine[i1:i2], other[j1:j2]), strict=True):
            if words:
                pieces.append(Piece(" ".join(words), alone=tag != "equal"))
    return sides


def _sounds(words: Iterable[str]) -> list[str]:
    return [folded(word) or word for word in words]


@require_GET
def differences(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    context = _page(interview, request.GET.get("recording", ""), request.GET.get("page", ""))
    if context["recording"] is None:
        return doors.show(request, interview, "workroom/no_transcript.html", "transcript")
    return doors.show(request, interview, "workroom/differences.html", "transcript", **context)


def _page(interview: Interview, code: str, asked: str) -> dict[str, Any]:
    """What waits in one recording: that which was asked for, else the first in which anything waits."""
    waiting = OtherReading.objects.undecided().of(interview)
    in_order = waiting.order_by(
        *(f"{_RECORDING}__{each}" for each in ("offset_ms", "pk")), "segment__index"
    ).values_list(f"{_RECORDING}__code", f"{_RECORDING}__offset_ms", "pk")
    places = list(in_order)
    tabs = list(dict.fromkeys((each, offset_ms) for each, offset_ms, _pk in places))
    code = code or (tabs[0][0] if tabs else "")
    page = showing.page_of([pk for each, _offset, pk in places if each == code], asked)
    readings = OtherReading.objects.filter(pk__in=page.object_list).select_related(_RECORDING)
    rows = [Difference(each, each.segment.transcript.recording.offset_ms) for each in readings]
    rows.sort(key=lambda row: row.reading.segment.index)
    recording = rows[0].reading.segment.transcript.recording if rows else None
    return {
        "recording": recording or reviewing.recording_of(interview, code),
        "tabs": tabs,
        "page": page,
        "left": page.paginator.count,
        "rows": rows,
    }


@require_GET
def machine_text(request: StaffRequest, public_id: str) -> HttpResponse:
    """What a machine heard in a recording whose text was brought along: to be read beside it."""
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    recording = reviewing.recording_of(interview, request.GET.get("recording", ""))
    transcript = retranscribing.apart(recording) if recording else None
    if transcript is None:
        return doors.show(request, interview, "workroom/no_transcript.html", "transcript")
    return doors.show(
        request, interview, "workroom/machine_text.html", "transcript", recording=recording, transcript=transcript,
        segments=[(row.start_ms + transcript.recording.offset_ms, row) for row in transcript.segments.all()],
    )  # fmt: skip


@require_POST
def choose(request: StaffRequest, public_id: str) -> HttpResponse:
    """A person's choice between the two readings of a segment; or theirs everywhere."""
    interview = enter(request, "edit_text", public_id)
    recording = reviewing.recording_of(interview, request.POST.get("recording", ""))
    form = ChoiceForm(request.POST)
    reading = _reading_of(interview, form)
    problem = _("This passage is no longer there.")
    if recording is not None and form.is_valid():
        problem = _choose(request, recording, reading, form)
    if request.headers.get("HX-Request") and reading is not None and recording is not None:
        return _row(request, interview, recording, reading, problem)
    if problem:
        messages.error(request, problem)
    code, page = recording.code if recording else "", request.POST.get("page", "")
    query = urlencode({"recording": code, "page": page})
    return redirect(f"{reverse('workroom:differences', args=[public_id])}?{query}#readings-left")


def _reading_of(interview: Interview, form: ChoiceForm) -> OtherReading | None:
    number: int | None = form.cleaned_data["reading"] if form.is_valid() else None
    if number is None:
        return None
    readings = OtherReading.objects.of(interview).select_related("segment__transcript")
    return readings.filter(pk=number).first()


def _choose(
    request: StaffRequest, recording: Recording, reading: OtherReading | None, form: ChoiceForm
) -> str:
    """Do as was chosen; or say why it could not be done."""
    given, by, at = form.cleaned_data, request.agent, timezone.now()
    try:
        if given["do"] == "keep_all":
            return _keep_all(request, recording)
        if reading is None:
            return _("This passage is no longer there.")
        if given["do"] == "take":
            retranscribing.take(reading, seen=given["seen"], by=by, at=at)
        else:
            retranscribing.keep(reading, by=by, at=at)
    except versions.Overtaken:
        return _("Somebody else has changed this passage meanwhile. This is how it reads now.")
    except versions.NothingLeft:
        return _("A segment cannot be edited to nothing: redact it, or leave it.")
    except retranscribing.AlreadyDecided:
        return _("Somebody else has chosen already.")
    return ""


def _keep_all(request: StaffRequest, recording: Recording) -> str:
    transcript = versions.current(recording)
    if transcript is None:
        return _("There is no text to correct.")
    number = retranscribing.keep_all(transcript, by=request.agent, at=timezone.now())
    kept = ngettext("One passage stays as it is.", "%(count)d passages stay as they are.", number)
    messages.success(request, kept % {"count": number})
    return ""


def _row(
    request: StaffRequest, interview: Interview, recording: Recording, reading: OtherReading, problem: str
) -> HttpResponse:
    """The passage anew, for htmx, and how many are left."""
    reading = OtherReading.objects.select_related("segment").get(pk=reading.pk)
    context = {
        "interview": interview,
        "recording": recording,
        "row": Difference(reading, recording.offset_ms, problem),
        "left": OtherReading.objects.undecided().filter(**{_RECORDING: recording}).count(),
        "may": doors.allowed(request, interview),
    }
    return render(request, "workroom/components/chosen.html", context)
