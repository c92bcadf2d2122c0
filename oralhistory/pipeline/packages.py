"""A full package of an interview that two people agreed to: written by a worker, fetched by who asked, gone after a day."""

import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.accounts.models import User
from oralhistory.consent import proposals
from oralhistory.consent.models import Proposal
from oralhistory.files import handling, stores
from oralhistory.intake.bags import writing
from oralhistory.interviews.models import Interview
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.sentences import Sentence
from oralhistory.jobs.work import CannotBeDone
from oralhistory.notices import desk
from oralhistory.pipeline import dispatcher
from oralhistory.provenance import events

ACTION, JOB = "export", "write package"
KEPT = timedelta(days=1)
FETCHED = "package fetched"
_STORAGE = "masters"  # it holds all that the interview has: where nothing is ever public
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # as its files have it: when it was packed is nobody's business

Clock = Callable[[], datetime]


class NotThere(Exception):
    """It is not written yet, its day is over, or somebody else asked for it."""


@dataclass(frozen=True, slots=True)
class Package:
    key: str
    sha256: str
    size: int  # bytes
    until: datetime


def ask(proposal: Proposal, *, at: datetime) -> Job:
    """Have it written."""
    job = leases.enqueue(JOB, proposal.work, queue="io", at=at)
    dispatcher.send(job, at=at)
    return job


def write(job: Job, clock: Clock = timezone.now) -> None:
    """What a worker does. Both people are asked of the table once more."""
    proposal = Proposal.objects.select_related("interview", "asked_by", "settled_by").get(
        code=job.subject.partition(":")[2]
    )
    if proposal.result:
        return
    if proposal.settled_by is None or proposal.outcome != Proposal.Outcome.AGREED:
        raise CannotBeDone(_("Nobody agreed to this package."))
    if proposals.agreed_to(proposal.interview, "purge"):
        raise CannotBeDone(_("It is erased: there is nothing to make a package of."))
    with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder:
        try:
            written = writing.export(
                proposal.interview.public_id, Path(folder, "package"), by=proposal.asked_by,
                second=proposal.settled_by, reason=proposal.reason, at=clock(),
            )  # fmt: skip
        except writing.NotWritten as refusal:
            raise CannotBeDone(str(refusal)) from refusal
        packed = Path(folder, "package.zip")
        _pack(written.folder, packed, proposal.interview.public_id)
        stored = stores.store(_STORAGE, packed, suffix=".zip")
    at = clock()
    result = {
        "key": stored.key,
        "sha256": stored.sha256,
        "size": stored.size,
        "until": (at + KEPT).isoformat(),
    }
    Proposal.objects.filter(pk=proposal.pk).update(result=result)
    said = Sentence(N_("The package is written. You can fetch it for a day; then it is deleted."))
    desk.leave([proposal.asked_by], proposal.interview.code, said, at=at)


def _pack(folder: Path, target: Path, name: str) -> None:
    """One file of a folder, nothing compressed: sound is not made smaller by it."""
    with zipfile.ZipFile(target, "x") as out:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", _EARLIEST)
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, out.open(entry, "w", force_zip64=True) as packed:
                while block := source.read(1 << 20):
                    packed.write(block)
            path.unlink()  # a package may be as large as the disk is free
    target.chmod(0o600)


def package(proposal: Proposal) -> Package | None:
    """What was written, while it is kept."""
    if "key" not in proposal.result:
        return None
    kept = proposal.result
    return Package(kept["key"], kept["sha256"], kept["size"], datetime.fromisoformat(kept["until"]))


def fetch(proposal: Proposal, *, by: User, at: datetime) -> Package:
    """The package for the one who asked for it. Raises NotThere. Whether they may is access.decide's question."""
    found = package(proposal)
    if found is None or at >= found.until or proposal.asked_by_id != by.pk:
        raise NotThere
    return found


def fetched(proposal: Proposal, *, by: User, at: datetime) -> None:
    """Keep that it left."""
    events.record(
        FETCHED, proposal.interview, at=at, agent=by.agent, outcome=f"{proposal.code}: {proposal.result['sha256']}"
    )  # fmt: skip


def end_expired(*, at: datetime) -> int:
    """Delete those whose day is over. Returns how many."""
    return sum(_end(each) for each in _kept() if (found := package(each)) and at >= found.until)


def end_all(interview: Interview) -> int:
    """Delete those of an interview, whatever their day."""
    return sum(_end(each) for each in _kept() if each.interview_id == interview.pk)


def named() -> set[str]:
    """The keys of all that are kept, among the masters."""
    return {each.result["key"] for each in _kept()}


def _kept() -> list[Proposal]:
    written = Proposal.objects.agreed().filter(action=ACTION).exclude(result={})
    return [each for each in written.select_related("interview") if "key" in each.result]


def _end(proposal: Proposal) -> bool:
    key = proposal.result["key"]
    if not any(each.result["key"] == key for each in _kept() if each.pk != proposal.pk):
        handling.erase(_STORAGE, key)
    left = {name: proposal.result[name] for name in ("sha256", "size")}
    return bool(Proposal.objects.filter(pk=proposal.pk).update(result=left))
