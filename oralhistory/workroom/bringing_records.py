"""Lists of authority records: brought in after a rehearsal, given out in a format of exchange."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from oralhistory.accounts.models import Role
from oralhistory.organizations import bringing, cataloging, formats, giving_out, listing
from oralhistory.pipeline import authorities as following
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.authorities import OFFERED
from oralhistory.workroom.doors import for_roles

SHOWN = 300  # records of a rehearsal, one by one; the numbers are of all


class ListForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("The list, as a file"))
    form = forms.ChoiceField(
        label=gettext_lazy("Its format"),
        choices=lambda: [
            (bringing.AUTO, gettext_lazy("By what is in the file")),
            *((code, formats.FORMATS[code].label) for code in formats.readable()),
        ],
        initial=bringing.AUTO,
    )


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def bring(request: StaffRequest) -> HttpResponse:
    form = ListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > bringing.MOST_BYTES:
            form.add_error("file", _("The file is too large: %d MB at most.") % (bringing.MOST_BYTES >> 20))
        else:
            try:
                brought = bringing.bring(
                    file.read(), form.cleaned_data["form"], by=request.agent, at=timezone.now()
                )
            except bringing.NotTaken as refusal:
                form.add_error("file", _("Nothing was taken in: %s") % refusal)
            else:
                return redirect("workroom:organization_rehearsal", brought.code)
    return render(
        request, "workroom/bring_records.html", {"form": form}, status=400 if form.is_bound else 200
    )


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def rehearsal(request: StaffRequest, code: str) -> HttpResponse:
    """What the list would do, and the word."""
    status = 200
    try:
        if request.method == "POST":
            try:
                return _take_in(request, code)
            except bringing.WouldDoOtherwise:
                messages.warning(
                    request, _("The archive has changed since you looked: look again at what would happen.")
                )
                status = 409
        found = bringing.rehearse(code, by=request.agent, at=timezone.now())
    except bringing.Gone:
        messages.info(request, _("That list is not here any more: bring it once more."))
        return redirect("workroom:organization_import")
    except cataloging.Unnamed as refusal:
        messages.error(
            request, _("Nothing was taken in: %s has no authorized name, or more than one.") % refusal
        )
        return redirect("workroom:organization_import")
    return render(request, "workroom/rehearsal.html", _shown(found), status=status)


def _take_in(request: StaffRequest, code: str) -> HttpResponse:
    seen, publish = request.POST.get("seen", ""), request.POST.get("publish") == "on"
    now = timezone.now()
    done = bringing.take_in(code, seen=seen, publish=publish, by=request.agent, at=now)
    following.records_changed([each.organization.slug for each in done.changed], at=now)
    told = ngettext("%d record was made", "%d records were made", done.created) % done.created
    told += ", " + ngettext("%d brought up to date.", "%d brought up to date.", done.updated) % done.updated
    messages.success(request, told)
    return redirect("workroom:organizations")


@for_roles(Role.ARCHIVIST)
@require_GET
def give_out(request: StaffRequest) -> HttpResponse:
    """What the list shows, as a file; `all` with what is for this archive only."""
    code = request.GET.get("format", "")
    if code not in formats.writable():
        raise Http404
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:80] for name in OFFERED}
    slugs = [each.slug for each in listing.load(listing.find(**asked))]
    records = giving_out.records(slugs, everything=request.GET.get("all") == "on")
    context = formats.Context(
        at=timezone.now(),
        base=f"{settings.SITE_URL}/organizations/",
        names=giving_out.names_of_others(records),
    )
    data = formats.write(code, records, context)
    extension, media_type = formats.file_type(code, data)
    answer = HttpResponse(data, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="organizations.{extension}"'
    return answer


def _shown(found: bringing.Rehearsal) -> dict[str, Any]:
    names = {each.id: each.name for each in found.records}
    changed = found.imported.changed
    return {
        "found": found,
        "made": [each for each in changed if each.new][:SHOWN],
        "altered": [each for each in changed if not each.new][:SHOWN],
        "names": names,
        "shown": SHOWN,
    }
