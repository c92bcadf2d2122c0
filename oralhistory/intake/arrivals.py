"""A file on its way in pieces: begun, added to, whole, taken in; or refused, or given up.

Whoever sends it is told what is durably kept, and nothing else. When it is whole a worker reads it back, compares it
with what the sender computed, looks what it is, and makes it a master. What is refused is kept aside for a person.
"""

import base64
import contextlib
import hashlib
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.files import growing, stores
from oralhistory.files.objects import StorageFails
from oralhistory.intake import limits, uploads, writers
from oralhistory.intake.models import Arrival, ArrivalQuerySet
from oralhistory.intake.uploads import AlreadyIngested, NotTaken
from oralhistory.interviews import describing
from oralhistory.interviews.models import Interview, Session
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings import arranging, sniffing, transfers
from oralhistory.recordings.models import Recording, Transfer

MASTERS = "masters"
SET_ASIDE = timedelta(days=7)
LATER = writers.LATER
THROWN_AWAY = "refused file thrown away"
ALGORITHMS = ("sha1", "sha256")
_MOMENT = 3.0  # seconds
_LEFTOVERS = timedelta(days=1)  # bytes that no arrival names and that are older are of no request in progress

_EMPTY = _("The file is empty.")
_DIFFERS = _("What arrived is not what was sent. Send the file again; what arrived is kept aside for a week.")
_DAMAGED = _("The archive's storage has lost a part of what was sent. Send the file again.")
_DUPLICATE = _("This very file is in the interview already.")
_CLOSED = _(
    "The interview takes no recordings in the state that it is in now. The file waits until it does, and nothing of it is lost."
)
_OPEN_TRANSFER = _("Another copy of this recording waits to be compared. Decide on that one first.")


class ChecksumDiffers(Exception):
    """The bytes of a request are not those that it announced: none of them is kept."""


class AlreadyKept(Exception):
    """It is a recording now, which is not given up like a file on its way."""


class Waits(Exception):
    """It is whole and good, and cannot be taken in now; the message says what it waits for."""


class AlreadyDeclared(Exception):
    """The sender said another size or another checksum before."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the sender says of a file before it comes."""

    size: int | None  # bytes; none: not known yet
    name: str = ""
    session: Session | None = None  # none: the first one
    new_session: bool = False
    channels: str = Recording.Channels.BOTH
    replaces: Recording | None = None
    sha256: str = ""  # hexadecimal, or LATER
    metadata: str = ""  # as it was sent


@transaction.atomic
def begin(interview: Interview, announced: Announcement, *, by: User, at: datetime) -> Arrival:
    """A new arrival of no bytes. An empty file is refused at once, as an arrival that says why.

    Raises limits.TooLarge, TooManyOpen, QuotaReached, NoRoom; NotTaken.
    """
    limits.lock(interview, by)
    limits.check(interview, by, announced.size)
    if announced.replaces is not None and (
        _has_open_transfer(announced.replaces)
        or Arrival.objects.open().filter(replaces=announced.replaces).exists()
    ):
        raise NotTaken(str(_OPEN_TRANSFER))
    session = announced.session
    if announced.new_session:
        session = describing.add_sitting(interview, describing.Sitting())
    arrival = Arrival.objects.create(
        interview=interview, session=session, made_session=announced.new_session, replaces=announced.replaces,
        purpose=Arrival.Purpose.TRANSFER if announced.replaces else Arrival.Purpose.RECORDING,
        channels=announced.channels, sent_by=by, name=_clean(announced.name), size=announced.size,
        parts={} if announced.size == 0 else growing.begin(), metadata=announced.metadata, declared_sha256=announced.sha256,
        language=translation.get_language() or "", begun_at=at, moved_at=at, expires_at=writers.expiry(at),
    )  # fmt: skip
    if announced.size == 0:
        _refuse(arrival, _EMPTY, was=Arrival.State.COMING, at=at)
        arrival.refresh_from_db()
    return arrival


