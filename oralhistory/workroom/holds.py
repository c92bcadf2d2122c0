"""Agreements, embargoes and conditions that a person looks at: the archivists' list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oralhistory.accounts.models import Role
from oralhistory.consent import access, holds, sentences
from oralhistory.consent.models import Grant
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.doors import for_roles


@for_roles(Role.ARCHIVIST)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    at = timezone.now()
    context = {
        "embargoes": [
            (row, sentences.of_embargo(row), row.until is not None and row.until <= at)
            for row in holds.embargoes(at=at)
        ],
        "ending": [(line, sentences.of_grants([line])[0]) for line in holds.ending(at=at)],
        "reopened": [(line, sentences.of_grants([line])[0]) for line in holds.reopened(at=at)],
        "conditions": [(hold, sentences.of_grants([hold.line])[0]) for hold in holds.conditions(at=at)],
    }
    return render(request, "workroom/holds.html", context)


@for_roles(Role.ARCHIVIST)
@require_POST
def look(request: StaffRequest) -> HttpResponse:
    number = request.POST.get("line", "")
    line = get_object_or_404(Grant.objects.exclude(condition=""), pk=int(number) if number.isdecimal() else 0)
    access.fetch(request.user, "consent", line.agreement.interview.public_id, at=timezone.now())
    holds.looked_at(line, by=request.user, at=timezone.now())
    messages.success(request, _("That you looked at it is kept: it comes again in a year."))
    return redirect("workroom:holds")
