"""How long the work on a recording still takes: its rows, and those of what was done before, as a course to forecast.

Speeds are seconds of sound by second of work, of pieces that the same engine and model heard, and of steps of a kind. How
many workers there are is seen from how many had such work at once; before any had, each machine that can hear is one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, F, Sum

from oralhistory.jobs.models import Ability, Job
from oralhistory.lib import forecasts
from oralhistory.lib.forecasts import Course, Interval, Load, Measured, Piece, Step
from oralhistory.pipeline.following import Progress
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import hearing_names, transcribing
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob
from oralhistory.transcripts.planning import CHUNK, LONGEST_WINDOW
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.voice import FRAME
from oralhistory.transcripts.voices import telling

MOST = 200  # measures of a kind that are looked at: the newest
LATELY = timedelta(minutes=15)  # workers that had work then are still there
# What a step takes before any was measured: seconds of sound by second of work.
GUESSES = {"plan": 60.0, telling.JOB: 60.0, hearing_names.JOB: 30.0, "join": 600.0, "find mentions": 200.0}
AFTER = ("join", "find mentions")
_WINDOW = LONGEST_WINDOW * FRAME / SAMPLE_RATE  # seconds


def left(progress: Progress, *, at: datetime) -> Interval | None:
    """How long it still takes until its text is there; none while that cannot be said."""
    recording = progress.recording
    if not progress.running or recording.duration_ms is None or _is_held_up(progress):
        return None
    if progress.transcription is None:  # what an agreement must allow first has no end that can be forecast
        return None
    done = {job.kind for job in progress.jobs if job.state == Job.State.DONE}
    if done.issuperset(AFTER):
        return None  # its text is there; what is still done is not for it
    speeds = _speeds_of_steps()
    seconds = recording.duration_ms / 1000
    opened = {job.kind: job for job in progress.jobs if job.state in (Job.State.DUE, Job.State.RUNNING)}

    def steps(*kinds: str) -> list[Step]:
        return [_step(opened.get(kind), kind, seconds, speeds.get(kind, []), at=at) for kind in kinds]

    named = [hearing_names.JOB] if hearing_names.are_wanted(progress.transcription) else []
    load = _load(progress, at=at)
    return forecasts.left(
        Course(
            load,
            _measured(progress.transcription, load.running),
            before=[] if progress.pieces else steps("plan"),
            beside=steps(telling.JOB) if telling.JOB in opened else [],
            after=steps(*(kind for kind in [*named, *AFTER] if kind not in done)),
        )
    )


def _is_held_up(progress: Progress) -> bool:
    """Whether something is missing and nobody works on it meanwhile."""
    at_work = any(job.state == Job.State.RUNNING for job in progress.jobs)
    return bool(progress.waits or progress.failures) and not at_work


def _step(job: Job | None, kind: str, seconds: float, speeds: Sequence[float], *, at: datetime) -> Step:
    since = (
        (at - job.started_at).total_seconds()
        if job and job.state == Job.State.RUNNING and job.started_at
        else None
    )
    return Step(seconds, speeds, GUESSES[kind], since)


# What there is to hear, and by how many.


def _load(progress: Progress, *, at: datetime) -> Load:
    if not progress.pieces:
        length, seconds = CHUNK / SAMPLE_RATE, (progress.recording.duration_ms or 0) / 1000
        whole, rest = divmod(seconds, length)
        own: list[Job] = []
        waiting = [*[length] * int(whole), *([rest] if rest > 1 else [])]
    else:
        own = [piece.job for piece in progress.pieces if piece.state in ("waiting", "running")]
        waiting = [_seconds_left(job) for job in own if job.state == Job.State.DUE]
    running = [job for job in own if job.state == Job.State.RUNNING]
    asked = progress.transcription
    batch = _WINDOW * int(asked.spec.get("batch_windows", 1)) if asked else 0.0
    # Another time, a piece may begin with what was heard before, which says nothing of its pace.
    first_time = asked is not None and asked.generation == 1
    hearing = Job.objects.filter(kind=transcribing.CHUNK).exclude(pk__in=[job.pk for job in own])
    elsewhere = list(hearing.filter(state=Job.State.RUNNING, lease_until__gt=at))
    first = min((job.pk for job in own if job.state == Job.State.DUE), default=None)
    ahead = hearing.filter(state=Job.State.DUE, due_at__lte=at)
    if progress.pieces:
        ahead = ahead.filter(pk__lt=first or 0)
    sums = ahead.aggregate(units=Sum(F("total_units") - F("done_units")), pieces=Count("pk"))
    return Load(
        workers=max(len(running) + len(elsewhere), _workers_lately(at=at)),
        running=[_piece(job, batch, paced=first_time, at=at) for job in running],
        elsewhere=[_piece(job, batch, paced=False, at=at) for job in elsewhere],
        ahead=(sums["units"] or 0) / SAMPLE_RATE,
        ahead_pieces=sums["pieces"],
        waiting=waiting,
    )


def _seconds_left(job: Job) -> float:
    return max(0, job.total_units - job.done_units) / SAMPLE_RATE


def _piece(job: Job, batch: float, *, paced: bool, at: datetime) -> Piece:
    """A batch of windows is a step forward, and a job's limit is counted from the last one."""
    last = job.limit_at - job.time_limit if job.limit_at else at
    pace = None
    if paced and job.started_at and not job.wall_ms and 0 < job.done_units < job.total_units:
        took = (last - job.started_at).total_seconds()
        pace = job.done_units / SAMPLE_RATE / took if took > 1 else None
    return Piece(
        _seconds_left(job),
        since=max(0.0, (at - last).total_seconds()),
        step=batch,
        pace=pace,
        done=job.done_units / job.total_units if job.total_units else 0.0,
    )