def _clean(name: str) -> str:
    """Without what is no letter of a name: PostgreSQL takes no NUL, and nobody reads a control character."""
    return "".join(letter for letter in name if unicodedata.category(letter) != "Cc")[-255:]


def _has_open_transfer(recording: Recording) -> bool:
    undecided = [Transfer.State.ARRIVED, Transfer.State.COMPARED]
    return recording.transfers.filter(state__in=undecided).exists()


def append(
    lease: writers.Lease,
    blocks: Iterable[bytes],
    *,
    whole: writers.Whole,
    checksum: tuple[str, str] | None = None,
) -> int:
    """Add to an arrival; returns how many bytes are kept. `checksum`: algorithm and base64, for all or nothing.

    Raises ChecksumDiffers, writers.LeaseLost, and what growing.append and `blocks` raise.
    """
    arrival = lease.arrival

    def keep(parts: growing.Parts, offset: int) -> None:
        lease.keep(parts, offset, whole=whole)

    if checksum is not None:
        blocks = _checked(blocks, *checksum)
    return growing.append(
        MASTERS, arrival.parts, arrival.offset, blocks, keep=keep, all_or_nothing=checksum is not None
    )


def _checked(blocks: Iterable[bytes], algorithm: str, wanted: str) -> Iterator[bytes]:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    for block in blocks:
        digest.update(block)
        yield block
    if base64.b64encode(digest.digest()).decode() != wanted:
        raise ChecksumDiffers


@transaction.atomic
def declare_size(arrival: Arrival, size: int, *, whole: writers.Whole, at: datetime) -> None:
    """The size is known now.

    Raises AlreadyDeclared, writers.WrongOffset, BeingWritten, limits.TooLarge, QuotaReached, NoRoom.
    """
    limits.lock(arrival.interview, arrival.sent_by)
    arrival.refresh_from_db()
    if arrival.size is not None:
        if arrival.size != size:
            raise AlreadyDeclared
        return
    if arrival.lease_token and arrival.lease_until and arrival.lease_until > at:
        raise writers.BeingWritten  # whoever writes now could write into what is whole
    if size < arrival.offset:
        raise writers.WrongOffset
    limits.check(arrival.interview, arrival.sent_by, size, besides=arrival)
    Arrival.objects.filter(pk=arrival.pk).update(size=size)
    writers.close_if_whole(arrival, whole=whole)
    arrival.refresh_from_db()


@transaction.atomic
def declare_checksum(arrival: Arrival, sha256: str, *, whole: writers.Whole) -> None:
    """The sender has computed it. Raises AlreadyDeclared when it is another than the one that was said before."""
    waiting = Arrival.objects.filter(pk=arrival.pk, declared_sha256=LATER)
    if not waiting.update(declared_sha256=sha256):
        arrival.refresh_from_db()
        if arrival.declared_sha256 != sha256:
            raise AlreadyDeclared
    writers.close_if_whole(arrival, whole=whole)


def end(arrival: Arrival, *, by: Agent, at: datetime, reason: str = "") -> None:
    """Give it up: its bytes are deleted. Of a file that was kept aside that is an event. Raises AlreadyKept."""
    left = [Arrival.State.COMING, Arrival.State.WHOLE, Arrival.State.REFUSED]
    with transaction.atomic():
        was_aside = Arrival.objects.set_aside().filter(pk=arrival.pk).exists()
        ended = Arrival.objects.filter(pk=arrival.pk, state__in=left).update(
            state=Arrival.State.ENDED, lease_token=None, lease_until=None, expires_at=at
        )
        if ended and was_aside:
            interview, code = arrival.interview, arrival.code
            events.record(THROWN_AWAY, interview, at=at, agent=by, outcome=code, reason=reason)
    arrival.refresh_from_db()
    if not ended:
        if arrival.state == Arrival.State.KEPT:
            raise AlreadyKept
        return
    _forget(arrival)


