"""The order and the places of an interview's recordings on its one time line.

A recording follows the one before it, unless a person put it at a moment of the time line: then there may be
a gap before it, or two recorders ran at once. What hangs on the time line goes with its recording, in the
same transaction (`hanging`).

People arrange while the interview is on the interviewer's bench. Later the time line is what an edition may
have been made from, and a passage that is hidden at once is hidden by its times: then a recording that comes
late goes to the end, and nothing that has a place leaves it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.db import transaction

from oralhistory.interviews import describing
from oralhistory.interviews.models import Interview, Session, State
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings import hanging
from oralhistory.recordings.models import Recording

BENCH = frozenset({State.DRAFT, State.UPLOADED, State.TRANSCRIBED})
_AWAY = 10_000  # positions that nobody has, to renumber by way of


class NotOnTheBench(Exception):
    """The interview has been sent to review: what is published may rest on its time line."""


class NoSuchSession(Exception):
    """The session is another interview's."""


def is_on_the_bench(interview: Interview) -> bool:
    """Whether its time line may change: it is the interviewer's, and nothing of it is public.

    A revision may come back to the interviewer while the edition before it stays public: a passage that the narrator
    hides is hidden by its times in that edition, which must be those of the working record. The standing is asked by
    name, because editions lie above this package.
    """
    standings = apps.get_model("editions.Standing")._default_manager
    public = standings.filter(interview_id=interview.pk, current__isnull=False, withdrawn_at=None)
    return interview.state in BENCH and not public.exists()


@contextmanager
def rearranging(interview: Interview, *, by: Agent, at: datetime) -> Iterator[Interview]:
    """Change recordings inside; at the end all have their places, and what hung on them has followed."""
    with transaction.atomic():
        locked = Interview.objects.select_for_update().get(pk=interview.pk)
        before = {each.pk: each for each in _ready(locked)}
        yield locked
        _lay_out(locked, before)
        after = {each.pk: each for each in _ready(locked)}
        stretches = [
            hanging.Stretch(was.offset_ms, end_of(was), after[pk].offset_ms - was.offset_ms)
            for pk, was in before.items()
            if pk in after
        ]
        carried = hanging.move(locked, stretches)
        if carried:
            events.record("time line changed", locked, at=at, agent=by, outcome=f"{carried} carried along")


def _ready(interview: Interview) -> list[Recording]:
    return list(Recording.objects.of(interview).filter(state=Recording.State.READY))


def end_of(recording: Recording) -> int:
    """Where a recording ends on the time line, in milliseconds."""
    return recording.offset_ms + (recording.duration_ms or 0)


def _lay_out(interview: Interview, before: dict[int, Recording]) -> None:
    bench = is_on_the_bench(interview)
    recordings = _ready(interview)
    end = 0 if bench else max((end_of(each) for each in recordings if each.pk in before), default=0)
    for recording in recordings:
        if recording.placed or (not bench and recording.pk in before):
            end = max(end, end_of(recording))
            continue
        if recording.offset_ms != end:
            Recording.objects.filter(pk=recording.pk).update(offset_ms=end)
        # After the last sound there is, not after the one before: two at once are a person's decision.
        end += recording.duration_ms or 0


@contextmanager
def _on_the_bench(interview: Interview, *, by: Agent, at: datetime) -> Iterator[Interview]:
    with rearranging(interview, by=by, at=at) as locked:
        if not is_on_the_bench(locked):
            raise NotOnTheBench
        yield locked


def place(recording: Recording, offset_ms: int, *, by: Agent, at: datetime) -> None:
    """Put a recording at a moment of the time line; a gap before it, or two at once, is what the person says.

    Raises NotOnTheBench; ValueError for a moment before the beginning.
    """
    if offset_ms < 0:
        raise ValueError("nothing begins before the time line does")
    with _on_the_bench(recording.session.interview, by=by, at=at) as interview:
        Recording.objects.filter(pk=recording.pk).update(offset_ms=offset_ms, placed=True)
        _record("recording placed", interview, f"{recording.code}: {offset_ms}", by=by, at=at)


