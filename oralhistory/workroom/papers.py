"""Consent on paper: agreements, their scans, their withdrawal, embargoes."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oralhistory.consent import agreements as rules
from oralhistory.consent import embargoes, links
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import Interview
from oralhistory.lib import days
from oralhistory.pipeline import acts
from oralhistory.recordings import papers
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import consent_forms, doors, forms, narrator_links, showing
from oralhistory.workroom.doors import enter
from oralhistory.workroom.file_forms import ScanForm
from oralhistory.workroom.narrator_links import LinkForm


@require_http_methods(["GET", "POST"])
def agreements(request: StaffRequest, public_id: str) -> HttpResponse:
    """Reading what was agreed asks `read_meta`; recording it asks `consent`."""
    interview = enter(request, "consent" if request.method == "POST" else "read_meta", public_id)
    form = forms.AgreementForm(request.POST or None, interview=interview)
    rows = consent_forms.rows(request.POST or None)
    if form.is_valid() and all(row.is_valid() for row in rows):
        given = form.cleaned_data
        lines = [*form.lines(), *(line for row in rows for line in row.lines())]
        acts.record_agreement(
            interview, lines, kind=given["kind"], signed_on=given["signed_on"], attribution=given["attribution"],
            person=given["person"].person if given["person"] else None, tombstone=given["tombstone"],
            heard_first=given["heard_first"], lifts=given["lifts"], reason=given["reason"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("The agreement is recorded."))
        return redirect("workroom:agreements", public_id)
    return _page(request, interview, form, rows=rows)


@require_POST
def narrowing(request: StaffRequest, public_id: str) -> HttpResponse:
    """Less than the papers allow: without a paper, and gone from what is public at the next request."""
    interview = enter(request, "consent", public_id)
    form = consent_forms.NarrowingForm(request.POST, interview=interview)
    row = consent_forms.ClosingForm(request.POST, prefix="less")
    if form.is_valid() and row.is_valid():
        try:
            acts.narrow(interview, row.lines(), by=request.agent, at=timezone.now(), **form.chosen)
        except rules.NothingNarrowed:
            form.add_error(None, _("Say what is allowed no longer."))
        else:
            messages.success(request, _("It is allowed no longer, from this moment on."))
            return redirect("workroom:agreements", public_id)
    blank = forms.AgreementForm(interview=interview)
    return _page(request, interview, blank, status=400, narrowing=form, less=row)


@require_POST
def withdrawal(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "consent", public_id)
    form = forms.WithdrawalForm(request.POST, interview=interview)
    if not form.is_valid():
        return _page(request, interview, forms.AgreementForm(interview=interview), status=400)
    given = form.cleaned_data
    acts.withdraw_agreement(given["agreement"], by=request.agent, at=timezone.now(), reason=given["reason"])
    messages.success(request, _("The agreement holds no more."))
    return redirect("workroom:agreements", public_id)


@require_POST
def scan(request: StaffRequest, public_id: str) -> HttpResponse:
    """The signed paper itself: it is added once, and nobody of the staff reads it here."""
    interview = enter(request, "consent", public_id)
    form = ScanForm(request.POST, request.FILES, interview=interview)
    if form.is_valid():
        try:
            papers.add(
                form.cleaned_data["agreement"], [showing.path_of(page) for page in form.cleaned_data["pages"]],
                by=request.agent, at=timezone.now(),
            )  # fmt: skip
        except papers.NotAPaper as refusal:
            form.add_error("pages", str(refusal.sentence))
        except papers.AlreadyKept:
            form.add_error("pages", _("Somebody else has just brought the scan of this agreement."))
        else:
            messages.success(request, _("The signed paper is kept."))
            return redirect("workroom:agreements", public_id)
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return _page(request, interview, forms.AgreementForm(interview=interview), status=400)


@require_POST
def make_link(request: StaffRequest, public_id: str) -> HttpResponse:
    """A narrator's link and its secret, in the answer to the one who asked: never kept, never sent by us."""
    interview = enter(request, "consent", public_id)
    link_form, form = LinkForm(request.POST, interview=interview), forms.AgreementForm(interview=interview)
    if not link_form.is_valid():
        return _page(request, interview, form, status=400, link_form=link_form)
    given = link_form.cleaned_data
    token, secret = links.make(
        interview, given["person"], by=request.user, at=timezone.now(), valid_days=given["days"],
        reason=given["reason"],
    )  # fmt: skip
    address = narrator_links.address(request, interview, token)
    made = {"address": address, "secret": secret, "person": given["person"]}
    return _page(request, interview, form, made=made)


@require_POST
def revoke_link(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "consent", public_id)
    number = request.POST.get("link", "")
    link = get_object_or_404(NarratorLink, interview=interview, pk=int(number) if number.isdecimal() else 0)
    links.revoke(link, by=request.user, at=timezone.now())
    messages.success(request, _("The link opens nothing any more."))
    return redirect("workroom:agreements", public_id)


def _page(
    request: StaffRequest,
    interview: Interview,
    form: forms.AgreementForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    at = timezone.now()
    context = {
        **showing.agreements(interview, at=at), "links": narrator_links.of(interview, at=at),
        "link_form": LinkForm(interview=interview), "rows": consent_forms.rows(),
        "narrowing": consent_forms.NarrowingForm(interview=interview),
        "less": consent_forms.ClosingForm(prefix="less"), **more,
    }  # fmt: skip
    return doors.show(
        request, interview, "workroom/agreements.html", "agreements", form=form,
        status=400 if form.is_bound else status, **context,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def embargo(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "set_embargo", public_id)
    form = forms.EmbargoForm(request.POST or None, initial={"zone": settings.TIME_ZONE})
    if form.is_valid():
        given = form.cleaned_data
        zone = given["zone"] or settings.TIME_ZONE
        until = days.opens(given["until"], zone) if given["until"] else None
        try:
            embargoes.lengthen(
                interview, until, by=request.user, at=timezone.now(), reason=given["reason"], zone=zone,
                opens_by_itself=given["opens_by_itself"],
            )  # fmt: skip
        except embargoes.WouldShorten:
            form.add_error("until", _("An embargo can be lengthened here, not shortened."))
        else:
            return redirect("workroom:agreements", public_id)
    return doors.show(
        request,
        interview,
        "workroom/embargo.html",
        "agreements",
        form=form,
        status=400 if form.is_bound else 200,
    )
