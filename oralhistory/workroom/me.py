"""Whoever works here, about themselves: name and roles, and where they are logged in."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oralhistory.accounts import roles, second_factor, sessions
from oralhistory.accounts.models import User
from oralhistory.notices.models import Preference
from oralhistory.provenance import events
from oralhistory.web import own_account
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.fields import Choices

MAIL: Choices = [
    (Preference.Mail.AT_ONCE, gettext_lazy("At once, and never more than one an hour")),
    (Preference.Mail.DAILY, gettext_lazy("Once a day, in the morning")),
    (Preference.Mail.NEVER, gettext_lazy("Never; only what is urgent")),
]


@require_safe
def me(request: StaffRequest) -> HttpResponse:
    held = roles.held_by(request.user)
    return render(request, "workroom/me.html", {
        "held": sorted(held), "has_one": second_factor.has_one(request.user),
        "should": bool(held & second_factor.NEED_ONE), "open_sessions": len(sessions.open_of(request.user)),
        "mail_form": MailForm.of(request.user),
    })  # fmt: skip


class MailForm(forms.Form):
    """How often letters come, and in which language."""

    mail = forms.ChoiceField(label=gettext_lazy("How often"), choices=MAIL, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=gettext_lazy("Language of the letters"), choices=settings.LANGUAGES)

    @classmethod
    def of(cls, user: User) -> "MailForm":
        kept = Preference.objects.filter(user=user).first()
        language = (kept.language if kept else "") or settings.LANGUAGE_CODE
        return cls(initial={"mail": kept.mail if kept else Preference.Mail.AT_ONCE, "language": language})


@require_POST
def mail(request: StaffRequest) -> HttpResponse:
    form = MailForm(request.POST)
    if form.is_valid():
        Preference.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
        messages.success(request, _("Your letters will come so."))
    return redirect("workroom:me")


@require_http_methods(["GET", "POST"])
def own_sessions(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        _end(request, request.POST.get("session", ""))
        return redirect("workroom:own_sessions")
    listed = [
        {"session": each, "browser": sessions.browser(each.user_agent), "here": _is_here(request, each.session_key)}
        for each in sessions.open_of(request.user)
    ]  # fmt: skip
    return render(request, "workroom/own_sessions.html", {"sessions": listed})


def _end(request: StaffRequest, which: str) -> None:
    if which == "others":
        at = timezone.now()
        sessions.end_all(request.user, at=at)
        events.record("other sessions ended", request.user.subject, at=at, agent=request.agent)
        own_account.stay(request, request.user)
        messages.success(request, _("You are logged in here alone."))
        return
    try:
        sessions.end(request.user, int(which) if which.isdecimal() else 0)
    except sessions.NoSuchSession:
        messages.info(request, _("That session had ended already."))
    else:
        messages.success(request, _("That session has ended."))


def _is_here(request: StaffRequest, key: str) -> bool:
    return key == request.session.session_key
