"""What follows when a working text changes: a moment later the staff find it as it is now."""

from collections.abc import Callable
from datetime import datetime

from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.pipeline import dispatcher
from oralhistory.review import findable
from oralhistory.search import index
from oralhistory.search.tables import STAFF

INDEX = "index text"
MOST_WAITING = 100  # of a large archive that is put in for the first time


def follow_if_due(*, at: datetime) -> None:
    """A job for each interview that is found by something else than its text. What died waits for a person."""
    open_or_dead = Job.objects.filter(kind=INDEX).exclude(state__in=[Job.State.DONE, Job.State.CANCELLED])
    waiting = set(open_or_dead.values_list("subject", flat=True))
    for public_id in findable.due():
        if len(waiting) >= MOST_WAITING:
            return
        if (subject := f"text:{public_id}") not in waiting:
            _ask(subject, at=at)
            waiting.add(subject)


def _ask(subject: str, *, at: datetime) -> None:
    """Of the jobs that are done only the last is kept: a text that is worked on makes one every half minute."""
    earlier = Job.objects.filter(kind=INDEX, subject=subject)
    number = earlier.order_by("-generation").values_list("generation", flat=True).first() or 0
    earlier.filter(state=Job.State.DONE, generation__lt=number).delete()
    dispatcher.send(leases.enqueue(INDEX, subject, queue="link", at=at, generation=number + 1), at=at)


def work(job: Job) -> None:
    """The step."""
    if findable.refresh(job.subject.partition(":")[2]):
        index.purge(STAFF)


STEPS: dict[str, Callable[[Job], None]] = {INDEX: work}
