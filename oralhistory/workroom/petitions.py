"""What people outside ask for: the archivists' list, and one request with what can be done about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from oralhistory.accounts.models import Role
from oralhistory.consent import access, petitions, workflow
from oralhistory.consent.models import Petition
from oralhistory.editions import publishing
from oralhistory.interviews.models import Interview
from oralhistory.lib import sealing
from oralhistory.pipeline import answering
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, showing
from oralhistory.workroom.doors import enter, for_roles
from oralhistory.workroom.petition_forms import ASKERS, KINDS, OUTCOMES, CloseForm, NoteForm


@for_roles(Role.ARCHIVIST)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    closed = request.GET.get("state") == "closed"
    rows = petitions.closed_ones() if closed else petitions.open_ones()
    page = showing.page_of(rows, request.GET.get("page", ""))
    context = {
        "page": page,
        "rows": petitions.with_words(page.object_list),
        "closed": closed,
        "today": timezone.localdate(),
        "kinds": KINDS,
        "outcomes": dict(OUTCOMES),
    }
    return render(request, "workroom/requests.html", context)


@for_roles(Role.ARCHIVIST)
@require_GET
def one(request: StaffRequest, code: str) -> HttpResponse:
    petition = get_object_or_404(Petition, code=code)
    if petition.sealed and doors.once_a_session(request, f"request:{code}"):
        petitions.opened(petition, by=request.agent, at=timezone.now())
    return _page(request, petition, NoteForm())


@for_roles(Role.ARCHIVIST)
@require_POST
def hide(request: StaffRequest, code: str) -> HttpResponse:
    """Gone from every page before anybody decides: the passage that is named, or the whole testimony."""
    petition = get_object_or_404(Petition, code=code)
    interview = enter(request, "suppress", petition.about)
    act = answering.hide_passage if request.POST.get("what") == "passage" else answering.take_down
    try:
        act(petition, interview, by=request.agent, at=timezone.now())
    except answering.NoPassage:
        messages.error(request, _("The request names no passage."))
    except (publishing.NotPublic, workflow.MoveNotAllowed):
        messages.error(request, _("There is no edition that the public can see."))
    else:
        messages.success(request, _("It is gone from every page."))
    return redirect("workroom:request", code)


@for_roles(Role.ARCHIVIST)
@require_POST
def note(request: StaffRequest, code: str) -> HttpResponse:
    petition = get_object_or_404(Petition, code=code)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, petition, form, status=400)
    petitions.note(petition, form.cleaned_data["text"], by=request.agent, at=timezone.now())
    return redirect("workroom:request", code)


@for_roles(Role.ARCHIVIST)
@require_POST
def close(request: StaffRequest, code: str) -> HttpResponse:
    petition = get_object_or_404(Petition, code=code)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, petition, NoteForm(), status=400)
    given = form.cleaned_data
    try:
        number = petitions.close(
            petition, given["outcome"], all_alike=given["all_alike"], by=request.agent, at=timezone.now()
        )
    except petitions.AlreadyClosed:
        messages.info(request, _("It was closed already."))
    else:
        said = ngettext("%(number)d request is closed.", "%(number)d requests are closed.", number)
        messages.success(request, said % {"number": number})
    return redirect("workroom:requests")


@for_roles(Role.ARCHIVIST)
@require_POST
def erase(request: StaffRequest, code: str) -> HttpResponse:
    """Of a closed one nothing stays but how it stood."""
    petition = get_object_or_404(Petition.objects.exclude(closed_at=None), code=code)
    petitions.erase(petition, by=request.agent, at=timezone.now())
    messages.success(request, _("What was written is erased."))
    return redirect("workroom:request", code)


def _page(request: StaffRequest, petition: Petition, form: NoteForm, *, status: int = 200) -> HttpResponse:
    notes = petitions.notes_of(petition)
    interview = Interview.objects.filter(public_id=petition.about).first() if petition.about else None
    may_hide = interview and access.decide(request.user, "suppress", interview, at=timezone.now()).allowed
    try:
        written = petitions.words_of(petition)
    except sealing.CannotBeOpened:  # by this key: the archive was moved, and the key was not
        written = petitions.Written("")
    context = {
        "petition": petition,
        "written": written,
        "kind": KINDS[petition.kind],
        "asker": ASKERS[petition.asker],
        "outcome": dict(OUTCOMES).get(petition.outcome, ""),
        "notes": notes,
        "names": showing.agent_names(note.by_agent for note, _text in notes),
        "testimony": interview if may_hide else None,
        "alike": petitions.alike(petition) if petition.closed_at is None else 0,
        "today": timezone.localdate(),
        "form": form,
        "close_form": CloseForm(),
    }
    return render(request, "workroom/request.html", context, status=status)
