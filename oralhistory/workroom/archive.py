"""The way to what archivists keep besides interviews and organizations."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oralhistory.accounts.models import Role
from oralhistory.consent import petitions
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.doors import for_roles


@for_roles(Role.ARCHIVIST)
@require_GET
def archive(request: StaffRequest) -> HttpResponse:
    return render(request, "workroom/archive.html", {"open_requests": len(petitions.open_ones())})
