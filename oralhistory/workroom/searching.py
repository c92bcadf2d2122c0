"""Search in the texts that somebody works on: to the moment, in those that they may read and in no other.

What they may read is asked first, and the index is asked within it: nothing else is counted, nor changes what is found.
No event is kept, as none is when the page of a transcript is opened: whoever needs a reason has left it, and is found
nothing before.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.interviews.models import Interview
from oralhistory.recordings.models import Recording
from oralhistory.search import index
from oralhistory.search.queries import BadQuery
from oralhistory.search.tables import STAFF
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, words
from oralhistory.workroom.doors import for_roles

SEARCHERS = frozenset({Role.INTERVIEWER, Role.MODERATOR, Role.ARCHIVIST})
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Moment:
    """A hit, and the recording in whose text it stands."""

    hit: index.Hit
    recording: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The moments of one interview."""

    interview: Interview
    moments: list[Moment]


@for_roles(*SEARCHERS)
@require_safe
@cache_control(private=True, no_store=True)
def search(request: StaffRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    readable = doors.readable(request)
    asks_why = Role.ARCHIVIST in roles.held_by(request.user)
    context: dict[str, object] = {"q": q, "readable": len(readable), "asks_why": asks_why}
    if q:
        try:
            context |= _answered(q, request.GET.get("page", "1"), readable)
        except BadQuery as refusal:
            context["refusal"] = str(refusal)
    return render(request, "workroom/search.html", context)


def _answered(q: str, page: str, readable: list[Interview]) -> dict[str, object]:
    of = STAFF.within(each.public_id for each in readable)
    number = min(int(page), index.COUNTED) if page.isascii() and page.isdigit() and len(page) < 10 else 1
    found = index.search(q, page=number, per_page=PER_PAGE, of=of)
    leaf = Paginator(range(found.total), PER_PAGE).get_page(number)
    if found.total and not found.groups:  # beyond the last page
        found = index.search(q, page=leaf.number, per_page=PER_PAGE, of=of)
    return {"found": found, "answers": _as_it_stands(found.groups, readable), "page": leaf}


def _as_it_stands(groups: Iterable[index.Group], readable: list[Interview]) -> list[Answer]:
    """What was found and is in the text that counts: the index follows a text by a moment. Three queries."""
    groups = list(groups)
    interviews = {each.public_id: each for each in readable}
    wanted = [interviews[group.document_id] for group in groups]
    recordings = list(Recording.objects.filter(session__interview__in=wanted))
    cues = [hit.cue_id for group in groups for hit in group.hits]
    rows = Segment.objects.filter(
        transcript__in=versions.current_of(recordings).values(), cue_id__in=cues
    ).values_list("cue_id", "transcript__recording__code")
    places = dict(rows)
    answers = [
        Answer(
            interviews[group.document_id],
            [
                Moment(hit, places[hit.cue_id], words.speaker(hit.speaker) if hit.speaker else "")
                for hit in group.hits
                if hit.cue_id in places
            ],
        )
        for group in groups
    ]
    return [answer for answer in answers if answer.moments]
