"""Public authority records as files, in every format that is written."""

from dataclasses import replace
from datetime import UTC, datetime, time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from oralhistory.interchange import labels
from oralhistory.organizations import entries, formats
from oralhistory.organizations import public as organizations
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.formats import Context, Format
from oralhistory.web import limits


def offered() -> dict[str, Format]:
    """What a record can be had as."""
    return {code: each for code, each in formats.FORMATS.items() if each.write}


@require_safe
def one(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A record as it stands for everybody; its day is that of the last change that everybody can see."""
    if code not in offered():
        raise Http404
    found = organizations.descriptions_of([slug])
    if not found:
        record = organizations.find(slug)
        if record is None or record.slug == slug:
            raise Http404
        return redirect("reading_room:organization_file", record.slug, code, permanent=True)
    changed = entries.changed_on_of(slug) or timezone.localdate()
    return _file(
        code, slug, formats.write(code, found, _context(found, datetime.combine(changed, time(), UTC)))
    )


@limits.for_programs
@require_safe
def everything(request: HttpRequest, code: str) -> HttpResponse:
    """The whole public list."""
    if code not in offered():
        raise Http404
    found = organizations.descriptions_of()
    day = datetime.combine(timezone.localdate(), time(), UTC)
    return _file(code, "organizations", formats.write(code, found, _context(found, day)))


def _context(found: list[Description], at: datetime) -> Context:
    here = {each.id: each.name for each in found}
    others = {tie.other for each in found for tie in each.ties} - here.keys()
    names = {slug: each.name for slug, each in organizations.facts(others).items()} if others else {}
    return Context(
        at=at, agency=labels.ARCHIVE, base=f"{settings.SITE_URL}/organizations/", names=here | names
    )


def _file(code: str, name: str, content: bytes) -> HttpResponse:
    form = offered()[code]
    if content.startswith(b"PK\x03\x04"):  # several records may make a package
        form = replace(form, extension="zip", media_type="application/zip")
    text = form.media_type.startswith("text/") or form.media_type.endswith(("xml", "json"))
    media_type = f"{form.media_type}; charset=utf-8" if text else form.media_type
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{form.extension}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, no_cache=True)
    return response
