"""The queue of record: what is to be done, who is doing it, until when it is theirs."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from oralhistory.jobs.sentences import SentenceField

TIME_LIMIT = timedelta(hours=3)


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> "JobQuerySet":
        """Neither finished nor given up."""
        return self.filter(state__in=[Job.State.DUE, Job.State.RUNNING])

    def about(self, subject: str) -> "JobQuerySet":
        return self.filter(subject=subject)


class Job(models.Model):
    """One step of work on one record. A Celery message may be lost, doubled or late; this row decides."""

    class State(models.TextChoices):
        DUE = "due"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"  # three starts without a step forward, or refused for good: a person decides
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)  # "recording:7kq…": a code, since every layer has work
    generation = models.PositiveIntegerField(default=1)  # asked for again on purpose
    queue = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)  # starts without a step forward
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    time_limit = models.DurationField(default=TIME_LIMIT)  # of one start, and between two steps forward
    limit_at = models.DateTimeField(null=True)  # from then on, that the worker lives keeps no lease
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # when a worker was last told; none: to be told at once
    times_sent = models.PositiveSmallIntegerField(default=0)  # since it became due
    done_units = models.PositiveBigIntegerField(default=0)
    total_units = models.PositiveBigIntegerField(default=0)
    reason = SentenceField(blank=True)  # for the person it concerns
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # What it cost: measures.py. Of all its starts whose end was seen; one that was killed could not say.
    started_at = models.DateTimeField(null=True)  # the last time
    machine = models.CharField(max_length=253, blank=True)  # that time
    wall_ms = models.PositiveBigIntegerField(default=0)
    cpu_ms = models.PositiveBigIntegerField(default=0)
    measured_units = models.PositiveBigIntegerField(default=0)  # the steps forward in that time
    peak_kib = models.PositiveBigIntegerField(
        default=0
    )  # the most its process, or one that it started, ever held

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "generation"], name="one_job_a_step"),
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="running_means_leased",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["subject"]),
            models.Index(fields=["state", "finished_at"]),
        ]


class Ability(models.Model):
    """What a machine was found to be able to do, or why not: for its own processes, and for the page on health."""

    machine = models.CharField(max_length=253)
    what = models.CharField(max_length=400)  # a code: "hear faster-whisper base …"
    reason = SentenceField(blank=True)  # why it cannot; empty if it can
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["machine", "what"], name="one_answer_a_machine")]
