"""When and where narrators were born: asked by the interviewer, kept in the vault, on no other page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oralhistory.interviews.models import Interview, Participation
from oralhistory.people import births, vault
from oralhistory.people.births import Birth
from oralhistory.people.models import Person
from oralhistory.provenance import events
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.doors import enter
from oralhistory.workroom.ficha_forms import BirthForm


@require_http_methods(["GET", "POST"])
def birth(request: StaffRequest, public_id: str) -> HttpResponse:
    found = enter(request, "birth", public_id)
    try:
        known = [(person, births.of(person)) for person in _narrators(found)]
    except vault.CannotBeOpened:
        return doors.show(request, found, "workroom/birth.html", "record", forms=[])
    if any(told for _person, told in known) and doors.once_a_session(request, f"{found.public_id}:birth"):
        events.record("birth read", found, at=timezone.now(), agent=request.agent)
    forms = [(person, told, _form(request, person, told)) for person, told in known]
    valid = [form.is_valid() for *_known, form in forms]  # of each, so that each says what is wrong
    if request.method == "POST" and all(valid):
        _keep(request, found, forms)
        messages.success(request, _("Sealed in the vault."))
        return redirect("workroom:birth", public_id)
    status = 400 if request.method == "POST" else 200
    return doors.show(request, found, "workroom/birth.html", "record", forms=forms, status=status)


def _narrators(interview: Interview) -> list[Person]:
    rows = Participation.objects.filter(interview=interview, role=Participation.Role.NARRATOR)
    return [each.person for each in rows.select_related("person").order_by("pk")]


def _form(request: StaffRequest, person: Person, told: Birth) -> BirthForm:
    initial = {"born_on": told.born_on, "born_at": told.born_at}
    return BirthForm(request.POST or None, prefix=person.code, initial=initial)


def _keep(request: StaffRequest, interview: Interview, forms: list[tuple[Person, Birth, BirthForm]]) -> None:
    for person, told, form in forms:
        if form.birth() != told:
            births.keep(person, form.birth(), told_in=interview, by=request.agent, at=timezone.now())
