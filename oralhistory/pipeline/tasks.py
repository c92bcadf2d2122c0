"""What Celery calls. Each task is a rule called later; the job's row says what to do and whether it is ours."""

from celery import shared_task
from django.utils import timezone

from oralhistory.jobs import work as leased
from oralhistory.jobs.models import Job
from oralhistory.pipeline import dispatcher, steps


@shared_task(name="oralhistory.pipeline.tasks.work")
def work(*, job_id: int) -> None:
    """Do one job, if it is still to be done."""
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    if kind is not None:
        leased.run(job_id, steps.STEPS[kind])


@shared_task(name="oralhistory.pipeline.tasks.dispatch")
def dispatch() -> None:
    """Every 30 seconds: send again what is due."""
    dispatcher.send_due(at=timezone.now())
