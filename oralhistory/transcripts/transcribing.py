"""From a rendition to a machine's transcript: asked for, planned, heard chunk by chunk, joined once.

The rows decide. A chunk that was killed goes on at the first window that was not stored; a chunk whose
sound, range, engine, weights and options were heard before is not heard again.
"""

import contextlib
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.files import stores
from oralhistory.jobs import abilities, leases, sentences
from oralhistory.jobs.models import Job
from oralhistory.jobs.sentences import Sentence
from oralhistory.lib.agents import Agent
from oralhistory.recordings.models import Rendition
from oralhistory.transcripts import (
    joining,
    listening,
    planning,
    renaming,
    second_readings,
    sound,
    versions,
    weights,
)
from oralhistory.transcripts.engines import memory, registry, self_test, threads
from oralhistory.transcripts.engines.base import CannotHear, CannotLoad, Engine, Spec, WindowResult
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob, Window
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.voices import telling

CHUNK = "hear"  # the kind of a chunk's job
HEARS = "hear"  # how the ability of a machine to hear begins
# A chunk may take thirty times as long as it lasts: large models on slow processors do.
SLOWEST = 30
SHORTEST_LIMIT = timedelta(minutes=5)

OTHER_WEIGHTS = N_(
    "The weights of “%(model)s” are %(these)s… here and %(those)s… where this transcription was begun. Ask for a new"
    " one, or bring the same weights to all machines."
)

log = logging.getLogger(__name__)


class NotAllHeard(Exception):
    """Chunks are still missing: it is too early to join."""


def spec_for(languages: list[str], *, engine: str = "", model: str = "") -> Spec:
    """How this archive transcribes: its settings, and the interview's languages."""
    engine, model = engine or settings.ASR_ENGINE, model or settings.ASR_MODEL
    made_up = engine == "fake"  # hears any sound, so nothing may wait for a voice, and has no weights
    return Spec(
        engine=engine,
        model=model,
        weights_sha256="" if made_up else weights.known_sha256(model),
        compute_type=settings.ASR_COMPUTE_TYPE,
        batch_windows=settings.ASR_BATCH_WINDOWS,
        languages=tuple(languages) or ("es", "en", "pt"),
        planner="loudness-1" if made_up else "silero-1",
    )


@transaction.atomic
def request(rendition: Rendition, spec: Spec, *, by: Agent, at: datetime) -> TranscriptionJob:
    """Ask for a transcript. Asking again makes a new generation; what was heard the same way is kept."""
    Rendition.objects.select_for_update().get(pk=rendition.pk)
    last = TranscriptionJob.objects.filter(rendition=rendition).aggregate(last=Max("generation"))["last"] or 0
    return TranscriptionJob.objects.create(
        rendition=rendition, spec=spec.as_dict(), spec_sha256=spec.sha256(), generation=last + 1,
        requested_by_agent=str(by), requested_at=at,
    )  # fmt: skip


def request_again(stopped: TranscriptionJob, *, by: Agent, at: datetime) -> TranscriptionJob:
    """Ask again with the same spec, whatever the settings are now: only so is what was heard not heard again."""
    return request(stopped.rendition, Spec.from_dict(stopped.spec), by=by, at=at)


def plan(transcription: TranscriptionJob, *, at: datetime) -> list[Chunk]:
    """Cut the sound into chunks and windows, with a job for each chunk. Planning twice changes nothing."""
    rendition = transcription.rendition
    spec = Spec.from_dict(transcription.spec)
    with stores.open_local(rendition.hearing.storage, rendition.hearing.key) as flac:
        planned = planning.plan(flac, spec.planner)
    with transaction.atomic():
        locked = TranscriptionJob.objects.select_for_update().get(pk=transcription.pk)
        if locked.state != TranscriptionJob.State.PLANNING:
            return list(locked.chunks.all())
        chunks = [_add_chunk(locked, chunk, spec, at=at) for chunk in planned.chunks]
        locked.state = TranscriptionJob.State.RUNNING
        locked.save(update_fields=["state"])
    return chunks


