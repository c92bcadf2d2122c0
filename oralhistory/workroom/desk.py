"""The desk: what waits for me, what moved, what failed and why."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import access, holds, lists, proposals
from oralhistory.files.models import MediaFile
from oralhistory.intake import aside
from oralhistory.jobs.models import Job
from oralhistory.notices import desk as notices
from oralhistory.pipeline import acts, damage, following, keeping
from oralhistory.review import retranscribing
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import on_the_desk
from oralhistory.workroom.doors import for_roles


@require_GET
def desk(request: StaffRequest) -> HttpResponse:
    held = roles.held_by(request.user)
    mine = lists.visible_to(request.user)
    sees_all = bool(held & {Role.ARCHIVIST, Role.SYSADMIN})
    mine_or_all = None if sees_all else mine.filter(created_by=request.user)
    return render(
        request,
        "workroom/desk.html",
        {
            "held": held,
            "waiting": lists.waiting_for(request.user, at=timezone.now()),
            "to_settle": proposals.waiting_for(request.user, at=timezone.now()),
            "asked": proposals.asked_by(request.user, at=timezone.now()),
            "notices": notices.unread(request.user),
            "failures": following.failures(mine_or_all),
            "waits": following.waits(mine_or_all),
            "differing": retranscribing.waiting(lists.where(request.user, "edit_text")),
            "aside": aside.of(lists.where(request.user, "refused_file")).count(),
            "holds": holds.waiting(at=timezone.now()) if Role.ARCHIVIST in held else 0,
            "damaged": damage.standing() if sees_all else [],
            "knows": set(mine.values_list("pk", flat=True)),
            "newest": mine.select_related("collection")[:8],
            "readable": set(lists.where(request.user, "read_meta").values_list("pk", flat=True)),
            **on_the_desk.of(request.user, held),
        },
    )


@require_POST
def mark_read(request: StaffRequest) -> HttpResponse:
    notices.mark_read(request.user, at=timezone.now())
    return redirect("workroom:desk")


@require_POST
def try_again(request: StaffRequest, job_id: int) -> HttpResponse:
    """Work that failed, started again: by those who keep the machines or the archive, or who may transcribe it."""
    job = get_object_or_404(Job, pk=job_id)
    if not roles.held_by(request.user) & {Role.ARCHIVIST, Role.SYSADMIN}:
        interview = following.interview_of(job)
        access.fetch(request.user, "transcribe", interview.public_id if interview else "", at=timezone.now())
    acts.try_again(job, at=timezone.now())
    messages.success(request, _("It will be tried again."))
    return redirect("workroom:desk")


@for_roles(Role.ARCHIVIST, Role.SYSADMIN)
@require_POST
def check_file(request: StaffRequest, code: str) -> HttpResponse:
    """A file that was damaged was put back by hand: look at once."""
    keeping.check_now(get_object_or_404(MediaFile, code=code), at=timezone.now())
    messages.success(request, _("It will be checked now."))
    return redirect("workroom:desk")
