"""What the workroom's pages show, read from the records: no decision is made here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from oralhistory.accounts.models import User
from oralhistory.consent import grants, proposals, sentences
from oralhistory.consent.models import Agreement
from oralhistory.editions import said
from oralhistory.editions.models import Edition
from oralhistory.intake import aside, typed
from oralhistory.intake.models import ArrivalQuerySet
from oralhistory.interviews.models import Interview, Participation, Session, State
from oralhistory.lib.agents import Agent
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import checks, remarks, sending_back
from oralhistory.review.models import Redaction, Remark
from oralhistory.transcripts.models import OtherReading
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import doors, progressing, words
from oralhistory.workroom.fields import Choices

PAGE = 40
_WITH_ANSWERS = (State.TRANSCRIBED, State.IN_REVIEW)  # where somebody settles points, or reads how they were


def page_of(rows: QuerySet[Any] | list[Any], asked: str) -> Page[Any]:
    return Paginator(rows, PAGE).get_page(asked)


def path_of(file: TemporaryUploadedFile) -> Path:
    """Where Django put an upload: every upload goes to a file."""
    return Path(file.temporary_file_path())


def beginning_of(day: date | None) -> datetime | None:
    """Midnight at which a day begins where the archive is."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def counts_by_state(visible: QuerySet[Interview]) -> list[tuple[str, int]]:
    """How many interviews are in each state, in the order of the work."""
    rows = visible.order_by().values("state").annotate(count=Count("pk", distinct=True))
    counts = {row["state"]: row["count"] for row in rows}
    return [(state, counts[state]) for state in words.STATES if state in counts]


def interview(
    request: StaffRequest, found: Interview, may: frozenset[str], *, at: datetime
) -> dict[str, Any]:
    """The page of an interview."""
    live = found.state in ("published", "revising")
    return {
        "missing": checks.before_submitting(found, at=at) if "submit" in may or "upload" in may else [],
        "sessions": Session.objects.filter(interview=found).select_related("place").order_by("number"),
        "participations": Participation.objects.filter(interview=found)
        .select_related("person")
        .order_by("pk"),
        "photographs": found.photographs.order_by("pk"),
        "assignments": found.assignments.select_related("user").order_by("user__name"),
        "chapters": found.chapters.all(),
        "redactions": Redaction.objects.standing().filter(interview=found).count(),
        "remarks": by_name(remarks.open_remarks(found)),
        "sent_back": sending_back.last_of(found) if found.state in _WITH_ANSWERS else None,
        "terms": grants.in_force(found, at=at),
        "embargo": grants.embargo(found, at=at),
        "differing": OtherReading.objects.undecided().of(found).count() if "read_raw_text" in may else 0,
        "live": live,
        "to_type": "transcribe" in may and bool(typed.without_text(found)),
        "asked": proposals.of(found, request.user, at=at),
        "set_aside": set_aside(request, found, may),
        "sound_is_open": "play_master" in may and doors.is_open(request, found, "play_master"),
        **progressing.page(request, found, may, at=at),
    }


def set_aside(request: StaffRequest, found: Interview, may: frozenset[str]) -> ArrivalQuerySet:
    """What was refused and is kept aside: one's own, for an archivist everybody's."""
    waiting = aside.of([found])
    return waiting if "refused_file" in may else waiting.filter(sent_by=request.user)


def transcribing(found: Interview) -> dict[str, Any]:
    return {
        "all_recordings": Recording.objects.of(found).filter(state=Recording.State.READY),
    }


def record(found: Interview) -> dict[str, Any]:
    """The interview's card."""
    recordings = list(Recording.objects.of(found))
    return {
        "sessions": Session.objects.filter(interview=found).select_related("place").order_by("number"),
        "participations": Participation.objects.filter(interview=found)
        .select_related("person")
        .order_by("pk"),
        "photographs": found.photographs.order_by("pk"),
        "chapters": found.chapters.all(),
        "recordings": recordings,
        "duration_ms": sum(recording.duration_ms or 0 for recording in recordings),
    }


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A paper or a narrowing, what stands in it, and whose hand recorded it."""

    row: Agreement
    said: list[str]
    by: str


def agreements(found: Interview, *, at: datetime) -> dict[str, Any]:
    """The papers of an interview and what they come to."""
    rows = list(
        Agreement.objects.filter(interview=found)
        .select_related("person", "withdrawal", "recorded_by", "scan")
        .prefetch_related("grants")
        .order_by("-recorded_at", "-pk")
    )
    names = agent_names(row.narrowed_by_agent for row in rows if row.narrowed_by_agent)
    edition = Edition.objects.public().filter(standing__public_id=found.public_id).first()
    return {
        "papers": [_paper(row, names) for row in rows],
        "said": said.of(found, at=at),
        "embargo": grants.embargo(found, at=at),
        "keeps_a_video_back": edition is not None and bool(edition.video) and not edition.gives_its_video,
    }


def _paper(row: Agreement, names: dict[str, str]) -> ShownPaper:
    by = row.recorded_by.name if row.recorded_by else names.get(row.narrowed_by_agent, "")
    lines = sentences.of_grants(row.grants.all())
    silent = [] if row.tombstone else [sentences.of_withdrawal(tombstone=False)]
    return ShownPaper(row, lines + silent, by or gettext("the narrator"))


def speakers(found: Interview) -> Choices:
    """The speakers a segment can be given, by the label that the text keeps."""
    seen: dict[str, int] = {}
    labels = []
    for role in Participation.objects.filter(interview=found).order_by("pk").values_list("role", flat=True):
        seen[role] = seen.get(role, 0) + 1
        labels.append(role if seen[role] == 1 else f"{role} {seen[role]}")
    return [(label, words.speaker(label)) for label in dict.fromkeys([*labels, "narrator", "interviewer"])]


@dataclass(frozen=True, slots=True)
class Signed:
    """A remark or an event, and whose it is."""

    row: Any
    name: str


def by_name(rows: Iterable[Remark | Event]) -> list[Signed]:
    rows = list(rows)
    agents = [row.by_agent if isinstance(row, Remark) else row.agent for row in rows]
    names = agent_names(agents)
    return [Signed(row, names.get(agent, agent)) for row, agent in zip(rows, agents, strict=True)]


def agent_names(agents: Iterable[str]) -> dict[str, str]:
    """The names of the staff among some agents; a narrator and the machine have none. One query."""
    codes = {agent.partition(":")[2] for agent in agents if agent.startswith("user:")}
    return {str(Agent("user", user.code)): user.name for user in User.objects.filter(code__in=codes)}