def _drop(arrival: Arrival) -> None:
    if arrival.parts:
        with contextlib.suppress(StorageFails):  # `growing.clear` finds what stays
            growing.remove(MASTERS, arrival.parts)


def _forget(arrival: Arrival) -> None:
    _drop(arrival)
    if arrival.made_session and arrival.session is not None and _is_bare(arrival.session):
        arrival.session.delete()


def _is_bare(session: Session) -> bool:
    """Nothing but the arrival that was given up ever asked for it."""
    wanted = Arrival.objects.filter(session=session).exclude(state=Arrival.State.ENDED)
    described = session.held_on or session.place_id
    return not (session.recordings.exists() or wanted.exists() or described)


def end_expired(*, at: datetime) -> int:
    """Give up what nothing more came of, what was refused a week ago, and bytes that a cut left. Returns how much.

    What is whole waits for its worker however long that takes: nothing that was acknowledged is given up.
    """
    expired = Arrival.objects.filter(
        state__in=[Arrival.State.COMING, Arrival.State.REFUSED], expires_at__lte=at
    )
    count = 0
    for arrival in expired:
        # Asked again: its last byte or its checksum may have come since the list was made.
        if expired.filter(pk=arrival.pk).update(
            state=Arrival.State.ENDED, lease_token=None, lease_until=None, expires_at=at
        ):
            _forget(arrival)
            count += 1
    named = Arrival.objects.exclude(state__in=[Arrival.State.KEPT, Arrival.State.ENDED]).exclude(parts={})
    keys = {parts["key"] for parts in named.values_list("parts", flat=True)}
    return count + growing.clear(MASTERS, keys, before=at - _LEFTOVERS)


def unfinished(interview: Interview, user: User) -> ArrivalQuerySet:
    """What this person has on its way to this interview."""
    return Arrival.objects.of(interview).open().filter(sent_by=user)


# What a worker does when it is whole.


def take_in(arrival: Arrival, *, at: datetime) -> Recording | Transfer:
    """Make a whole arrival a master, and its recording or transfer; doing it twice gives the same one.

    Raises NotTaken, with a sentence for the sender (none when they gave it up meanwhile); objects.StorageFails, and
    the work is to be done again.
    """
    arrival.refresh_from_db()
    if arrival.state != Arrival.State.WHOLE:
        return _outcome(arrival)
    with translation.override(arrival.language or translation.get_language()):
        try:
            stored, media_type = _examine(arrival, at=at)
            kept = _keep(arrival, stored, media_type, at=at)
        except AlreadyIngested as refusal:
            _refuse(arrival, str(refusal), was=Arrival.State.WHOLE, at=at, parts={})
            _drop(arrival)  # the same bytes are a master already
            arrival.refresh_from_db()
            return _outcome(arrival)
        except NotTaken as refusal:
            if isinstance(refusal, _Gone) and _is_taken_in_by_another(arrival):
                return _outcome(arrival)
            _refuse(arrival, str(refusal), was=Arrival.State.WHOLE, at=at)
            arrival.refresh_from_db()
            return _outcome(arrival)
    _drop(arrival)  # its final name is on record
    return kept


class _Gone(NotTaken):
    """Its bytes are not where they arrived: lost, or another worker has just made them a master."""


def _is_taken_in_by_another(arrival: Arrival) -> bool:
    """Whoever has moved the bytes says so in the same moment; a moment is waited."""
    until = time.monotonic() + _MOMENT
    while arrival.state == Arrival.State.WHOLE and time.monotonic() < until:
        time.sleep(0.05)
        arrival.refresh_from_db()
    return arrival.state == Arrival.State.KEPT


