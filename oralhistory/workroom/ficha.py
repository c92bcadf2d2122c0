"""The ficha of an interview: read, printed, and written part by part while one types."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.interviews import writing
from oralhistory.interviews.models import Collection, Interview, Participation
from oralhistory.review import checks, fichas
from oralhistory.web import vocabularies
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, ficha_pdf, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.ficha_forms import FichaForm, Part, ParticipantForm, ShownForm, fields_of, shown_as
from oralhistory.workroom.fields import ATTRIBUTIONS

PERSON = "person_"


@require_GET
def record(request: StaffRequest, public_id: str) -> HttpResponse:
    found = enter(request, "read_meta", public_id)
    card = fichas.of(found, at=timezone.now(), language=get_language() or vocabularies.DEFAULT)
    return doors.show(request, found, "workroom/record.html", "record", card=card, **showing.record(found))


@require_GET
def pdf(request: StaffRequest, public_id: str) -> HttpResponse:
    """The ficha as it is printed; its name says nothing but the interview's id."""
    found = enter(request, "read_meta", public_id)
    content = ficha_pdf.make(found, at=timezone.now(), language=get_language() or vocabularies.DEFAULT)
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="ficha-{found.public_id}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
def description(request: StaffRequest, public_id: str) -> HttpResponse:
    found = enter(request, "edit_meta", public_id)
    if request.method != "POST":
        return _page(request, found, _shown(found))
    parts, status = _save_all(request, found)
    if status == 200:
        messages.success(request, _("The description is saved."))
        return redirect("workroom:record", public_id)
    found.refresh_from_db()
    return _page(request, found, parts, status=status)


@require_POST
def part(request: StaffRequest, public_id: str) -> HttpResponse:
    """One part as it stands in the form now, saved unless somebody else has changed it: for the page's script."""
    found = enter(request, "edit_meta", public_id)
    name = request.POST.get("part", "")
    if name.startswith(PERSON):
        answer = _save_person(request, found, name)
    elif name in writing.PARTS:
        form = FichaForm.showing(found, request.POST, only=[name])
        answer = _save(request, found, form).get(name, Answer(errors=[_("There is no such part.")]))
    else:
        answer = Answer(errors=[_("There is no such part.")])
    found.refresh_from_db()
    lacking = checks.before_submitting(found, at=timezone.now())
    listed = render_to_string("workroom/components/lacks.html", {"missing": lacking, "interview": found})
    return JsonResponse(answer.said() | {"lacks": listed}, status=answer.status)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of saving a part. `fields`: how it reads now by the fields of the form."""

    seen: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    overtaken: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        return 400 if self.errors else 409 if self.overtaken else 200

    def said(self) -> dict[str, Any]:
        return {
            "seen": self.seen,
            "fields": self.fields,
            "theirs": in_words(self.fields),
            "errors": self.errors,
        }


def in_words(fields: Mapping[str, Any]) -> str:
    """A part's fields as somebody reads them beside one's own."""
    said = []
    for name, value in fields.items():
        if name.endswith("attribution"):
            said.append(str(dict(ATTRIBUTIONS)[value]))
        elif "language" in name or "countr" in name:
            name_of = vocabularies.language if "language" in name else vocabularies.country
            said += [str(name_of(code)) for code in ([value] if isinstance(value, str) else value) if code]
        elif name == writing.COLLECTION:
            said += Collection.objects.filter(slug=value).values_list("title", flat=True)
        elif isinstance(value, list):
            said += [each if isinstance(each, str) else ": ".join(filter(None, each)) for each in value]
        elif value:
            said.append(value)
    return "\n".join(said) or _("nothing")


def _save(request: StaffRequest, interview: Interview, form: FichaForm) -> dict[str, Answer]:
    """Save the parts of a form. Errors of a field are its part's answer."""
    form.full_clean()
    answers = {name: Answer(errors=_errors(form, name)) for name in writing.PARTS if _errors(form, name)}
    values = {name: value for name, value in form.values().items() if f"seen_{name}" in request.POST}
    seen = {name: request.POST[f"seen_{name}"] for name in values}
    try:
        written = writing.write(interview, values, seen=seen, by=request.agent, at=timezone.now())
    except writing.IdentifierTaken:
        return answers | {
            "identifier": Answer(errors=[_("Another interview of this collection has this mark.")])
        }
    for name, value in values.items():
        now = written.overtaken.get(name, value)
        answers[name] = Answer(
            writing.mark(now), _plain(name, shown_as(name, now), form), overtaken=name in written.overtaken
        )
    return answers


