"""People and accounts: who works here, and inviting somebody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oralhistory.accounts import invitations
from oralhistory.accounts.models import Role, User
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import forms
from oralhistory.workroom.doors import for_roles


@for_roles(Role.ARCHIVIST, Role.SYSADMIN)
@require_http_methods(["GET", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    form = forms.InvitationForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form, None, status=400 if form.is_bound else 200)
    given = form.cleaned_data
    held = [Role(role) for role in given["roles"]]
    try:
        invited = invitations.invite(given["email"], given["name"], held, by=request.agent, at=timezone.now())
    except invitations.AlreadyInvited as known:
        messages.info(request, _("There is an account of this address. Roles are given here, on its page."))
        return redirect("workroom:person", known.user.code)
    return _page(request, forms.InvitationForm(), invited)


@for_roles(Role.ARCHIVIST, Role.SYSADMIN)
@require_POST
def link(request: StaffRequest) -> HttpResponse:
    """A new link for somebody who lost theirs before it was used."""
    invited = get_object_or_404(User, code=request.POST.get("user", ""), is_active=True)
    return _page(request, forms.InvitationForm(), invited)


def _page(
    request: StaffRequest, form: forms.InvitationForm, invited: User | None, *, status: int = 200
) -> HttpResponse:
    address = ""
    try:
        # Shown once, in the answer to the one who asked: never kept, never sent by us.
        address = request.build_absolute_uri(invitations.link_for(invited)) if invited else ""
    except invitations.AlreadyIn:
        messages.info(request, _("This account is in use already."))
    accounts = User.objects.prefetch_related("roles").order_by("name")
    context = {"people": accounts, "invited": invited, "address": address, "form": form}
    return render(request, "workroom/people.html", context, status=status)
