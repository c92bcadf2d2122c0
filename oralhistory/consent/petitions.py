"""What people outside ask for: take-downs, access, and the rights of the law over their own data.

Anybody may ask, without an account. What they write is sealed at once; staff know a petition by its code, and whoever
asked follows it by a ticket that is shown to them once and of which only the digest is kept.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.accounts.models import Role, User
from oralhistory.consent.models import Petition, PetitionNote
from oralhistory.jobs.sentences import Sentence
from oralhistory.lib import ids, sealing
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.lib.folding import fold
from oralhistory.notices import desk
from oralhistory.notices.models import Notice
from oralhistory.provenance import events

Kind, Asker, Outcome = Petition.Kind, Petition.Asker, Petition.Outcome
RIGHTS = frozenset({Kind.ACCESS, Kind.RECTIFICATION, Kind.CANCELLATION, Kind.OPPOSITION})
# The law gives the archive twenty working days to answer. Holidays are not counted out, so that we are rather early.
WORKING_DAYS = 20
NOTICE = "requests"  # the subject of the notice on archivists' desks
_TAKE_DOWN = Sentence(N_("Somebody asks for something to be taken down: look at it today."))
_ANYTHING_ELSE = Sentence(N_("Somebody asks for access, or for a right over their data."))
MOST_LISTED = 5_000


class AlreadyClosed(Exception):
    """Somebody has closed this petition."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, unsealed."""

    text: str
    contact: str = ""
    where: str = ""  # which testimony, in their words


@dataclass(frozen=True, slots=True)
class Passage:
    """What a petition is about, as far as it can be told. Milliseconds of the testimony's time line."""

    public_id: str = ""
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A petition, as events name it."""

    code: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A petition in the list, and how many open ones say the very same."""

    petition: Petition
    alike: int
    written: Written


@transaction.atomic
def receive(
    kind: str,
    written: Written,
    *,
    asker: str,
    passage: Passage,
    language: str,
    at: datetime,
    on: date,
) -> str:
    """Keep it sealed, tell the archivists, and return the ticket. `on`: the day it is where the archive is."""
    ticket = ids.public_id()
    petition = Petition.objects.create(
        ticket_sha256=_digest(ticket), kind=kind, asker=asker, about=passage.public_id, start_ms=passage.start_ms,
        end_ms=passage.end_ms, sealed=_seal(written), likeness=_likeness(kind, passage, written), language=language, received_at=at,
        due_on=working_days_after(on, WORKING_DAYS) if kind in RIGHTS else None,
    )  # fmt: skip
    events.record("request received", _subject(petition), at=at, agent=MACHINE, outcome=kind)
    _tell_archivists(_TAKE_DOWN if kind == Kind.TAKE_DOWN else _ANYTHING_ELSE, at=at)
    return ticket


def by_ticket(ticket: str) -> Petition | None:
    """What whoever holds the ticket may know of: how it stands. Without what was written."""
    typed = "".join(each for each in ticket.casefold() if each.isalnum())
    return Petition.objects.defer("sealed").filter(ticket_sha256=_digest(typed)).first()


def open_ones() -> list[tuple[Petition, int]]:
    """The open petitions, the most pressing first; those that say the same as an earlier one are counted with it.

    One query, whatever their number. What is asked to be taken down comes first, then what the law gives a day for.
    """
    rows = list(
        Petition.objects.filter(closed_at=None).defer("sealed").order_by("received_at", "pk")[:MOST_LISTED]
    )
    alike = Counter(row.likeness for row in rows)
    first: dict[str, Petition] = {}
    for row in rows:
        first.setdefault(row.likeness, row)
    return [(row, alike[row.likeness]) for row in sorted(first.values(), key=_pressing)]


def closed_ones() -> list[tuple[Petition, int]]:
    """Those that were closed last. One query."""
    rows = Petition.objects.exclude(closed_at=None).defer("sealed").order_by("-closed_at", "-pk")
    return [(row, 1) for row in rows[:MOST_LISTED]]


def with_words(rows: Iterable[tuple[Petition, int]]) -> list[Listed]:
    """With what was written. One query."""
    rows = list(rows)
    sealed = dict(Petition.objects.filter(pk__in=[row.pk for row, _ in rows]).values_list("pk", "sealed"))
    return [Listed(row, alike, _unseal(bytes(sealed[row.pk]))) for row, alike in rows]


