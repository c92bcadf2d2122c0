"""What follows when names of organizations change: the archive is looked through for the forms that changed.

    names differ from what was followed → follow names → find names (some transcripts each)

Nobody who changes a name needs to say so: twice a minute the names are compared with those that were followed.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.jobs.work import NotYet
from oralhistory.mentions import rescanning, word_index
from oralhistory.mentions.models import NamesChanged
from oralhistory.pipeline import authorities, dispatcher

FOLLOW, FIND = "follow names", "find names"
SUBJECT = "names:archive"
EACH = 20  # transcripts of a job: some seconds

Clock = Callable[[], datetime]


def follow(*, at: datetime) -> Job:
    """Names have changed, or may have: look. One job that waits is enough for all of them."""
    asked = Job.objects.about(SUBJECT).filter(kind=FOLLOW)
    waiting = asked.filter(state=Job.State.DUE).first()
    if waiting is not None:
        return waiting
    job = leases.enqueue(FOLLOW, SUBJECT, queue="link", at=at, generation=asked.count() + 1)
    dispatcher.send(job, at=at)
    return job


def follow_if_due(*, at: datetime) -> None:
    """Look whether any name has changed: two queries for plain rows. What died waits for a person."""
    last = Job.objects.about(SUBJECT).filter(kind=FOLLOW).order_by("generation").last()
    if not (last and last.state == Job.State.DEAD) and rescanning.is_due():
        follow(at=at)


def follow_changes(job: Job, clock: Clock = timezone.now) -> None:
    """The step: note what changed, find the transcripts, have them read."""
    noted = rescanning.note(at=clock())
    if noted is not None:
        authorities.records_changed({row[0] for row in [*noted.added, *noted.removed]}, at=clock())
    word_index.refresh()
    for changed in rescanning.not_searched():
        found = rescanning.search(changed)
        with transaction.atomic():
            rescanning.keep(changed, found)
            for part in range(0, len(found), EACH):
                some = leases.enqueue(FIND, f"names:{changed.pk}:{part}", queue="link", at=clock())
                dispatcher.send(some, at=clock())


def find(job: Job, clock: Clock = timezone.now) -> None:
    """The step: some of the transcripts of a change."""
    _names, pk, part = job.subject.split(":")
    changed = NamesChanged.objects.filter(pk=int(pk)).first()
    if changed is None:
        return
    try:
        rescanning.follow(changed, (changed.transcripts or [])[int(part) : int(part) + EACH])
    except rescanning.TextChanged as changing:
        raise NotYet from changing


STEPS: dict[str, Callable[[Job], None]] = {FOLLOW: follow_changes, FIND: find}
