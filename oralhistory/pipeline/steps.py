"""The life of a recording after it arrives, in order. What follows a step is decided here and nowhere else.

    take in → ingest → plan → hear (each chunk) → hear names → join → find mentions
                   → fit times, where a text was brought without any (it waits for the join)
           → make video, where there are moving pictures
                   → tell voices apart (the join waits for it, and does without it when it fails)
    channels said → decode again          a better transfer → compare → (a person confirms) → put in place
    approve → prepare the sound          withdraw → clean up
    two people agree → write a package · erase what is kept
    names of organizations changed → follow names → find names (some transcripts each)
    working text changed → index text, for the staff

Every step is a job; the row is committed with what it is about, and the message is sent afterwards.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.consent import grants, workflow
from oralhistory.consent.models import Audience, Use
from oralhistory.editions import cleaning, sounds
from oralhistory.files.objects import StorageFails
from oralhistory.intake import arrivals, times_found, transcripts_brought, uploads
from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Interview, State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.sentences import Sentence
from oralhistory.jobs.work import CannotBeDone, NotYet
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.mentions import suggesting, word_index
from oralhistory.notices import desk
from oralhistory.pipeline import (
    authorities,
    dispatcher,
    keeping,
    letters,
    names,
    new_names,
    packages,
    purging,
    tidings,
    times,
    voices,
    working_texts,
)
from oralhistory.recordings import arranging, decoding, renditions, sniffing, transfers, videos
from oralhistory.recordings.models import Recording, Rendition, Transfer
from oralhistory.review import findable, retranscribing
from oralhistory.transcripts import hearing_names, transcribing, versions
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob
from oralhistory.transcripts.voices import telling
from oralhistory.transcripts.weights import WeightsChanged, WeightsMissing

Clock = Callable[[], datetime]


# What people start.


def arrival_whole(arrival: Arrival, *, at: datetime) -> Job:
    """Every byte of a file is here: make it a master. Inside the transaction that says so.

    A file that was refused comes here once more when an archivist asks for that.
    """
    times = Job.objects.about(arrival.subject).filter(kind="take in").count()
    return _next("take in", arrival.subject, queue="io", at=at, generation=times + 1)


def transfer_arrived(transfer: Transfer, *, at: datetime) -> Job:
    """Another copy of a recording is stored: find where it says the same."""
    return _next("compare transfer", transfer.subject, queue="io", at=at)


@transaction.atomic
def transfer_confirmed(transfer: Transfer, *, at: datetime) -> Job:
    """A person has heard that both say the same: decode the better one and put it in place."""
    return _next("put transfer in place", transfer.subject, queue="io", at=at)


@transaction.atomic
def channels_said(recording: Recording, *, at: datetime) -> Job | None:
    """Its channels are taken in another way: decode it so, unless that was done. The text stays as it is."""
    if renditions.current(recording):
        return None
    times = Job.objects.about(recording.subject).filter(kind="decode again").count()
    return _next("decode again", recording.subject, queue="io", at=at, generation=times + 1)


@transaction.atomic
def recording_arrived(recording: Recording, *, at: datetime) -> Job:
    """A master is stored: read it."""
    return _next("ingest", recording.subject, queue="io", at=at)


def show(rendition: Rendition, *, at: datetime) -> Job | None:
    """Have the video of a recording made, where there are moving pictures; the transcription does not wait for it."""
    if not videos.is_wanted(rendition):
        return None
    recording = rendition.recording
    number = recording.renditions.filter(pk__lte=rendition.pk).count()
    return _next(videos.JOB, recording.subject, queue="cpu", at=at, generation=number)


def transcribe(
    recording: Recording, *, by: Agent, at: datetime, engine: str = "", model: str = ""
) -> TranscriptionJob:
    """Ask for a transcript of a recording. Raises grants' no, and missing weights, as CannotBeDone."""
    try:
        return _transcribe(recording, by=by, at=at, engine=engine, model=model)
    except (WeightsMissing, WeightsChanged) as missing:
        raise CannotBeDone(str(missing)) from missing


@transaction.atomic
def _transcribe(
    recording: Recording, *, by: Agent, at: datetime, engine: str = "", model: str = ""
) -> TranscriptionJob:
    interview = recording.session.interview
    _check_it_may_be_heard(interview, at=at)
    rendition = renditions.current(recording)
    if rendition is None:
        raise CannotBeDone(_("The recording has not been read yet."))
    spec = transcribing.spec_for(interview.languages, engine=engine, model=model)
    asked = transcribing.request(rendition, spec, by=by, at=at)
    _next("plan", asked.subject, queue="cpu", at=at)
    voices.tell_apart(rendition, at=at)
    return asked


