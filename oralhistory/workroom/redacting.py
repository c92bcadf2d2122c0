"""What is kept out of editions: all of it in a list, and more of it, heard and seen before it is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from oralhistory.consent import grants, reasons
from oralhistory.editions import excerpts, publishing
from oralhistory.editions.models import Edition
from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span
from oralhistory.recordings.models import Recording
from oralhistory.review import phrases, redactions
from oralhistory.review.models import Redaction
from oralhistory.review.people_named.closings import Closing
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, forms, redacting_forms, showing
from oralhistory.workroom.doors import enter

AROUND = 5_000  # ms that are heard on either side of a passage
WHOLE = 40_000  # ms: of a longer passage its two edges are heard


@dataclass(frozen=True, slots=True)
class Marked:
    """A redaction, and whose it is."""

    row: Redaction
    name: str
    by_narrator: bool
    window: Span


@dataclass(frozen=True, slots=True)
class Heard:
    """A passage that is to be redacted; each window is a stretch to be listened to."""

    start_ms: int
    end_ms: int
    cue: str
    windows: list[Span]

    @property
    def token(self) -> str:
        return redacting_forms.token(self.start_ms, self.end_ms, self.cue)


@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest, public_id: str) -> HttpResponse:
    """Everything that is redacted. What is posted is looked for or shown; only `keep` keeps it."""
    interview = enter(request, "redact", public_id)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    act = _ACTS.get(do)
    return act(request, interview) if act else _show(request, interview)


def _show(request: StaffRequest, interview: Interview, *, status: int = 200, **context: Any) -> HttpResponse:
    marked = grants.theme_spans(interview)
    given = {
        "form": forms.RedactionForm(), "phrase_form": redacting_forms.PhraseForm(),
        "theme_form": redacting_forms.ThemeForm(marked=marked) if marked else None, **context,
    }  # fmt: skip
    return doors.show(
        request, interview, "workroom/redactions.html", "redactions", status=status,
        marked=_marked(interview), recordings=Recording.objects.of(interview).filter(state=Recording.State.READY),
        **given,
    )  # fmt: skip


def _marked(interview: Interview) -> list[Marked]:
    rows = list(Redaction.objects.standing().filter(interview=interview).select_related("person"))
    names = showing.agent_names(each.marked_by_agent for each in rows)
    return [
        Marked(
            each,
            names.get(each.marked_by_agent, ""),
            each.marked_by_agent.startswith("narrator"),
            windows(each.start_ms, each.end_ms)[0],
        )
        for each in rows
    ]


def windows(start_ms: int, end_ms: int) -> list[Span]:
    """What is listened to of a passage: five seconds before to five after; of a long one both edges."""
    first, last = max(0, start_ms - AROUND), end_ms + AROUND
    if end_ms - start_ms <= WHOLE:
        return [(first, last)]
    return [(first, start_ms + AROUND), (end_ms - AROUND, last)]


def _find(request: StaffRequest, interview: Interview) -> HttpResponse:
    """Every place where words are said, to be ticked."""
    form = redacting_forms.PhraseForm(request.POST)
    try:
        if not form.is_valid():
            raise phrases.NoWords
        found = phrases.find(interview, form.cleaned_data["words"])
    except phrases.NoWords:
        form.add_error("words", _("Write the words to look for."))
        return _show(request, interview, status=400, phrase_form=form)
    several = redacting_forms.SeveralForm(auto_id="several_%s")
    places = list(map(redacting_forms.place, found))
    return _show(request, interview, phrase_form=form, found=places, several=several)


def _of_theme(request: StaffRequest, interview: Interview) -> HttpResponse:
    """Every passage that is marked for a theme, to be ticked."""
    marked = grants.theme_spans(interview)
    form = redacting_forms.ThemeForm(request.POST, marked=marked)
    if not form.is_valid():
        return _show(request, interview, status=400, theme_form=form)
    spans = marked[form.cleaned_data["theme"]]
    said = phrases.said_in(interview, spans)
    places = list(map(redacting_forms.passage, spans, said))
    several = redacting_forms.SeveralForm(auto_id="several_%s")
    return _show(request, interview, theme_form=form, found=places, several=several, by_theme=True)


def _preview(request: StaffRequest, interview: Interview) -> HttpResponse:
    """How it will be, in text and sound. Nothing is kept yet."""
    form = redacting_forms.bound(request.POST)
    if not form.is_valid():
        by_times = isinstance(form, forms.RedactionForm)
        return _show(request, interview, status=400, **{"form" if by_times else "several": form})
    spans = redacting_forms.spans(form)
    replacement = redacting_forms.replacement(form)
    closing = [Closing(start, end, replacement) for start, end, _cue in spans]
    return _show(
        request, interview, preview=form.cleaned_data, may_hide=_may_hide_at_once(request, interview),
        heard=[Heard(start, end, cue, windows(start, end)) for start, end, cue in spans],
        changes=excerpts.text(interview, closing, at=timezone.now()),
    )  # fmt: skip


@transaction.atomic
def _keep(request: StaffRequest, interview: Interview) -> HttpResponse:
    form = redacting_forms.bound(request.POST)
    if not form.is_valid():
        return _show(request, interview, status=400)
    given, spans = form.cleaned_data, redacting_forms.spans(form)
    at_once = "at_once" in request.POST and _may_hide_at_once(request, interview)
    mark: Callable[..., object] = publishing.veil if at_once else redactions.mark
    for start, end, cue in spans:
        mark(
            interview, start, end, reason=given["reason"], kind=given["kind"], cue_id=cue,
            replacement=given["replacement"], by=request.agent, at=timezone.now(),
        )  # fmt: skip
    said = ngettext(
        "%(count)d passage is redacted, in text and sound, from the next edition on.",
        "%(count)d passages are redacted, in text and sound, from the next edition on.",
        len(spans),
    )
    messages.success(request, said % {"count": len(spans)})
    if at_once:
        messages.success(request, _("Its words are gone; the sound is withheld until the next edition."))
    return redirect("workroom:redactions", interview.public_id)


def _may_hide_at_once(request: StaffRequest, interview: Interview) -> bool:
    """Whether something is public that this person could take down."""
    is_public = Edition.objects.public().filter(standing__public_id=interview.public_id).exists()
    return is_public and "suppress" in doors.allowed(request, interview)


_ACTS: dict[str, Callable[[StaffRequest, Interview], HttpResponse]] = {
    "find": _find,
    "theme": _of_theme,
    "preview": _preview,
    "keep": _keep,
}


@require_GET
def sound(request: StaffRequest, public_id: str) -> HttpResponse:
    """A stretch as an edition would have it, with spans that are not kept yet overwritten too: times and nothing else."""
    interview = enter(request, "redact", public_id)
    form = redacting_forms.WindowForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=400)
    window: Span = (form.cleaned_data["start"], form.cleaned_data["end"])
    more: Sequence[Span] = list(starmap(_span, redacting_forms.parsed(request.GET.getlist("span"))))
    try:
        heard = excerpts.sound(interview, window, more, at=timezone.now())
    except excerpts.NothingThere:
        return HttpResponse(_("Nothing is heard there."), status=404, content_type="text/plain")
    if doors.once_a_session(request, f"excerpt:{public_id}"):
        reasons.heard(interview, "excerpt", by=request.agent, at=timezone.now())
    return HttpResponse(heard, content_type="audio/mp4")


def _span(start: int, end: int, _cue: str) -> Span:
    return start, end
