"""Deciding about mentions: one by one beside the text, or organization by organization."""

import json

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.editions import public
from oralhistory.interviews.models import Interview
from oralhistory.mentions import decisions
from oralhistory.mentions.models import Mention
from oralhistory.organizations import cataloging, drafting
from oralhistory.organizations.models import Organization
from oralhistory.transcripts.models import Segment
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import deciding, doors, mention_forms, transcript
from oralhistory.workroom.deciding import Part
from oralhistory.workroom.doors import enter


@require_GET
def mention(request: StaffRequest, public_id: str) -> HttpResponse:
    """The panel about one mention, for htmx."""
    interview = enter(request, "read_raw_text", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    chosen = deciding.mention_of(interview, request.GET.get("mention"))
    return _panel(request, interview, chosen, deciding.asked_for(request, interview, chosen))


def _panel(
    request: StaffRequest,
    interview: Interview,
    chosen: Mention | None,
    part: Part,
    redrawn: list[Mention] | None = None,
) -> HttpResponse:
    """The panel; after a decision the editor is told which segments to fetch again."""
    may = doors.allowed(request, interview)
    context = {"interview": interview, "may": may, **deciding.panel(chosen, part)}
    answer = render(request, "workroom/components/mention.html", context)
    if redrawn and chosen is not None:
        recording = chosen.transcript.recording_id
        cues = {each.segment.cue_id for each in redrawn if each.transcript.recording_id == recording}
        answer.headers["HX-Trigger"] = json.dumps({"transcript:reload": {"cues": sorted(cues)}})
    return answer


@require_POST
def decide(request: StaffRequest, public_id: str) -> HttpResponse:
    """A person's word about a mention: it is, it is another, it is none, it is a new one, or it was not so."""
    interview = enter(request, "decide", public_id)
    form = mention_forms.DecisionForm(request.POST)
    chosen = deciding.mention_of(interview, request.POST.get("mention"))
    if not form.is_valid() or chosen is None:
        messages.error(request, _("This mention is no longer there."))
        return transcript.show(request, interview, status=400)
    try:
        changed, part = _decide(request, interview, chosen, form)
        redrawn = changed
    except decisions.Overtaken:
        messages.error(
            request, _("Somebody else has decided about this mention meanwhile. This is how it stands.")
        )
        changed, part, redrawn = [], Part(), [chosen]
    following = chosen
    if changed and form.cleaned_data["verdict"] != "reopen":
        following = deciding.next_undecided(chosen) or chosen
        part.last = changed[0] if len(changed) == 1 else None
    if request.headers.get("HX-Request"):
        return _panel(request, interview, deciding.mention_of(interview, following.pk), part, redrawn)
    if part.name:  # something is still to be chosen or typed
        return transcript.show(request, interview, part=part, status=400)
    return redirect(_place(interview, following))


def _place(interview: Interview, mention: Mention) -> str:
    address = reverse("workroom:transcript", args=[interview.public_id])
    return f"{address}?mention={mention.pk}#s-{mention.segment.cue_id}"


def _decide(
    request: StaffRequest, interview: Interview, chosen: Mention, form: mention_forms.DecisionForm
) -> tuple[list[Mention], Part]:
    """The mentions that were decided; and what is still to be done where none was."""
    given, by, at = form.cleaned_data, request.agent, timezone.now()
    seen = given["seen"]
    match given["verdict"]:
        case "reject":
            return [decisions.reject(chosen, by=by, at=at, why=given["why"], seen=seen)], Part()
        case "reopen":
            decisions.reopen(chosen, seen=seen)
            return [chosen], Part()
        case "alike":
            return _accept_some(request, interview), Part()
        case "choose":
            return _choose(request, chosen, form)
        case "create":
            return _create(request, interview, chosen, form)
        case _:
            return _accept(request, chosen, None, form)


def _accept(
    request: StaffRequest,
    chosen: Mention,
    organization: Organization | None,
    form: mention_forms.DecisionForm,
) -> tuple[list[Mention], Part]:
    by, at = request.agent, timezone.now()
    try:
        decided = decisions.accept(
            chosen, organization=organization, by=by, at=at, seen=form.cleaned_data["seen"]
        )
    except decisions.NeedsAnOrganization:
        return [], Part("choose", problem=_("Choose which organization it is."))
    if form.cleaned_data["remember"]:
        decisions.remember_form(decided, by=by, at=at)
    return [decided], Part()


def _choose(
    request: StaffRequest, chosen: Mention, form: mention_forms.DecisionForm
) -> tuple[list[Mention], Part]:
    typed = form.cleaned_data["organization"]
    organization = deciding.chosen(typed)
    if organization is not None:
        return _accept(request, chosen, organization, form)
    there = deciding.called(typed)
    problem = (
        _("Several are called so. Which?") if there else _("No organization of the archive is called so.")
    )
    return [], Part("choose", there=there, typed=typed, problem=problem)


def _create(
    request: StaffRequest, interview: Interview, chosen: Mention, form: mention_forms.DecisionForm
) -> tuple[list[Mention], Part]:
    """A new record for what was heard, closed to the public; first shown what is called so already."""
    new = mention_forms.NewOrganizationForm(request.POST)
    if not new.is_valid():
        return [], Part("new", form=new)
    given = new.cleaned_data
    there = deciding.called(given["name"], given["acronym"])
    if there and not given["all_the_same"]:
        return [], Part("new", form=new, there=there)
    try:
        with transaction.atomic():  # no record is left behind by a decision that came too late
            organization = drafting.draft(
                given["name"], acronym=given["acronym"], country=given["country"], kind=given["kind"],
                learned_from=interview.public_id, withheld=public.find(interview.public_id) is None,
                by=request.agent, at=timezone.now(),
            )  # fmt: skip
            return _accept(request, chosen, organization, form)
    except cataloging.Overtaken:  # somebody has just made a record of that name
        return [], Part("new", form=new, there=deciding.called(given["name"], given["acronym"]))


def _accept_some(request: StaffRequest, interview: Interview) -> list[Mention]:
    """Those that were ticked, as they stood when they were shown."""
    ticked = request.POST.getlist("take")
    wanted = deciding.mentions_of(interview, (each.partition(" ")[0] for each in ticked))
    taken, overtaken = decisions.accept_some(wanted, seen=ticked, by=request.agent, at=timezone.now())
    if overtaken:
        messages.warning(
            request,
            ngettext(
                "One mention was decided by somebody else meanwhile and stays as it is.",
                "%(count)d mentions were decided by somebody else meanwhile and stay as they are.",
                overtaken,
            )
            % {"count": overtaken},
        )
    return taken


@require_http_methods(["GET", "POST"])
def mentions(request: StaffRequest, public_id: str) -> HttpResponse:
    """Every mention of an interview by organization; those that were ticked are taken together."""
    interview = enter(request, "read_raw_text" if request.method == "GET" else "decide", public_id)
    if not doors.is_open(request, interview, "read_raw_text"):
        return doors.ask_reason(interview, "read_raw_text")
    if request.method == "POST":
        taken = len(_accept_some(request, interview))
        messages.success(
            request,
            ngettext("%(count)d mention accepted.", "%(count)d mentions accepted.", taken) % {"count": taken},
        )
        return redirect("workroom:mentions", public_id)
    return doors.show(
        request, interview, "workroom/mentions.html", "mentions", groups=deciding.groups(interview)
    )


@require_POST
def add(request: StaffRequest, public_id: str) -> HttpResponse:
    """Words that no machine took for an organization, marked by a person."""
    interview = enter(request, "decide", public_id)
    form = mention_forms.MarkForm(request.POST)
    segment = (
        Segment.objects.filter(
            cue_id=request.POST.get("cue", ""), transcript__recording__session__interview=interview,
            transcript__recording__code=request.POST.get("recording", ""),
        ).order_by("-transcript__version").first()
    )  # fmt: skip
    if not form.is_valid() or segment is None:
        messages.error(request, _("Select the words in the text first."))
        return transcript.show(request, interview, status=400)
    organization = deciding.chosen(form.cleaned_data["organization"])
    start, end = deciding.marked(segment.text, form.cleaned_data["start"], form.cleaned_data["end"])
    try:
        if organization is None:
            raise decisions.NeedsAnOrganization
        made = decisions.add(segment, start, end, organization, by=request.agent, at=timezone.now())
    except decisions.NeedsAnOrganization:
        several = deciding.called(form.cleaned_data["organization"])
        messages.error(
            request,
            _("Several are called so: choose from the list.")
            if several
            else _("No organization of the archive is called so."),
        )
    except decisions.AlreadyMarked:
        messages.error(request, _("These words are marked already."))
    except decisions.NoWords:
        messages.error(request, _("Select the words in the text first."))
    else:
        return redirect(_place(interview, made))
    return transcript.show(request, interview, code=segment.transcript.recording.code, status=400)
