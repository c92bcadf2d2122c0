"""How far the work on an interview has come, read from the rows of the jobs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Interview
from oralhistory.jobs.models import Job
from oralhistory.pipeline import times
from oralhistory.recordings import videos
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import hearing_names, versions
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob
from oralhistory.transcripts.sound import SAMPLE_RATE, milliseconds
from oralhistory.transcripts.voices import telling


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the work on a recording: "waiting", "running", "done" or "failed", and its failed job if any."""

    name: str  # "read", "make video", or a kind of job, as `_progress` has them
    state: str
    failed: Job | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk of the sound, in milliseconds of the recording: "waiting", "running", "heard", "dead" or "cancelled"."""

    chunk: Chunk
    state: str
    job: Job

    @property
    def start_ms(self) -> int:
        return milliseconds(self.chunk.start_sample)

    @property
    def end_ms(self) -> int:
        return milliseconds(self.chunk.end_sample)

    @property
    def share(self) -> int:
        """How much of it was heard, in whole per cent."""
        return 100 * self.job.done_units // self.job.total_units if self.job.total_units else 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Work that died, and why; of pieces that died for the same reason, all of them."""

    kind: str
    reason: str
    spans: tuple[tuple[int, int], ...]  # of the pieces, in milliseconds


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a recording stands. Lengths in milliseconds of sound."""

    recording: Recording
    steps: tuple[Step, ...]
    transcription: TranscriptionJob | None
    pieces: tuple[Piece, ...]
    jobs: tuple[Job, ...]  # all that is or was to be done on it
    running: bool
    cancelled: bool
    failures: tuple[Job, ...]  # what died and waits for a person
    stopped: tuple[Job, ...]  # what a person stopped of the recording itself, not of its transcription
    waits: tuple[str, ...]  # why something that is due has not been done yet, in sentences

    @property
    def done_ms(self) -> int:
        return sum(piece.job.done_units for piece in self.pieces) * 1000 // SAMPLE_RATE

    @property
    def total_ms(self) -> int:
        return sum(piece.job.total_units for piece in self.pieces) * 1000 // SAMPLE_RATE

    @property
    def share(self) -> int:
        """How much of the sound was heard, in whole per cent."""
        return 100 * self.done_ms // self.total_ms if self.total_ms else 0

    @property
    def is_blocked(self) -> bool:
        """Whether its text does not come before a person does something about what died."""
        return any(job.kind not in (videos.JOB, telling.JOB, hearing_names.JOB) for job in self.failures)

    @property
    def troubles(self) -> list[Trouble]:
        """Each reason once."""
        pieces = {piece.job.pk: (piece.start_ms, piece.end_ms) for piece in self.pieces}
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for job in self.failures:
            spans = found.setdefault((job.kind, job.reason), [])
            spans.extend([pieces[job.pk]] if job.pk in pieces else [])
        return [Trouble(kind, reason, tuple(spans)) for (kind, reason), spans in found.items()]


def of(recording: Recording, *, at: datetime) -> Progress:
    """The progress of a recording, by its newest transcription."""
    return of_all([recording], at=at)[0]


def of_all(recordings: Sequence[Recording], *, at: datetime) -> list[Progress]:
    """The same of several, in their order: five queries, however many."""
    newest: dict[int, TranscriptionJob] = {}
    asked = TranscriptionJob.objects.filter(rendition__recording__in=recordings).select_related("rendition")
    for each in asked.order_by("requested_at", "pk"):
        newest[each.rendition.recording_id] = each
    transcriptions = list(newest.values())
    pieces: dict[int, list[Piece]] = {}
    chunks = Chunk.objects.filter(transcription__in=transcriptions).select_related("job")
    for chunk in chunks.order_by("index"):
        if chunk.job is not None:
            pieces.setdefault(chunk.transcription_id, []).append(_piece(chunk, chunk.job, at=at))
    subjects = {each.subject: each.rendition.recording_id for each in transcriptions}
    subjects |= {recording.subject: recording.pk for recording in recordings}
    of_them = Q(transcription__in=transcriptions) | Q(parent__transcription__in=transcriptions)
    for pk, recording in Transcript.objects.filter(of_them).values_list("pk", "recording"):
        subjects[f"transcript:{pk}"] = recording
    subjects |= {f"transcript:{pk}": recording for recording, pk in versions.current_of(recordings).items()}
    jobs: dict[int, list[Job]] = {}
    for job in Job.objects.filter(subject__in=subjects).order_by("pk"):
        jobs.setdefault(subjects[job.subject], []).append(job)
    return [
        _progress(recording, found, jobs.get(recording.pk, []), pieces.get(found.pk, []) if found else [])
        for recording in recordings
        for found in [newest.get(recording.pk)]
    ]


def _piece(chunk: Chunk, job: Job, *, at: datetime) -> Piece:
    state = {
        Job.State.DUE: "waiting", Job.State.RUNNING: "running", Job.State.DONE: "heard",
        Job.State.DEAD: "dead", Job.State.CANCELLED: "cancelled",
    }[Job.State(job.state)]  # fmt: skip
    if job.lease_until and job.lease_until < at:  # who had it has fallen silent: somebody else will take it
        state = "waiting"
    return Piece(chunk, state, job)


def _progress(
    recording: Recording, transcription: TranscriptionJob | None, others: list[Job], pieces: list[Piece]
) -> Progress:
    def of_kinds(*kinds: str) -> list[Job]:
        return [job for job in others if job.kind in kinds]

    about = [job for job in others if job.subject == recording.subject]
    reading = [job for job in about if job.kind not in (videos.JOB, "transcribe", telling.JOB, times.JOB)]
    filmed, told, fitted = of_kinds(videos.JOB), of_kinds(telling.JOB), of_kinds(times.JOB)
    named = of_kinds(hearing_names.JOB)
    steps = (
        _step("read", reading)
        if reading or recording.state != Recording.State.READY
        else Step("read", "done"),
        *([_step(videos.JOB, filmed)] if filmed else []),
        _step("plan", of_kinds("transcribe", "plan")),
        _step("hear", [piece.job for piece in pieces]),
        *([_step(telling.JOB, told)] if told else []),
        *([_step(hearing_names.JOB, named)] if named else []),
        _step("join", of_kinds("join")),
        *([_step(times.JOB, fitted)] if fitted else []),
        _step("find mentions", of_kinds("find mentions")),
    )
    jobs = (*others, *(piece.job for piece in pieces))
    newest = {job.kind: job for job in sorted(about, key=lambda job: job.generation)}
    stopped = tuple(job for job in newest.values() if job.state == Job.State.CANCELLED)
    return Progress(
        recording, steps, transcription, tuple(pieces), jobs,
        running=any(job.state in (Job.State.DUE, Job.State.RUNNING) for job in jobs),
        cancelled=bool(stopped)
        or (transcription is not None and transcription.state == TranscriptionJob.State.CANCELLED),
        failures=tuple(job for job in jobs if job.state == Job.State.DEAD),
        stopped=stopped,
        waits=tuple({job.reason: None for job in jobs if job.state == Job.State.DUE and job.reason}),
    )  # fmt: skip


def _step(name: str, jobs: list[Job]) -> Step:
    states = {job.state for job in jobs}
    dead = next((job for job in jobs if job.state == Job.State.DEAD), None)
    if dead:
        return Step(name, "failed", dead)
    if not jobs or states <= {Job.State.DUE, Job.State.CANCELLED}:
        return Step(name, "waiting")
    return Step(name, "done" if states == {Job.State.DONE} else "running")


def interview_of(job: Job) -> Interview | None:
    """The interview that a job is about; none when it is gone."""
    kind, _, code = job.subject.partition(":")
    if kind in ("interview", "text"):
        return Interview.objects.filter(public_id=code).first()
    if kind == "arrival":
        arrival = Arrival.objects.filter(code=code).select_related("interview").first()
        return arrival.interview if arrival else None
    if kind == "recording":
        found = Recording.objects.filter(code=code)
    elif kind == "transcript":
        found = Recording.objects.filter(transcripts__pk=int(code))
    elif kind == "transfer":
        found = Recording.objects.filter(transfers__code=code)
    else:  # "transcription:…", "chunk:…:3"
        found = Recording.objects.filter(renditions__transcription_jobs__code=code.partition(":")[0])
    recording = found.select_related("session__interview").first()
    return recording.session.interview if recording else None


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that died or could not be done yet, and the interview it was about."""

    job: Job
    interview: Interview | None


def failures(interviews: Iterable[Interview] | None = None) -> list[Failure]:
    """What failed and waits for a person, newest first; of some interviews, or of all."""
    return _about(Job.objects.filter(state=Job.State.DEAD).order_by("-finished_at")[:100], interviews)


def waits(interviews: Iterable[Interview] | None = None) -> list[Failure]:
    """What could not be done yet and goes on by itself; the reason says what it waits for."""
    return _about(Job.objects.filter(state=Job.State.DUE).exclude(reason="").order_by("pk")[:100], interviews)


def _about(jobs: Iterable[Job], interviews: Iterable[Interview] | None) -> list[Failure]:
    found = [Failure(job, interview_of(job)) for job in jobs]
    if interviews is None:
        return found
    wanted = {interview.pk for interview in interviews}
    return [each for each in found if each.interview and each.interview.pk in wanted]
