"""The life of a recording after it arrives, in order. What follows a step is decided here and nowhere else.

    ingest → plan → hear (each chunk) → join → find mentions
    approve → prepare the sound          withdraw → clean up

Every step is a job; the row is committed with what it is about, and the message is sent afterwards.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oralhistory.consent import grants, workflow
from oralhistory.consent.models import Audience, Use
from oralhistory.editions import cleaning, sounds
from oralhistory.interviews.models import Interview, State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import CannotBeDone
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.mentions import suggesting
from oralhistory.notices import desk
from oralhistory.pipeline import dispatcher
from oralhistory.recordings import decoding, renditions, sniffing
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import transcribing
from oralhistory.transcripts.engines.base import CannotHear, EngineMissing
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob
from oralhistory.transcripts.weights import WeightsChanged, WeightsMissing

Clock = Callable[[], datetime]


# What people start.


@transaction.atomic
def recording_arrived(recording: Recording, *, at: datetime) -> Job:
    """A master is stored: read it."""
    return _next("ingest", recording.subject, queue="io", at=at)


@transaction.atomic
def transcribe(
    recording: Recording, *, by: Agent, at: datetime, engine: str = "", model: str = ""
) -> TranscriptionJob:
    """Ask for a transcript of a recording. Raises grants' no as CannotBeDone."""
    interview = recording.session.interview
    if not grants.in_force(interview, at=at).allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM):
        raise CannotBeDone(_("No agreement allows this interview to be transcribed by a machine."))
    rendition = renditions.current(recording)
    if rendition is None:
        raise CannotBeDone(_("The recording has not been read yet."))
    try:
        spec = transcribing.spec_for(interview.languages, engine=engine, model=model)
    except WeightsMissing as missing:
        raise CannotBeDone(str(missing)) from missing
    asked = transcribing.request(rendition, spec, by=by, at=at)
    _next("plan", asked.subject, queue="cpu", at=at)
    return asked


@transaction.atomic
def transcribe_what_waits(interview: Interview, *, by: Agent, at: datetime) -> int:
    """Start every recording that was waiting for an agreement. Returns how many."""
    if not grants.in_force(interview, at=at).allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM):
        return 0
    ready = Recording.objects.of(interview).filter(state=Recording.State.READY)
    waiting = [
        each for each in ready if not TranscriptionJob.objects.filter(rendition__recording=each).exists()
    ]
    for recording in waiting:
        transcribe(recording, by=by, at=at)
    return len(waiting)


@transaction.atomic
def cancel(transcription: TranscriptionJob, *, at: datetime) -> None:
    """Stop a transcription; what was heard is kept, and serves when it is asked for again."""
    for subject in _subjects(transcription):
        leases.cancel(subject, at=at)
    TranscriptionJob.objects.filter(pk=transcription.pk).exclude(state=TranscriptionJob.State.JOINED).update(
        state=TranscriptionJob.State.CANCELLED
    )


@transaction.atomic
def retry(job: Job, *, at: datetime) -> None:
    """Start again what had died."""
    leases.retry(job, at=at)
    dispatcher.send(job)


@transaction.atomic
def approved(interview: Interview, *, at: datetime) -> Job:
    """A manifest was signed: make its sound, so that it is ready when it is published."""
    return _next("prepare sound", interview.code, queue="io", at=at, generation=interview.signatures.count())


@transaction.atomic
def taken_down(interview: Interview, *, at: datetime) -> Job:
    """A testimony is gone from every page already: remove its files and what is left of it in the index."""
    times = Job.objects.about(interview.code).filter(kind="clean up").count()
    return _next("clean up", interview.code, queue="safety", at=at, generation=times + 1)


# What workers do.


def ingest(job: Job, clock: Clock = timezone.now) -> None:
    recording = Recording.objects.select_related("master", "session__interview").get(code=_code(job))
    try:
        renditions.make(recording, at=clock())
    except (sniffing.NotARecording, decoding.CannotBeRead) as refusal:
        renditions.refuse(recording, str(refusal.sentence))
        raise CannotBeDone(str(refusal.sentence)) from refusal
    interview = recording.session.interview
    if interview.state == State.DRAFT:
        workflow.advance(interview, State.UPLOADED, action="machine", by=MACHINE, at=clock())
    try:
        transcribe(recording, by=MACHINE, at=clock())
    except CannotBeDone as refusal:
        desk.leave([interview.created_by], interview.code, str(refusal), at=clock())


def plan(job: Job, clock: Clock = timezone.now) -> None:
    transcription = TranscriptionJob.objects.select_related("rendition__hearing").get(code=_code(job))
    chunks = transcribing.plan(transcription, at=clock())
    for chunk in chunks:
        if chunk.job is not None:
            dispatcher.send(chunk.job)
    if not chunks:
        raise CannotBeDone(_("There is no sound in this recording."))


def hear(job: Job, clock: Clock = timezone.now) -> None:
    chunk = Chunk.objects.select_related("transcription__rendition__hearing").get(job=job)
    try:
        transcribing.hear(chunk, job, clock=clock)
    except (EngineMissing, CannotHear, WeightsMissing, WeightsChanged) as refusal:
        raise CannotBeDone(str(refusal)) from refusal
    transcription = chunk.transcription
    if transcribing.all_heard(transcription):
        _next("join", transcription.subject, queue="cpu", at=clock())


def join(job: Job, clock: Clock = timezone.now) -> None:
    transcription = TranscriptionJob.objects.get(code=_code(job))
    transcript = transcribing.join(transcription, at=clock())
    _next("find mentions", f"transcript:{transcript.pk}", queue="link", at=clock())
    interview = transcript.recording.session.interview
    if interview.state == State.UPLOADED and _all_transcribed(interview):
        workflow.advance(interview, State.TRANSCRIBED, action="machine", by=MACHINE, at=clock())
        desk.leave(
            [interview.created_by], interview.code, _("The transcript is ready to be read."), at=clock()
        )


def find_mentions(job: Job, clock: Clock = timezone.now) -> None:
    suggesting.suggest(Transcript.objects.get(pk=int(_code(job))))


def prepare_sound(job: Job, clock: Clock = timezone.now) -> None:
    sounds.prepare(Interview.objects.get(public_id=_code(job)), at=clock())


def clean_up(job: Job, clock: Clock = timezone.now) -> None:
    cleaning.after_withdrawal(_code(job))


STEPS: dict[str, Callable[[Job], None]] = {
    "ingest": ingest,
    "plan": plan,
    transcribing.CHUNK: hear,
    "join": join,
    "find mentions": find_mentions,
    "prepare sound": prepare_sound,
    "clean up": clean_up,
}


def _next(kind: str, subject: str, *, queue: str, at: datetime, generation: int = 1) -> Job:
    job = leases.enqueue(kind, subject, queue=queue, at=at, generation=generation)
    dispatcher.send(job)
    return job


def _code(job: Job) -> str:
    return job.subject.split(":", 1)[1]


def _subjects(transcription: TranscriptionJob) -> list[str]:
    chunks = [
        f"chunk:{transcription.code}:{index}"
        for index in transcription.chunks.values_list("index", flat=True)
    ]
    return [transcription.subject, *chunks]


def _all_transcribed(interview: Interview) -> bool:
    recordings = Recording.objects.of(interview).exclude(state=Recording.State.REFUSED)
    return all(Transcript.objects.filter(recording=recording).exists() for recording in recordings)
