"""A worker's work, done here."""

from collections.abc import Container

from oralhistory.jobs.models import Job
from oralhistory.pipeline import tasks


def work_off(*, without: Container[str] = ()) -> None:
    """Do what is due until nothing is, or only kinds that are left to others; what waits is tried once."""
    tried = set()
    while due := [
        job
        for job in Job.objects.filter(state=Job.State.DUE).order_by("pk")
        if job.kind not in without and (job.pk, job.due_at) not in tried
    ]:
        for job in due:
            tried.add((job.pk, job.due_at))
            tasks.work(job_id=job.pk)
