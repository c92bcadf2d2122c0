"""Events: what happened to a record, when, by whose hand."""

from django.db import models


class Event(models.Model):
    """One thing that happened (PREMIS event). Rows are only ever added; each carries the hash of the one before.

    Subject and agent are codes, not keys: the chain outlives what it speaks of, and holds no names.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)  # "interview:7kq…", "recording:…"
    agent = models.CharField(max_length=40)
    outcome = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["subject", "at"])]


class ChainHead(models.Model):
    """The last link of the chain: one row, locked while a link is added, so that no two events share a parent."""

    sha256 = models.CharField(max_length=64)
    length = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_chain_head")]
