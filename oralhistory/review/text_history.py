"""How a recording's text came to read as it does: its versions, who changed what in them, and what two of them differ in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Edit, Segment, Transcript

_WITHOUT_WORDS = (Edit.Kind.SPEAKER, Edit.Kind.BOUNDARY)


@dataclass(frozen=True, slots=True)
class Version:
    transcript: Transcript
    changes: int  # that people made in it
    is_current: bool

    @property
    def kind(self) -> str:
        """ "merged": a machine's newer words under what people had written; "restored": an earlier version anew."""
        if self.transcript.made_by.get("restored"):
            return "restored"
        return "merged" if self.transcript.merged_from_id else self.transcript.kind


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit made of a passage's words. None: it was not there, or is no more. `at_ms` in the recording."""

    number: int  # of the edit: several passages may have one
    kind: str
    version: int
    cue_id: str
    at_ms: int
    before: str | None
    after: str | None
    by_agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """A passage that reads otherwise in two versions; None: that version has none there."""

    cue_id: str
    at_ms: int
    one: str | None
    other: str | None


def versions_of(recording: Recording, current: Transcript | None) -> list[Version]:
    """The newest first. One query."""
    rows = (
        Transcript.objects.filter(recording=recording).order_by("-version").annotate(changes=Count("edits"))
    )
    return [Version(each, each.changes, each == current) for each in rows]


def changes(recording: Recording, *, by: str = "") -> QuerySet[Edit]:
    """All by which people changed words in any version of it, the newest first: the one list of changes that pages show.

    `by`: of one person alone, as an agent.
    """
    rows = Edit.objects.filter(transcript__recording=recording).exclude(kind__in=_WITHOUT_WORDS)
    rows = rows.order_by("-at", "-pk")
    return rows.filter(by_agent=by) if by else rows


def shown(edits: Iterable[Edit]) -> list[Change]:
    """Changes as they are shown, passage by passage. One query besides that of the edits."""
    edits = list(edits)
    cues = {cue for each in edits for cue in each.cues}
    stand = Segment.objects.filter(transcript__in={each.transcript_id for each in edits}, cue_id__in=cues)
    starts = dict(stand.values_list("cue_id", "start_ms"))
    return [change for each in edits for change in _of(each, starts)]


def _of(row: Edit, starts: Mapping[str, int]) -> Iterator[Change]:
    earlier, later = (
        {state["cue_id"]: state for state in states["segments"]} for states in (row.before, row.after)
    )
    for cue in row.cues:
        before, after = (states[cue].get("text") if cue in states else None for states in (earlier, later))
        if before != after:
            moment = {**earlier.get(cue, {}), **later.get(cue, {})}.get("start_ms", 0)
            yield Change(
                row.pk, row.kind, row.transcript.version, cue, starts.get(cue, moment), before, after,
                row.by_agent, row.at,
            )  # fmt: skip


def people(recording: Recording) -> list[str]:
    """Who has changed anything, as agents."""
    return sorted(changes(recording).order_by().values_list("by_agent", flat=True).distinct())


def differences(one: Transcript, other: Transcript) -> list[Difference]:
    """Where two versions read otherwise, in the order of the sound. Two queries."""
    ours, theirs = _rows(one), _rows(other)
    return sorted(_different(ours, theirs), key=lambda each: each.at_ms)


def _rows(transcript: Transcript) -> dict[str, tuple[int, str]]:
    rows = Segment.objects.filter(transcript=transcript).values_list("cue_id", "start_ms", "text")
    return {cue_id: (start_ms, text) for cue_id, start_ms, text in rows}


def _different(ours: dict[str, tuple[int, str]], theirs: dict[str, tuple[int, str]]) -> Iterator[Difference]:
    for cue_id in {**ours, **theirs}:
        at_ms, one = ours.get(cue_id, (0, None))
        their_ms, other = theirs.get(cue_id, (0, None))
        if one != other:
            yield Difference(cue_id, at_ms if one is not None else their_ms, one, other)
