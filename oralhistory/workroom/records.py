"""Events of an interview; organizations and whether the public may see them."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from oralhistory.accounts.models import Role
from oralhistory.editions import indexing
from oralhistory.lib.folding import fold
from oralhistory.organizations import labels, opening
from oralhistory.organizations.models import Organization
from oralhistory.provenance import events
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing
from oralhistory.workroom.doors import enter, for_roles


@require_GET
def events_of(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "audit", public_id)
    return doors.show(
        request,
        interview,
        "workroom/events.html",
        "events",
        events=showing.by_name(reversed(events.of(interview))),
    )


@for_roles(Role.ARCHIVIST)
@require_GET
def organizations(request: StaffRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    found = list(labels.labels().values())
    if asked:
        found = [each for each in found if fold(asked) in fold(f"{each.name} {each.acronym} {each.slug}")]
    publication = request.GET.get("publication", "")
    if publication in Organization.Publication.values:
        found = [each for each in found if each.publication == publication]
    page = showing.page_of(found, request.GET.get("page", ""))
    return render(
        request, "workroom/organizations.html", {"page": page, "asked": asked, "publication": publication}
    )


@for_roles(Role.ARCHIVIST)
@require_POST
def publication(request: StaffRequest) -> HttpResponse:
    organization = get_object_or_404(
        Organization.objects.current(), slug=request.POST.get("organization", "")
    )
    wanted = request.POST.get("publication", "")
    if wanted in Organization.Publication.values:
        with transaction.atomic():
            opening.set_publication(organization, wanted, by=request.agent, at=timezone.now())
            indexing.refresh([organization.slug])
    if request.headers.get("HX-Request"):
        label = labels.labels([organization.slug])[organization.slug]
        return render(request, "workroom/components/organization_row.html", {"each": label})
    return redirect("workroom:organizations")
