"""The form of an authority record: a new one, and one that others may be changing too."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oralhistory.accounts.models import Role
from oralhistory.organizations import cataloging, descriptions, histories, overtaking, slugs
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Name, Organization
from oralhistory.pipeline import authorities as following
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import choosing
from oralhistory.workroom.authorities import READERS
from oralhistory.workroom.authority_forms import RecordForm
from oralhistory.workroom.doors import for_roles


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = RecordForm.sent(request.POST, None) if request.method == "POST" else RecordForm.of(None, 0)
    if request.method != "POST" or "more" in request.POST or not form.is_valid():
        refused = request.method == "POST" and "more" not in request.POST
        return _page(request, None, form, status=400 if refused else 200)
    made = form.description(form.statements.cleaned_data["slug"], None, None)
    if not made.id:
        acronym = next(iter(made.of_kind(Name.Kind.ACRONYM)), "")
        made = _with_id(made, slugs.propose(made.name, acronym, made.country))
    saved = cataloging.save(made, by=request.agent, at=timezone.now(), why=form.why, expected=0)
    following.records_changed([made.id], at=timezone.now())
    messages.success(request, _("The record is there, and closed until somebody opens it."))
    return redirect("workroom:organization", saved.organization.slug)


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization, slug=slug)
    if organization.merged_into_id:
        return redirect("workroom:organization", slug)
    (now,) = descriptions.describe([organization])
    if request.method != "POST":
        return _page(request, organization, RecordForm.of(now, organization.version))
    form = RecordForm.sent(request.POST, now)
    if "more" in request.POST:
        return _page(request, organization, form)
    if not form.is_valid():
        return _page(request, organization, form, status=400)
    shown = histories.at_version(organization, form.version)
    mine = form.description(slug, shown, now)
    # A moderator who remembers a form that was heard overtakes nobody.
    same = _without_heard(shown) == _without_heard(now)
    expected = organization.version if same else form.version
    try:
        cataloging.save(mine, by=request.agent, at=timezone.now(), why=form.why, expected=expected)
    except cataloging.Overtaken:
        return _overtaken(request, organization, shown, now, mine)
    following.records_changed([slug], at=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("workroom:organization", slug)


@for_roles(*READERS)
@require_GET
def suggest(request: StaffRequest) -> HttpResponse:
    """What the field for another record offers while somebody types."""
    offered = choosing.offered(request.GET.get("q", "")[:250])
    return render(
        request, "workroom/components/offered.html", {"lines": [choosing.line(each) for each in offered]}
    )


def _overtaken(
    request: StaffRequest, organization: Organization, shown: Description, now: Description, mine: Description
) -> HttpResponse:
    """Somebody else saved first: their changes are taken into the form, beside what this hand wrote."""
    organization.refresh_from_db()
    together, clashes = overtaking.brought_together(_without_heard(shown), _without_heard(now), mine)
    theirs = histories.differences(_without_heard(shown), _without_heard(now))
    form = RecordForm.of(together, organization.version)
    return _page(request, organization, form, status=409, theirs=theirs, clashes=clashes)


def _page(
    request: StaffRequest,
    organization: Organization | None,
    form: RecordForm,
    *,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    name = descriptions.describe([organization])[0].name if organization else ""
    return render(
        request,
        "workroom/organization_edit.html",
        {"organization": organization, "name": name, "form": form, **context},
        status=status,
    )


def _without_heard(description: Description) -> Description:
    names = tuple(each for each in description.names if each.kind != Name.Kind.HEARD_AS)
    return replace(description, names=names)


def _with_id(description: Description, slug: str) -> Description:
    return replace(description, id=slug)