def _add_chunk(
    transcription: TranscriptionJob, planned: planning.ChunkPlan, spec: Spec, *, at: datetime
) -> Chunk:
    ranges = [(window.start_sample, window.end_sample) for window in planned.windows]
    key = _cache_key(transcription.rendition, ranges, spec)
    known = _heard_before(key, spec)
    samples = planned.end_sample - planned.start_sample
    job = leases.enqueue(
        CHUNK, f"chunk:{transcription.code}:{planned.index}", queue="asr", at=at, total=samples,
        done=planned.windows[len(known) - 1].end_sample - planned.start_sample if known else 0,
        time_limit=max(SHORTEST_LIMIT, timedelta(seconds=SLOWEST * samples / SAMPLE_RATE)),
    )  # fmt: skip
    chunk = Chunk.objects.create(
        transcription=transcription, job=job, index=planned.index,
        start_sample=planned.start_sample, end_sample=planned.end_sample, cache_key=key,
    )  # fmt: skip
    Window.objects.bulk_create(
        Window(
            chunk=chunk, index=index, start_sample=window.start_sample, end_sample=window.end_sample,
            speech_samples=window.speech_samples, heard=index in known, result=known.get(index, {}),
            language=known.get(index, {}).get("language", ""),
        )
        for index, window in enumerate(planned.windows)
    )  # fmt: skip
    return chunk


def _cache_key(rendition: Rendition, windows: Sequence[tuple[int, int]], spec: Spec) -> str:
    return hashlib.sha256(json.dumps([rendition.pcm_sha256, windows, spec.sha256()]).encode()).hexdigest()


def _heard_before(key: str, spec: Spec) -> dict[int, dict[str, Any]]:
    """What earlier chunks heard in the same sound under the same spec: the most that any of them heard.

    Of a chunk that was stopped, the whole batches at its beginning: a batch that is heard again differs in nothing,
    but half a batch cannot be heard.
    """
    best: dict[int, dict[str, Any]] = {}
    for chunk in Chunk.objects.filter(cache_key=key).order_by("-pk"):
        rows = list(chunk.windows.values_list("index", "heard", "result"))
        missing = next((at for at, (_, heard, _) in enumerate(rows) if not heard), None)
        whole = len(rows) if missing is None else missing - missing % spec.batch_windows
        if whole > len(best):
            best = {index: result for index, _, result in rows[:whole]}
        if whole == len(rows):
            break
    return best


def hear(chunk: Chunk, job: Job, *, clock: Callable[[], datetime]) -> None:
    """Decode what is still missing of a chunk; every batch of windows is stored as it comes.

    Raises LeaseLost when the chunk is no longer ours, and what `prepare` raises.
    """
    if not chunk.windows.filter(heard=False).exists():
        return
    spec = Spec.from_dict(chunk.transcription.spec)
    engine = prepare(spec, at=clock())
    _fill_in(chunk.transcription, engine.weights_sha256)
    windows = list(chunk.windows.all())
    job.refresh_from_db(fields=["done_units"])
    start_at = next((window.index for window in windows if not window.heard), len(windows))
    if start_at == len(windows):
        return
    plans = [planning.WindowPlan(w.start_sample, w.end_sample, w.speech_samples) for w in windows]

    def keep(heard: list[tuple[int, WindowResult]]) -> None:
        with transaction.atomic():
            leases.fence(job)
            for position, result in heard:
                Window.objects.filter(pk=windows[position].pk).update(
                    heard=True, language=result.language, result=result.as_dict()
                )
            last = windows[heard[-1][0]]
            leases.progress(job, last.end_sample - chunk.start_sample, at=clock())
        log.info(
            "heard job=%s chunk=%s windows=%s-%s of=%s",
            job.pk,
            chunk.pk,
            heard[0][0],
            heard[-1][0],
            len(windows),
        )

    hearing = chunk.transcription.rendition.hearing
    log.info("hears job=%s chunk=%s windows=%s- of=%s", job.pk, chunk.pk, start_at, len(windows))
    with stores.open_anywhere(hearing.storage, hearing.key) as flac:
        listening.listen(engine, spec, sound.reader(flac), plans, start_at=start_at, on_batch=keep)
    memory.give_back()


@transaction.atomic
def _fill_in(transcription: TranscriptionJob, weights_sha256: str) -> None:
    """A model that the hub gives is known by its weights once it is loaded: from now on by these alone.

    What was heard with the same weights before need not be heard again. Raises WeightsChanged where another worker
    was given others.
    """
    if weights_sha256 in ("", transcription.spec.get("weights_sha256")):
        return
    locked = TranscriptionJob.objects.select_for_update().get(pk=transcription.pk)
    if not locked.spec.get("weights_sha256"):
        spec = replace(Spec.from_dict(locked.spec), weights_sha256=weights_sha256)
        locked.spec, locked.spec_sha256 = spec.as_dict(), spec.sha256()
        locked.save(update_fields=["spec", "spec_sha256"])
        for chunk in locked.chunks.select_related("job"):
            _know_again(chunk, locked.rendition, spec)
    those = locked.spec["weights_sha256"]
    if those != weights_sha256:
        names = {"model": locked.spec["model"], "these": weights_sha256[:12], "those": those[:12]}
        raise weights.WeightsChanged(Sentence(OTHER_WEIGHTS, names))


