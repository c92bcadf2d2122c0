"""Bringing a package back: looked at whole, rehearsed, then its files, then its rows in one transaction.

Files come before rows, since a row without its file would be a lie and a file without its row is none; the rehearsal,
which makes every row and takes it back, keeps a package that is refused from leaving files behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from oralhistory.consent import workflow
from oralhistory.editions import consequences, indexing
from oralhistory.editions.models import Edition, Standing
from oralhistory.files import stores
from oralhistory.intake.bags import checking, gathering, history, values
from oralhistory.intake.bags.checking import NotAPackage, Package
from oralhistory.intake.bags.records import EVENTS, KINDS
from oralhistory.intake.bags.rows import Rows, parse, read
from oralhistory.interviews.models import Interview, State
from oralhistory.lib.agents import Agent
from oralhistory.people import vault
from oralhistory.people.models import Person
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import TranscriptionJob


class AlreadyHere(NotAPackage):
    """The archive has this interview. Nothing is written over."""


@dataclass(frozen=True)
class Brought:
    public_id: str
    rows: dict[str, int]  # label of the model → how many were made
    events: int
    files: int
    kept: tuple[str, ...]  # records that differ from ours, which stay
    sealed: tuple[str, ...]  # codes of people whose identity our key does not open
    cancelled: int  # transcriptions that were under way


def bring_in(folder: Path, *, by: Agent, at: datetime, only_rehearse: bool = False) -> Brought:
    """Take a package into the archive, whole or not at all. Raises NotAPackage, AlreadyHere."""
    package = checking.check(folder)
    _check_new(package)
    rows = _attempt(package, _rehearse, by=by, at=at)
    brought = _told(rows, package)
    if only_rehearse:
        return brought
    _store(rows)
    return _told(_attempt(package, _for_good, by=by, at=at), package)


def unread(public_id: str) -> list[Recording]:
    """Recordings of an interview that were brought along before anything was made of them."""
    interview = Interview.objects.get(public_id=public_id)
    return list(Recording.objects.of(interview).filter(state=Recording.State.ARRIVED))


def _check_new(package: Package) -> None:
    known = (
        Interview.objects.filter(public_id=package.public_id).exists()
        or Standing.objects.filter(public_id=package.public_id).exists()
    )
    if known:
        raise AlreadyHere(f"The archive has the interview {package.public_id} already. Nothing was changed.")


@dataclass
class _Done:
    rows: Rows
    events: int
    sealed: list[str]
    cancelled: int


def _attempt(package: Package, how: Callable[..., _Done], *, by: Agent, at: datetime) -> _Done:
    try:
        return how(package, by=by, at=at)
    except (IntegrityError, DataError) as refusal:
        what = " ".join(str(refusal).split())
        raise NotAPackage(
            f"The package contradicts what is in the archive, or itself ({what}). Nothing was brought in."
        ) from refusal
    except workflow.MoveNotAllowed as refusal:
        raise NotAPackage(f"Its papers do not allow what is public of it: {refusal}.") from refusal


@transaction.atomic
def _rehearse(package: Package, *, by: Agent, at: datetime) -> _Done:
    done = _bring(package, by=by, at=at)
    transaction.set_rollback(True)
    return done


@transaction.atomic
def _for_good(package: Package, *, by: Agent, at: datetime) -> _Done:
    return _bring(package, by=by, at=at)


def _bring(package: Package, *, by: Agent, at: datetime) -> _Done:
    _check_files_of_rows(package)
    rows = Rows(package)
    rows.bring()
    interview = _interview(rows)
    gathered = gathering.gather(interview)
    _check_belonging(rows, gathered)
    cancelled = _stop_what_has_no_worker(interview)
    count = _bring_events(package, gathered, by=by, at=at)
    _open_again(interview, by=by, at=at)
    return _Done(rows, count, _sealed(rows), cancelled)


def _check_files_of_rows(package: Package) -> None:
    known = {f"data/records/{kind.label}.jsonl" for kind in (*KINDS, EVENTS)}
    if unknown := set(package.named("data/records/")) - known:
        raise NotAPackage(
            f"This program knows no {Path(min(unknown)).stem}. Was the package written by a newer one?"
        )


def _interview(rows: Rows) -> Interview:
    found = list(Interview.objects.filter(pk__in=rows.new[Interview]))
    if [each.public_id for each in found] != [rows.package.public_id]:
        raise NotAPackage("A package holds one interview, the one that its metadata names.")
    return found[0]


def _check_belonging(rows: Rows, gathered: gathering.Gathered) -> None:
    """What was brought in is what an export would take out: nothing else, and nothing of somebody else's."""
    for kind in KINDS:
        if kind.of or kind.of_public_id:
            if gathered.rows(kind).count() != len(rows.new[kind.model]):
                raise NotAPackage(f"{kind.label}.jsonl: a row is not of this interview.")
        elif not kind.on and (stray := set(rows.new[kind.model]) - gathered.named[kind.model]):
            raise NotAPackage(f"{kind.label}.jsonl: {len(stray)} rows are named by nothing in the package.")
    files = {*rows.package.named("data/masters/"), *rows.package.named("data/access/")}
    if stray_files := files - set(rows.stored):
        raise NotAPackage(f"No row names the file {min(stray_files)}.")
    _check_standing(gathered.interview)


