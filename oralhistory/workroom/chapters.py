"""Chapters along the waveform: begun at the play head, written while one listens, moved, taken away and put back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.interviews import chapters as rules
from oralhistory.interviews import writing
from oralhistory.interviews.models import Chapter, Interview
from oralhistory.recordings import arranging
from oralhistory.recordings.models import Recording
from oralhistory.review import places_heard
from oralhistory.transcripts import versions
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.chapter_forms import ChapterForm, place_line, shown
from oralhistory.workroom.doors import enter
from oralhistory.workroom.ficha import Answer
from oralhistory.workroom.ficha_forms import Part


@dataclass(frozen=True, slots=True)
class Row:
    """A chapter on the page. `at`: where it begins in the recording that is heard; None: in another one."""

    chapter: Chapter
    parts: list[Part]
    at: int | None
    is_new: bool = False


@require_http_methods(["GET", "POST"])
def chapters(request: StaffRequest, public_id: str) -> HttpResponse:
    found = enter(request, "edit_meta", public_id)
    if request.method != "POST":
        return _page(request, found)
    do = request.POST.get("do", "begin")
    if do == "write":
        return _write_all(request, found)
    if do == "remove":
        return _remove(request, found)
    return _begin(request, found, restoring=do == "restore")


def _begin(request: StaffRequest, interview: Interview, *, restoring: bool) -> HttpResponse:
    form = ChapterForm(request.POST)
    if not form.is_valid():
        return _page(request, interview, form=form, status=400)
    values = form.values()
    try:
        made = rules.begin(interview, values.pop("start"), parts=values, by=request.agent, at=timezone.now())
    except rules.MomentTaken:
        form.add_error("start", _("A chapter begins here already."))
        return _page(request, interview, form=form, status=400)
    return _list(request, interview, new=None if restoring else made)


def _remove(request: StaffRequest, interview: Interview) -> HttpResponse:
    chapter = _chapter(request, interview)
    if chapter is None:
        return _list(request, interview)
    gone = dict(ChapterForm.of(chapter).initial)
    rules.remove(chapter, by=request.agent, at=timezone.now())
    return _list(request, interview, gone=gone)


def _chapter(request: StaffRequest, interview: Interview) -> Chapter | None:
    number = request.POST.get("of") or request.GET.get("of", "")
    return interview.chapters.filter(pk=int(number)).first() if number.isdecimal() else None


@require_POST
def part(request: StaffRequest, public_id: str) -> HttpResponse:
    """One part of a chapter, saved unless somebody else has changed it: for the page's script."""
    found = enter(request, "edit_meta", public_id)
    chapter, name = _chapter(request, found), request.POST.get("part", "")
    if chapter is None or name not in rules.PARTS:
        answer = Answer(errors=[_("Somebody else has taken this chapter away meanwhile.")])
        return JsonResponse(answer.said(), status=answer.status)
    answer = _save(request, chapter, ChapterForm.of(chapter, request.POST, only=[name]))[name]
    chapter.refresh_from_db()
    return JsonResponse(answer.said() | {"start_ms": chapter.start_ms}, status=answer.status)


def _save(request: StaffRequest, chapter: Chapter, form: ChapterForm) -> dict[str, Answer]:
    form.full_clean()
    answers = {name: Answer(errors=[str(each) for each in errors]) for name, errors in form.errors.items()}
    values = {name: value for name, value in form.values().items() if f"seen_{name}" in request.POST}
    seen = {name: request.POST[f"seen_{name}"] for name in values}
    try:
        written = rules.write(chapter, values, seen=seen, by=request.agent, at=timezone.now())
    except rules.MomentTaken:
        return answers | {"start": Answer(errors=[_("Another chapter begins at this moment.")])}
    for name, value in values.items():
        now = written.overtaken.get(name, value)
        answers[name] = Answer(
            writing.mark(now), {name: shown(name, now)}, overtaken=name in written.overtaken
        )
    return answers


def _write_all(request: StaffRequest, interview: Interview) -> HttpResponse:
    """A whole chapter at once, as a browser without scripts sends it."""
    chapter = _chapter(request, interview)
    if chapter is None:
        messages.error(request, _("Somebody else has taken this chapter away meanwhile."))
        return redirect("workroom:chapters", interview.public_id)
    form = ChapterForm.of(chapter, request.POST)
    answers = _save(request, chapter, form)
    status = max(answer.status for answer in answers.values())
    if status == 200:
        return _list(request, interview)
    return _page(request, interview, status=status, sent=(chapter, form, answers))


