"""OAI-PMH: where other catalogs collect."""

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.views.decorators.csrf import csrf_exempt

from oralhistory.interchange.oai import answers
from oralhistory.reading_room import programs
from oralhistory.web import limits

LARGEST = 64 << 10  # bytes of a request: a resumption token has some two hundred
METHODS = ("GET", "POST", "HEAD", "OPTIONS")


@csrf_exempt  # it changes nothing that is anybody's, and knows nobody
def oai(request: HttpRequest) -> HttpResponse:
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if request.method == "OPTIONS":
        return programs.preflight()
    if not limits.programs_may(request):  # the protocol's own way to say: later
        said = f"At most {settings.PROGRAM_REQUESTS_PER_MINUTE} requests a minute.\n"
        wait = {"Retry-After": str(limits.MINUTE)}
        return programs.opened(HttpResponse(said, status=503, content_type="text/plain", headers=wait))
    announced = request.headers.get("Content-Length") or "0"
    if not announced.isdigit() or int(announced) > LARGEST:
        return programs.opened(HttpResponse(status=413))
    try:
        given = request.POST if request.method == "POST" else request.GET
    except SuspiciousOperation:  # more arguments than Django reads: too many for the protocol, too
        given = QueryDict("verb=")
    body = answers.answer(given)
    return programs.opened(HttpResponse(body, content_type="text/xml; charset=utf-8"))
