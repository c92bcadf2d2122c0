"""Collections: renamed, described, two made one, an empty one removed."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.accounts.models import Role
from oralhistory.interviews import collecting
from oralhistory.interviews.models import Collection
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.doors import for_roles


class CollectionForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("What belongs to it"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label=gettext_lazy("Into which"),
        queryset=Collection.objects.none(),
        to_field_name="slug",
        empty_label=None,
    )

    def __init__(self, *args: Any, collection: Collection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(Any, self.fields["into"])
        field.queryset = Collection.objects.exclude(pk=collection.pk).order_by("title")
        field.label_from_instance = lambda each: each.title


@for_roles(Role.ARCHIVIST)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    return render(request, "workroom/collections.html", {"rows": collecting.listed()})


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def one(request: StaffRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    initial = {"title": collection.title, "description": collection.description}
    form = CollectionForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            collecting.describe(
                collection, given["title"], given["description"], by=request.agent, at=timezone.now()
            )
        except collecting.TitleTaken:
            form.add_error("title", _("Another collection is called so. If they are one, merge them."))
        else:
            messages.success(request, _("Saved. Editions keep the title that they were published under."))
            return redirect("workroom:collections")
    merge_form = MergeForm(collection=collection)
    context = {
        "collection": collection,
        "form": form,
        "merge_form": merge_form,
        "others": cast(Any, merge_form.fields["into"]).queryset.exists(),
        "number": collection.interviews.count(),
    }
    return render(request, "workroom/collection.html", context, status=400 if form.is_bound else 200)


@for_roles(Role.ARCHIVIST)
@require_POST
def merge(request: StaffRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    form = MergeForm(request.POST, collection=collection)
    if not form.is_valid():
        return redirect("workroom:collection", slug)
    into = form.cleaned_data["into"]
    moved = collecting.merge(collection, into, by=request.agent, at=timezone.now())
    said = ngettext("%(number)d interview went over.", "%(number)d interviews went over.", moved)
    messages.success(request, said % {"number": moved})
    return redirect("workroom:collection", into.slug)


@for_roles(Role.ARCHIVIST)
@require_POST
def remove(request: StaffRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    try:
        collecting.remove(collection, by=request.agent, at=timezone.now())
    except collecting.StillHolds:
        messages.error(request, _("There are interviews in it: merge it into another one."))
        return redirect("workroom:collection", slug)
    return redirect("workroom:collections")
