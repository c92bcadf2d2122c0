"""The register of organizations, and an organization with every moment that speaks of it."""

from itertools import groupby

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from oralhistory.editions import public
from oralhistory.organizations import public as organizations

PER_PAGE = 120
MOMENTS = 40


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "country", "kind")}
    records = organizations.listing(**asked)
    spoken_of = public.spoken_of()
    heard = request.GET.get("heard") == "1"
    if heard:
        records = [record for record in records if record.slug in spoken_of]
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    countries, kinds = organizations.choices()
    context = {
        "page": page,
        "asked": asked,
        "heard": heard,
        "countries": countries,
        "kinds": kinds,
        "spoken_of": spoken_of,
    }
    return render(request, "reading_room/organizations.html", context)


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    record = organizations.find(slug)
    if record is None:
        return _out_of_use(request, slug)
    if record.slug != slug:
        return redirect("reading_room:organization", record.slug, permanent=True)
    slugs = organizations.slugs(record)
    page = Paginator(range(public.number_of_moments(slugs)), MOMENTS).get_page(request.GET.get("page"))
    moments = public.moments(slugs, start=max(0, page.start_index() - 1), number=MOMENTS)
    beside = public.spoken_of_beside(slugs)
    records = organizations.by_slug(slug for slug, _testimonies in beside)
    context = {
        "record": record,
        "sources": organizations.sources(record),
        "ties": organizations.ties(record),
        "homonyms": organizations.homonyms(record),
        "page": page,
        "by_testimony": [
            (edition, list(group)) for edition, group in groupby(moments, key=lambda moment: moment.edition)
        ],
        "beside": [(records[slug], number) for slug, number in beside if slug in records],
    }
    return render(request, "reading_room/organization.html", context)


def _out_of_use(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever kept an address reads why the record is gone, if it was public; any other was never there."""
    gone = organizations.out_of_use(slug)
    if gone is None:
        raise Http404
    return render(request, "reading_room/organization_gone.html", {"gone": gone}, status=410)
