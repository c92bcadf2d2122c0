"""Pages of what takes two people: each is asked for on its own page, and settled on the page of what was asked."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oralhistory.consent import access, identities, proposals
from oralhistory.consent.models import Proposal
from oralhistory.consent.proposals import Parameters
from oralhistory.interviews.models import Interview
from oralhistory.pipeline import packages, two_people
from oralhistory.review import redactions
from oralhistory.web import media
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.fields import Day
from oralhistory.workroom.forms import ReasonForm
from oralhistory.workroom.two_people_words import ASKING, REFUSED, status

# What somebody at an unlocked screen must not be able to do: asked for the password or the second factor again.
FRESH = frozenset({identities.ACTION, packages.ACTION, "purge"})


class ShortenForm(ReasonForm):
    until = Day(label=gettext_lazy("Closed until"))

    field_order = ["until", "reason"]


class SettlingForm(forms.Form):
    do = forms.ChoiceField(choices=[("agree", "agree"), ("refuse", "refuse")])
    reason = forms.CharField(required=False)


@require_http_methods(["GET", "POST"])
def lift_redaction(request: StaffRequest, public_id: str, number: int) -> HttpResponse:
    """Give back a passage that was marked."""
    interview = enter(request, "lift_redaction", public_id)
    try:
        redaction = two_people.redaction_of(interview, str(number))
    except redactions.NotRedacted as refusal:
        messages.error(request, str(REFUSED[type(refusal)]))
        return redirect("workroom:interview", public_id)
    form = ReasonForm(request.POST or None)
    return asking(
        request, interview, "lift_redaction", form, tab="transcript", subject=str(number), redaction=redaction
    )


@require_http_methods(["GET", "POST"])
def shorten_embargo(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "shorten_embargo", public_id)
    form = ShortenForm(request.POST or None)

    def parameters() -> Parameters:
        until = showing.beginning_of(form.cleaned_data["until"])
        return {"until": until.isoformat()} if until else {}

    return asking(request, interview, "shorten_embargo", form, tab="agreements", parameters=parameters)


@require_http_methods(["GET", "POST"])
def reinstate(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "reinstate", public_id)
    return asking(request, interview, "reinstate", ReasonForm(request.POST or None))


@require_http_methods(["GET", "POST"])
def export(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "export", public_id)
    return asking(request, interview, "export", ReasonForm(request.POST or None))


@require_http_methods(["GET", "POST"])
def purge(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "purge", public_id)
    return asking(request, interview, "purge", ReasonForm(request.POST or None))


def asking(
    request: StaffRequest,
    interview: Interview,
    action: str,
    form: forms.Form,
    *,
    tab: str = "interview",
    subject: str = "",
    parameters: Callable[[], Parameters] = dict,
    template: str = "workroom/asking.html",
    **context: Any,
) -> HttpResponse:
    """The page on which something is asked for; a form that is well formed asks."""
    if request.method == "POST" and action in FRESH:
        doors.step_up(request)
    at, code = timezone.now(), 400 if form.is_bound else 200
    if form.is_valid():
        try:
            proposal = two_people.ask(
                interview, action, reason=form.cleaned_data["reason"], by=request.user, at=at,
                subject=subject or form.cleaned_data.get("person", ""), parameters=parameters(),
            )  # fmt: skip
        except tuple(REFUSED) as refusal:
            form.add_error(None, str(REFUSED[type(refusal)]))
            code = status(refusal)
        else:
            messages.success(request, _("It is asked for. It takes effect when a second person agrees."))
            return redirect("workroom:asked", interview.public_id, proposal.code)
    others = proposals.could_agree(interview, action, but=request.user, at=at)
    return doors.show(
        request, interview, template, tab, status=code, form=form, asking=ASKING[action], others=others,
        action=action, **context,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def asked(request: StaffRequest, public_id: str, code: str) -> HttpResponse:
    """What was asked for: whoever could be the second person agrees or refuses; who asked sees what came of it."""
    interview, proposal = find(request, public_id, code)
    form = SettlingForm(request.POST or None)
    if not form.is_valid():
        return show_asked(request, interview, proposal, status=400 if form.is_bound else 200)
    agrees, reason, at = form.cleaned_data["do"] == "agree", form.cleaned_data["reason"], timezone.now()
    if agrees and proposal.action in FRESH:
        doors.step_up(request)
    try:
        if agrees:
            two_people.agree(proposal, by=request.user, at=at)
        else:
            two_people.refuse(proposal, by=request.user, at=at, reason=reason)
    except proposals.OwnProposal as own:
        raise access.Denied(access.Decision(False, 403, "asked for it")) from own
    except tuple(REFUSED) as refusal:
        problem = str(REFUSED[type(refusal)])
        return show_asked(request, interview, proposal, status=status(refusal), problem=problem)
    said = _("You agreed: it takes effect now.") if agrees else _("It is not done.")
    messages.success(request, said)
    return redirect("workroom:interview", public_id)


def find(request: StaffRequest, public_id: str, code: str) -> tuple[Interview, Proposal]:
    """For who asked, and for whoever may take the same action now. Raises Http404, access.Denied."""
    interview = enter(request, "exists", public_id)
    rows = Proposal.objects.select_related("asked_by", "settled_by")
    proposal = get_object_or_404(rows, interview=interview, code=code)
    if proposal.asked_by_id != request.user.pk:
        enter(request, proposal.action, public_id)
    return interview, proposal


def show_asked(
    request: StaffRequest,
    interview: Interview,
    proposal: Proposal,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    at = timezone.now()
    waits = not proposal.outcome and at < proposal.expires_at
    others = proposals.could_agree(interview, proposal.action, but=proposal.asked_by, at=at) if waits else []
    closes_at = identities.closes_at(proposal)
    return doors.show(
        request, interview, "workroom/asked.html", "interview", status=status, proposal=proposal, problem=problem,
        waits=waits, own=proposal.asked_by_id == request.user.pk, others=others, package=packages.package(proposal),
        opens_until=closes_at if closes_at and at < closes_at else None, at=at,
    )  # fmt: skip


@require_safe
def package(request: StaffRequest, public_id: str, code: str) -> HttpResponseBase:
    """The file of a package, for who asked for it."""
    interview = enter(request, "export", public_id)
    proposal = get_object_or_404(Proposal, interview=interview, code=code, action=packages.ACTION)
    doors.step_up(request)
    at = timezone.now()
    try:
        found = packages.fetch(proposal, by=request.user, at=at)
    except packages.NotThere:
        messages.error(request, _("This package is not there: it is not written yet, or its day is over."))
        return redirect("workroom:interview", public_id)
    if request.method == "GET":
        packages.fetched(proposal, by=request.user, at=at)
    name = f"{interview.public_id}.zip"
    return media.download(request, storage="masters", key=found.key, name=name, sha256=found.sha256)
