"""Who the people of an interview are: written down sealed by one, read by another for whom a second person vouches."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from oralhistory.consent import access, identities
from oralhistory.consent.models import Agreement, Proposal
from oralhistory.interviews.models import Interview, Participation
from oralhistory.people import vault
from oralhistory.people.models import Identity
from oralhistory.recordings import papers
from oralhistory.web import media
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, words
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import Choices
from oralhistory.workroom.forms import ReasonForm
from oralhistory.workroom.two_people import asking


def people(interview: Interview) -> Choices:
    """Who takes part, by the code of the person and what they are shown as."""
    rows = Participation.objects.filter(interview=interview).select_related("person").order_by("pk")
    return [
        (each.person.code, f"{words.speaker(each.role)} · {each.person.shown_name or each.person.code}")
        for each in rows
    ]


class PersonForm(ReasonForm):
    person = forms.ChoiceField(label=gettext_lazy("Whose"))

    field_order = ["person", "reason"]

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["person"]).choices = people(interview)


class SealForm(PersonForm):
    name = forms.CharField(label=gettext_lazy("Real name"), max_length=200)
    contact = forms.CharField(
        label=gettext_lazy("How to reach them"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    notes = forms.CharField(
        label=gettext_lazy("Anything else"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    field_order = ["person", "name", "contact", "notes", "reason"]


@require_http_methods(["GET", "POST"])
def identity(request: StaffRequest, public_id: str) -> HttpResponse:
    """Ask to read who somebody is."""
    interview = enter(request, "identity", public_id)
    form = PersonForm(request.POST or None, interview=interview)
    kept = Identity.objects.filter(person__participations__interview=interview).select_related("person")
    return asking(
        request, interview, "identity", form, template="workroom/identity.html", kept=kept.distinct().order_by("pk"),
        scans=Agreement.objects.filter(interview=interview).exclude(scan=None).count(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def seal(request: StaffRequest, public_id: str) -> HttpResponse:
    """Write down who somebody is: it is sealed, and who wrote it cannot read it again."""
    interview = enter(request, "consent", public_id)
    form = SealForm(request.POST or None, interview=interview)
    if form.is_valid():
        given = form.cleaned_data
        person = identities.person_of(interview, given["person"])
        identities.seal(interview, person, given, by=request.agent, at=timezone.now(), reason=given["reason"])
        messages.success(request, _("It is sealed. To read it, two people are needed."))
        return redirect("workroom:agreements", public_id)
    return doors.show(
        request,
        interview,
        "workroom/seal.html",
        "agreements",
        form=form,
        status=400 if form.is_bound else 200,
    )


@require_GET
def opened(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """What is sealed, for who asked, for some minutes; each time it is an event."""
    interview, proposal = _open(request, public_id, code)
    try:
        who = identities.read(proposal, by=request.user, at=timezone.now())
    except vault.CannotBeOpened:
        messages.error(request, _("It was sealed with another key than the archive has now."))
        return redirect("workroom:asked", public_id, code)
    signed = Agreement.objects.filter(interview=interview).exclude(scan=None)
    person = identities.person_of(interview, proposal.subject)
    return doors.show(
        request, interview, "workroom/opened.html", "interview", who=who, person=person, proposal=proposal,
        papers=[paper for paper in signed if paper.person_id in (None, person.pk)],
        until=identities.closes_at(proposal),
    )  # fmt: skip


@require_GET
def paper(request: StaffRequest, public_id: str, code: str, pk: int) -> HttpResponseBase:
    """A signed paper, under the same agreement."""
    interview, proposal = _open(request, public_id, code)
    person = identities.person_of(interview, proposal.subject)
    agreement = get_object_or_404(Agreement, interview=interview, pk=pk)
    if agreement.person_id not in (None, person.pk):
        raise Http404
    try:
        content = papers.read(agreement, proposal.reason, by=request.agent, at=timezone.now())
    except FileNotFoundError:
        return media.missing()
    return media.attachment(content, f"{interview.public_id}-{pk}.pdf")


def _open(request: StaffRequest, public_id: str, code: str) -> tuple[Interview, Proposal]:
    """Raises Http404, access.Denied (409 when its minutes are over, 403 for everybody else)."""
    interview = enter(request, identities.ACTION, public_id)
    proposal = get_object_or_404(Proposal, interview=interview, code=code, action=identities.ACTION)
    doors.step_up(request)
    if proposal.asked_by_id != request.user.pk:
        raise access.Denied(access.Decision(False, 403, "asked for by another"))
    try:
        identities.must_be_open(proposal, by=request.user, at=timezone.now())
    except identities.Closed as closed:
        raise access.Denied(access.Decision(False, 409, "closed again")) from closed
    return interview, proposal
