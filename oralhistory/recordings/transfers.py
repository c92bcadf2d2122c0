"""A better transfer of a recording: found to be the same, confirmed by a person, put in the old one's place.

The recording keeps its time zero, so every transcript, redaction, chapter and grant keeps its times. The old
master and all that was made of it stay.
"""

import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from oralhistory.consent import access
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.provenance import events
from oralhistory.recordings import access_copies, arranging, decoding, likeness, renditions
from oralhistory.recordings.models import Recording, Rendition, Transfer

MOST_DRIFT_MS = 100  # more, and a passage would be cut where it is not
_OPEN = (Transfer.State.ARRIVED, Transfer.State.COMPARED)


class NotTaken(Exception):
    """The file is refused before anything is kept; the message is for the person who sent it."""


class OneWaits(NotTaken):
    """Another transfer of this recording waits to be decided."""


class NotDecidable(Exception):
    """The transfer was not compared yet, was found to be another sound, or was decided already."""


class TooEarly(Exception):
    """The recording itself has not been read yet: compare again later."""


class Superseded(Exception):
    """A later transfer was confirmed: this one is not put in its place any more."""


@transaction.atomic
def keep(
    recording: Recording, stored: stores.Stored, media_type: str, *, name: str, by: Agent, at: datetime
) -> Transfer:
    """The rows of a transfer whose bytes are stored. Raises OneWaits, NotOnTheBench."""
    interview = Interview.objects.select_for_update().get(pk=recording.session.interview_id)
    may_come(recording)
    master = MediaFile.objects.create(
        storage=MediaFile.Storage.MASTERS, use=MediaFile.Use.PRESERVATION_MASTER, key=stored.key,
        sha256=stored.sha256, size=stored.size, media_type=media_type, created_at=at,
    )  # fmt: skip
    transfer = Transfer.objects.create(
        recording=recording, master=master, original_name=name[-255:], arrived_at=at
    )
    # Whoever brings the sound does not sign the edition that is made of it.
    events.record(access.UPLOADED, interview, at=at, agent=by, outcome=f"{recording.code}: {transfer.code}")
    return transfer


def may_come(recording: Recording) -> None:
    """Raises NotTaken, OneWaits, NotOnTheBench."""
    interview = Interview.objects.get(pk=recording.session.interview_id)
    if not arranging.is_on_the_bench(interview):
        raise arranging.NotOnTheBench
    if recording.state == Recording.State.ARRIVED:
        raise NotTaken(_("The recording itself is still being read. Bring the better transfer after that."))
    if recording.transfers.filter(state__in=_OPEN).exists():
        raise OneWaits(_("Another transfer of this recording waits to be compared or decided."))


def compare(transfer: Transfer, *, at: datetime) -> Transfer:
    """Find how much later the same words come in the new copy; keep what a person needs to hear both.

    Raises decoding.CannotBeRead, and then the transfer is refused; TooEarly. Done twice, it changes nothing.
    """
    transfer = Transfer.objects.select_related("recording", "master").get(pk=transfer.pk)
    if transfer.state != Transfer.State.ARRIVED:
        return transfer
    recording = transfer.recording
    before = _to_compare_with(recording)
    limits = decoding.Limits(duration_ms=settings.RECORDING_MAX_SECONDS * 1000)
    with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder:
        with stores.open_local(transfer.master.storage, transfer.master.key) as source:
            decoded = decoding.decode(
                source, Path(folder), limits=limits, isolation=settings.MEDIA_ISOLATION,
                taking=decoding.Taking(recording.channels),
            )  # fmt: skip
        if before is None:
            found = None
        else:
            with stores.open_local(before.hearing.storage, before.hearing.key) as old:
                found = likeness.compare(old, decoded.hearing)
        copy = Path(folder, "staff.m4a")
        access_copies.encode([access_copies.Part(decoded.listening, 0)], [], copy)
        return _found(transfer, found, decoded, stores.store("masters", copy, suffix=".m4a"), at=at)


def _to_compare_with(recording: Recording) -> Rendition | None:
    # While its channels are taken anew nothing of it is to be heard, but the moments are the same.
    before = renditions.current(recording) or recording.renditions.filter(master=recording.master_id).first()
    if before is None and recording.state != Recording.State.REFUSED:
        raise TooEarly(recording.state)
    return before


@transaction.atomic
def _found(
    transfer: Transfer,
    found: likeness.Likeness | None,
    decoded: decoding.Decoded,
    copy: stores.Stored,
    *,
    at: datetime,
) -> Transfer:
    transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if transfer.state != Transfer.State.ARRIVED:
        return transfer
    MediaFile.objects.create(
        storage=MediaFile.Storage.MASTERS, use=MediaFile.Use.STAFF_COPY, key=copy.key, sha256=copy.sha256,
        size=copy.size, media_type=access_copies.MEDIA_TYPE, parent=transfer.master,
        recipe=access_copies.RECIPE[:120], created_at=at,
    )  # fmt: skip
    transfer.duration_ms = decoded.duration_ms
    if found is None:  # nothing can be heard of the recording, so nothing has times that must be kept
        transfer.state, transfer.shift_ms = Transfer.State.COMPARED, 0
    elif found.shift_ms is None:
        transfer.state, transfer.likeness = Transfer.State.UNLIKE, found.share
    else:
        transfer.state, transfer.likeness = Transfer.State.COMPARED, found.share
        transfer.shift_ms, transfer.drift_ms = found.shift_ms, found.drift_ms
    transfer.explanation = _explanation(transfer, found)
    transfer.save()
    interview = transfer.recording.session.interview
    events.record(
        "transfer compared", interview, at=at, agent=MACHINE, outcome=f"{transfer.code}: {transfer.state}"
    )
    return transfer


