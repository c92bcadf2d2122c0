"""What waits to be reviewed, by age and size; giving it to moderators, asking for it, staying away from it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import access, lists
from oralhistory.interviews import assigning
from oralhistory.interviews.models import Assignment, Interview
from oralhistory.pipeline import handing
from oralhistory.review import waiting
from oralhistory.review.models import Recusal
from oralhistory.web import vocabularies
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors
from oralhistory.workroom.doors import for_roles

AGE, SIZE = "age", "size"


@dataclass(slots=True)
class Row:
    """One interview that waits. Of one that may not be read, nothing is told but that it waits, and what it takes."""

    interview: Interview
    size: waiting.Size
    at: datetime | None
    readable: bool
    tables: list[Assignment] = field(default_factory=list)
    offered: list[User] = field(default_factory=list)

    @property
    def given(self) -> list[Assignment]:
        return [each for each in self.tables if not each.conflicted]

    @property
    def days(self) -> int:
        return (timezone.now() - self.at) // timedelta(days=1) if self.at else 0


@dataclass(slots=True)
class Load:
    """What lies on a moderator's table."""

    user: User
    interviews: int = 0
    sound_ms: int = 0


class AssignForm(forms.Form):
    user = forms.ModelChoiceField(
        label=gettext_lazy("Moderator"), queryset=User.objects.none(), to_field_name="code"
    )
    interview = forms.MultipleChoiceField(choices=[])

    def __init__(self, *args: Any, interviews: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["user"]).queryset = User.objects.filter(
            is_active=True, roles__role=Role.MODERATOR
        )
        cast(Any, self.fields["interview"]).choices = [(each, each) for each in interviews]


class RecusalForm(forms.Form):
    words = forms.CharField(required=False, max_length=2000)


@for_roles(Role.MODERATOR, Role.ARCHIVIST)
@require_GET
def queue(request: StaffRequest) -> HttpResponse:
    rows = _rows(request.user)
    may_assign = Role.ARCHIVIST in roles.held_by(request.user)
    shown = _chosen(rows, request)
    return render(
        request,
        "workroom/queue.html",
        {
            "rows": shown,
            "of_all": len(rows),
            "loads": _loads(rows) if may_assign else [],
            "may_assign": may_assign,
            "moderates": Role.MODERATOR in roles.held_by(request.user),
            "spoken": [
                (code, vocabularies.language(code))
                for code in sorted({code for row in rows for code in row.interview.languages})
            ],
            "collections": sorted({row.interview.collection.title for row in rows if row.readable}),
            "asked": {name: request.GET.get(name, "") for name in ("language", "collection", "whose", "order")},
        },
    )  # fmt: skip


def _rows(user: User) -> list[Row]:
    """Eleven queries at most, however many wait."""
    visible = lists.where(user, "exists").filter(state__in=waiting.BENCH).select_related("collection")
    kept = Assignment.objects.filter(user=user, conflicted=True).values("interview")
    interviews = list(visible.exclude(pk__in=kept))
    readable = set(
        lists.where(user, "read_meta")
        .filter(pk__in=[each.pk for each in interviews])
        .values_list("pk", flat=True)
    )
    sizes, since, tables = waiting.sizes(interviews), waiting.since(interviews), waiting.tables(interviews)
    offered = handing.offering(interviews)
    return [
        Row(
            each, sizes[each.pk], since.get(each.pk), each.pk in readable, tables.get(each.pk, []),
            offered.get(each.pk, []),
        )
        for each in interviews
    ]  # fmt: skip


def _chosen(rows: list[Row], request: StaffRequest) -> list[Row]:
    """Filtered and ordered as the address asks: those that wait longest first, or those that take longest."""
    language, collection = request.GET.get("language", ""), request.GET.get("collection", "")
    whose = request.GET.get("whose", "")
    shown = [
        row
        for row in rows
        if (not language or language in row.interview.languages)
        and (not collection or (row.readable and row.interview.collection.title == collection))
        and (whose != "nobody" or not row.given)
        and (whose != "mine" or any(each.user_id == request.user.pk for each in row.given))
    ]
    if request.GET.get("order") == SIZE:
        return sorted(shown, key=lambda row: (-row.size.sound_ms, row.interview.pk))
    return sorted(shown, key=lambda row: (row.at or row.interview.created_at, row.interview.pk))


