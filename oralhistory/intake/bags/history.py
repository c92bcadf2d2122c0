"""The events of an interview: out with the hashes they had, back in as links of the chain of the archive they come to.

An archive has one chain, and the events of one interview lie scattered in it: what leaves is rows, each with the hash
over itself and the one before, and no chain. Where they arrive they are recorded again, with their own times, agents
and words, after whatever was recorded there before; so the chain there holds, and whoever reads the interview's events
or decides by them finds them. One event of its own then says how many were brought along and names the file they came
in by its SHA-256. That file, with the old hashes, is kept among the masters and leaves again with the next package.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet

from oralhistory.files.models import MediaFile
from oralhistory.intake.bags import values
from oralhistory.intake.bags.gathering import Gathered
from oralhistory.intake.bags.records import EVENTS, KINDS, columns
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.provenance.models import Event

IMPORTED = "package imported"
RECIPE = "events of an imported package"
SUFFIX = ".jsonl"


class Altered(Exception):
    """An event's hash is not the one over what it says."""


def subjects(gathered: Gathered) -> set[str]:
    """Under which names events may speak of an interview and of what is its own."""
    found: set[str] = set()
    for kind in KINDS:
        names = [name for name in ("code", "subject") if hasattr(kind.model, name)]
        if names and (kind.of or kind.model is MediaFile):
            found |= {str(getattr(row, name)) for row in gathered.rows(kind) for name in names}
    return found


def of(gathered: Gathered) -> "QuerySet[Event]":
    return Event.objects.filter(subject__in=subjects(gathered)).order_by("pk")


def records(gathered: Gathered) -> Iterator[dict[str, Any]]:
    for event in of(gathered):
        yield {
            column.name: values.encode(column, getattr(event, column.attname)) for column in columns(EVENTS)
        }


def earlier_files(gathered: Gathered) -> list[MediaFile]:
    """The files in which this interview's events came, if it was brought in by packages."""
    outcomes = of(gathered).filter(kind=IMPORTED).values_list("outcome", flat=True)
    digests = [outcome.rpartition(" ")[2] for outcome in outcomes]
    return list(MediaFile.objects.filter(recipe=RECIPE, sha256__in=digests).order_by("pk"))


def read(record: dict[str, Any]) -> Event:
    """An event as it was recorded. Raises Altered, values.NotAValue, KeyError."""
    event = Event(**{each.name: values.decode(each, record[each.name]) for each in columns(EVENTS)})
    if not events.fits(event):
        raise Altered
    return event


@dataclass(frozen=True)
class _Named:
    code: str


def record_again(event: Event) -> None:
    kind, _, code = event.agent.partition(":")
    events.record(
        event.kind, _Named(event.subject), at=event.at, agent=Agent(cast(Any, kind), code),
        outcome=event.outcome, reason=event.reason,
    )  # fmt: skip


def record_import(interview: Interview, count: int, sha256: str, *, by: Agent, at: datetime) -> None:
    events.record(IMPORTED, interview, at=at, agent=by, outcome=f"{count} events: {sha256}")


def keep(sha256: str, size: int, *, at: datetime) -> None:
    """Keep the row of a file of events that is, or will be, among the masters."""
    MediaFile.objects.get_or_create(
        storage=MediaFile.Storage.MASTERS, use=MediaFile.Use.PAPER, sha256=sha256, recipe=RECIPE,
        defaults={
            "key": f"{sha256[:2]}/{sha256[2:4]}/{sha256}{SUFFIX}", "size": size,
            "media_type": "application/jsonl", "created_at": at,
        },
    )  # fmt: skip