def _check_it_may_be_heard(interview: Interview, *, at: datetime) -> None:
    if not grants.in_force(interview, at=at).allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM):
        raise CannotBeDone(_("No agreement allows this interview to be transcribed by a machine."))


@transaction.atomic
def go_on(stopped: TranscriptionJob, *, by: Agent, at: datetime) -> TranscriptionJob:
    """Go on with a transcription that was stopped, in the same way and at what was not heard. Raises CannotBeDone."""
    _check_it_may_be_heard(stopped.rendition.recording.session.interview, at=at)
    asked = transcribing.request_again(stopped, by=by, at=at)
    _next("plan", asked.subject, queue="cpu", at=at)
    return asked


@transaction.atomic
def transcribe_what_waits(interview: Interview, *, by: Agent, at: datetime) -> int:
    """Start every recording that was waiting for an agreement. Returns how many."""
    if not grants.in_force(interview, at=at).allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM):
        return 0
    ready = Recording.objects.of(interview).filter(state=Recording.State.READY)
    waiting = [
        each
        for each in ready
        if not TranscriptionJob.objects.filter(rendition__recording=each).exists()
        and (transcripts_brought.of(each) is None or times.are_wanted(each))
    ]
    for recording in waiting:
        _transcribe_when_possible(recording, by=by, at=at)
        times.ask(recording, at=at)
    return len(waiting)


def _transcribe_when_possible(recording: Recording, *, by: Agent, at: datetime) -> None:
    """Now, or as soon as a worker has the weights. Raises CannotBeDone."""
    try:
        _transcribe(recording, by=by, at=at)
    except (WeightsMissing, WeightsChanged):
        asked = Job.objects.about(recording.subject).filter(kind="transcribe")
        number = asked.exclude(pk__in=asked.open()).count() + 1
        _next("transcribe", recording.subject, queue="asr", at=at, generation=number)


@transaction.atomic
def transcript_brought(transcript: Transcript, *, at: datetime) -> None:
    """A text that others made is there, and its recording was read: look for mentions.

    A machine is started only if the text has no times and the papers allow it.
    """
    recording = transcript.recording
    _next("find mentions", f"transcript:{transcript.pk}", queue="link", at=at)
    _when_all_have_text(recording.session.interview, at=at)
    if times.are_wanted(recording):
        with suppress(CannotBeDone):  # the page of the text says so, and a paper that allows it starts it
            find_times(recording, by=MACHINE, at=at)


def text_begun(transcript: Transcript, *, at: datetime) -> None:
    """People type it: when every recording has a text, they can go on."""
    _when_all_have_text(transcript.recording.session.interview, at=at)


def look_through_what_was_typed(interview: Interview, *, at: datetime) -> None:
    """Nothing was suggested while it was written: there was no text yet."""
    for recording in Recording.objects.of(interview):
        text = versions.current(recording)
        if text and text.made_by.get("typed"):
            _next("find mentions", f"transcript:{text.pk}", queue="link", at=at)


def text_restored(transcript: Transcript, *, at: datetime) -> None:
    """An earlier text counts again: look for mentions in what it has and the one before had not."""
    _next("find mentions", f"transcript:{transcript.pk}", queue="link", at=at)


@transaction.atomic
def find_times(recording: Recording, *, by: Agent, at: datetime) -> None:
    """Have the times found of a text that was brought without any. Raises grants' no as CannotBeDone."""
    if times_found.heard(recording) is None and not times.will_be_heard(recording):
        _transcribe_when_possible(recording, by=by, at=at)
    times.ask(recording, at=at)


@transaction.atomic
def cancel(transcription: TranscriptionJob, *, at: datetime) -> None:
    """Stop a transcription; what was heard is kept, and serves when it is asked for again."""
    for subject in _subjects(transcription):
        leases.cancel(subject, at=at)
    TranscriptionJob.objects.filter(pk=transcription.pk).exclude(state=TranscriptionJob.State.JOINED).update(
        state=TranscriptionJob.State.CANCELLED
    )
    telling.forget(transcription.rendition)


@transaction.atomic
def stop_what_may_not_be_heard(interview: Interview, *, at: datetime) -> None:
    """After a paper was recorded or withdrawn: stop what no agreement allows any more; what was heard is kept."""
    if grants.in_force(interview, at=at).allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM):
        return
    state = TranscriptionJob.State
    under_way = TranscriptionJob.objects.filter(state__in=[state.PLANNING, state.RUNNING])
    for transcription in under_way.filter(rendition__recording__session__interview=interview):
        cancel(transcription, at=at)