def _check_standing(interview: Interview) -> None:
    standing = Standing.objects.filter(public_id=interview.public_id)
    if interview.state == State.WITHDRAWN and standing.filter(withdrawn_at=None).exists():
        raise NotAPackage(
            "The interview is withdrawn and its testimony is public: one of the two was altered."
        )
    if standing.exclude(current=None).exclude(current__standing=F("pk")).exists():
        raise NotAPackage("What is public of the interview is an edition of another.")


def _stop_what_has_no_worker(interview: Interview) -> int:
    """Jobs do not come along: what was being heard must be asked for again."""
    state = TranscriptionJob.State
    under_way = TranscriptionJob.objects.filter(
        rendition__recording__session__interview=interview, state__in=[state.PLANNING, state.RUNNING]
    )
    return under_way.update(state=state.CANCELLED)


def _bring_events(package: Package, gathered: gathering.Gathered, *, by: Agent, at: datetime) -> int:
    subjects, outcomes = history.subjects(gathered), set()
    count = 0
    for where, line in read(package, EVENTS.label):
        record = parse(where, line)
        try:
            event = history.read(record)
        except history.Altered as altered:
            raise NotAPackage(
                f"{where}: the event was altered: its hash is not of what it says."
            ) from altered
        except (values.NotAValue, KeyError) as wrong:
            raise NotAPackage(f"{where}: this is not an event.") from wrong
        if event.subject not in subjects:
            raise NotAPackage(f"{where}: the event is not of this interview.")
        history.record_again(event)
        outcomes.add(event.outcome.rpartition(" ")[2])
        count += 1
    for name in package.named("data/events/"):
        if package.digests[name] not in outcomes or not name.endswith(history.SUFFIX):
            raise NotAPackage(f"No event names the file {name}.")
    for name in _files_of_events(package):
        history.keep(package.digests[name], (package.folder / name).stat().st_size, at=at)
    history.record_import(
        gathered.interview, count, package.digests[_files_of_events(package)[0]], by=by, at=at
    )
    return count


def _files_of_events(package: Package) -> list[str]:
    """The events as they left, and those of earlier packages."""
    own = f"data/records/{EVENTS.label}.jsonl"
    if own not in package.digests:
        raise NotAPackage("The package has no events.")
    return [own, *package.named("data/events/")]


def _open_again(interview: Interview, *, by: Agent, at: datetime) -> None:
    """What was public is public again, as far as its papers allow today."""
    edition = Edition.objects.public().filter(standing__public_id=interview.public_id).first()
    if edition is None:
        return
    try:
        indexing.replace(edition)
    except (TypeError, ValueError, KeyError) as wrong:
        raise NotAPackage(
            "editions.editionsegment.jsonl: the text of the edition cannot be put in the index."
        ) from wrong
    consequences.follow_consent(interview, by=by, at=at)


def _sealed(rows: Rows) -> list[str]:
    """Who was sealed under another key than ours. What is opened for the question is thrown away."""
    codes = []
    for person in Person.objects.filter(pk__in=rows.new[Person], identity__isnull=False).order_by("code"):
        try:
            vault.open_identity(person)
        except vault.CannotBeOpened:
            codes.append(person.code)
    return codes


def _store(done: _Done) -> None:
    package = done.rows.package
    for name, (storage, key) in sorted(done.rows.stored.items()):
        stem, _, suffix = name.rpartition("/")[2].partition(".")
        stored = stores.store(storage, package.folder / name, suffix=f".{suffix}" if suffix else "")
        if stored.key != key or stored.sha256 != stem:
            raise NotAPackage(f"{name} was changed while it was read.")
    for name in _files_of_events(package):
        stores.store("masters", package.folder / name, suffix=history.SUFFIX)


def _told(done: _Done, package: Package) -> Brought:
    new: dict[Any, list[int]] = done.rows.new
    return Brought(
        public_id=package.public_id,
        rows={kind.label: len(new[kind.model]) for kind in KINDS if new[kind.model]},
        events=done.events,
        files=len(done.rows.stored),
        kept=tuple(sorted(done.rows.kept)),
        sealed=tuple(done.sealed),
        cancelled=done.cancelled,
    )
