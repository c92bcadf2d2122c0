"""The archive's tables as CSV files, for archivists. That one was taken is an event."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from oralhistory.accounts.models import Role
from oralhistory.lib import tables
from oralhistory.provenance import events
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.doors import for_roles
from oralhistory.workroom.export_tables import TABLES


@dataclass(frozen=True, slots=True)
class Subject:
    """A table, as events name it."""

    code: str


@for_roles(Role.ARCHIVIST)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    return render(request, "workroom/exports.html", {"tables": TABLES})


@for_roles(Role.ARCHIVIST)
@require_POST
def export(request: StaffRequest, name: str) -> StreamingHttpResponse:
    """The file is made while it is sent."""
    if name not in TABLES:
        raise Http404
    table = TABLES[name]
    events.record("table exported", Subject(f"table:{name}"), at=timezone.now(), agent=request.agent)
    lines = tables.lines(
        list(table.columns), table.rows(request.user), bom=request.POST.get("for") == "excel"
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return response