@transaction.atomic
def retry(job: Job, *, at: datetime) -> None:
    """Start again what had died."""
    leases.retry(job, at=at)
    dispatcher.send(job, at=at)


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


def take_in(job: Job, clock: Clock = timezone.now) -> None:
    arrival = Arrival.objects.select_related("interview", "sent_by").get(code=_code(job))
    try:
        kept = arrivals.take_in(arrival, at=clock())
    except uploads.NotTaken as refusal:
        # An outcome and not a failure: nothing would change if it were tried again.
        if str(refusal):
            desk.leave([arrival.sent_by], arrival.interview.code, str(refusal), at=clock())
        return
    except arrivals.Waits as waits:
        raise NotYet(str(waits)) from waits
    except StorageFails as away:
        raise NotYet(
            _("The archive's storage does not answer. The file waits, and nothing of it is lost.")
        ) from away
    if isinstance(kept, Recording):
        recording_arrived(kept, at=clock())
    else:
        transfer_arrived(kept, at=clock())


def ingest(job: Job, clock: Clock = timezone.now) -> None:
    recording = Recording.objects.select_related("master", "session__interview").get(code=_code(job))
    try:
        rendition = renditions.make(recording, at=clock())
    except (sniffing.NotARecording, decoding.CannotBeRead) as refusal:
        renditions.refuse(recording, str(refusal.sentence))
        raise CannotBeDone(str(refusal.sentence)) from refusal
    _can_be_heard(recording, rendition, clock)


def _can_be_heard(recording: Recording, rendition: Rendition, clock: Clock) -> None:
    show(rendition, at=clock())
    interview = recording.session.interview
    if interview.state == State.DRAFT:
        workflow.advance(interview, State.UPLOADED, action="machine", by=MACHINE, at=clock())
    if TranscriptionJob.objects.filter(rendition__recording=recording).exists():
        return  # another transfer, or a second reading: a person asks for another text
    if brought := transcripts_brought.settle(recording, at=clock()):
        transcript_brought(brought, at=clock())
        return
    try:
        _transcribe_when_possible(recording, by=MACHINE, at=clock())
    except CannotBeDone as refusal:
        desk.leave([interview.created_by], interview.code, str(refusal), at=clock())


def decode_again(job: Job, clock: Clock = timezone.now) -> None:
    """A recording that cannot be decoded so is not refused for it: a person says something else of its channels."""
    recording = Recording.objects.select_related("master", "session__interview").get(code=_code(job))
    try:
        rendition = renditions.make(recording, at=clock())
    except (sniffing.NotARecording, decoding.CannotBeRead) as refusal:
        raise CannotBeDone(str(refusal.sentence)) from refusal
    show(rendition, at=clock())
    voices.tell_apart_again(rendition, at=clock())


def compare_transfer(job: Job, clock: Clock = timezone.now) -> None:
    transfer = Transfer.objects.select_related("recording__session__interview").get(code=_code(job))
    try:
        transfers.compare(transfer, at=clock())
    except transfers.TooEarly as early:
        raise NotYet(_("It waits until the recording that it is compared with has been read.")) from early
    except (sniffing.NotARecording, decoding.CannotBeRead) as refusal:
        transfers.cannot_be_read(transfer, str(refusal.sentence), at=clock())
        raise CannotBeDone(str(refusal.sentence)) from refusal
    interview = transfer.recording.session.interview
    said = Sentence(N_("A better transfer was compared with its recording: listen to both and decide."))
    desk.leave([interview.created_by], interview.code, said, at=clock())


def put_transfer_in_place(job: Job, clock: Clock = timezone.now) -> None:
    transfer = Transfer.objects.select_related("recording").get(code=_code(job))
    try:
        recording = transfers.put_in_place(transfer, at=clock())
    except (sniffing.NotARecording, decoding.CannotBeRead) as refusal:
        raise CannotBeDone(str(refusal.sentence)) from refusal
    except arranging.NotOnTheBench as refusal:
        raise CannotBeDone(
            _(
                "It was sent to review before the better transfer was in place. Try again when it has come back."
            )
        ) from refusal
    except transfers.Superseded as refusal:
        raise CannotBeDone(_("A later transfer was confirmed in the place of this one.")) from refusal
    if rendition := renditions.current(recording):
        _can_be_heard(recording, rendition, clock)


def transcribe_now(job: Job, clock: Clock = timezone.now) -> None:
    """A transcription that was asked for while there were no weights."""
    recording = Recording.objects.get(code=_code(job))
    heard = TranscriptionJob.objects.filter(rendition__recording=recording).exists()
    if not heard and (transcripts_brought.of(recording) is None or times.are_wanted(recording)):
        _transcribe(recording, by=MACHINE, at=clock())


