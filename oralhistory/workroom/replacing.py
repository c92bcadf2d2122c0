"""Find and replace, in one interview or in all of a collection that somebody may edit. No address holds what is sought."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from oralhistory.accounts.models import Role
from oralhistory.consent import lists
from oralhistory.interviews.models import Interview
from oralhistory.review import replacing as rules
from oralhistory.review.models import Replacement
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom.doors import for_roles

MINE = 8  # of one's own replacements, the newest


class ReplaceForm(forms.Form):
    """`where`: "interview:<public id>" or "collection:<slug>"."""

    where = forms.ChoiceField(label=gettext_lazy("Where"))
    find = forms.CharField(label=gettext_lazy("Find"), max_length=200)
    replacement = forms.CharField(label=gettext_lazy("Write instead"), max_length=200, required=False)
    whole_words = forms.BooleanField(label=gettext_lazy("Whole words only"), required=False, initial=True)
    forgiving = forms.BooleanField(
        label=gettext_lazy("Whatever its capitals and accents"), required=False, initial=False
    )

    def __init__(self, data: Any, *, interviews: list[Interview], chosen: str = "") -> None:
        super().__init__(data, initial={"where": f"interview:{chosen}"})
        self.interviews = interviews
        collections = {each.collection.slug: each.collection.title for each in interviews}
        self.fields["where"].choices = [  # type: ignore[attr-defined]
            (
                gettext_lazy("Interviews"),
                [(f"interview:{each.public_id}", each.title) for each in interviews],
            ),
            (
                gettext_lazy("Collections"),
                [(f"collection:{slug}", title) for slug, title in collections.items()],
            ),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("find") and not any(character.isalnum() for character in given["find"]):
            self.add_error("find", _("Write at least a letter or a digit."))
        return given

    def of_interviews(self) -> list[Interview]:
        kind, _colon, name = self.cleaned_data["where"].partition(":")
        if kind == "interview":
            return [each for each in self.interviews if each.public_id == name]
        return [each for each in self.interviews if each.collection.slug == name]

    def search(self) -> rules.Search:
        given = self.cleaned_data
        return rules.Search(given["find"], whole_words=given["whole_words"], forgiving=given["forgiving"])


def _editable(request: StaffRequest) -> list[Interview]:
    return list(lists.where(request.user, "edit_text").select_related("collection"))


@for_roles(Role.INTERVIEWER, Role.MODERATOR)
@require_http_methods(["GET", "POST"])
def replace(request: StaffRequest) -> HttpResponse:
    """What would be replaced, place by place; with `do=replace`, what was chosen of it is."""
    form = ReplaceForm(
        request.POST or None, interviews=_editable(request), chosen=request.GET.get("interview", "")
    )
    found: list[rules.Hit] | None = None
    if form.is_valid():
        if request.POST.get("do") == "replace":
            return _replace(request, form)
        found = rules.hits(form.of_interviews(), form.search())
    mine = Replacement.objects.filter(by_agent=str(request.agent)).order_by("-at", "-pk")[:MINE]
    context = {
        "form": form, "hits": found and found[: rules.MOST], "none": found == [], "mine": mine,
        "more": found is not None and len(found) > rules.MOST,
        "instead": form.cleaned_data.get("replacement", "") if form.is_bound else "",
    }  # fmt: skip
    return render(
        request, "workroom/replace.html", context, status=400 if form.is_bound and form.errors else 200
    )


def _replace(request: StaffRequest, form: ReplaceForm) -> HttpResponse:
    done = rules.replace(
        form.of_interviews(), request.POST.getlist("take"), form.search(), form.cleaned_data["replacement"],
        by=request.agent, at=timezone.now(),
    )  # fmt: skip
    _say(request, done, _("Nothing was replaced."))
    return redirect("workroom:find_replace")


@for_roles(Role.INTERVIEWER, Role.MODERATOR)
@require_POST
def take_back(request: StaffRequest, code: str) -> HttpResponse:
    """A whole replacement backwards, by whoever made it."""
    replacement = get_object_or_404(Replacement, code=code, by_agent=str(request.agent))
    done = rules.take_back(replacement, _editable(request), by=request.agent, at=timezone.now())
    _say(request, done, _("Nothing was put back."))
    return redirect(f"{reverse('workroom:find_replace')}#mine")


def _say(request: StaffRequest, done: rules.Done, nothing: str) -> None:
    changed = ngettext("One passage was changed.", "%(count)d passages were changed.", done.passages)
    messages.success(request, changed % {"count": done.passages} if done.passages else nothing)
    if done.left:
        left = ngettext(
            "One passage stayed as it is: somebody has changed it meanwhile, or nothing would be left of it.",
            "%(count)d passages stayed as they are: somebody has changed them meanwhile, or nothing would be left.",
            done.left,
        )
        messages.warning(request, left % {"count": done.left})
