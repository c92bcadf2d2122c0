"""Erasing what is kept of a withdrawn interview: its files in every storage, its texts, and all rows that carry content.

What remains: its public id, days, the hashes and sizes of files, who agreed to what and when without a word of it,
signatures, the numbers of its editions, the chain of events, and the tombstone where that is allowed. What others know
of organizations stays with their records, withheld as after every withdrawal. Each step can be done again: files are
erased before the rows that name them, so a job that was cut off finds the rest.

A model that somebody adds and does not name here is erased, and a column that somebody adds to one that stays is emptied.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oralhistory.consent import proposals
from oralhistory.consent.models import Agreement, Embargo, Grant, NarratorLink, Proposal, Withdrawal
from oralhistory.editions import cleaning, copies
from oralhistory.editions.models import Edition, PreparedSound, Standing, Veil
from oralhistory.files import handling, replicas
from oralhistory.files.models import FixityCheck, MediaFile, Replica
from oralhistory.files.objects import StorageFails
from oralhistory.intake import arrivals
from oralhistory.intake.bags import gathering, records
from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Assignment, Interview, Participation, State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import CannotBeDone
from oralhistory.lib.agents import MACHINE
from oralhistory.mentions import word_index
from oralhistory.notices.models import Notice
from oralhistory.people.models import Identity, Person
from oralhistory.pipeline import dispatcher, packages
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording, Rendition, Transfer
from oralhistory.review import findable
from oralhistory.review.models import Recusal, Replacement, Signature
from oralhistory.transcripts.models import Transcript, TranscriptionJob, VoicesSoFar

ACTION = JOB = "purge"
ERASED, PURGED = "file erased", "interview erased"
# Their rows stay, and of their words these: codes, hashes, and what was agreed to.
KEPT: dict[type[models.Model], frozenset[str]] = {
    Interview: frozenset({"public_id", "state"}),
    Participation: frozenset({"role"}),
    Assignment: frozenset(),
    Agreement: frozenset({"kind", "attribution", "narrowed_by_agent"}),
    Grant: frozenset({"use", "audience", "part", "theme", "zone"}),
    Withdrawal: frozenset({"recorded_by_agent"}),
    Embargo: frozenset({"zone"}),
    Signature: frozenset({"manifest_sha256", "by_agent", "parts"}),
    Standing: frozenset({"public_id"}),
    Edition: frozenset({"manifest_sha256", "audio_sha256"}),
    Veil: frozenset({"by_agent"}),
}

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class NotToBeErased(Exception):
    """It is not withdrawn, or no two people have agreed to it."""


def ask(proposal: Proposal, *, at: datetime) -> Job:
    """Have it erased."""
    job = leases.enqueue(JOB, proposal.interview.code, queue="safety", at=at)
    dispatcher.send(job, at=at)
    return job


def is_done(interview: Interview) -> bool:
    return Event.objects.filter(subject=interview.code, kind=PURGED).exists()


def work(job: Job, clock: Clock = timezone.now) -> None:
    """What a worker does."""
    interview = Interview.objects.get(public_id=job.subject.partition(":")[2])
    try:
        erase(interview, at=clock(), step=lambda done: leases.progress(job, done, at=clock()))
    except NotToBeErased as refusal:
        raise CannotBeDone(
            _("It is not withdrawn any more, or nobody agreed: nothing was erased.")
        ) from refusal


def erase(interview: Interview, *, at: datetime, step: Callable[[int], None] = lambda _done: None) -> None:
    """All of it, in an order that can be taken up again. Raises NotToBeErased, StorageFails."""
    agreed = proposals.agreed_to(interview, ACTION)
    if interview.state != State.WITHDRAWN or agreed is None or agreed.settled_by is None:
        raise NotToBeErased
    _stop_work(interview, at=at)
    cleaning.after_withdrawal(interview.public_id, at=at)
    word_index.forget_interview(interview.public_id)
    findable.erase(interview.public_id)
    packages.end_all(interview)
    _end_arrivals(interview, at=at)
    gathered = gathering.gather(interview)
    for done, file in enumerate(_files(gathered), 1):
        _erase_file(interview, file, at=at)
        step(done)
    for sound in PreparedSound.objects.filter(interview_id=interview.pk):
        copies.erase_prepared(sound)
    with transaction.atomic():
        _erase_rows(gathered)
        if not is_done(interview):
            said = f"{agreed.code} with {agreed.asked_by.agent}"
            events.record(PURGED, interview, at=at, agent=agreed.settled_by.agent, outcome=said)


def _stop_work(interview: Interview, *, at: datetime) -> None:
    """Nothing is made of it any more. Its workers notice at their next write."""
    asked = TranscriptionJob.objects.filter(rendition__recording__session__interview=interview)
    subjects = [row.subject for row in (*Recording.objects.of(interview), *asked)]
    subjects += [row.subject for row in Transfer.objects.filter(recording__session__interview=interview)]
    subjects += [row.subject for row in Arrival.objects.of(interview)]
    chunks = asked.exclude(chunks=None).values_list("code", "chunks__index")
    subjects += [f"chunk:{code}:{index}" for code, index in chunks]
    texts = Transcript.objects.filter(recording__session__interview=interview)
    subjects += [f"transcript:{pk}" for pk in texts.values_list("pk", flat=True)]
    for subject in subjects:
        leases.cancel(subject, at=at)
    Job.objects.about(interview.code).open().exclude(kind=JOB).update(
        state=Job.State.CANCELLED, finished_at=at, **leases.FREE
    )


def _end_arrivals(interview: Interview, *, at: datetime) -> None:
    for arrival in Arrival.objects.of(interview).exclude(state=Arrival.State.KEPT):
        arrivals.end(arrival, by=MACHINE, at=at, reason=ACTION)


# Files.


def _files(gathered: gathering.Gathered) -> list[MediaFile]:
    """What was kept of this interview and of no other."""
    own = gathered.named[MediaFile]
    files = MediaFile.objects.filter(pk__in=own - _named_by_others(gathered))
    return list(files.order_by("pk"))


def _named_by_others(gathered: gathering.Gathered) -> set[int]:
    own = gathered.named[MediaFile]
    others: set[int] = set()
    for kind in records.KINDS:
        if kind.model in (MediaFile, FixityCheck):
            continue
        here = gathered.rows(kind).order_by().values("pk")
        for column in records.columns(kind):
            if column.related_model is MediaFile:
                rows = kind.model._default_manager.filter(**{f"{column.name}__in": own}).exclude(pk__in=here)
                others |= set(rows.values_list(column.name, flat=True))
    return others


def _erase_file(interview: Interview, file: MediaFile, *, at: datetime) -> None:
    """The word that it is gone comes first: nobody repairs what is not there any more."""
    with transaction.atomic():
        if MediaFile.objects.present().filter(pk=file.pk).update(removed_at=at):
            said = f"{file.code} {file.sha256}"
            events.record(ERASED, interview, at=at, agent=MACHINE, outcome=said)
    if MediaFile.objects.present().filter(storage=file.storage, key=file.key).exists():
        return  # another interview has the same bytes
    handling.erase(file.storage, file.key)
    _erase_versions(file.storage, file.key)
    if file.storage == MediaFile.Storage.MASTERS and replicas.place():
        replicas.forget(file.key)
        _erase_versions(handling.REPLICA, file.key)
    Replica.objects.filter(file=file).delete()


def _erase_versions(storage: str, key: str) -> None:
    try:
        handling.erase_versions(storage, key)
    except StorageFails as fails:  # not every store knows versions, nor may every account ask for them
        log.warning("earlier versions of a file were not looked for in %s: %s", storage, fails)


# Rows.


def _erase_rows(gathered: gathering.Gathered) -> None:
    interview = gathered.interview
    Transcript.objects.filter(recording__session__interview=interview).update(
        parent=None, merged_from=None, transcription=None
    )
    renditions = Rendition.objects.filter(recording__session__interview=interview)
    VoicesSoFar.objects.filter(rendition__in=renditions).delete()
    Arrival.objects.filter(interview=interview).delete()
    NarratorLink.objects.filter(interview=interview).delete()
    Agreement.objects.filter(interview=interview).update(scan=None)
    Recusal.objects.filter(interview=interview).delete()
    for kind in reversed(records.KINDS):  # a row names rows of lines above it
        if not (kind.of or kind.of_public_id):
            continue
        rows = gathered.rows(kind).order_by()
        if kind.model not in KEPT:
            rows.delete()
        elif words := _words_of(kind.model):
            rows.update(**words)
    Interview.objects.filter(pk=interview.pk).update(title=interview.public_id)
    Replacement.objects.filter(passages=None).delete()  # those that were of this interview alone
    Proposal.objects.filter(interview=interview).update(reason="")
    Notice.objects.filter(subject=interview.code).delete()
    _forget_people(interview)


def _words_of(model: type[models.Model]) -> dict[str, Any]:
    """The columns in which a row that stays could say something, each with nothing in it."""
    return {
        column.name: column.get_default()
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField | models.JSONField)
        and column.name not in KEPT[model]
    }


def _forget_people(interview: Interview) -> None:
    """Those who take part in no other interview: their codes stay."""
    elsewhere = Participation.objects.exclude(interview=interview).values("person")
    here = Person.objects.filter(participations__interview=interview).exclude(pk__in=elsewhere)
    known = list(here.values_list("pk", flat=True))
    Identity.objects.filter(person__in=known).delete()
    Person.objects.filter(pk__in=known).update(attribution=Person.Attribution.CODE, shown_name="")
