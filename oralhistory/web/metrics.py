"""The address where Prometheus reads its numbers; it holds nothing for anybody without the token."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from oralhistory.pipeline import metrics as numbers


@csrf_exempt  # whoever comes without the token learns nothing by any method, not even that a form would be refused
def metrics(request: HttpRequest) -> HttpResponse:
    """Raises Http404 for whoever does not bring METRICS_TOKEN: like an address that never existed."""
    brought = constant_time_compare(
        request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
    )
    if not (settings.METRICS_TOKEN and brought):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    body, content_type = numbers.exposition_of(at=timezone.now(), accept=request.headers.get("Accept", ""))
    return HttpResponse(body, content_type=content_type, headers={"Cache-Control": "no-store"})
