"""What is public, in numbers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oralhistory.editions import statistics
from oralhistory.lib import tables
from oralhistory.web import tallies
from oralhistory.web.tallies import Tally


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    found = statistics.numbers(timezone.get_default_timezone())
    response = render(request, "reading_room/statistics.html", {"numbers": found, "tallies": _tallies(found)})
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
def as_table(request: HttpRequest) -> HttpResponse:
    found = statistics.numbers(timezone.get_default_timezone())
    totals = [
        ("testimonies", found.testimonies), ("with sound", found.with_sound), ("minutes", round(found.duration_ms / 60_000)),
        ("words", found.words), ("mentions", found.mentions), ("organizations", found.organizations),
    ]  # fmt: skip
    rows = tallies.rows(_tallies(found), totals)
    content = b"".join(tables.lines(("table", "line", "number"), rows))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    patch_cache_control(response, no_cache=True)
    return response


def _tallies(found: statistics.Numbers) -> list[Tally]:
    return [
        tallies.tally("collection", _("Collections"), found.collections),
        tallies.tally("country", _("Countries"), found.countries),
        tallies.tally("language", _("Languages"), found.languages),
        tallies.tally("decade", _("When they were told"), found.decades),
        tallies.tally("month", _("Editions published, by month"), found.months),
    ]