def unplace(recording: Recording, *, by: Agent, at: datetime) -> None:
    """Let a recording follow the one before it again. Raises NotOnTheBench."""
    with _on_the_bench(recording.session.interview, by=by, at=at) as interview:
        Recording.objects.filter(pk=recording.pk).update(placed=False)
        _record("recording follows", interview, recording.code, by=by, at=at)


def move(recording: Recording, session: Session, position: int, *, by: Agent, at: datetime) -> None:
    """Put a recording into a session of its interview, before the one that has this position now (0: first).

    Raises NotOnTheBench, NoSuchSession.
    """
    with _on_the_bench(recording.session.interview, by=by, at=at) as interview:
        if session.interview_id != interview.pk:
            raise NoSuchSession
        others = Recording.objects.filter(session=session).exclude(pk=recording.pk).order_by("position")
        order = list(others.values_list("pk", flat=True))
        order.insert(max(0, position), recording.pk)
        left = Recording.objects.filter(session=recording.session_id).exclude(pk__in=order)
        rest = list(left.order_by("position").values_list("pk", flat=True))
        # By way of positions that nobody has: no two may have one place, not for a moment.
        Recording.objects.filter(pk=recording.pk).update(session=session, position=2 * _AWAY)
        for pks in (order, rest):
            _number(pks, _AWAY)
            _number(pks, 0)
        _record(
            "recording moved", interview, f"{recording.code}: {session.number}.{position + 1}", by=by, at=at
        )
    recording.refresh_from_db()


def _number(pks: list[int], first: int) -> None:
    for position, pk in enumerate(pks, first):
        Recording.objects.filter(pk=pk).update(position=position)


def earlier(recording: Recording, *, by: Agent, at: datetime) -> None:
    """One place towards the beginning of its session; the first stays. Raises NotOnTheBench."""
    move(recording, recording.session, _rank(recording) - 1, by=by, at=at)


def later(recording: Recording, *, by: Agent, at: datetime) -> None:
    """One place towards the end of its session; the last stays. Raises NotOnTheBench."""
    move(recording, recording.session, _rank(recording) + 1, by=by, at=at)


def _rank(recording: Recording) -> int:
    before = Recording.objects.filter(session=recording.session_id, position__lt=recording.position)
    return before.count()


def begin_sitting(interview: Interview, sitting: describing.Sitting, *, by: Agent, at: datetime) -> Session:
    """One more sitting, after the last. Raises NotOnTheBench."""
    with _on_the_bench(interview, by=by, at=at) as locked:
        session = describing.add_sitting(locked, sitting)
        _record("sitting added", locked, str(session.number), by=by, at=at)
    return session


def correct_sitting(session: Session, sitting: describing.Sitting, *, by: Agent, at: datetime) -> None:
    """Say again when and where a sitting was. Raises NotOnTheBench."""
    with _on_the_bench(session.interview, by=by, at=at) as interview:
        describing.correct_sitting(session, sitting)
        _record("sitting corrected", interview, str(session.number), by=by, at=at)


def say_channels(recording: Recording, channels: str, *, by: Agent, at: datetime) -> None:
    """Say what the channels of a recording are. What was decoded under another word is not heard any more.

    Raises NotOnTheBench; ValueError for a word that is none.
    """
    if channels not in Recording.Channels.values:
        raise ValueError(f"not a way of taking channels: {channels!r}")
    with _on_the_bench(recording.session.interview, by=by, at=at) as interview:
        Recording.objects.filter(pk=recording.pk).update(channels=channels)
        _record("channels said", interview, f"{recording.code}: {channels}", by=by, at=at)
    recording.channels = channels


def _record(kind: str, interview: Interview, outcome: str, *, by: Agent, at: datetime) -> None:
    events.record(kind, interview, at=at, agent=by, outcome=outcome)
