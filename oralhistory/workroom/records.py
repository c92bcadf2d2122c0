"""Events of an interview."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from oralhistory.provenance import events
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing
from oralhistory.workroom.doors import enter


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
