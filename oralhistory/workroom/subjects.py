"""The register of subjects: the list, one of them renamed or merged; and what is offered while one types."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import lists
from oralhistory.interviews import subjects as rules
from oralhistory.interviews.models import Chapter
from oralhistory.places import gazetteer
from oralhistory.places.models import Subject
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.authorities import READERS
from oralhistory.workroom.chapter_forms import place_line
from oralhistory.workroom.doors import for_roles


class NamesForm(forms.Form):
    es = forms.CharField(label=gettext_lazy("In Spanish"), max_length=120)
    en = forms.CharField(label=gettext_lazy("In English"), max_length=120, required=False)
    pt = forms.CharField(label=gettext_lazy("In Portuguese"), max_length=120, required=False)


class MergeForm(forms.Form):
    into = forms.CharField(
        label=gettext_lazy("The one that remains"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "all-subjects", "autocomplete": "off"}),
    )


@for_roles(*READERS)
@require_GET
def register(request: StaffRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "")[:80]
    found = rules.register(asked, in_interviews=lists.visible_to(request.user))
    return render(request, "workroom/subjects.html", {"subjects": found, "asked": asked})


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def subject(request: StaffRequest, slug: str) -> HttpResponse:
    """One subject with the chapters that are about it; archivists rename and merge."""
    found = get_object_or_404(Subject.objects.select_related("merged_into"), slug=slug)
    if found.merged_into:
        return redirect("workroom:subject", found.merged_into.slug)
    may_change = Role.ARCHIVIST in roles.held_by(request.user)
    merging = request.POST.get("do") == "merge"
    names = NamesForm(request.POST if request.POST and not merging else None, initial=found.names)
    merge = MergeForm(request.POST if merging else None)
    if may_change and request.method == "POST":
        done = _merge(request, found, merge) if merging else _rename(request, found, names)
        if done:
            return redirect("workroom:subject", done.slug)
    context: dict[str, Any] = {
        "subject": found,
        "names": names,
        "merge": merge,
        "may_change": may_change,
        "chapters": Chapter.objects.filter(subjects=found, interview__in=lists.visible_to(request.user))
        .select_related("interview")
        .order_by("interview__title", "start_ms"),
        "others": rules.standing().exclude(pk=found.pk).order_by("name"),
    }
    return render(request, "workroom/subject.html", context, status=400 if request.method == "POST" else 200)


def _rename(request: StaffRequest, found: Subject, form: NamesForm) -> Subject | None:
    if not form.is_valid():
        return None
    try:
        rules.rename(found, form.cleaned_data, by=request.agent, at=timezone.now())
    except rules.NameTaken as taken:
        form.add_error(
            "es", _("“%(name)s” is called so already: merge the two.") % {"name": taken.other.name}
        )
        return None
    messages.success(request, _("Saved."))
    return found


def _merge(request: StaffRequest, found: Subject, form: MergeForm) -> Subject | None:
    if not form.is_valid():
        return None
    into = gazetteer.known_subject(form.cleaned_data["into"])
    try:
        if into is None:
            raise rules.NotMerged
        rules.merge(found, into, by=request.agent, at=timezone.now())
    except rules.NotMerged:
        form.add_error("into", _("Choose another subject of the register."))
        return None
    messages.success(request, _("The two are one: its chapters are here now."))
    return into


@for_roles(*READERS)
@require_GET
def suggest(request: StaffRequest) -> HttpResponse:
    """What a field for subjects offers while somebody types."""
    typed = request.GET.get("q", "").replace("\x00", "")[:80]
    lines = [each.name for each in rules.suggestions(typed)] if len(typed.strip()) > 1 else []
    return render(request, "workroom/components/offered.html", {"lines": lines})


@for_roles(*READERS)
@require_GET
def suggest_places(request: StaffRequest) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\x00", "")[:80]
    lines = [place_line(each.name, each.country) for each in gazetteer.beginning_with(typed)]
    return render(request, "workroom/components/offered.html", {"lines": lines})
