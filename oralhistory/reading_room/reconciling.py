"""The reconciliation service: for programs such as OpenRefine, in the language of its address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from oralhistory.interchange.reconciliation import answers, matching, queries, values
from oralhistory.interchange.reconciliation.values import Words
from oralhistory.organizations import public
from oralhistory.web import limits, vocabularies

SUGGESTED, MOST_SUGGESTED = 10, 50
WORDS = Words(
    country=lambda code: str(vocabularies.country(code)),
    kind=lambda kind: str(vocabularies.organization_kind(kind)),
)
_ELSEWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, X-Requested-With",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

View = Callable[[HttpRequest], HttpResponse]


def for_programs(*methods: str) -> Callable[[View], View]:
    """A view that pages of other sites may ask; a query that makes no sense is answered with the reason.

    It changes nothing and knows nobody, so no token guards it.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @limits.for_programs
        @require_http_methods([*methods, "HEAD", "OPTIONS"])
        @wraps(view)
        def ask(request: HttpRequest) -> HttpResponse:
            try:
                response = HttpResponse(status=204) if request.method == "OPTIONS" else view(request)
            except queries.BadRequest as refusal:
                response = _refused(400, str(refusal))
            for name, value in _ELSEWHERE.items():
                response.headers[name] = value
            patch_cache_control(response, no_cache=True)
            return response

        return ask

    return decorate


@for_programs("GET", "POST")
def service(request: HttpRequest) -> HttpResponse:
    """The manifest, or the answer to `queries` or `extend`, wherever these stand."""
    announced = request.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > queries.LARGEST:
        return _refused(413, f"at most {queries.LARGEST} bytes")
    given = request.POST if request.method == "POST" else request.GET
    if "queries" in given:
        return JsonResponse(answers.results(matching.answer(queries.read_batch(given["queries"])), WORDS))
    if "extend" in given:
        asked = queries.read_extension(given["extend"])
        return JsonResponse(answers.extended(asked, values.extend(asked, WORDS)))
    if request.method == "POST":
        raise queries.BadRequest("queries or extend is needed, as a field of a form")
    return JsonResponse(answers.manifest(settings.SITE_URL + reverse("reading_room:reconcile")))


@for_programs("GET")
def suggest_entity(request: HttpRequest) -> JsonResponse:
    cursor = _number(request.GET.get("cursor", ""), 0)
    found = matching.beginning(_prefix(request), at_most=min(cursor, MOST_SUGGESTED) + SUGGESTED)
    return JsonResponse(answers.suggested_records(found[cursor:], WORDS))


@for_programs("GET")
def suggest_property(request: HttpRequest) -> JsonResponse:
    return JsonResponse(answers.suggested_properties(_prefix(request)))


@for_programs("GET")
def suggest_type(request: HttpRequest) -> JsonResponse:
    _countries, kinds = public.choices()
    return JsonResponse(answers.suggested_types(_prefix(request), filter(None, kinds), WORDS))


@for_programs("GET")
def properties(request: HttpRequest) -> JsonResponse:
    most = _number(request.GET.get("limit", ""), 0)
    return JsonResponse(answers.proposed(request.GET.get("type", "")[: queries.LONGEST], most))


@for_programs("GET")
def flyout(request: HttpRequest) -> JsonResponse:
    record = public.find(_asked_for(request))
    facts = public.facts([record.slug]) if record else {}
    if not record or record.slug not in facts:
        return JsonResponse({"status": "error", "message": "no such organization"}, status=404)
    return JsonResponse(answers.flyout(facts[record.slug], WORDS))


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@for_programs("GET")
def preview(request: HttpRequest) -> HttpResponse:
    """A small page of a record, to be shown inside of others' pages."""
    record = public.find(_asked_for(request))
    if record is None:
        raise Http404
    if record.slug != _asked_for(request):
        return redirect(f"{reverse('reading_room:reconcile_preview')}?id={record.slug}")
    return render(request, "reading_room/preview.html", {"record": record})


def _asked_for(request: HttpRequest) -> str:
    """The id of a record. PostgreSQL takes no text with a zero in it."""
    return request.GET.get("id", "").replace("\x00", "")[: queries.LONGEST]


def _prefix(request: HttpRequest) -> str:
    prefix = request.GET.get("prefix", "")
    if len(prefix) > queries.LONGEST:
        raise queries.BadRequest(f"prefix: {len(prefix)} characters; at most {queries.LONGEST}")
    return prefix.replace("\x00", "")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _refused(status: int, why: str, **more: Any) -> JsonResponse:
    return JsonResponse({"status": "error", "message": why, **more}, status=status)