def _workers_lately(*, at: datetime) -> int:
    """How many pieces were heard at once; if none was, how many machines can hear."""
    ended = Job.objects.filter(
        kind=transcribing.CHUNK, state=Job.State.DONE, finished_at__gt=at - LATELY, started_at__isnull=False
    )
    rows = ended.order_by("-finished_at").values_list("started_at", "finished_at")
    moments = sorted(moment for started, finished in rows[:MOST] for moment in ((started, 1), (finished, -1)))
    most = now = 0
    for _moment, change in moments:
        now += change
        most = max(most, now)
    if most:
        return most
    able = Ability.objects.filter(what__startswith=transcribing.HEARS, reason="")
    return able.values("machine").distinct().count()


# What was measured.


def _measured(transcription: TranscriptionJob, running: Sequence[Piece]) -> Measured:
    """Of what the same engine and model heard in the same way. Before any piece has ended, how it goes until now."""
    alike = {
        f"transcription__spec__{name}": transcription.spec.get(name)
        for name in ("engine", "model", "compute_type")
    }
    ended = Chunk.objects.filter(
        job__state=Job.State.DONE, job__measured_units__gt=0, job__wall_ms__gt=0, **alike
    )
    rows = ended.order_by("-job__finished_at").values_list(
        "transcription", "job__measured_units", "job__wall_ms"
    )
    groups: dict[int, list[float]] = {}
    for of, units, wall_ms in rows[:MOST]:
        groups.setdefault(of, []).append(units / SAMPLE_RATE / (wall_ms / 1000))
    own = groups.pop(transcription.pk, [])
    paces = [piece.pace for piece in running if piece.pace]
    return Measured(own or paces, list(groups.values()))


def _speeds_of_steps() -> dict[str, list[float]]:
    ended = Job.objects.filter(kind__in=GUESSES, state=Job.State.DONE, wall_ms__gt=0)
    rows = list(ended.order_by("-finished_at").values_list("kind", "subject", "wall_ms")[:MOST])
    lengths = dict(_lengths({subject for _kind, subject, _wall in rows}))
    found: dict[str, list[float]] = {}
    for kind, subject, wall_ms in rows:
        if lengths.get(subject):
            found.setdefault(kind, []).append(lengths[subject] / wall_ms)
    return found


def _lengths(subjects: set[str]) -> Iterator[tuple[str, float]]:
    """Milliseconds of sound of what jobs were about."""

    def of(kind: str) -> list[str]:
        return [subject.partition(":")[2] for subject in subjects if subject.startswith(f"{kind}:")]

    read = Recording.objects.filter(code__in=of("recording"), duration_ms__isnull=False)
    for code, length in read.values_list("code", "duration_ms"):
        yield f"recording:{code}", length or 0
    asked = TranscriptionJob.objects.filter(code__in=of("transcription"))
    for code, samples in asked.values_list("code", "rendition__samples"):
        yield f"transcription:{code}", samples * 1000 / SAMPLE_RATE
    texts = Transcript.objects.filter(pk__in=of("transcript"), recording__duration_ms__isnull=False)
    for pk, length in texts.values_list("pk", "recording__duration_ms"):
        yield f"transcript:{pk}", length or 0
