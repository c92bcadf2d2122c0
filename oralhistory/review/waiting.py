"""How much waits for review, and since when: of many interviews at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, Sum

from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment

BENCH = (State.IN_REVIEW, State.REVISING)
_CAME = tuple(
    f"{action}: {state}"
    for action, state in (
        ("submit", State.IN_REVIEW),
        ("send_back", State.IN_REVIEW),
        ("reinstate", State.IN_REVIEW),
        ("revise", State.REVISING),
    )
)


@dataclass(slots=True)
class Size:
    """What somebody has before them who takes an interview."""

    sound_ms: int = 0
    passages: int = 0
    doubtful: int = 0  # passages that look wrong and that nobody has written
    undecided: int = 0  # mentions


def sizes(interviews: Sequence[Interview]) -> dict[int, Size]:
    """By the interview's key. Four queries."""
    found = {interview.pk: Size() for interview in interviews}
    recordings = Recording.objects.filter(session__interview__in=interviews, state=Recording.State.READY)
    of = dict(recordings.values_list("pk", "session__interview"))
    lengths = recordings.order_by().values("session__interview").annotate(total=Sum("duration_ms"))
    for interview, total in lengths.values_list("session__interview", "total"):
        found[interview].sound_ms = total or 0
    current = versions.current_of(recordings)
    texts = {transcript: found[of[recording]] for recording, transcript in current.items()}
    doubted = Count("pk", filter=~Q(flags=[]) & Q(text_by_hand=False))
    segments = Segment.objects.filter(transcript__in=texts).order_by().values("transcript")
    for transcript, passages, doubtful in segments.annotate(
        passages=Count("pk"), doubtful=doubted
    ).values_list("transcript", "passages", "doubtful"):
        texts[transcript].passages += passages
        texts[transcript].doubtful += doubtful
    mentions = Mention.objects.undecided().filter(transcript__in=texts).order_by().values("transcript")
    for transcript, count in mentions.annotate(count=Count("pk")).values_list("transcript", "count"):
        texts[transcript].undecided += count
    return found


def since(interviews: Sequence[Interview]) -> dict[int, datetime]:
    """When each last came to the table where it lies, by the interview's key. One query."""
    keys = {interview.code: interview.pk for interview in interviews}
    rows = Event.objects.filter(subject__in=keys, kind="state change", outcome__in=_CAME)
    last = rows.order_by().values("subject").annotate(last=Max("at")).values_list("subject", "last")
    return {keys[subject]: at for subject, at in last}


def tables(interviews: Sequence[Interview]) -> dict[int, list[Assignment]]:
    """Who has what, and from whom it is kept, by the interview's key. One query."""
    found: dict[int, list[Assignment]] = {}
    rows = Assignment.objects.filter(interview__in=interviews).select_related("user").order_by("user__name")
    for row in rows:
        found.setdefault(row.interview_id, []).append(row)
    return found