def _loads(rows: list[Row]) -> list[Load]:
    """Every moderator, those with the least on their table first."""
    loads = {user.pk: Load(user) for user in assigning.moderators()}
    for row in rows:
        for each in row.given:
            if each.user_id in loads:
                loads[each.user_id].interviews += 1
                loads[each.user_id].sound_ms += row.size.sound_ms
    return sorted(loads.values(), key=lambda load: (load.sound_ms, load.interviews, load.user.name))


@for_roles(Role.ARCHIVIST)
@require_POST
def assign(request: StaffRequest) -> HttpResponse:
    """Several at once to one moderator. What is kept from them for a conflict stays where it is."""
    form = AssignForm(request.POST, interviews=request.POST.getlist("interview"))
    if not form.is_valid():
        messages.error(request, _("Choose interviews and a moderator."))
        return redirect("workroom:queue")
    user, given, kept = form.cleaned_data["user"], 0, 0
    for public_id in form.cleaned_data["interview"]:
        interview = doors.enter(request, "assign", public_id)
        try:
            handing.give(interview, user, by=request.agent, at=timezone.now())
            given += 1
        except assigning.HasAConflict:
            kept += 1
    if given:
        said = ngettext("%(count)d interview was given to %(name)s.", "%(count)d interviews were given to %(name)s.", given)  # fmt: skip
        messages.success(request, said % {"count": given, "name": user.name})
    if kept:
        said = ngettext("%(count)d is kept from %(name)s by a conflict of interest.", "%(count)d are kept from %(name)s by a conflict of interest.", kept)  # fmt: skip
        messages.error(request, said % {"count": kept, "name": user.name})
    return redirect("workroom:queue")


@for_roles(Role.MODERATOR)
@require_POST
def offer(request: StaffRequest, public_id: str) -> HttpResponse:
    """A moderator could take an interview of which they know only that it waits."""
    interview = doors.enter(request, "exists", public_id)
    if not standing(request, interview)["may_offer"]:
        raise access.Denied(access.Decision(False, 409, "not in this state"))
    try:
        handing.offer(interview, by=request.user, at=timezone.now())
    except handing.AlreadyOffered:
        messages.info(request, _("The archivists know that already."))
    else:
        messages.success(request, _("The archivists are told that you could take it."))
    return redirect("workroom:queue")


@for_roles(Role.MODERATOR)
@require_POST
def recuse(request: StaffRequest, public_id: str) -> HttpResponse:
    """A conflict of interest, declared by oneself: handed back, and shut at once."""
    interview = doors.enter(request, "exists", public_id)
    form = RecusalForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    handing.recuse(interview, request.user, by=request.agent, at=timezone.now(), words=words)
    messages.success(request, _("It is handed back and closed to you. Thank you for saying so."))
    return redirect("workroom:desk")


def standing(request: StaffRequest, interview: Interview) -> dict[str, Any]:
    """What the page of an interview offers a moderator about having it, and tells an archivist about who stays away."""
    held = roles.held_by(request.user)
    moderates = Role.MODERATOR in held
    mine = Assignment.objects.filter(interview=interview, user=request.user).first() if moderates else None
    kept = bool(mine and mine.conflicted)
    has_it = bool(mine and not mine.conflicted)
    archivist = Role.ARCHIVIST in held
    return {
        "may_offer": moderates and not mine and interview.state in waiting.BENCH,
        "may_recuse": moderates and not kept,
        "has_it": has_it,
        "recusals": dict(Recusal.objects.filter(interview=interview).values_list("user", "words")) if archivist else {},
    }  # fmt: skip
