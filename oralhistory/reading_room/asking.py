"""Where anybody asks for something, without an account: a take-down, access, a right over their own data.

The forms carry no token against forgery, for a token needs a cookie and visitors get none. Nothing is lost: what is sent
changes nothing for whoever is signed in, and gives nobody a right. What is left to fear is being flooded: each place and
all of them together may send so much, a page of another site may send nothing, and a field that people do not see gives
programs away.
"""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from oralhistory.consent import petitions
from oralhistory.consent.petitions import Asker, Kind
from oralhistory.editions import public
from oralhistory.reading_room.forms import AccessForm, AskForm, TakeDownForm
from oralhistory.web import limits

HOUR = int(timedelta(hours=1).total_seconds())
FROM_A_PLACE = 5  # in an hour
FROM_EVERYWHERE = 120
LARGEST = 64 << 10  # bytes of a form


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The two forms, and a field for a code."""
    code = "".join(each for each in request.GET.get("code", "") if each.isalnum())[:40]
    if code:
        return redirect("reading_room:ticket", code)
    return render(request, "reading_room/requests.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest) -> HttpResponse:
    form = TakeDownForm(request.POST if _was_sent(request) else None, initial=_from_testimony(request))
    return _answer(request, form, "reading_room/take_down.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest) -> HttpResponse:
    form = AccessForm(request.POST if _was_sent(request) else None, initial=_kind_asked(request))
    return _answer(request, form, "reading_room/ask_access.html")


@require_safe
def ticket(request: HttpRequest, code: str) -> HttpResponse:
    """How a request stands, for whoever has its code, and nothing else of it."""
    petition = petitions.by_ticket(code)
    if petition is None:
        raise Http404
    response = render(request, "reading_room/ticket.html", {"petition": petition, "code": code})
    response.headers["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response


def _was_sent(request: HttpRequest) -> bool:
    """Too much for a form is not read at all."""
    announced = request.headers.get("Content-Length") or "0"
    return request.method == "POST" and announced.isdecimal() and int(announced) <= LARGEST


def _answer(request: HttpRequest, form: AskForm, template: str) -> HttpResponse:
    if request.method == "POST" and not form.is_bound:
        return render(request, template, {"form": form, "refused": "large"}, status=413)
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return render(request, template, {"form": form, "refused": "elsewhere"}, status=403)
    if not form.is_valid():
        response = render(request, template, {"form": form}, status=400 if form.is_bound else 200)
        if form.is_bound:
            add_never_cache_headers(response)
        return response
    if not _may_send(request):
        response = render(request, template, {"form": form, "refused": "often"}, status=429)
        response.headers["Retry-After"] = str(HOUR)
        add_never_cache_headers(response)
        return response
    given = form.cleaned_data
    code = petitions.receive(
        given.get("kind", Kind.TAKE_DOWN), form.written(), asker=given.get("asker", Asker.OTHER), passage=form.passage(),
        language=get_language() or settings.LANGUAGE_CODE, at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    return redirect("reading_room:ticket", code)


def _may_send(request: HttpRequest) -> bool:
    """The place is asked first: one that sends too much takes nothing from the others."""
    return limits.take(
        "petitions", limits.place_of(request), at_most=FROM_A_PLACE, seconds=HOUR
    ) and limits.take("petitions", limits.EVERYWHERE, at_most=FROM_EVERYWHERE, seconds=HOUR)


def _from_testimony(request: HttpRequest) -> dict[str, str]:
    """From a testimony's page: its title, if it is public now; of any other id no more than was typed."""
    public_id = request.GET.get("testimony", "").replace("\x00", "")[:12]
    if not public_id:
        return {}
    path = f"{settings.SITE_URL}/testimonies/{public_id}/"
    known = public.by_id([public_id]).get(public_id)
    where = f"{known.title}, {path}" if known else path
    return {"where": where, "start": request.GET.get("from", "")[:12], "end": request.GET.get("to", "")[:12]}


def _kind_asked(request: HttpRequest) -> dict[str, str]:
    asked = request.GET.get("kind", "")
    return {"kind": asked} if asked in Kind.values else {}
