"""The way to a testimony: the same for every page and file of it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, PublicEdition, Rest], HttpResponseBase]
Routed = Callable[Concatenate[HttpRequest, str, Rest], HttpResponseBase]


# What scripts of other pages may read of an answer, where they may have it at all.
_EXPOSED = "Accept-Ranges, Content-Length, Content-Range, ETag"


def of_testimony(action: str = "pub_record", *, shared: bool = False) -> Callable[[View[Rest]], Routed[Rest]]:
    """A view that is given the present edition, where everybody may take the action on it.

    An id that is not public answers what an id that never existed answers; what was withdrawn, and
    may be said to have been, answers 410. What is `shared` can be used by other pages too, where the narrator
    allows that others show it on theirs.
    """

    def decorate(view: View[Rest]) -> Routed[Rest]:
        @require_safe
        @wraps(view)
        def ask(
            request: HttpRequest, public_id: str, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponseBase:
            try:
                edition = public.find(public_id, action)
            except public.Withdrawn:
                return render(request, "410.html", status=410)
            if edition is None:
                raise Http404
            response = view(request, edition, *args, **kwargs)
            # Kept copies must be asked about again: a withdrawal stops everything at the next request.
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, no_cache=True)
            if "search_engines" not in edition.uses:
                response.headers["X-Robots-Tag"] = "noindex"
            if shared and "embed" in edition.uses:
                open_to_other_pages(response)
            return response

        return ask  # type: ignore[return-value]  # require_safe keeps the parameters but does not say so

    return decorate


def open_to_other_pages(response: HttpResponseBase) -> None:
    """For programs and viewers that run on pages of others: no cookie goes with it, and nobody is asked who they are."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
