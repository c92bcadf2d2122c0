"""Two records into one, one into two, out of use and back: each with what would happen before it does."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.accounts.models import Role
from oralhistory.interviews.models import Interview
from oralhistory.mentions import deprecating, merging, splitting
from oralhistory.organizations import cataloging, descriptions, duplicates, histories, labels, slugs
from oralhistory.organizations.descriptions import Description, NameForm
from oralhistory.organizations.models import Merge, Name, Organization
from oralhistory.pipeline import authorities as following
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import choosing, joining_forms, showing
from oralhistory.workroom.doors import for_roles


@for_roles(Role.ARCHIVIST)
@require_GET
def doubles(request: StaffRequest) -> HttpResponse:
    page = showing.page_of(duplicates.suspected(), request.GET.get("page", ""))
    known = labels.labels({slug for each in page.object_list for slug in (each.first, each.second)})
    told_apart = duplicates.told_apart()
    apart = labels.labels({slug for pair in told_apart for slug in pair})
    context = {"page": page, "labels": known, "told_apart": told_apart, "apart_labels": apart}
    return render(request, "workroom/doubles.html", context)


@for_roles(Role.ARCHIVIST)
@require_POST
def tell_apart(request: StaffRequest) -> HttpResponse:
    first, second = (
        get_object_or_404(Organization, slug=request.POST.get(name, "")) for name in ("first", "second")
    )
    if first.pk == second.pk:
        return redirect("workroom:organization_doubles")
    if request.POST.get("do") == "take back":
        duplicates.take_back(first, second)
    else:
        duplicates.tell_apart(first, second, by=request.agent, at=timezone.now())
        messages.success(request, _("Remembered: these are two."))
    return redirect("workroom:organization_doubles")


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, slug: str) -> HttpResponse:
    """Step by step: into which, what that would do, and the word."""
    source = get_object_or_404(Organization.objects.current(), slug=slug)
    given = (request.POST if request.method == "POST" else request.GET).copy()
    form = joining_forms.MergeForm(given if "into" in given else None)
    if not form.is_valid():
        return _merge_page(request, source, form, status=400 if form.is_bound else 200)
    target = Organization.objects.get(slug=form.cleaned_data["into"])
    given["into"] = choosing.lines([target.slug])[target.slug]
    try:
        plan = merging.plan(source, target, taken=given.getlist("taken"))
        if request.method != "POST" or "look" in given:
            return _merge_page(request, source, form, plan=plan)
        merging.merge(
            source, target, by=request.agent, at=timezone.now(), why=form.cleaned_data["why"],
            taken=given.getlist("taken"), expected=joining_forms.versions(given.get("versions", "")),
        )  # fmt: skip
    except merging.NotTheSame:
        form.add_error("into", _("That is the record itself."))
        return _merge_page(request, source, form, status=400)
    except (merging.Overtaken, merging.NotCurrent):
        form.add_error(None, _("One of the two was changed meanwhile: look again at what would happen."))
        return _merge_page(request, source, form, plan=plan, status=409)
    following.records_changed([source.slug, target.slug], at=timezone.now())
    messages.success(request, _("Merged. The old address leads here, and the mentions are here."))
    return redirect("workroom:organization", target.slug)


@for_roles(Role.ARCHIVIST)
@require_POST
def unmerge(request: StaffRequest, slug: str) -> HttpResponse:
    done = get_object_or_404(Merge.objects.filter(undone_at=None), source__slug=slug)
    try:
        source = merging.unmerge(
            done, by=request.agent, at=timezone.now(), why=request.POST.get("why", "")[:500]
        )
    except merging.MergedOnward:
        messages.error(request, _("The record that it went into was merged itself since: undo that first."))
        return redirect("workroom:organization", slug)
    following.records_changed([source.slug, done.target.slug], at=timezone.now())
    messages.success(request, _("Undone. What had moved is back, as far as it was still there."))
    return redirect("workroom:organization", source.slug)


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def split(request: StaffRequest, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization.objects.current(), slug=slug)
    (whole,) = descriptions.describe([organization])
    groups = splitting.groups(organization)
    form = joining_forms.SplitForm(request.POST or None, initial={"version": organization.version})
    share = joining_forms.share(request.POST, whole, groups)
    if not form.is_valid():
        return _split_page(
            request, organization, whole, groups, form, share, status=400 if form.is_bound else 200
        )
    new = _new_part(form.cleaned_data, whole)
    try:
        if "look" in request.POST:
            parts = splitting.parts(whole, new, share)
            return _split_page(request, organization, whole, groups, form, share, parts=parts)
        made = splitting.split(
            organization, new, share, by=request.agent, at=timezone.now(), why=form.cleaned_data["why"],
            expected=form.cleaned_data["version"],
        )  # fmt: skip
    except cataloging.Overtaken:
        form.add_error(None, _("Somebody else has changed the record meanwhile: look again at its parts."))
        return _split_page(request, organization, whole, groups, form, share, status=409)
    following.records_changed([slug, made.slug], at=timezone.now())
    messages.success(request, _("Split. The new record is closed until somebody opens it."))
    return redirect("workroom:organization", made.slug)


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def deprecate(request: StaffRequest, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization.objects.current(), slug=slug)
    form = joining_forms.DeprecateForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        deprecating.deprecate(
            organization, because=given["because"], replacements=given["replacements"], by=request.agent,
            at=timezone.now(),
        )  # fmt: skip
        following.records_changed([slug], at=timezone.now())
        messages.success(request, _("Out of use. Nobody is offered it any more."))
        return redirect("workroom:organization", slug)
    (record,) = descriptions.describe([organization])
    context = {"organization": organization, "record": record, "form": form}
    return render(request, "workroom/deprecate.html", context, status=400 if form.is_bound else 200)


@for_roles(Role.ARCHIVIST)
@require_POST
def reinstate(request: StaffRequest, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization.objects.exclude(deprecated_at=None), slug=slug)
    deprecating.reinstate(
        organization, by=request.agent, at=timezone.now(), why=request.POST.get("why", "")[:500]
    )
    following.records_changed([slug], at=timezone.now())
    messages.success(request, _("In use again."))
    return redirect("workroom:organization", slug)


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def history(request: StaffRequest, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization, slug=slug)
    steps = histories.steps(organization)
    form = joining_forms.RestoreForm(request.POST or None)
    if form.is_valid() and not organization.merged_into_id:
        given = form.cleaned_data
        try:
            histories.restore(
                organization, given["number"], by=request.agent, at=timezone.now(), why=given["why"],
                expected=given["version"],
            )  # fmt: skip
        except (cataloging.Overtaken, histories.NoSuchRevision):
            form.add_error(
                None, _("Somebody else has changed the record meanwhile: look at its history again.")
            )
        else:
            following.records_changed([slug], at=timezone.now())
            messages.success(request, _("Brought back."))
            return redirect("workroom:organization", slug)
    context = {
        "organization": organization,
        "record": descriptions.describe([organization])[0],
        "steps": steps,
        "names": showing.agent_names(each.revision.agent for each in steps),
        "form": form,
    }
    return render(request, "workroom/organization_history.html", context, status=409 if form.errors else 200)


def _merge_page(
    request: StaffRequest, source: Organization, form: Any, *, plan: Any = None, status: int = 200
) -> HttpResponse:
    (record,) = descriptions.describe([source])
    context = {"organization": source, "record": record, "form": form, "plan": plan}
    return render(request, "workroom/merge.html", context, status=status)


def _split_page(
    request: StaffRequest, organization: Organization, whole: Description, groups: list[splitting.Group],
    form: Any, share: splitting.Share, *, parts: Any = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    titles = dict(
        Interview.objects.filter(public_id__in={each.interview for each in groups}).values_list(
            "public_id", "title"
        )
    )
    context = {
        "organization": organization, "record": whole, "groups": groups, "form": form, "share": share, "parts": parts,
        "staying_forms": len(groups) - len(share.mentions), "titles": titles, "others": choosing.lines(tie.other for tie in whole.ties),
    }  # fmt: skip
    return render(request, "workroom/split.html", context, status=status)


def _new_part(given: dict[str, Any], whole: Description) -> Description:
    """The new record as it is named; kind and language of the record are those of the old one."""
    names = [NameForm(given["name"], Name.Kind.AUTHORIZED.value)]
    if given["acronym"]:
        names.append(NameForm(given["acronym"], Name.Kind.ACRONYM.value))
    slug = slugs.propose(given["name"], given["acronym"], given["country"])
    return Description(slug, tuple(names), kind=whole.kind, country=given["country"], language=whole.language)