def make_video(job: Job, clock: Clock = timezone.now) -> None:
    """A picture that cannot be shown is said to the interviewer; it ends nothing else."""
    recording = Recording.objects.select_related("session__interview").get(code=_code(job))
    rendition = videos.make(recording, at=clock())
    if rendition and (sentence := videos.refusal(rendition)):
        interview = recording.session.interview
        desk.leave([interview.created_by], interview.code, sentence, at=clock())


def plan(job: Job, clock: Clock = timezone.now) -> None:
    transcription = TranscriptionJob.objects.select_related("rendition__hearing").get(code=_code(job))
    chunks = transcribing.plan(transcription, at=clock())
    for chunk in chunks:
        if chunk.job is not None:
            dispatcher.send(chunk.job, at=clock())
    if not chunks:
        raise CannotBeDone(_("There is no sound in this recording."))


def hear(job: Job, clock: Clock = timezone.now) -> None:
    chunk = Chunk.objects.select_related("transcription__rendition__hearing").get(job=job)
    transcribing.hear(chunk, job, clock=clock)
    transcription = chunk.transcription
    if transcribing.all_heard(transcription):
        names.hear_again(transcription, at=clock())
        _next("join", transcription.subject, queue="cpu", at=clock())


def join(job: Job, clock: Clock = timezone.now) -> None:
    transcription = TranscriptionJob.objects.select_related("rendition__recording").get(code=_code(job))
    if names.are_awaited(transcription) or voices.are_awaited(transcription.rendition):
        raise NotYet
    transcript = retranscribing.join(transcription, at=clock())
    telling.forget(transcription.rendition)
    tidings.of_another_text(transcript, at=clock())
    if transcript == versions.current(transcript.recording):
        _next("find mentions", f"transcript:{transcript.pk}", queue="link", at=clock())
    times.ask(transcript.recording, at=clock())
    _when_all_have_text(transcript.recording.session.interview, at=clock())


def _when_all_have_text(interview: Interview, *, at: datetime) -> None:
    interview.refresh_from_db(fields=["state"])
    if interview.state == State.UPLOADED and _all_transcribed(interview):
        workflow.advance(interview, State.TRANSCRIBED, action="machine", by=MACHINE, at=at)
        desk.leave(
            [interview.created_by], interview.code, Sentence(N_("The transcript is ready to be read.")), at=at
        )


def find_mentions(job: Job, clock: Clock = timezone.now) -> None:
    transcript = Transcript.objects.get(pk=int(_code(job)))
    if not suggesting.is_matched(transcript):
        suggesting.suggest(transcript)


def prepare_sound(job: Job, clock: Clock = timezone.now) -> None:
    sounds.prepare(Interview.objects.get(public_id=_code(job)), at=clock())


def clean_up(job: Job, clock: Clock = timezone.now) -> None:
    cleaning.after_withdrawal(_code(job), at=clock())
    if cleaning.is_public(_code(job)):
        cleaning.after_narrowing(_code(job), at=clock())
    else:
        word_index.forget_interview(_code(job))
        findable.erase(_code(job))


STEPS: dict[str, Callable[[Job], None]] = {
    "take in": take_in,
    "ingest": ingest,
    "decode again": decode_again,
    "compare transfer": compare_transfer,
    "put transfer in place": put_transfer_in_place,
    videos.JOB: make_video,
    "transcribe": transcribe_now,
    "plan": plan,
    telling.JOB: voices.tell,
    transcribing.CHUNK: hear,
    hearing_names.JOB: names.hear,
    "join": join,
    times.JOB: times.fit,
    "find mentions": find_mentions,
    "prepare sound": prepare_sound,
    "clean up": clean_up,
    **new_names.STEPS,
    authorities.INDEX: authorities.index,
    packages.JOB: packages.write,
    purging.JOB: purging.work,
    **keeping.STEPS,
    **letters.STEPS,
    **working_texts.STEPS,
}


def _next(kind: str, subject: str, *, queue: str, at: datetime, generation: int = 1) -> Job:
    job = leases.enqueue(kind, subject, queue=queue, at=at, generation=generation)
    dispatcher.send(job, at=at)
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
    """Each was read and has a text; one that was brought along may have its text before it is read."""
    recordings = Recording.objects.of(interview).exclude(state=Recording.State.REFUSED)
    return all(
        recording.state == Recording.State.READY and Transcript.objects.filter(recording=recording).exists()
        for recording in recordings
    )
