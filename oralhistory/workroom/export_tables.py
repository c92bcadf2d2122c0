"""The archive's tables as they leave it: codes, states and days, no names of narrators and nothing that was said.

Each column is documented here and shown beside the table. A new table is a line in `TABLES`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts.models import User
from oralhistory.consent import lists
from oralhistory.consent.models import Agreement, Grant
from oralhistory.editions.models import Standing
from oralhistory.interviews.models import Assignment, Interview
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review.models import NamedPerson

Rows = Iterable[Sequence[Any]]
AT_ONCE = 2_000  # rows that are read with one question


@dataclass(frozen=True, slots=True)
class Table:
    label: str | Promise
    columns: dict[str, str | Promise]  # each with what it says
    rows: Callable[[User], Rows]


def _seen(user: User) -> QuerySet[Interview]:
    """Without those that are kept from this person by a conflict of interest."""
    return Interview.objects.filter(pk__in=lists.where(user, "read_meta").order_by().values("pk"))


def _interviews(user: User) -> Rows:
    standing = Standing.objects.filter(public_id=OuterRef("public_id"))
    rows = _seen(user).annotate(
        sittings=Count("sessions", distinct=True),
        first=Min("sessions__held_on"),
        last=Max("sessions__held_on"),
        edition=Subquery(standing.values("current__number")[:1]),
        published=Subquery(standing.values("current__published_at")[:1]),
        withdrawn=Subquery(standing.values("withdrawn_at")[:1]),
    )
    columns = (
        "public_id", "identifier", "state", "collection__slug", "languages", "countries", "created_at", "created_by__code",
        "sittings", "first", "last", "edition", "published", "withdrawn",
    )  # fmt: skip
    return _read(rows.order_by("created_at", "pk").values_list(*columns))


def _recordings(user: User) -> Rows:
    rows = Recording.objects.filter(session__interview__in=_seen(user)).order_by(
        "session__interview", "session", "position"
    )
    return _read(
        rows.values_list(
            "session__interview__public_id", "session__number", "position", "code", "state", "channels", "duration_ms",
            "arrived_at", "master__media_type", "master__size", "master__sha256",
        )
    )  # fmt: skip


def _agreements(user: User) -> Rows:
    rows = Agreement.objects.filter(interview__in=_seen(user)).annotate(
        scanned=Count("scan"), lines=Count("grants")
    )
    return _read(
        rows.order_by("interview", "pk").values_list(
            "interview__public_id", "pk", "kind", "signed_on", "person__code", "attribution", "announce", "tombstone",
            "recorded_by__code", "recorded_at", "withdrawal__at", "scanned", "lines",
        )
    )  # fmt: skip


def _grants(user: User) -> Rows:
    rows = Grant.objects.filter(agreement__interview__in=_seen(user)).order_by("agreement", "pk")
    return _read(
        rows.values_list(
            "agreement__interview__public_id", "agreement", "denied", "use", "audience", "part", "start_ms", "end_ms", "theme",
            "valid_from", "valid_until",
        )
    )  # fmt: skip


def _mentions(user: User) -> Rows:
    rows = Mention.objects.filter(transcript__recording__session__interview__in=_seen(user)).order_by(
        "transcript", "start_ms", "pk"
    )
    return _read(
        rows.values_list(
            "transcript__recording__session__interview__public_id", "transcript__recording__code", "segment__cue_id", "start_ms",
            "end_ms", "organization__slug", "proposed", "state", "kind", "score", "matcher_version", "decided_by_agent", "decided_at",
        )
    )  # fmt: skip


def _people_named(user: User) -> Rows:
    rows = NamedPerson.objects.filter(interview__in=_seen(user)).annotate(times=Count("occurrences"))
    return _read(
        rows.order_by("interview", "pk").values_list(
            "interview__public_id", "code", "kind", "living", "decision", "times", "by_hand", "decided_by_agent", "decided_at",
        )
    )  # fmt: skip


def _assignments(user: User) -> Rows:
    rows = Assignment.objects.filter(interview__in=_seen(user)).order_by("interview", "created_at")
    return _read(
        rows.values_list("interview__public_id", "user__code", "conflicted", "interview__state", "created_at")
    )


def _events(user: User) -> Rows:
    kept = Interview.objects.exclude(pk__in=_seen(user).values("pk")).values_list("public_id", flat=True)
    rows = Event.objects.exclude(subject__in=[f"interview:{public_id}" for public_id in kept])
    return _read(rows.values_list("pk", "at", "kind", "subject", "agent", "outcome", "sha256"))


def _collections(user: User) -> Rows:
    rows = (
        _seen(user)
        .order_by("collection__slug")
        .values_list("collection__slug", "collection__title")
        .annotate(
            interviews=Count("pk", distinct=True),
            public=Count("pk", distinct=True, filter=Q(state__in=["published", "revising"])),
            length=Sum(F("sessions__recordings__duration_ms")),
        )
    )
    return _read(rows)


def _read(rows: QuerySet[Any, Any]) -> Rows:
    return rows.iterator(chunk_size=AT_ONCE)


INTERVIEW = _("public id of the interview")
_MS = _("milliseconds")
TABLES: dict[str, Table] = {
    "interviews": Table(
        _("Interviews"),
        {
            "interview": INTERVIEW, "identifier": _("number that it has elsewhere"), "state": _("where it stands"),
            "collection": _("code of the collection"), "languages": _("ISO 639, the main one first"), "countries": _("ISO 3166"),
            "created_at": _("when it was begun here"), "created_by": _("code of the account"), "sittings": _("how many"),
            "first_held_on": _("day of the first sitting"), "last_held_on": _("day of the last sitting"),
            "edition": _("number of the present edition"), "published_at": _("of the present edition"),
            "withdrawn_at": _("if it was taken down"),
        },
        _interviews,
    ),
    "collections": Table(
        _("Collections"),
        {
            "collection": _("code of the collection"), "title": _("its title"), "interviews": _("how many"),
            "public": _("how many of them are public"), "recorded_ms": _MS,
        },
        _collections,
    ),
    "recordings": Table(
        _("Recordings"),
        {
            "interview": INTERVIEW, "sitting": _("its number"), "position": _("within the sitting, from 0"), "recording": _("its code"),
            "state": _("arrived, ready or refused"), "channels": _("what the channels are"), "duration_ms": _MS,
            "arrived_at": _("when it was whole"), "media_type": _("of the master"), "bytes": _("of the master"),
            "sha256": _("of the master"),
        },
        _recordings,
    ),
    "agreements": Table(
        _("Agreements"),
        {
            "interview": INTERVIEW, "agreement": _("its number, in the table of grants too"), "kind": _("which paper"),
            "signed_on": _("day of the signature"), "person": _("code of who signed; none: all narrators"),
            "attribution": _("how the narrator may be shown at most"), "announce": _("may the catalog say that it exists"),
            "tombstone": _("may it be said that it was withdrawn"), "recorded_by": _("code of the account"),
            "recorded_at": _("when it was entered"), "withdrawn_at": _("when it was taken back"),
            "scans": _("1 if there is a scan of the paper"), "grants": _("how many lines it has"),
        },
        _agreements,
    ),
    "grants": Table(
        _("Grants"),
        {
            "interview": INTERVIEW, "agreement": _("its number, in the table of agreements too"), "denied": _("yes: it forbids"),
            "use": _("what for"), "audience": _("for whom"), "part": _("whole, span or theme"), "start_ms": _MS, "end_ms": _MS,
            "theme": _("which theme"), "valid_from": _("from when"), "valid_until": _("until when"),
        },
        _grants,
    ),
    "mentions": Table(
        _("Mentions and decisions"),
        {
            "interview": INTERVIEW, "recording": _("its code"), "cue": _("the passage"), "start_ms": _MS, "end_ms": _MS,
            "organization": _("code of its record; none: not in the list"), "proposed": _("whom the machine meant"),
            "state": _("suggested, accepted or rejected"), "kind": _("how it was found"), "score": _("how sure the machine was, 0 to 1"),
            "matcher": _("version of the program that found it"), "decided_by": _("code of the account"),
            "decided_at": _("when it was decided"),
        },
        _mentions,
    ),
    "people_named": Table(
        _("People named"),
        {
            "interview": INTERVIEW, "person": _("code of somebody who is named; the name is in no table"),
            "kind": _("unknown, private, public, narrator or nobody"), "living": _("yes, no or unknown"),
            "decision": _("undecided, keep, role_word, pseudonym or cut"), "times": _("how often they are named"),
            "by_hand": _("yes: a person found them, and no machine"), "decided_by": _("code of the account"),
            "decided_at": _("when it was decided"),
        },
        _people_named,
    ),
    "assignments": Table(
        _("Assignments"),
        {
            "interview": INTERVIEW, "moderator": _("code of the account"), "conflicted": _("yes: kept from them"),
            "state": _("where the interview stands"), "given_at": _("when it was given"),
        },
        _assignments,
    ),
    "events": Table(
        _("Events"),
        {
            "event": _("its number"), "at": _("when"), "kind": _("what happened"), "subject": _("to what, by its code"),
            "agent": _("by whose hand, by its code"), "outcome": _("what came of it"), "sha256": _("its link of the chain"),
        },
        _events,
    ),
}  # fmt: skip
