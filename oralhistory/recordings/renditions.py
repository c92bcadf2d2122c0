"""From a preservation master to what can be heard: decoded once, kept with what the decoder said."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.recordings import access_copies, decoding
from oralhistory.recordings.models import Recording, Rendition


@dataclass(frozen=True, slots=True)
class _Made:
    decoded: decoding.Decoded
    listening: stores.Stored
    hearing: stores.Stored
    staff_copy: stores.Stored
    peaks: list[int]


def make(recording: Recording, *, at: datetime) -> Rendition:
    """Decode a master and keep full-band FLAC, 16 kHz FLAC, staff copy and peaks.

    Raises decoding.CannotBeRead and decoding.TooLong; then the recording is refused and its master kept.
    """
    made = _decode(recording.master)
    return _keep(recording, made, at=at)


def _decode(master: MediaFile) -> _Made:
    limits = decoding.Limits(duration_ms=settings.RECORDING_MAX_SECONDS * 1000)
    with (
        tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder,
        stores.open_local(master.storage, master.key) as source,
    ):
        place = Path(folder)
        decoded = decoding.decode(source, place, limits=limits, isolation=settings.MEDIA_ISOLATION)
        copy = place / "staff.m4a"
        encoded = access_copies.encode([access_copies.Part(decoded.listening, 0)], [], copy)
        return _Made(
            decoded,
            stores.store("masters", decoded.listening, suffix=".flac"),
            stores.store("masters", decoded.hearing, suffix=".flac"),
            stores.store("masters", copy, suffix=".m4a"),
            encoded.peaks,
        )


@transaction.atomic
def _keep(recording: Recording, made: _Made, *, at: datetime) -> Rendition:
    recording = Recording.objects.select_for_update().get(pk=recording.pk)
    files = {
        use: MediaFile.objects.create(
            storage=MediaFile.Storage.MASTERS, use=use, key=stored.key, sha256=stored.sha256, size=stored.size,
            media_type=media_type, parent=recording.master, recipe=made.decoded.report.get("decoder", ""), created_at=at,
        )
        for use, stored, media_type in (
            (MediaFile.Use.LISTENING, made.listening, "audio/flac"),
            (MediaFile.Use.HEARING, made.hearing, "audio/flac"),
            (MediaFile.Use.STAFF_COPY, made.staff_copy, "audio/mp4"),
        )
    }  # fmt: skip
    rendition, _ = Rendition.objects.get_or_create(
        recording=recording,
        master=recording.master,
        pcm_sha256=made.decoded.pcm_sha256,
        defaults={
            "decoder": made.decoded.report.get("decoder", ""),
            "samples": made.decoded.samples,
            "decode_report": made.decoded.report,
            "listening": files[MediaFile.Use.LISTENING],
            "hearing": files[MediaFile.Use.HEARING],
            "staff_copy": files[MediaFile.Use.STAFF_COPY],
            "peaks": made.peaks,
            "made_at": at,
        },
    )
    recording.duration_ms = made.decoded.duration_ms
    recording.state = Recording.State.READY
    recording.save(update_fields=["duration_ms", "state"])
    lay_out(recording.session.interview)
    return rendition


def refuse(recording: Recording, sentence: str) -> None:
    """It cannot be read: say so on the recording; the master stays for a person to look at."""
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.REFUSED, refusal=sentence)


def lay_out(interview: Interview) -> None:
    """Put an interview's recordings on one time line, one after the other."""
    offset = 0
    for recording in Recording.objects.of(interview).filter(state=Recording.State.READY):
        if recording.offset_ms != offset:
            Recording.objects.filter(pk=recording.pk).update(offset_ms=offset)
        offset += recording.duration_ms or 0


def current(recording: Recording) -> Rendition | None:
    """The newest rendition of a recording's present master."""
    return (
        recording.renditions.filter(master=recording.master_id)
        .select_related("listening", "hearing", "staff_copy", "staff_video", "poster")
        .order_by("-made_at", "-pk")
        .first()
    )
