"""A file arrives: kept as it came, checked, put in its place on the interview's time line."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.intake import limits
from oralhistory.intake.limits import NotTaken as NotTaken
from oralhistory.intake.models import Upload
from oralhistory.interviews.models import Interview, Session
from oralhistory.provenance import events
from oralhistory.recordings import sniffing, transfers
from oralhistory.recordings.models import Recording, RecordingQuerySet, Transfer


class AlreadyIngested(NotTaken):
    """The same bytes are in this interview already."""


def receive(
    interview: Interview, source: Path, *, name: str, by: User, at: datetime, session: Session | None = None
) -> Recording:
    """Store a whole file as the preservation master of a new recording of the interview.

    What it is follows from its bytes alone; `name` is kept for the staff and used for nothing.
    Raises NotTaken, AlreadyIngested.
    """
    kind = _looked_at(interview, source, by)
    stored = stores.store("masters", source, suffix=kind.suffix)
    if kept_before(interview, stored.sha256):
        raise AlreadyIngested(_("This very file is in the interview already."))
    return keep(interview, stored, kind.media_type, name=name, by=by, at=at, session=session)


def receive_transfer(recording: Recording, source: Path, *, name: str, by: User, at: datetime) -> Transfer:
    """Store a whole file as a transfer of a recording that there is.

    Raises NotTaken, transfers.NotTaken, arranging.NotOnTheBench.
    """
    kind = _looked_at(recording.session.interview, source, by)
    transfers.may_come(recording)
    stored = stores.store("masters", source, suffix=kind.suffix)
    return keep_transfer(recording, stored, kind.media_type, name=name, by=by, at=at)


def _looked_at(interview: Interview, source: Path, by: User) -> sniffing.Kind:
    """What a whole file is, if the interview has room for it. Raises NotTaken."""
    size = source.stat().st_size
    if size == 0:
        raise NotTaken(_("The file is empty."))
    with transaction.atomic():
        limits.lock(interview, by)
        limits.check(interview, by, size)
    try:
        return sniffing.sniff(source)
    except sniffing.NotARecording as refusal:
        raise NotTaken(_("This is not a sound or video file that the archive can keep.")) from refusal


def unreadable(interview: Interview, *, sent_by: User) -> RecordingQuerySet:
    """What this person sent and nobody has heard, because it could not be read: they may have it back."""
    refused = Recording.objects.of(interview).filter(state=Recording.State.REFUSED)
    return refused.filter(upload__sent_by=sent_by)


def kept_before(interview: Interview, sha256: str) -> Upload | None:
    """The upload of the very same bytes to this interview. Others are not asked: they may be a stranger's."""
    return Upload.objects.filter(interview=interview, sha256=sha256).select_related("recording").first()


@transaction.atomic
def keep(
    interview: Interview,
    stored: stores.Stored,
    media_type: str,
    *,
    name: str,
    by: User,
    at: datetime,
    session: Session | None = None,
    channels: str = Recording.Channels.BOTH,
) -> Recording:
    """Put a stored master on record as the next recording of a session (the first one, if none is named)."""
    Interview.objects.select_for_update().get(pk=interview.pk)  # two files at once get two places
    master = put_on_record(stored, media_type, at=at)
    session = session or Session.objects.get_or_create(interview=interview, number=1)[0]
    last = Recording.objects.filter(session=session).aggregate(last=Max("position"))["last"]
    recording = Recording.objects.create(
        session=session,
        position=0 if last is None else last + 1,
        master=master,
        channels=channels,
        original_name=name.replace("\x00", "")[-255:],  # PostgreSQL keeps no NUL
        arrived_at=at,
    )
    Upload.objects.create(
        interview=interview,
        sent_by=by,
        sha256=stored.sha256,
        size=stored.size,
        recording=recording,
        arrived_at=at,
    )
    events.record(access.UPLOADED, interview, at=at, agent=by.agent, outcome=recording.code)
    return recording


@transaction.atomic
def keep_transfer(
    recording: Recording, stored: stores.Stored, media_type: str, *, name: str, by: User, at: datetime
) -> Transfer:
    """Put a stored master on record as a transfer, which counts in what its interview may hold.

    Raises transfers.NotTaken, arranging.NotOnTheBench.
    """
    transfer = transfers.keep(recording, stored, media_type, name=name, by=by.agent, at=at)
    Upload.objects.create(
        interview=recording.session.interview,
        sent_by=by,
        sha256=stored.sha256,
        size=stored.size,
        arrived_at=at,
    )
    return transfer


def put_on_record(stored: stores.Stored, media_type: str, *, at: datetime) -> MediaFile:
    """The row of a stored master."""
    return MediaFile.objects.create(
        storage=MediaFile.Storage.MASTERS, use=MediaFile.Use.PRESERVATION_MASTER, key=stored.key,
        sha256=stored.sha256, size=stored.size, media_type=media_type, created_at=at,
    )  # fmt: skip
