"""The voices of a rendition, told apart once: by its microphones where each speaker had one, else by their sound.

The rows decide, as for the text: each part that was heard is stored, so that a start that was killed costs no
more than the part it was at. Parts hold prints of voices, by which a person could be known again: they are deleted
as soon as the turns are there, or the text was made without them; no package carries them.
"""

import io
from collections.abc import Callable
from datetime import datetime

import numpy as np
from django.conf import settings
from django.db import transaction

from oralhistory.files import stores
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.recordings.models import Recording, Rendition
from oralhistory.transcripts import sound
from oralhistory.transcripts.models import Segment, Transcript, Voices, VoicesSoFar
from oralhistory.transcripts.sound import milliseconds
from oralhistory.transcripts.voices import clustering, hearing, turns
from oralhistory.transcripts.voices.turns import Turn
from oralhistory.transcripts.words import from_rows

JOB = "tell voices apart"  # the kind of the job that does it
# Change how turns come about, and the recipe gets a new name.
BY_MICROPHONE = "microphones-1"
BY_SOUND = "resemblyzer-1"


def turns_of(rendition: Rendition) -> list[Turn]:
    """Empty where nothing was told apart."""
    found = rendition.voices.order_by("-made_at", "-pk").first()
    return turns.from_rows(found.turns) if found else []


def is_told(rendition: Rendition) -> bool:
    return rendition.voices.exists()


def is_wanted(rendition: Rendition) -> bool:
    """Whether there is something to do: microphones cost nothing, the sound only where the archive wants it."""
    by_sound = settings.VOICES == "on" or (settings.VOICES == "auto" and settings.ASR_ENGINE != "fake")
    return not is_told(rendition) and (by_sound or bool(_by_microphone(rendition)))


def tell(rendition: Rendition, job: Job, *, clock: Callable[[], datetime]) -> None:
    """Tell the voices apart, unless that was done. Raises LeaseLost, encoder.Damaged."""
    if is_told(rendition):
        return
    if known := _by_microphone(rendition):
        _keep(rendition, BY_MICROPHONE, known, job, at=clock())
        return
    with stores.open_local(rendition.hearing.storage, rendition.hearing.key) as flac:
        _hear(rendition, sound.reader(flac), job, clock=clock)
    rows = VoicesSoFar.objects.filter(rendition=rendition, recipe=BY_SOUND).order_by("part")
    heard = hearing.whole([_unpacked(row.heard) for row in rows])
    labels = clustering.told_apart(heard.prints)
    known = turns.of_windows(heard.starts, labels, heard.voiced, rendition.samples)
    _keep(rendition, BY_SOUND, known, job, at=clock())


def _by_microphone(rendition: Rendition) -> list[Turn]:
    runs = rendition.decode_report.get("microphones", [])
    return turns.of_microphones(runs, milliseconds(rendition.samples))


def _hear(rendition: Rendition, read: sound.PcmReader, job: Job, *, clock: Callable[[], datetime]) -> None:
    """What is still missing, part by part."""
    known = set(rendition.voices_so_far.filter(recipe=BY_SOUND).values_list("part", flat=True))
    for index in range(hearing.parts_in(rendition.samples)):
        if index in known:
            continue
        part = hearing.part(read, index, rendition.samples)
        with transaction.atomic():
            leases.fence(job)
            VoicesSoFar.objects.create(rendition=rendition, recipe=BY_SOUND, part=index, heard=_packed(part))
            leases.progress(job, min((index + 1) * hearing.PART, rendition.samples), at=clock())


def _packed(part: hearing.Part) -> bytes:
    out = io.BytesIO()
    np.savez(
        out, starts=part.starts, prints=part.prints, voiced=np.packbits(part.voiced), frames=len(part.voiced)
    )
    return out.getvalue()


def _unpacked(stored: bytes | memoryview) -> hearing.Part:
    with np.load(io.BytesIO(bytes(stored)), allow_pickle=False) as kept:
        voiced = np.unpackbits(kept["voiced"], count=int(kept["frames"])).astype(np.bool_)
        return hearing.Part(kept["starts"], kept["prints"], voiced)


@transaction.atomic
def _keep(rendition: Rendition, recipe: str, known: list[Turn], job: Job, *, at: datetime) -> None:
    leases.fence(job)
    Voices.objects.create(rendition=rendition, recipe=recipe, turns=turns.as_rows(known), made_at=at)
    forget(rendition)
    for transcript in Transcript.objects.filter(recording=rendition.recording_id):
        if not transcript.is_untimed:  # by guessed times it would get anybody's voice
            give(transcript, known)


def forget(rendition: Rendition) -> None:
    """Delete what was heard of the voices themselves."""
    rendition.voices_so_far.all().delete()


@transaction.atomic
def give(transcript: Transcript, known: list[Turn]) -> None:
    """The voices of a text that was there before them; no segment is divided, and none changes once one was named."""
    Recording.objects.select_for_update().get(pk=transcript.recording_id)
    if transcript.segments.filter(speaker_from_voice=True).exists():
        return
    changed = []
    for segment in transcript.segments.all():
        voice = turns.voice_of(from_rows(segment.words), known) or turns.voice_at(
            known, (segment.start_ms + segment.end_ms) // 2
        )
        if voice != segment.voice:
            segment.voice = voice
            changed.append(segment)
    Segment.objects.bulk_update(changed, ["voice"], batch_size=500)
