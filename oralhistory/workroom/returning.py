"""Sending an interview back, what whoever gets it reads, and the points they tick off."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import workflow
from oralhistory.pipeline import handing
from oralhistory.review import sending_back
from oralhistory.review.models import PointToSettle
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.doors import enter


class SendBackForm(forms.Form):
    """Kept apart from the events, so names are in order here."""

    reason = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    points = forms.CharField(
        label=_("What to put right, one point a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Whoever gets it back ticks them off, and you see that when it comes again."),
    )

    def clean_points(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["points"].splitlines()]
        points = [line for line in lines if line]
        if len(points) > sending_back.MOST_POINTS or any(len(point) > 500 for point in points):
            raise forms.ValidationError(_("At most thirty points, of five hundred characters each."))
        return points


class SettleForm(forms.Form):
    point = forms.IntegerField()
    settled = forms.BooleanField(required=False)
    answer = forms.CharField(required=False, max_length=500)


@require_http_methods(["GET", "POST"])
def send_back(request: StaffRequest, public_id: str) -> HttpResponse:
    interview = enter(request, "send_back", public_id)
    form = SendBackForm(request.POST or None)
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            handing.send_back(
                interview, given["reason"], given["points"], role=_role(request), by=request.user, at=timezone.now()
            )  # fmt: skip
        except workflow.MoveNotAllowed:
            messages.error(request, str(_("Somebody else has just moved this interview.")))
        return redirect("workroom:interview", public_id)
    return doors.show(
        request, interview, "workroom/send_back.html", "interview", form=form, status=400 if form.is_bound else 200
    )  # fmt: skip


def _role(request: StaffRequest) -> str:
    """As which somebody sends it back who may have several roles."""
    held = roles.held_by(request.user)
    return Role.MODERATOR if Role.MODERATOR in held else Role.ARCHIVIST


@require_POST
def settle(request: StaffRequest, public_id: str) -> HttpResponse:
    """One point ticked off, or open again, with a word to it."""
    interview = enter(request, "comment", public_id)
    form = SettleForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        open_ones = PointToSettle.objects.filter(sent_back__interview=interview, sent_back__answered_at=None)
        point = get_object_or_404(open_ones, pk=given["point"])
        sending_back.settle(
            point, settled=given["settled"], answer=given["answer"].strip(), by=request.agent, at=timezone.now()
        )  # fmt: skip
    return redirect(f"{doors.address('interview', public_id)}#sent-back")
