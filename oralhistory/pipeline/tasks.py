"""What Celery calls. Each task is a rule called later; the job's row says what to do and whether it is ours."""

from celery import shared_task
from django.utils import timezone

from oralhistory.celery import app
from oralhistory.consent import proposals
from oralhistory.jobs import work as leased
from oralhistory.jobs.models import Job
from oralhistory.pipeline import (
    acts,
    causes,
    dispatcher,
    handing,
    hearing,
    keeping,
    letters,
    needs,
    new_names,
    steps,
    working_texts,
)

app.steps["worker"].update({needs.LookAround, hearing.Ears})


@shared_task(name="oralhistory.pipeline.tasks.work")
def work(*, job_id: int) -> None:
    """Do one job, if it is still to be done."""
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    if kind is not None:
        leased.run(job_id, needs.patient(steps.STEPS[kind]), explain=causes.of)


@shared_task(name="oralhistory.pipeline.tasks.dispatch")
def dispatch() -> None:
    """Every 30 seconds: send again what is due, letters among it, and follow names and texts that changed, whoever
    changed them."""
    dispatcher.send_due(at=timezone.now())
    letters.send_due(at=timezone.now())
    new_names.follow_if_due(at=timezone.now())
    working_texts.follow_if_due(at=timezone.now())


@shared_task(name="oralhistory.pipeline.tasks.look_after")
def look_after() -> None:
    """Every ten minutes: what is kept, and due to be copied, checked or swept; what may be shown no longer, or from
    now on; what nobody settled."""
    keeping.enqueue(at=timezone.now())
    acts.follow_what_has_ended(at=timezone.now())
    acts.open_what_has_passed(at=timezone.now())
    handing.tell_of_embargoes(at=timezone.now())
    proposals.let_lapse(at=timezone.now())
