"""From a preservation master to what can be heard: decoded once, kept with what the decoder said."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.lib.agents import MACHINE
from oralhistory.lib.ffmpeg import HEARING_RATE
from oralhistory.recordings import access_copies, arranging, decoding
from oralhistory.recordings.models import Recording, Rendition, Transfer


@dataclass(frozen=True, slots=True)
class _Made:
    decoded: decoding.Decoded
    listening: stores.Stored
    hearing: stores.Stored
    staff_copy: stores.Stored
    peaks: list[int]


def make(recording: Recording, *, at: datetime) -> Rendition:
    """Decode a master and keep full-band FLAC, 16 kHz FLAC, staff copy and peaks; nothing, if that was done.

    Raises decoding.CannotBeRead and decoding.TooLong; then the recording is refused and its master kept.
    """
    transfer = recording.transfers.filter(master=recording.master_id, state=Transfer.State.CONFIRMED).first()
    rendition = of(recording, recording.master, transfer.shift_ms if transfer else None, at=at)
    settle(recording, rendition, at=at)
    return rendition


def of(recording: Recording, master: MediaFile, shift_ms: int | None, *, at: datetime) -> Rendition:
    """A master of the recording as it is to be heard now, decoded once. It changes nothing on the recording.

    `shift_ms`: what is cut off a transfer's beginning; it never becomes shorter than what it replaces, because
    what was said there is written down. None for the master that came first.
    """
    taking = decoding.Taking(
        recording.channels, shift_ms or 0, 0 if shift_ms is None else recording.duration_ms or 0
    )
    if found := _newest(recording, master.pk, taking.channels, taking.shift_ms):
        return found
    return _keep(recording, master, taking, _decode(master, taking), at=at)


def settle(recording: Recording, rendition: Rendition, *, at: datetime) -> None:
    """The recording is as long as this, and has its place on the time line."""
    with arranging.rearranging(recording.session.interview, by=MACHINE, at=at):
        Recording.objects.filter(pk=recording.pk).update(
            duration_ms=rendition.samples * 1000 // HEARING_RATE, state=Recording.State.READY, refusal=""
        )
    recording.refresh_from_db()


def _decode(master: MediaFile, taking: decoding.Taking) -> _Made:
    limits = decoding.Limits(duration_ms=settings.RECORDING_MAX_SECONDS * 1000)
    with (
        tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder,
        stores.open_local(master.storage, master.key) as source,
    ):
        place = Path(folder)
        decoded = decoding.decode(
            source, place, limits=limits, isolation=settings.MEDIA_ISOLATION, taking=taking
        )
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
def _keep(
    recording: Recording, master: MediaFile, taking: decoding.Taking, made: _Made, *, at: datetime
) -> Rendition:
    Recording.objects.select_for_update().get(pk=recording.pk)  # two workers make one rendition
    if found := _newest(recording, master.pk, taking.channels, taking.shift_ms):
        return found
    files = {
        use: MediaFile.objects.create(
            storage=MediaFile.Storage.MASTERS, use=use, key=stored.key, sha256=stored.sha256, size=stored.size,
            media_type=media_type, parent=master, recipe=made.decoded.report.get("decoder", ""), created_at=at,
        )
        for use, stored, media_type in (
            (MediaFile.Use.LISTENING, made.listening, "audio/flac"),
            (MediaFile.Use.HEARING, made.hearing, "audio/flac"),
            (MediaFile.Use.STAFF_COPY, made.staff_copy, "audio/mp4"),
        )
    }  # fmt: skip
    return Rendition.objects.create(
        recording=recording,
        master=master,
        channels=taking.channels,
        shift_ms=taking.shift_ms,
        pcm_sha256=made.decoded.pcm_sha256,
        decoder=made.decoded.report.get("decoder", ""),
        samples=made.decoded.samples,
        decode_report=made.decoded.report,
        listening=files[MediaFile.Use.LISTENING],
        hearing=files[MediaFile.Use.HEARING],
        staff_copy=files[MediaFile.Use.STAFF_COPY],
        peaks=made.peaks,
        made_at=at,
    )


def refuse(recording: Recording, sentence: str) -> None:
    """It cannot be read: say so on the recording; the master stays for a person to look at."""
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.REFUSED, refusal=sentence)


def current(recording: Recording) -> Rendition | None:
    """What is heard of a recording: its present master, with the channels that a person said.

    None while there is no such rendition yet: an older one may hold a channel that is not to be heard.
    """
    return _newest(recording, recording.master_id, recording.channels)


def _newest(
    recording: Recording, master_id: int, channels: str, shift_ms: int | None = None
) -> Rendition | None:
    found = recording.renditions.filter(master=master_id, channels=channels)
    if shift_ms is not None:
        found = found.filter(shift_ms=shift_ms)
    return (
        found.select_related("listening", "hearing", "staff_copy", "staff_video", "poster")
        .order_by("-made_at", "-pk")
        .first()
    )
