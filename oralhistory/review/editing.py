"""The transcript editor's operations: each is done once, says what it met, and can be taken back.

An operation carries what its maker had before them (`seen`). Where somebody else has changed that meanwhile nothing is
done, and both can be shown side by side. Different segments, and text and speaker of one, do not stand in each other's
way. A code that was seen before is an operation sent again because its answer was lost: it counts as done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from oralhistory.consent import access
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.mentions import carrying, word_index
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, footnotes
from oralhistory.review.people_named import register
from oralhistory.transcripts import edits, reshaping, versions
from oralhistory.transcripts.models import Correction, Edit, OtherReading, Segment, Transcript
from oralhistory.transcripts.reshaping import State

MOST_NAMED = 12  # cues in one event

Kind = Edit.Kind


class Conflict(Exception):
    """Somebody else has changed it meanwhile. `cues`: the segments to be shown as they stand now."""

    def __init__(self, why: str, cues: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.why, self.cues = why, list(cues)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An operation as it was asked for. Which fields count depends on its kind."""

    code: str
    kind: str
    cue: str = ""
    text: str = ""
    seen: Mapping[str, Any] = field(default_factory=dict)  # by cue: the text, the speaker or the moment
    place: int = 0  # a character, as Python counts
    at_ms: int | None = None
    edge: str = "start"
    new_cue: str = ""
    cues: Sequence[str] = ()
    speaker: str = ""
    undoes: str = ""  # the code of an edit


@dataclass(frozen=True, slots=True)
class Answer:
    """`why` it was not done; empty: it is done. `cues`: what stands in its way."""

    code: str
    why: str = ""
    cues: Sequence[str] = ()


@transaction.atomic
def apply(
    interview: Interview, transcript: Transcript, wanted: Sequence[Wanted], *, by: Agent, at: datetime
) -> tuple[Transcript, list[Answer]]:
    """Do what was asked for, in order, on the version that people work on, which is returned.

    What cannot be done stands in no other's way. Raises versions.Overtaken.
    """
    Recording.objects.select_for_update().get(pk=transcript.recording_id)  # one batch after another
    working = corrections.on_the_bench(transcript, at=at)
    done = dict(
        Edit.objects.filter(code__in=[each.code for each in wanted]).values_list(
            "code", "transcript__recording"
        )
    )
    answers: list[Answer] = []
    touched: list[str] = []
    for each in wanted:
        if each.code in done:
            known = done[each.code] == transcript.recording_id
            answers.append(Answer(each.code, "" if known else "unknown"))
            continue
        try:
            with transaction.atomic():
                edit = _DO[each.kind](working, each, by=by, at=at)
        except Conflict as conflict:
            answers.append(Answer(each.code, conflict.why, conflict.cues))
        except reshaping.NoRoom:
            answers.append(Answer(each.code, "no room", [each.cue]))
        except (reshaping.NothingLeft, versions.NothingLeft):
            answers.append(Answer(each.code, "nothing left", [each.cue]))
        else:
            touched += edit.cues
            answers.append(Answer(each.code))
    if touched:
        word_index.forget(working)
        segments = list(working.segments.filter(cue_id__in=set(touched)))
        for segment in segments:
            register.follow_edit(interview, segment, by=by, at=at)
        footnotes.follow_edit(interview, segments, set(touched))
        events.record(access.TEXT_EDITED, interview, at=at, agent=by, outcome=_named(touched))
    return working, answers


def _named(cues: Sequence[str]) -> str:
    several = list(dict.fromkeys(cues))
    more = [f"+{len(several) - MOST_NAMED}"] if len(several) > MOST_NAMED else []
    return " ".join([*several[:MOST_NAMED], *more])