def words_of(petition: Petition) -> Written:
    return _unseal(bytes(petition.sealed))


def alike(petition: Petition) -> int:
    """How many others that are open say the same."""
    same = Petition.objects.filter(closed_at=None, likeness=petition.likeness)
    return same.exclude(pk=petition.pk).count()


def notes_of(petition: Petition) -> list[tuple[PetitionNote, str]]:
    """What was noted, oldest first, unsealed."""
    return [(note, sealing.unseal(bytes(note.sealed)).decode()) for note in petition.notes.order_by("pk")]


@transaction.atomic
def note(petition: Petition, text: str, *, by: Agent, at: datetime) -> None:
    PetitionNote.objects.create(
        petition=petition, sealed=sealing.seal(text.encode()), by_agent=str(by), at=at
    )
    events.record("request noted", _subject(petition), at=at, agent=by)


@transaction.atomic
def mark_hidden(petition: Petition, what: str, *, by: Agent, at: datetime) -> None:
    """What it is about is gone from the public pages: whoever asked sees that at once."""
    Petition.objects.filter(pk=petition.pk).update(hidden_at=at)
    events.record("request led to hiding", _subject(petition), at=at, agent=by, outcome=what)


@transaction.atomic
def close(petition: Petition, outcome: str, *, all_alike: bool = False, by: Agent, at: datetime) -> int:
    """Answered. With `all_alike`, all open ones that say the same too. Returns how many. Raises AlreadyClosed."""
    same = Petition.objects.select_for_update().filter(closed_at=None)
    chosen = same.filter(likeness=petition.likeness) if all_alike else same.filter(pk=petition.pk)
    rows = list(chosen.defer("sealed").order_by("pk"))
    if petition.pk not in {row.pk for row in rows}:
        raise AlreadyClosed
    Petition.objects.filter(pk__in=[row.pk for row in rows]).update(closed_at=at, outcome=outcome)
    for row in rows:
        events.record("request closed", _subject(row), at=at, agent=by, outcome=outcome)
    return len(rows)


@transaction.atomic
def erase(petition: Petition, *, by: Agent, at: datetime) -> None:
    """Of a closed petition only how it stood stays: what was written and noted is gone for good."""
    Petition.objects.filter(pk=petition.pk).exclude(closed_at=None).update(sealed=b"", likeness="", about="")
    PetitionNote.objects.filter(petition=petition, petition__closed_at__isnull=False).delete()
    events.record("request erased", _subject(petition), at=at, agent=by)


def opened(petition: Petition, *, by: Agent, at: datetime) -> None:
    """Somebody reads it."""
    events.record("request read", _subject(petition), at=at, agent=by)


def working_days_after(day: date, number: int) -> date:
    """The last of so many working days that follow a day."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


def _pressing(petition: Petition) -> tuple[int, date, datetime]:
    if petition.kind == Kind.TAKE_DOWN:
        return (0 if petition.about else 1, date.min, petition.received_at)
    return (
        (2, petition.due_on, petition.received_at) if petition.due_on else (3, date.min, petition.received_at)
    )


def _tell_archivists(text: Sentence, *, at: datetime) -> None:
    """One notice on each desk until it is read: a thousand petitions are not a thousand notices."""
    told = Notice.objects.filter(subject=NOTICE, read_at=None).values("user")
    archivists = User.objects.filter(is_active=True, roles__role=Role.ARCHIVIST).exclude(pk__in=told)
    desk.leave(archivists, NOTICE, text, at=at)


def _subject(petition: Petition) -> Subject:
    return Subject(f"request:{petition.code}")


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def _likeness(kind: str, passage: Passage, written: Written) -> str:
    """By our key, so that nobody who reads the database finds a text by trying."""
    words = " ".join(fold(f"{kind} {passage.public_id} {written.where} {written.text}").split())
    return salted_hmac("petitions.likeness", words, algorithm="sha256").hexdigest()


def _seal(written: Written) -> bytes:
    content = {"text": written.text, "contact": written.contact, "where": written.where}
    return sealing.seal(json.dumps(content, ensure_ascii=False).encode())


def _unseal(sealed: bytes) -> Written:
    return Written(**json.loads(sealing.unseal(bytes(sealed)))) if sealed else Written("")