@require_GET
def heard_places(request: StaffRequest, public_id: str) -> HttpResponse:
    """Places that the passage of a chapter seems to name, each a button that puts it into the field."""
    found = enter(request, "edit_meta", public_id)
    chapter = _chapter(request, found)
    may = doors.allowed(request, found)
    if chapter is None or "read_raw_text" not in may or not doors.is_open(request, found, "read_raw_text"):
        return render(request, "workroom/components/places_heard.html", {"lines": []})
    known = places_heard.suggest(chapter)
    lines = [place_line(each.name, each.country) for each in known]
    return render(request, "workroom/components/places_heard.html", {"lines": lines})


def _list(
    request: StaffRequest,
    interview: Interview,
    *,
    new: Chapter | None = None,
    gone: dict[str, Any] | None = None,
) -> HttpResponse:
    """The list anew for htmx; for others the page."""
    if not request.headers.get("HX-Request"):
        if gone:
            return _page(request, interview, gone=gone)
        address = reverse("workroom:chapters", args=[interview.public_id])
        code = request.POST.get("recording", "")
        anchor = f"#chapter-{new.pk}" if new else ""
        return redirect(f"{address}?recording={code}{anchor}" if code else f"{address}{anchor}")
    recording = _recording(request, interview)
    context = {
        "interview": interview,
        "recording": recording,
        "rows": _rows(interview, recording, new=new),
        "gone": gone,
    }
    return render(request, "workroom/components/chapters.html", context)


def _page(
    request: StaffRequest,
    interview: Interview,
    *,
    form: ChapterForm | None = None,
    sent: tuple[Chapter, ChapterForm, dict[str, Answer]] | None = None,
    gone: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    if request.headers.get("HX-Request") and form is not None:
        return HttpResponse("; ".join(_errors_of(form)), status=422, content_type="text/plain; charset=utf-8")
    recording = _recording(request, interview)
    return doors.show(
        request, interview, "workroom/chapters.html", "record", status=status, form=form or ChapterForm(),
        recording=recording, gone=gone, rows=_rows(interview, recording, sent=sent),
        **_heard(request, interview, recording),
    )  # fmt: skip


def _errors_of(form: ChapterForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def _recording(request: StaffRequest, interview: Interview) -> Recording | None:
    """The one that is heard: as asked for, else the first."""
    ready = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
    code = request.POST.get("recording") or request.GET.get("recording", "")
    return next((each for each in ready if each.code == code), ready[0] if ready else None)


def _heard(request: StaffRequest, interview: Interview, recording: Recording | None) -> dict[str, Any]:
    """The player and the text beside the chapters, for whoever may hear and read them now."""
    may = doors.allowed(request, interview)
    opens = {
        each: each in may and doors.is_open(request, interview, each)
        for each in ("play_master", "read_raw_text")
    }
    closed = [each for each, is_open in opens.items() if each in may and not is_open]
    transcript = versions.current(recording) if recording and opens["read_raw_text"] else None
    return {
        "is_heard": recording is not None and opens["play_master"],
        "asks": closed[0] if closed and recording else "",
        "recordings": Recording.objects.of(interview).filter(state=Recording.State.READY),
        "segments": transcript.segments.defer("words") if transcript else [],
    }


def _rows(
    interview: Interview,
    recording: Recording | None,
    *,
    new: Chapter | None = None,
    sent: tuple[Chapter, ChapterForm, dict[str, Answer]] | None = None,
) -> list[Row]:
    written = interview.chapters.prefetch_related("subjects", "places")
    return [_row(each, recording, new, sent if sent and sent[0].pk == each.pk else None) for each in written]


def _row(
    chapter: Chapter,
    recording: Recording | None,
    new: Chapter | None,
    sent: tuple[Chapter, ChapterForm, dict[str, Answer]] | None,
) -> Row:
    form = sent[1] if sent else ChapterForm.of(chapter)
    answers: dict[str, Answer] = sent[2] if sent else {}
    parts = [
        form.part(
            name, chapter, theirs=str(answers[name].fields[name]) if _is_overtaken(answers, name) else ""
        )
        for name in rules.PARTS
    ]
    at = None
    if recording and recording.offset_ms <= chapter.start_ms < max(arranging.end_of(recording), 1):
        at = chapter.start_ms - recording.offset_ms
    return Row(chapter, parts, at, is_new=new is not None and new.pk == chapter.pk)


def _is_overtaken(answers: dict[str, Answer], name: str) -> bool:
    return name in answers and answers[name].overtaken