def _text(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    row = _row(working, wanted.cue)
    before = edits.state_of(row)
    after = reshaping.reworded(before, wanted.text)
    if row.text not in (_plain(wanted.seen.get(wanted.cue, "")), after["text"]):
        raise Conflict("overtaken", [wanted.cue])
    kept = _hanging(working, [wanted.cue])
    segment = versions.correct(working, row.cue_id, after["text"], seen=row.text, by=by, at=at)
    carrying.follow_edit(segment)
    return _record(working, wanted, [before], [edits.state_of(segment)], kept, by=by, at=at)


def _split(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    row = _unchanged(working, wanted, wanted.cue)
    _is_free(working, wanted.new_cue)
    before = edits.state_of(row)
    first, second = reshaping.split(before, wanted.place, wanted.new_cue, at_ms=wanted.at_ms)
    kept = _hanging(working, [wanted.cue])
    rows = edits.write(working, [before], [first, second])
    carrying.follow_split(rows[0], rows[1], len(before["text"]) - len(second["text"]))
    return _record(working, wanted, [before], [first, second], kept, by=by, at=at)


def _merge(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    first = _unchanged(working, wanted, wanted.cue)
    second = _neighbor(working, first, "end")
    if second is None or (wanted.seen and second.cue_id not in wanted.seen):
        raise Conflict("overtaken", [wanted.cue])
    _unchanged(working, wanted, second.cue_id)
    before = [edits.state_of(first), edits.state_of(second)]
    kept = _hanging(working, [first.cue_id, second.cue_id])
    after = reshaping.merged(*before)
    carrying.join(first, second)
    (row,) = edits.write(working, before, [after])
    carrying.follow_edit(row)
    return _record(working, wanted, before, [after], kept, by=by, at=at)


def _insert(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    """Behind a cue; without one at the beginning."""
    _is_free(working, wanted.new_cue)
    row = _row(working, wanted.cue) if wanted.cue else None
    following = _neighbor(working, row, "end") if row else working.segments.first()
    neighbors = [edits.state_of(each) if each else None for each in (row, following)]
    made = reshaping.between(
        neighbors[0],
        neighbors[1],
        wanted.text,
        wanted.new_cue,
        end_of_all=working.recording.duration_ms or 0,
    )
    if wanted.speaker:
        made = (made[0], reshaping.spoken_by(made[1], wanted.speaker), made[2])
    before = [state for state in neighbors if state]
    after = [state for state in made if state]
    kept = _hanging(working, [state["cue_id"] for state in before])
    edits.write(working, before, after)
    return _record(working, wanted, before, after, kept, by=by, at=at)


def _delete(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    row = _unchanged(working, wanted, wanted.cue)
    if working.segments.count() == 1:
        raise versions.NothingLeft
    before = edits.state_of(row)
    kept = _hanging(working, [wanted.cue])
    edits.write(working, [before], [])
    return _record(working, wanted, [before], [], kept, by=by, at=at)


def _boundary(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    row = _row(working, wanted.cue)
    stands = row.start_ms if wanted.edge == "start" else row.end_ms
    if wanted.seen.get(wanted.cue, stands) != stands:
        raise Conflict("overtaken", [wanted.cue])
    neighbor = _neighbor(working, row, wanted.edge)
    before = [edits.state_of(each) for each in (row, neighbor) if each]
    moved = reshaping.moved(before[0], wanted.edge, wanted.at_ms or 0, before[1] if neighbor else None)
    after = [state for state in moved if state]
    kept = _hanging(working, [state["cue_id"] for state in before])
    for segment in edits.write(working, before, after):
        carrying.follow_edit(segment)
    return _record(working, wanted, before, after, kept, by=by, at=at)


def _speaker(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    rows = list(working.segments.filter(cue_id__in=wanted.cues))
    gone = set(wanted.cues) - {row.cue_id for row in rows}
    changed = [
        row.cue_id
        for row in rows
        if row.speaker not in (wanted.seen.get(row.cue_id, row.speaker), wanted.speaker)
    ]
    if gone or changed:
        raise Conflict("gone" if gone else "overtaken", changed)
    before = [edits.state_of(row) for row in rows]
    working.segments.filter(cue_id__in=wanted.cues).update(
        speaker=wanted.speaker, speaker_by_hand=True, speaker_from_voice=False
    )
    after = [reshaping.spoken_by(state, wanted.speaker) for state in before]
    return _record(working, wanted, before, after, {}, by=by, at=at)


def _undo(working: Transcript, wanted: Wanted, *, by: Agent, at: datetime) -> Edit:
    """How it was before an edit, in what that edit changed. Redoing is undoing the undoing."""
    edit = Edit.objects.filter(code=wanted.undoes, transcript__recording=working.recording_id).first()
    if edit is None:
        raise Conflict("unknown")
    earlier = {each["cue_id"]: each for each in edit.before["segments"]}
    later = {each["cue_id"]: each for each in edit.after["segments"]}
    rows = {row.cue_id: row for row in working.segments.filter(cue_id__in=edit.cues)}
    stands = {cue: edits.state_of(row) for cue, row in rows.items()}
    as_left = all(cue in stands and later[cue].items() <= stands[cue].items() for cue in later)
    if not as_left or any(cue in rows for cue in earlier.keys() - later.keys()):
        raise Conflict("overtaken", list(rows))
    back = [_state(stands.get(cue), parts) for cue, parts in earlier.items()]
    _have_room(working, stands, back, edit.cues)
    kept = _hanging(working, list(stands))
    segments = edits.write(working, list(stands.values()), back)
    if edit.kind != Kind.SPEAKER:
        carrying.put_back(working, segments, edit.before.get("mentions", []))
        _readings_back(segments, edit.before.get("readings", []))
        _note_texts(stands, segments, by=by, at=at)
    return _record(working, wanted, list(stands.values()), back, kept, by=by, at=at, undoes=edit)


_DO: dict[str, Callable[..., Edit]] = {
    Kind.TEXT: _text, Kind.SPLIT: _split, Kind.MERGE: _merge, Kind.INSERT: _insert, Kind.DELETE: _delete,
    Kind.BOUNDARY: _boundary, Kind.SPEAKER: _speaker, Kind.UNDO: _undo,
}  # fmt: skip


def _state(stands: State | None, parts: Mapping[str, Any]) -> State:
    whole = {**stands, **parts} if stands else dict(parts)
    return cast(State, whole)


def _have_room(
    working: Transcript, stands: Mapping[str, State], back: Sequence[State], cues: Sequence[str]
) -> None:
    """What comes back may not lie over what others have put or moved there meanwhile."""
    for state in back:
        now = stands.get(state["cue_id"])
        if now and (now["start_ms"], now["end_ms"]) == (state["start_ms"], state["end_ms"]):
            continue
        others = working.segments.filter(start_ms__lt=state["end_ms"], end_ms__gt=state["start_ms"])
        if there := list(others.exclude(cue_id__in=cues).values_list("cue_id", flat=True)):
            raise Conflict("no room", there)


def _row(working: Transcript, cue: str) -> Segment:
    row = working.segments.filter(cue_id=cue).first()
    if row is None:
        raise Conflict("gone", [])
    return row


def _unchanged(working: Transcript, wanted: Wanted, cue: str) -> Segment:
    row = _row(working, cue)
    if row.text != _plain(wanted.seen.get(cue, "")):
        raise Conflict("overtaken", [cue])
    return row


def _plain(seen: object) -> str:
    return " ".join(str(seen).split())


def _is_free(working: Transcript, cue: str) -> None:
    if not cue or working.segments.filter(cue_id=cue).exists():
        raise Conflict("unknown")


def _neighbor(working: Transcript, row: Segment, edge: str) -> Segment | None:
    if edge == "start":
        return working.segments.filter(index__lt=row.index).order_by("-index").first()
    return working.segments.filter(index__gt=row.index).order_by("index").first()


def _hanging(working: Transcript, cues: Sequence[str]) -> dict[str, Any]:
    """What hangs on segments besides their words: to be put back with them."""
    readings = OtherReading.objects.filter(segment__transcript=working, segment__cue_id__in=cues)
    found = {
        "mentions": carrying.as_they_are(working, cues),
        "readings": [
            {
                "cue": each.segment.cue_id, "text": each.text, "state": each.state, "by": each.decided_by_agent,
                "at": each.decided_at.isoformat() if each.decided_at else "",
            }
            for each in readings.select_related("segment")
        ],
    }  # fmt: skip
    return {name: rows for name, rows in found.items() if rows}


def _readings_back(segments: Sequence[Segment], kept: Sequence[Mapping[str, str]]) -> None:
    by_cue = {segment.cue_id: segment for segment in segments}
    for each in kept:
        if segment := by_cue.get(each["cue"]):
            OtherReading.objects.update_or_create(
                segment=segment,
                defaults={
                    "text": each["text"], "state": each["state"], "decided_by_agent": each["by"],
                    "decided_at": datetime.fromisoformat(each["at"]) if each["at"] else None,
                },
            )  # fmt: skip


def _note_texts(stood: Mapping[str, State], segments: Sequence[Segment], *, by: Agent, at: datetime) -> None:
    Correction.objects.bulk_create(
        Correction(segment=row, before=stood[row.cue_id]["text"], after=row.text, by_agent=str(by), at=at)
        for row in segments
        if row.cue_id in stood and stood[row.cue_id]["text"] != row.text
    )


def _record(
    working: Transcript, wanted: Wanted, before: Sequence[State], after: Sequence[State], kept: dict[str, Any],
    *, by: Agent, at: datetime, undoes: Edit | None = None,
) -> Edit:  # fmt: skip
    return edits.record(
        working, wanted.kind, before, after, by=by, at=at, code=wanted.code, kept=kept, undoes=undoes
    )
