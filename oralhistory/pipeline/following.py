"""How far the work on an interview has come, read from the rows of the jobs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Interview
from oralhistory.jobs.models import Job
from oralhistory.pipeline import times
from oralhistory.recordings import videos
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import joining, transcribing, versions
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.voices import telling


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the work on a recording: "waiting", "running", "done" or "failed", and its failed job if any."""

    name: (
        str  # "read", "make video", "plan", "tell voices apart", "hear", "join", "fit times", "find mentions"
    )
    state: str
    failed: Job | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a recording stands. Lengths in milliseconds of sound."""

    recording: Recording
    steps: tuple[Step, ...]
    transcription: TranscriptionJob | None
    done_ms: int
    total_ms: int
    left: timedelta | None  # none while it cannot be known
    running: bool
    cancelled: bool
    failures: tuple[Job, ...]  # what died and waits for a person
    stopped: tuple[Job, ...]  # what a person stopped of the recording itself, not of its transcription
    waits: tuple[str, ...]  # why something that is due has not been done yet, in sentences

    @property
    def share(self) -> int:
        """How much of the sound was heard, in whole per cent."""
        return 100 * self.done_ms // self.total_ms if self.total_ms else 0


def of(recording: Recording, *, at: datetime) -> Progress:
    """The progress of a recording, by its newest transcription."""
    transcription = (
        TranscriptionJob.objects.filter(rendition__recording=recording)
        .order_by("-requested_at", "-pk")
        .first()
    )
    about = list(Job.objects.about(recording.subject))
    filmed = [job for job in about if job.kind == videos.JOB]
    asking = [job for job in about if job.kind == "transcribe"]
    voices = [job for job in about if job.kind == telling.JOB]
    fitting = [job for job in about if job.kind == times.JOB]
    reading = [job for job in about if job not in (*filmed, *asking, *voices, *fitting)]
    current = versions.current(recording)
    own = list(Job.objects.about(transcription.subject)) if transcription else []
    chunks = list(Job.objects.filter(chunk__transcription=transcription)) if transcription else []
    transcripts = Transcript.objects.filter(
        Q(transcription=transcription) | Q(parent__transcription=transcription)
        if transcription
        else Q(pk=None)
    )
    texts = {*transcripts.values_list("pk", flat=True), *([] if current is None else [current.pk])}
    finding = list(Job.objects.filter(subject__in=[f"transcript:{pk}" for pk in texts]))
    steps = (
        _step("read", reading)
        if reading or recording.state != Recording.State.READY
        else Step("read", "done"),
        *([_step(videos.JOB, filmed)] if filmed else []),
        _step("plan", [*asking, *(job for job in own if job.kind == "plan")]),
        _step("hear", chunks),
        *([_step(telling.JOB, voices)] if voices else []),
        _step("join", [job for job in own if job.kind == "join"]),
        *([_step(times.JOB, fitting)] if fitting else []),
        _step("find mentions", finding),
    )
    jobs = [*about, *own, *chunks, *finding]
    done, total = _heard(transcription)
    running = any(job.state in (Job.State.DUE, Job.State.RUNNING) for job in jobs)
    newest = {job.kind: job for job in sorted(about, key=lambda job: job.generation)}
    stopped = tuple(job for job in newest.values() if job.state == Job.State.CANCELLED)
    return Progress(
        recording, steps, transcription,
        done_ms=done * 1000 // SAMPLE_RATE, total_ms=total * 1000 // SAMPLE_RATE,
        left=_left(transcription, done, total, at=at) if running else None,
        running=running,
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


def _heard(transcription: TranscriptionJob | None) -> tuple[int, int]:
    """Samples heard, of all."""
    if transcription is None:
        return 0, 0
    chunks = Chunk.objects.filter(transcription=transcription)
    sums = chunks.aggregate(done=Sum("job__done_units"), total=Sum("job__total_units"))
    return sums["done"] or 0, sums["total"] or 0


def _left(transcription: TranscriptionJob | None, done: int, total: int, *, at: datetime) -> timedelta | None:
    if transcription is None or not 0 < done < total:
        return None
    passed = at - transcription.requested_at
    # The first seconds go into loading the model: they say nothing about the speed.
    return passed * ((total - done) / done) if passed > timedelta(seconds=5) else None


def text_so_far(transcription: TranscriptionJob) -> list[TimedSegment]:
    """What was heard of a recording until now, as segments."""
    return joining.join(transcribing.heard_so_far(transcription))


def interview_of(job: Job) -> Interview | None:
    """The interview that a job is about; none when it is gone."""
    kind, _, code = job.subject.partition(":")
    if kind == "interview":
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