def _explanation(transfer: Transfer, found: likeness.Likeness | None) -> str:
    recording = transfer.recording
    if found is None:
        return _(
            "The recording that is there cannot be heard, so there is nothing to compare this copy with."
        )
    if found.shift_ms is None:
        return _("No place was found where both say the same: this seems to be another recording.")
    said = []
    if abs(found.drift_ms) > MOST_DRIFT_MS:
        said.append(
            _(
                "The two copies run at different speeds: over their whole length they part by %(ms)d ms. "
                "Put in its place, this copy would have the words of the transcript too early or too late."
            )
            % {"ms": abs(found.drift_ms)}
        )
    elif transfer.master.sha256 == recording.master.sha256:
        said.append(_("It is the very same file."))
    missing = (recording.duration_ms or 0) - ((transfer.duration_ms or 0) - found.shift_ms)
    if missing > 1000:
        said.append(
            _("This copy ends %(seconds)d seconds before the other: silence will take their place.")
            % {"seconds": round(missing / 1000)}
        )
    if found.shift_ms < -1000:
        said.append(
            _("This copy begins %(seconds)d seconds after the other: silence will take their place.")
            % {"seconds": round(-found.shift_ms / 1000)}
        )
    return " ".join(said)


def cannot_be_read(transfer: Transfer, sentence: str, *, at: datetime) -> None:
    """Its sound cannot be decoded: say so; the file stays for a person to look at."""
    Transfer.objects.filter(pk=transfer.pk, state=Transfer.State.ARRIVED).update(
        state=Transfer.State.REFUSED, explanation=sentence, decided_by_agent=str(MACHINE), decided_at=at
    )


def staff_copy(transfer: Transfer) -> MediaFile | None:
    """What is heard of a transfer while it waits for a decision."""
    return MediaFile.objects.filter(parent=transfer.master_id, use=MediaFile.Use.STAFF_COPY).first()


def confirm(transfer: Transfer, *, by: Agent, at: datetime) -> Transfer:
    """A person has heard that both say the same at the same moment. Raises NotDecidable, NotOnTheBench.

    It is put in its place by `put_in_place`, which decodes and so takes a while.
    """
    return _decide(transfer, Transfer.State.CONFIRMED, "transfer confirmed", by=by, at=at)


def refuse(transfer: Transfer, *, by: Agent, at: datetime) -> Transfer:
    """It is not to take the recording's place; the file is kept. Raises NotDecidable, NotOnTheBench."""
    return _decide(transfer, Transfer.State.REFUSED, "transfer refused", by=by, at=at)


@transaction.atomic
def _decide(transfer: Transfer, state: Transfer.State, kind: str, *, by: Agent, at: datetime) -> Transfer:
    interview = Interview.objects.select_for_update().get(pk=transfer.recording.session.interview_id)
    if not arranging.is_on_the_bench(interview):
        raise arranging.NotOnTheBench
    transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if transfer.state != Transfer.State.COMPARED:
        raise NotDecidable(transfer.state)
    transfer.state, transfer.decided_by_agent, transfer.decided_at = state, str(by), at
    transfer.save(update_fields=["state", "decided_by_agent", "decided_at"])
    outcome = f"{transfer.recording.code}: {transfer.code}, {transfer.shift_ms} ms"
    events.record(kind, interview, at=at, agent=by, outcome=outcome)
    return transfer


def put_in_place(transfer: Transfer, *, at: datetime) -> Recording:
    """Make the confirmed transfer what is heard of its recording. Done twice, it changes nothing.

    Raises arranging.NotOnTheBench, Superseded, decoding.CannotBeRead; the old one then stays what is heard.
    """
    transfer = Transfer.objects.select_related("recording__session__interview", "master").get(pk=transfer.pk)
    recording = transfer.recording
    if recording.master_id == transfer.master_id and renditions.current(recording):
        return recording
    if not arranging.is_on_the_bench(
        recording.session.interview
    ):  # asked again below: decoding takes a while
        raise arranging.NotOnTheBench
    rendition = renditions.of(recording, transfer.master, transfer.shift_ms or 0, at=at)
    with transaction.atomic():
        interview = Interview.objects.select_for_update().get(pk=recording.session.interview_id)
        if not arranging.is_on_the_bench(interview):
            raise arranging.NotOnTheBench
        _is_newest(transfer)
        Recording.objects.filter(pk=recording.pk).update(master=transfer.master)
        renditions.settle(recording, rendition, at=at)
        outcome = f"{recording.code}: {transfer.code}"
        events.record("recording replaced", interview, at=at, agent=MACHINE, outcome=outcome)
    return recording


def _is_newest(transfer: Transfer) -> None:
    if transfer.state != Transfer.State.CONFIRMED:
        raise NotDecidable(transfer.state)
    confirmed = Transfer.objects.filter(recording=transfer.recording_id, state=Transfer.State.CONFIRMED)
    if confirmed.order_by("-decided_at", "-pk").first() != transfer:
        raise Superseded


def is_in_place(transfer: Transfer) -> bool:
    """Whether it is what is heard of its recording now."""
    return transfer.recording.master_id == transfer.master_id
