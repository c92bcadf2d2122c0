"""A recording of hours that is being heard, batch by batch, as rows: no sound that long is needed."""

from datetime import timedelta

from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.lib.agents import MACHINE
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.engines.base import Spec, WindowResult
from oralhistory.transcripts.models import Chunk, TranscriptionJob, Window
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.words import spread

WINDOWS, SECONDS = 12, 25  # of a chunk: five minutes
SPEC = Spec("fake", "base", languages=("es",), batch_windows=4)
SAID = "Veníamos de la reunión del comité y llevábamos los volantes que había impreso la compañera. " * 3


def planned(recording: Recording, *, hours: float = 3, spec: Spec = SPEC, at) -> TranscriptionJob:
    """As after its planning: chunks of five minutes that wait."""
    number = round(hours * 12)
    Recording.objects.filter(pk=recording.pk).update(duration_ms=number * 300_000)
    rendition = renditions.current(recording)
    assert rendition is not None
    generation = rendition.transcription_jobs.count() + 1
    transcription = TranscriptionJob.objects.create(
        rendition=rendition, spec=spec.as_dict(), spec_sha256=spec.sha256(), generation=generation,
        state=TranscriptionJob.State.RUNNING, requested_by_agent=str(MACHINE), requested_at=at,
    )  # fmt: skip
    Job.objects.create(
        kind="plan", subject=transcription.subject, queue="cpu", state=Job.State.DONE, due_at=at, created_at=at,
        wall_ms=60_000 * hours,
    )  # fmt: skip
    length = WINDOWS * SECONDS * SAMPLE_RATE
    for index in range(number):
        job = leases.enqueue("hear", f"chunk:{transcription.code}:{index}", queue="asr", at=at, total=length)
        chunk = Chunk.objects.create(
            transcription=transcription, job=job, index=index, cache_key="c" * 64,
            start_sample=index * length, end_sample=(index + 1) * length,
        )  # fmt: skip
        size = SECONDS * SAMPLE_RATE
        Window.objects.bulk_create(
            Window(
                chunk=chunk, index=at_, start_sample=chunk.start_sample + at_ * size, speech_samples=size,
                end_sample=chunk.start_sample + (at_ + 1) * size,
            )
            for at_ in range(WINDOWS)
        )  # fmt: skip
    return transcription


def hear(transcription: TranscriptionJob, place: int, *, at, speed: float = 4.0, batches: int = 3):
    """A worker hears some batches of a chunk, and with the third is done. Returns when."""
    chunk = transcription.chunks.get(index=place)
    job = leases.take(chunk.job_id, at=at)
    Job.objects.filter(pk=job.pk).update(started_at=at, machine="ear")
    size, now = SPEC.batch_windows, at
    for batch in range(batches):
        words = tuple(spread(SAID.split(), 0, SECONDS * 1000, probability=0.9))
        result = WindowResult(language="es", text=SAID, words=words).as_dict()
        rows = chunk.windows.filter(index__gte=batch * size, index__lt=(batch + 1) * size)
        rows.update(heard=True, language="es", result=result)
        now += timedelta(seconds=size * SECONDS / speed)
        leases.progress(job, (batch + 1) * size * SECONDS * SAMPLE_RATE, at=now)
    if batches * size == WINDOWS:
        spent = round((now - at).total_seconds() * 1000)
        Job.objects.filter(pk=job.pk).update(wall_ms=spent, measured_units=job.total_units)
        leases.finish(job, at=now)
    return now