def _examine(arrival: Arrival, *, at: datetime) -> tuple[stores.Stored, str]:
    """Read it back, compare, look what it is; a stored master and its media type. Raises NotTaken."""
    try:
        key = growing.finish(MASTERS, arrival.parts)
        sha256, size = _read_back(key, arrival.declared_sha256)
    except (growing.Lost, FileNotFoundError) as lost:
        raise _Gone(str(_DAMAGED)) from lost
    Arrival.objects.filter(pk=arrival.pk).update(sha256=sha256)
    if size != arrival.size:
        raise NotTaken(str(_DAMAGED))
    if arrival.declared_sha256 not in ("", sha256):
        raise NotTaken(str(_DIFFERS))
    try:
        with stores.open_anywhere(MASTERS, key) as stream:
            kind = sniffing.sniff_stream(stream)
    except FileNotFoundError as lost:
        raise _Gone(str(_DAMAGED)) from lost
    except sniffing.NotARecording as refusal:
        raise NotTaken(str(refusal.sentence)) from refusal
    if uploads.kept_before(arrival.interview, sha256):
        raise AlreadyIngested(str(_DUPLICATE))
    if not access.decide(arrival.sent_by, "upload", arrival.interview, at=at).allowed:
        raise Waits(str(_CLOSED))
    try:
        stored = stores.adopt(MASTERS, key, sha256=sha256, size=size, suffix=kind.suffix)
    except FileNotFoundError as lost:
        raise _Gone(str(_DAMAGED)) from lost
    return stored, kind.media_type


def _read_back(key: str, declared_sha256: str) -> tuple[str, int]:
    """SHA-256 and size as the sender has declared them, or as two readings agree on.

    A line or a memory may err: nothing is refused, or named for life, for what was read once. Raises StorageFails.
    """
    found = stores.measure(storages[MASTERS], key)
    if found[0] != declared_sha256 and found != stores.measure(storages[MASTERS], key):
        raise StorageFails("reading: twice, and not the same")
    return found


@transaction.atomic
def _keep(arrival: Arrival, stored: stores.Stored, media_type: str, *, at: datetime) -> Recording | Transfer:
    arrival = (
        Arrival.objects.select_for_update(of=("self",))
        .select_related("interview", "session", "sent_by")
        .get(pk=arrival.pk)
    )
    if arrival.state != Arrival.State.WHOLE:
        return _outcome(arrival)
    if arrival.purpose == Arrival.Purpose.TRANSFER:
        arrival.transfer = _keep_transfer(arrival, stored, media_type, at=at)
    else:
        arrival.recording = uploads.keep(
            arrival.interview, stored, media_type, name=arrival.name, by=arrival.sent_by, at=at,
            session=arrival.session, channels=arrival.channels,
        )  # fmt: skip
    arrival.state = Arrival.State.KEPT
    arrival.save(update_fields=["state", "recording", "transfer"])
    return _outcome(arrival)


def _keep_transfer(arrival: Arrival, stored: stores.Stored, media_type: str, *, at: datetime) -> Transfer:
    if arrival.replaces is None:
        raise ValueError("a transfer of nothing")
    try:
        return uploads.keep_transfer(
            arrival.replaces, stored, media_type, name=arrival.name, by=arrival.sent_by, at=at
        )
    except transfers.NotTaken as refusal:
        raise Waits(str(refusal)) from refusal
    except arranging.NotOnTheBench as refusal:
        raise Waits(str(_CLOSED)) from refusal


def _outcome(arrival: Arrival) -> Recording | Transfer:
    """What became of an arrival before. Raises NotTaken."""
    kept = arrival.transfer or arrival.recording
    if arrival.state == Arrival.State.KEPT and kept is not None:
        return kept
    raise NotTaken(arrival.refusal)


def _refuse(
    arrival: Arrival, sentence: str | Promise, *, was: str, at: datetime, **more: growing.Parts
) -> None:
    Arrival.objects.filter(pk=arrival.pk, state=was).update(
        state=Arrival.State.REFUSED, refusal=str(sentence), expires_at=at + SET_ASIDE, **more
    )
