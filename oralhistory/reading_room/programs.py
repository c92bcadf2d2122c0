"""What every answer to a program has: open to pages of other sites, asked about again, never in a search engine."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from oralhistory.interchange.api import description

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # Here a testimony cannot say for itself whether search engines may find it.
    "X-Robots-Tag": "noindex",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def opened(response: HttpResponse) -> HttpResponse:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    patch_cache_control(response, no_cache=True)
    return response


def preflight() -> HttpResponse:
    return opened(HttpResponse(status=204, headers={**_PREFLIGHT, "Allow": "GET, HEAD, OPTIONS"}))


def answer(
    request: HttpRequest, content: Mapping[str, Any], *, media_type: str = "application/json"
) -> HttpResponse:
    """As JSON, or 304 to whoever has it already."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(body, content_type=media_type)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    if content.get("next"):
        response.headers["Link"] = f'<{content["next"]}>; rel="next"'
    found = get_conditional_response(request, etag=etag, response=response)
    return opened(found if isinstance(found, HttpResponse) else response)


def problem(status: int, detail: str = "", errors: Mapping[str, str] | None = None) -> HttpResponse:
    """RFC 9457."""
    said: dict[str, Any] = {
        "type": description.problem_address(status),
        "title": description.PROBLEMS[status][1],
        "status": status,
    }
    if detail:
        said["detail"] = detail
    if errors:
        said["errors"] = [{"parameter": name, "detail": why} for name, why in errors.items()]
    response = HttpResponse(
        json.dumps(said, ensure_ascii=False).encode(), status=status, content_type=description.PROBLEM
    )
    return opened(response)
