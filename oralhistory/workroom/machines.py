"""Health: whether the machines work. Never content."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from oralhistory.accounts.models import Role
from oralhistory.files import fixity
from oralhistory.pipeline import damage, following, letters
from oralhistory.pipeline import health as rules
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.doors import for_roles


@for_roles(Role.SYSADMIN)
@require_GET
def health(request: StaffRequest) -> HttpResponse:
    alive, silent = rules.leases(at=timezone.now())
    return render(
        request,
        "workroom/health.html",
        {
            "queues": rules.queues(at=timezone.now()),
            "alive": alive,
            "silent": silent,
            "last_finished": rules.last_finished(),
            "stores": rules.stores(),
            "isolation": rules.isolation(),
            "warnings": rules.warnings(),
            "unisolated": rules.unisolated(),
            "waits": rules.waits(),
            "fixity_days": settings.FIXITY_DAYS,
            "fixity": fixity.report(at=timezone.now()),
            "damaged": damage.standing(),
            "engines": rules.engines(),
            "deaf": rules.deaf(at=timezone.now()),
            "failures": following.failures(),
            "mail": letters.trouble(),
        },
    )
