"""What search engines and other crawlers are told: where they may go, and which pages there are."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from oralhistory.editions import outside
from oralhistory.interchange import sitemaps
from oralhistory.organizations import public as public_organizations
from oralhistory.reading_room.front import TEXTS

XML = "application/xml; charset=utf-8"
ROOMS = ("workroom", "narrator", "accounts")
# Answers to what somebody typed repeat words of testimonies whose own pages say "noindex"; there are no end of them.
ANSWERS = ("search", "reconcile", "oai", "api/v1")
MOST_PARTS = 50_000  # that an index may have
# Crawlers that gather what models are trained on, by the names under which their makers say to refuse them.
TRAINING = (
    "AI2Bot", "Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot",
    "cohere-training-data-crawler", "Diffbot", "FacebookBot", "Google-CloudVertexBot", "Google-Extended", "GPTBot",
    "img2dataset", "meta-externalagent", "omgili", "omgilibot", "PanguBot", "Timpibot", "Webzio-Extended",
)  # fmt: skip


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Rooms and answers are closed to all; crawlers that gather for training, to what there is.

    A testimony that search engines may not find is not named here. Whoever is forbidden a page cannot read the "noindex"
    that it carries (header and meta tag, `doors.of_testimony`), and lists its bare address once another page links to
    it; only a page that may be fetched can say that it is not to be found. And everybody reads this file: a line for
    each would make it a list of those who asked not to be found. For the same reason training is refused as a whole, as
    long as one public testimony does not grant it, and not testimony by testimony.
    """
    closed = [f"{prefix}/{room}/" for room in ROOMS for prefix in _prefixes()]
    closed += [f"{prefix}/{answers}" for answers in ANSWERS for prefix in _prefixes()]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    if not outside.everybody_grants("ai_training"):
        lines += [*(f"User-agent: {name}" for name in TRAINING), "Disallow: /", ""]
    lines += [f"Sitemap: {settings.SITE_URL}{reverse('programs:sitemap')}", ""]
    return _kept_by_nobody(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    number, last = outside.size_of_site_map()
    parts = [(reverse("programs:sitemap_pages"), None), (reverse("programs:sitemap_organizations"), None)]
    many = range(1, -(-number // sitemaps.PER_PART) + 1)
    testimonies = [(reverse("programs:sitemap_testimonies", args=[part]), last) for part in many]
    return _kept_by_nobody(HttpResponse(sitemaps.index([*parts, *testimonies]), content_type=XML))


@require_safe
def pages(request: HttpRequest) -> HttpResponseBase:
    names = ("home", "testimonies", "organizations", "statistics", "requests", "api", *TEXTS)
    return _part((reverse(f"reading_room:{name}"), None) for name in names)


@require_safe
def organizations(request: HttpRequest) -> HttpResponseBase:
    """Without a day: to know when each was last changed, all their revisions would have to be read."""
    slugs = sorted(public_organizations.listing().slugs)
    return _part((reverse("reading_room:organization", args=[slug]), None) for slug in slugs)


@require_safe
def testimonies(request: HttpRequest, part: int) -> HttpResponseBase:
    """Raises Http404 behind the last part."""
    if part > MOST_PARTS:  # no database counts so far
        raise Http404
    rows = outside.site_map(start=(part - 1) * sitemaps.PER_PART, number=sitemaps.PER_PART) if part else []
    if not rows:
        raise Http404
    return _part((reverse("reading_room:testimony", args=[public_id]), at) for public_id, at in rows)


def _part(rows: Iterable[tuple[str, datetime | None]]) -> HttpResponseBase:
    return _kept_by_nobody(StreamingHttpResponse(sitemaps.part(list(rows)), content_type=XML))


def _kept_by_nobody(response: HttpResponseBase) -> HttpResponse:
    """A testimony that is withdrawn is in none of these at the next request."""
    patch_cache_control(response, no_cache=True)
    return response  # type: ignore[return-value]


def _prefixes() -> list[str]:
    return ["" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _name in settings.LANGUAGES]