def _plain(name: str, fields: Mapping[str, Any], form: FichaForm) -> dict[str, Any]:
    """As the form's fields show it: lists of lines as text."""
    return {each: form.fields[each].prepare_value(value) for each, value in fields.items()}


def _errors(form: FichaForm, name: str) -> list[str]:
    return [str(error) for each in fields_of(name) for error in form.errors.get(each, [])]


def _save_person(request: StaffRequest, interview: Interview, name: str) -> Answer:
    number = name.removeprefix(PERSON)
    people = Participation.objects.filter(interview=interview).select_related("person", "interview")
    participation = people.filter(pk=int(number)).first() if number.isdecimal() else None
    if participation is None:
        return Answer(errors=[_("Somebody else has taken this person out meanwhile.")])
    form = ShownForm.of(participation, request.POST)
    if not form.is_valid():
        return Answer(errors=[str(error) for errors in form.errors.values() for error in errors])
    seen = request.POST.get(f"seen_{name}", "")
    written = writing.show_as(participation, form.narrator(), seen=seen, by=request.agent, at=timezone.now())
    participation.person.refresh_from_db()
    attribution, shown_name = now = writing.shown(participation)
    fields = {f"{name}-attribution": attribution, f"{name}-shown_name": shown_name}
    return Answer(writing.mark(now), fields, overtaken=bool(written.overtaken))


def _save_all(request: StaffRequest, interview: Interview) -> tuple[dict[str, Part], int]:
    """The whole form at once, as a browser without scripts sends it. Status 409: somebody else wrote in some part."""
    form = FichaForm.showing(interview, request.POST)
    answers = _save(request, interview, form)
    people = Participation.objects.filter(interview=interview)
    named = [f"{PERSON}{pk}" for pk in people.values_list("pk", flat=True)]
    answers |= {
        name: _save_person(request, interview, name) for name in named if f"seen_{name}" in request.POST
    }
    interview.refresh_from_db()
    parts = _shown(interview, request.POST)
    for name, answer in answers.items():
        theirs = in_words(answer.fields) if answer.overtaken else ""
        parts[name] = replace(parts[name], seen=answer.seen or parts[name].seen, theirs=theirs)
    return parts, max((answer.status for answer in answers.values()), default=200)


def _shown(interview: Interview, data: "MultiValueDict[str, str] | None" = None) -> dict[str, Part]:
    """Every part of the form, with what was sent or else with what is there."""
    form = FichaForm.showing(interview, data)
    parts = {name: form.part(name, interview) for name in writing.PARTS}
    people = Participation.objects.filter(interview=interview).select_related("person").order_by("pk")
    for each in people:
        name = f"{PERSON}{each.pk}"
        sent = data if data and f"{name}-attribution" in data else None
        shown = ShownForm.of(each, sent)
        parts[name] = Part(name, tuple(shown), writing.mark(writing.shown(each)))
    return parts


def _page(
    request: StaffRequest, interview: Interview, parts: dict[str, Part], *, status: int = 200, **context: Any
) -> HttpResponse:
    people = list(Participation.objects.filter(interview=interview).select_related("person").order_by("pk"))
    return doors.show(
        request, interview, "workroom/description.html", "record", status=status, parts=parts,
        people=[(each, parts[f"{PERSON}{each.pk}"], _may_go(each, people)) for each in people],
        participant=context.get("participant") or ParticipantForm(initial={"attribution": "real_name"}),
        missing=checks.before_submitting(interview, at=timezone.now()), **showing.record(interview),
    )  # fmt: skip


def _may_go(participation: Participation, people: list[Participation]) -> bool:
    alike = [each for each in people if each.role == participation.role]
    return alike[-1] is participation and (
        participation.role != Participation.Role.NARRATOR or len(alike) > 1
    )


@require_POST
def participants(request: StaffRequest, public_id: str) -> HttpResponse:
    """One more who took part, or one fewer."""
    found = enter(request, "edit_meta", public_id)
    at = timezone.now()
    if "out" in request.POST:
        number = request.POST["out"]
        people = Participation.objects.filter(interview=found).select_related("person")
        gone = people.filter(pk=int(number)).first() if number.isdecimal() else None
        try:
            if gone:
                writing.take_out(gone, by=request.agent, at=at)
        except writing.StillNeeded:
            messages.error(request, _("This person is still needed: the text counts on them."))
    else:
        form = ParticipantForm(request.POST)
        if not form.is_valid():
            return _page(request, found, _shown(found), status=400, participant=form)
        writing.bring_in(found, form.cleaned_data["role"], form.narrator(), by=request.agent, at=at)
    return redirect("workroom:description", public_id)
