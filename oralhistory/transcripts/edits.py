"""What people did to a version, one thing after another: kept with how its segments stood before and after.

From that everything can be taken back, and whoever has the page open is told what has changed since they looked.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import F, Max

from oralhistory.lib import ids
from oralhistory.lib.agents import Agent
from oralhistory.transcripts.models import Edit, Segment, Transcript
from oralhistory.transcripts.reshaping import State

FIELDS = tuple(State.__annotations__)
STEP = 64  # of an index, from where room is made: some segments more fit in between without another move
AWAY = 1_000_000_000  # beyond every index, and small enough for the column


def state_of(row: Segment) -> State:
    return cast(State, {name: getattr(row, name) for name in FIELDS})


@transaction.atomic
def record(
    transcript: Transcript,
    kind: str,
    before: Sequence[State],
    after: Sequence[State],
    *,
    by: Agent,
    at: datetime,
    code: str = "",
    kept: dict[str, Any] | None = None,
    undoes: Edit | None = None,
) -> Edit:
    """Add what was done: of segments that changed what changed in them, of others all.

    `kept`: what hung on the segments before, to be put back with them.
    """
    earlier, later = _differing(before, after)
    last = Edit.objects.filter(transcript=transcript).aggregate(last=Max("number"))["last"] or 0
    cues = list(dict.fromkeys(str(state["cue_id"]) for state in (*earlier, *later)))
    return Edit.objects.create(
        transcript=transcript, number=last + 1, code=code or f"a{ids.public_id()}{ids.public_id()}", kind=kind,
        cues=cues, before={"segments": earlier, **(kept or {})}, after={"segments": later},
        undoes=undoes, by_agent=str(by), at=at,
    )  # fmt: skip


Part = dict[str, Any]  # of a State: its cue, and fields of it


def _differing(before: Sequence[State], after: Sequence[State]) -> tuple[list[Part], list[Part]]:
    earlier, later = _by_cue(before), _by_cue(after)
    for cue in earlier.keys() & later.keys():
        same = {name for name in FIELDS if earlier[cue][name] == later[cue][name]} - {"cue_id"}
        for parts in (earlier, later):
            parts[cue] = {name: value for name, value in parts[cue].items() if name not in same}
            if len(parts[cue]) == 1:
                del parts[cue]
    return list(earlier.values()), list(later.values())


def _by_cue(states: Iterable[State]) -> dict[str, Part]:
    return {state["cue_id"]: {**state} for state in states}


def last_number(transcript: Transcript) -> int:
    last: int | None = Edit.objects.filter(transcript=transcript).aggregate(last=Max("number"))["last"]
    return last or 0


def since(transcript: Transcript, number: int) -> list[str]:
    """The cues that were touched after an edit, also those that are gone."""
    rows = Edit.objects.filter(transcript=transcript, number__gt=number).order_by("number")
    return list(dict.fromkeys(cue for cues in rows.values_list("cues", flat=True) for cue in cues))


def reshaped(transcript: Transcript) -> set[str]:
    """Cues that people split, joined, put in or gave other times."""
    kinds = (Edit.Kind.SPLIT, Edit.Kind.MERGE, Edit.Kind.INSERT, Edit.Kind.BOUNDARY)
    rows = Edit.objects.filter(transcript=transcript, kind__in=kinds).values_list("cues", flat=True)
    return {cue for cues in rows for cue in cues}


@transaction.atomic
def write(transcript: Transcript, before: Iterable[State], after: Sequence[State]) -> list[Segment]:
    """Let the rows say what `after` says: some change, some are new, some are no more. Returns those that are there."""
    gone = {state["cue_id"] for state in before} - {state["cue_id"] for state in after}
    if gone:
        transcript.segments.filter(cue_id__in=gone).delete()
    cues = _cues(after)
    rows = {row.cue_id: state_of(row) for row in transcript.segments.filter(cue_id__in=cues)}
    # What gives way first, so that a new one finds its place by its time; many that change alike in one go.
    alike: dict[str, list[str]] = {}
    for state in after:
        if state["cue_id"] in rows:
            alike.setdefault(json.dumps(_changed(rows[state["cue_id"]], state)), []).append(state["cue_id"])
    for changes, own in alike.items():
        if fields := json.loads(changes):
            transcript.segments.filter(cue_id__in=own).update(**fields)
    for state in sorted(after, key=lambda each: each["start_ms"]):
        if state["cue_id"] not in rows:
            Segment.objects.create(transcript=transcript, index=_place(transcript, state), **state)
    return list(transcript.segments.filter(cue_id__in=cues).order_by("index"))


def _changed(stood: State, state: State) -> Part:
    earlier, later = {**stood}, {**state}
    return {name: value for name, value in later.items() if earlier[name] != value}


def _cues(states: Iterable[State]) -> Collection[str]:
    return {state["cue_id"] for state in states}


def _place(transcript: Transcript, state: State) -> int:
    """An index for a new segment: behind those that begin before it. Makes room where there is none."""
    earlier = transcript.segments.filter(start_ms__lte=state["start_ms"]).aggregate(last=Max("index"))["last"]
    here = -1 if earlier is None else earlier
    following = transcript.segments.filter(index__gt=here).order_by("index").values_list("index", flat=True)
    following_index = following.first()
    if following_index is None:
        return here + 1
    if following_index - here > 1:
        return int(here + following_index) // 2
    # In two steps: a row that moves must not meet the next one.
    transcript.segments.filter(index__gt=here).update(index=F("index") + AWAY)
    transcript.segments.filter(index__gte=AWAY).update(index=F("index") - AWAY + STEP)
    return here + 1 + STEP // 2
