"""Hearing names: windows whose text sounds near a name are heard once more by an engine that is told it.

What is told is planned for all windows in one transaction, so that a start that was killed goes on with the same names.
Where the glossary is another one by then, it begins anew: a text is never half of the one and half of the other. What
was heard before of the same sound, told the same, is not heard again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from oralhistory.files import stores
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.transcripts import renaming, second_looks, second_readings, sound, transcribing
from oralhistory.transcripts.engines.base import Spec, WindowResult
from oralhistory.transcripts.models import SecondReading, TranscriptionJob, Window
from oralhistory.transcripts.renaming import Names
from oralhistory.transcripts.sound import PcmReader

JOB = "hear names"  # the kind of the job that does it

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Glossary:
    """What is told, and how that is judged: made of a list of names by those who know how names sound."""

    sha256: str
    near: Callable[[str], Sequence[str]]  # names that a text sounds near, in the order in which they are told
    judge: Callable[[Sequence[str]], Names]


def are_wanted(transcription: TranscriptionJob) -> bool:
    """Whether the archive wants them. The engine that hears no speech is asked only where that is said."""
    made_up = transcription.spec.get("engine") == "fake"
    return settings.SECOND_READINGS == "on" or (settings.SECOND_READINGS == "auto" and not made_up)


def hear(
    transcription: TranscriptionJob, glossary: Glossary, job: Job, *, clock: Callable[[], datetime]
) -> None:
    """Hear again what sounds near a name, and is still missing. Raises LeaseLost, and what `prepare` raises."""
    if transcription.state == TranscriptionJob.State.JOINED:
        return  # without them; the text is there and does not change by itself
    _plan(transcription, glossary, job)
    rows = second_readings.of(transcription).filter(heard=False).select_related("window__chunk")
    if not rows:
        return
    spec = Spec.from_dict(transcription.spec)
    hearing = transcription.rendition.hearing
    with stores.open_anywhere(hearing.storage, hearing.key) as flac:
        read = sound.reader(flac)
        for row in rows:
            again = _heard_before(row) or _hear(row, spec, read, at=clock())
            first = WindowResult.from_dict(row.window.result)
            row.result, row.heard = again.as_dict(), True
            row.taken = [each.as_row() for each in renaming.taken(first, again, glossary.judge(row.names))]
            with transaction.atomic():
                leases.fence(job)
                row.save(update_fields=["result", "taken", "heard"])
                leases.progress(job, row.window.end_sample, at=clock())
            log.info("heard again job=%s window=%s names=%s", job.pk, row.window.pk, len(row.taken))


def _hear(row: SecondReading, spec: Spec, read: PcmReader, *, at: datetime) -> WindowResult:
    engine = transcribing.prepare(spec, at=at)
    audio = read(row.window.start_sample, row.window.end_sample)
    return second_looks.hear_again(engine, audio, WindowResult.from_dict(row.window.result), row.prompt)


def _plan(transcription: TranscriptionJob, glossary: Glossary, job: Job) -> None:
    known = second_readings.of(transcription)
    if known.filter(glossary_sha256=glossary.sha256).exists():
        return
    windows = Window.objects.filter(chunk__transcription=transcription, heard=True).order_by("start_sample")
    told = [(window, list(glossary.near(window.result.get("text", "")))) for window in windows]
    with transaction.atomic():
        leases.fence(job)
        known.delete()
        SecondReading.objects.bulk_create(
            SecondReading(
                window=window, glossary_sha256=glossary.sha256, names=names, prompt=renaming.prompt_of(names, window.language)
            )
            for window, names in told
            if names
        )  # fmt: skip


def _heard_before(row: SecondReading) -> WindowResult | None:
    """What an earlier transcription heard in the same window, heard first in the same way and told the same."""
    same = SecondReading.objects.filter(
        window__chunk__cache_key=row.window.chunk.cache_key,
        window__index=row.window.index,
        prompt=row.prompt,
        heard=True,
    )
    known = same.exclude(pk=row.pk).order_by("-pk").first()
    return WindowResult.from_dict(known.result) if known else None
