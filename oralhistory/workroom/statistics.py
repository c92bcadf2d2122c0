"""What the archive holds and how it moves, for archivists."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from oralhistory.accounts.models import Role
from oralhistory.lib import tables
from oralhistory.web import tallies
from oralhistory.web.middleware import StaffRequest
from oralhistory.web.tallies import Tally
from oralhistory.workroom import counting, words
from oralhistory.workroom.doors import for_roles


@for_roles(Role.ARCHIVIST)
@require_GET
def statistics(request: StaffRequest) -> HttpResponse:
    found = counting.numbers(timezone.get_default_timezone())
    return render(request, "workroom/statistics.html", {"numbers": found, "tallies": _tallies(found)})


@for_roles(Role.ARCHIVIST)
@require_GET
def as_table(request: StaffRequest) -> HttpResponse:
    found = counting.numbers(timezone.get_default_timezone())
    totals = [
        ("interviews", found.interviews), ("recordings", found.recordings), ("minutes", round(found.duration_ms / 60_000)),
        ("mentions accepted", found.mentions_accepted), ("mentions undecided", found.mentions_undecided),
        ("median days from upload to publication", found.median_days),
    ]  # fmt: skip
    content = b"".join(tables.lines(("table", "line", "number"), tallies.rows(_tallies(found), totals)))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    return response


def _tallies(found: counting.Numbers) -> list[Tally]:
    states = [(str(words.STATES[state]), number) for state, number in found.states]
    return [
        tallies.tally("state", _("Interviews by state"), states),
        tallies.tally("collection", _("Collections"), found.collections),
        tallies.tally("country", _("Countries"), found.countries),
        tallies.tally("language", _("Languages"), found.languages),
        tallies.tally("decade", _("When they were told"), found.decades),
        tallies.tally("month", _("Editions published, by month"), found.months),
        tallies.tally(
            "load", _("On moderators’ tables now"), [(name, here) for name, here, _all in found.load]
        ),
    ]
