"""The register of people named: who they are, and what becomes of their names."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from oralhistory.interviews.models import Interview
from oralhistory.review.models import NamedPerson
from oralhistory.review.people_named import decisions, register
from oralhistory.transcripts.models import Segment
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import deciding, doors, people_forms, people_shown
from oralhistory.workroom.doors import enter


@require_http_methods(["GET", "POST"])
def people_named(request: StaffRequest, public_id: str) -> HttpResponse:
    """Everybody who is named, and a word about each; what a machine proposes is brought up to date before."""
    interview = enter(request, "read_raw_text" if request.method == "GET" else "decide", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    if request.method == "POST":
        return _ACTS.get(request.POST.get("do", ""), _decide)(request, interview)
    if "decide" in doors.allowed(request, interview):
        register.follow(interview, at=timezone.now())
    return _show(request, interview)


def _show(
    request: StaffRequest, interview: Interview, *, asked: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    everybody = people_shown.entries(interview)
    for each in everybody:
        each.problem = problem if each.person.code == asked else ""
    waiting = NamedPerson.objects.filter(interview=interview).in_the_way().values_list("pk", flat=True)
    undecided = NamedPerson.Decision.UNDECIDED
    nobody = NamedPerson.Kind.NOBODY
    return doors.show(
        request, interview, "workroom/people_named.html", "people_named", status=status,
        joinable=[each for each in everybody if each.person.decision != undecided and each.person.kind != nobody][:40],
        near=[each for each in everybody if each.offered and each.person.decision != undecided],
        undecided=[each for each in everybody if each.person.decision == undecided],
        decided=[each for each in everybody if each.person.decision != undecided and each.person.kind != nobody],
        nobody=[each for each in everybody if each.person.decision != undecided and each.person.kind == nobody],
        in_the_way=len(set(waiting) | {each.person.pk for each in everybody if each.offered}),
        kinds=people_forms.KINDS, living=people_forms.LIVING, decisions=people_forms.DECISIONS,
        role_words=people_forms.ROLE_WORDS.get((interview.languages or ["es"])[0], ()),
    )  # fmt: skip


def _decide(request: StaffRequest, interview: Interview) -> HttpResponse:
    form = people_forms.PersonForm(request.POST)
    person = _person(interview, request.POST.get("person", ""))
    if person is None:
        messages.error(request, _("This person is no longer in the register."))
        return _show(request, interview, status=400)
    if not form.is_valid():
        problem = next(iter(form.errors.values()))[0]
        return _show(request, interview, asked=person.code, problem=str(problem), status=400)
    given = form.cleaned_data
    verdict = decisions.Verdict(
        given["decision"], given["kind"], given["living"], given["replacement"], given["note"]
    )
    try:
        decisions.decide(
            person, verdict, by=request.agent, at=timezone.now(), seen=given["seen"],
            shown=request.POST.getlist("shown"), theirs=request.POST.getlist("theirs"),
        )  # fmt: skip
    except decisions.NeedsWords:
        problem = _("What is said in its place must not be the name itself.")
        return _show(request, interview, asked=person.code, problem=problem, status=400)
    except decisions.Overtaken:
        messages.error(
            request, _("Somebody else has decided about this person meanwhile. This is how it stands.")
        )
    return _on(interview)


def _no_people(request: StaffRequest, interview: Interview) -> HttpResponse:
    """What was ticked, or the one whose button it was: no names of people."""
    people = NamedPerson.objects.filter(interview=interview, code__in=request.POST.getlist("person"))
    done = decisions.no_people(people, by=request.agent, at=timezone.now())
    said = ngettext("%(count)d is no name of a person.", "%(count)d are no names of people.", done)
    messages.success(request, said % {"count": done})
    return _on(interview)


def _join(request: StaffRequest, interview: Interview) -> HttpResponse:
    person = _person(interview, request.POST.get("person", ""))
    other = _person(interview, request.POST.get("other", ""))
    try:
        if person is None or other is None:
            raise decisions.NotTheSame
        decisions.join(person, other, by=request.agent, at=timezone.now())
    except decisions.NotTheSame:
        messages.error(request, _("Choose who else is meant."))
    return _on(interview)


def _add(request: StaffRequest, interview: Interview) -> HttpResponse:
    form = people_forms.NameForm(request.POST)
    try:
        if not form.is_valid():
            raise decisions.NoWords
        person = decisions.add(interview, form.cleaned_data["name"], at=timezone.now())
    except decisions.NoWords:
        messages.error(request, _("Write a name."))
        return _on(interview)
    return redirect(_address(interview, person))


_ACTS: dict[str, Callable[[StaffRequest, Interview], HttpResponse]] = {
    "decide": _decide,
    "nobody": _no_people,
    "join": _join,
    "add": _add,
}


@require_POST
def mark(request: StaffRequest, public_id: str) -> HttpResponse:
    """Words selected in the text are a person's name."""
    interview = enter(request, "decide", public_id)
    form = people_forms.SpanForm(request.POST)
    segments = Segment.objects.filter(transcript__recording__session__interview=interview)
    segment = segments.filter(cue_id=request.POST.get("cue", "")).order_by("-transcript__version").first()
    try:
        if segment is None or not form.is_valid():
            raise decisions.NoWords
        start, end = deciding.marked(segment.text, form.cleaned_data["start"], form.cleaned_data["end"])
        person = decisions.mark(interview, segment.cue_id, start, end, at=timezone.now())
    except decisions.NoWords:
        messages.error(request, _("Select the words in the text first."))
        return redirect("workroom:transcript", public_id)
    return redirect(_address(interview, person))


def _person(interview: Interview, code: str) -> NamedPerson | None:
    return NamedPerson.objects.filter(interview=interview, code=code).first()


def _on(interview: Interview) -> HttpResponse:
    """To the next who waits for a word."""
    return redirect(f"{reverse('workroom:people_named', args=[interview.public_id])}#waiting")


def _address(interview: Interview, person: NamedPerson) -> str:
    return f"{reverse('workroom:people_named', args=[interview.public_id])}#p-{person.code}"