def _know_again(chunk: Chunk, rendition: Rendition, spec: Spec) -> None:
    """What decides a chunk's text is known now: what was heard so before serves, as it does when it is planned."""
    windows = list(chunk.windows.all())
    ranges = [(window.start_sample, window.end_sample) for window in windows]
    key = _cache_key(rendition, ranges, spec)
    known = _heard_before(key, spec)
    for window in windows[: len(known)]:
        window.heard, window.result = True, known[window.index]
        window.language = window.result.get("language", "")
    Window.objects.bulk_update(windows[: len(known)], ["heard", "result", "language"])
    Chunk.objects.filter(pk=chunk.pk).update(cache_key=key)
    if known:
        done = ranges[len(known) - 1][1] - chunk.start_sample
        Job.objects.filter(chunk=chunk, done_units__lt=done).update(done_units=done)


def prepare(spec: Spec, *, at: datetime) -> Engine:
    """An engine loaded for `spec` that was shown to hear on this machine.

    Raises EngineMissing, WeightsMissing, WeightsChanged, CannotLoad, CannotHear.
    """
    engine = _engine(spec)
    weights_ = engine.weights_sha256[:12] or "?"
    what = " ".join((HEARS, spec.engine, spec.model, weights_, threads.device(), spec.compute_type))
    if not abilities.known(what):
        try:
            with _loading(spec):  # a GPU's libraries are looked for when they are first used
                self_test.check(engine)  # some builds return empty text without an error
        except CannotHear as deaf:
            abilities.note(what, sentences.of(deaf), at=at)
            raise
        abilities.note(what, "", at=at)
    return engine


@lru_cache(maxsize=1)  # a model is hundreds of megabytes: the process keeps the last one it used
def _engine(spec: Spec) -> Engine:
    engine = registry.get(spec.engine)
    with _loading(spec):
        engine.load(spec)
    return engine


@contextlib.contextmanager
def _loading(spec: Spec) -> Iterator[None]:
    """Raises CannotLoad for what native libraries say, and MemoryError."""
    try:
        yield
    except (
        RuntimeError,
        ValueError,
    ) as error:  # CTranslate2's and torch's only words for all that can be wrong
        if "memory" in str(error):
            raise MemoryError from error
        raise CannotLoad(
            Sentence(
                N_(
                    "“%(model)s” cannot be loaded on the device “%(device)s” as %(compute_type)s (%(kind)s)."
                    " Look at the driver, at ASR_DEVICE and at ASR_COMPUTE_TYPE."
                ),
                {
                    "model": spec.model, "device": threads.device(), "compute_type": spec.compute_type,
                    "kind": type(error).__name__,
                },
            )
        ) from error  # fmt: skip


def all_heard(transcription: TranscriptionJob) -> bool:
    windows = Window.objects.filter(chunk__transcription=transcription)
    return transcription.chunks.exists() and not windows.filter(heard=False).exists()


@transaction.atomic
def join(transcription: TranscriptionJob, *, at: datetime) -> Transcript:
    """Make the transcript of what was heard, exactly once. Raises NotAllHeard."""
    locked = TranscriptionJob.objects.select_for_update().get(pk=transcription.pk)
    if locked.state == TranscriptionJob.State.JOINED:
        return Transcript.objects.get(transcription=locked)
    if not all_heard(locked):
        raise NotAllHeard
    transcript = versions.add(
        locked.rendition.recording,
        joining.join(_with_names(locked), telling.turns_of(locked.rendition)),
        kind=Transcript.Kind.MACHINE,
        made_by={**locked.spec, "glossary_sha256": second_readings.glossary_of(locked)},
        at=at,
        transcription=locked,
    )
    locked.state = TranscriptionJob.State.JOINED
    locked.joined_at = at
    locked.save(update_fields=["state", "joined_at"])
    return transcript


def _with_names(transcription: TranscriptionJob) -> list[joining.HeardWindow]:
    """The windows that were heard, in order, with the names that second readings put into them."""
    names = second_readings.settled(transcription)
    rows = Window.objects.filter(chunk__transcription=transcription, heard=True).order_by("start_sample")
    return [
        joining.HeardWindow(
            row.start_sample,
            row.end_sample,
            renaming.applied(WindowResult.from_dict(row.result), names.get(row.pk, ())),
        )
        for row in rows
    ]
