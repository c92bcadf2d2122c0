"""IIIF: what viewers on pages of others ask for. Open to all of them, where a testimony may be shown there."""

import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange.iiif import annotations, collections, content_search, manifests
from oralhistory.reading_room.doors import of_testimony, open_to_other_pages


@of_testimony(shared=True)
def manifest(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    if not manifests.is_given(edition):
        raise Http404
    return _answer(request, manifests.manifest(edition))


@of_testimony("read_pub_text", shared=True)
def transcript(request: HttpRequest, edition: PublicEdition, language: str = "") -> HttpResponseBase:
    """Passage by passage, in the language it was said in or in one that it was translated into."""
    if "embed" not in edition.uses or (language and language not in edition.making.get("translations", {})):
        raise Http404
    return _answer(request, annotations.page(edition, public.segments(edition, with_words=False), language))


@of_testimony("read_pub_text", shared=True)
def search(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    if not manifests.is_searchable(edition):
        raise Http404
    segments = public.segments(edition, with_words=False)
    return _answer(request, content_search.answer(edition, segments, request.GET.dict()))


@of_testimony("read_pub_text", shared=True)
def autocomplete(request: HttpRequest, edition: PublicEdition) -> HttpResponseBase:
    if not manifests.is_searchable(edition):
        raise Http404
    segments = public.segments(edition, with_words=False)
    return _answer(request, content_search.terms(edition, segments, request.GET.dict()))


@require_safe
def everything(request: HttpRequest) -> HttpResponseBase:
    return _collection(request, collections.everything())


@require_safe
def collection(request: HttpRequest, slug: str, page: int) -> HttpResponseBase:
    found = collections.one(slug, page)
    if found is None:
        raise Http404
    return _collection(request, found)


def _collection(request: HttpRequest, found: dict[str, Any]) -> HttpResponseBase:
    response = _answer(request, found)
    open_to_other_pages(response)
    patch_cache_control(response, no_cache=True)
    return response


def _answer(request: HttpRequest, found: dict[str, Any]) -> HttpResponseBase:
    content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    # Not as ld+json, which the specification allows as well: Ramp takes that for no manifest.
    response = HttpResponse(content, content_type="application/json", headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response
