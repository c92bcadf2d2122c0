"""What reviewers do to an interview before it may be seen: redactions, remarks, signatures."""

from django.db import models
from django.db.models import F, Q

from oralhistory.interviews.models import Interview


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def standing(self) -> "RedactionQuerySet":
        """Marked and not lifted."""
        return self.filter(lifted_at=None)


class Redaction(models.Model):
    """A span that no edition may carry, in text or sound."""

    class Kind(models.TextChoices):
        CUT = "cut"
        ROLE_WORD = "role_word"
        PSEUDONYM = "pseudonym"

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="redactions")
    # On the interview's time line, in milliseconds: segments change, the promise does not.
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    cue_id = models.CharField(max_length=8, blank=True)  # where it was marked in the text, for the editor
    first_word = models.PositiveIntegerField(null=True)
    last_word = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CUT)
    replacement = models.CharField(
        max_length=120, blank=True
    )  # a role word or a pseudonym, shown in its place
    reason = models.TextField()
    marked_by_agent = models.CharField(max_length=40)
    marked_at = models.DateTimeField()
    lifted_by_agent = models.CharField(max_length=40, blank=True)
    lifted_at = models.DateTimeField(null=True)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        ordering = ["start_ms"]
        constraints = [
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="redaction_has_length"),
            models.CheckConstraint(
                condition=Q(kind="cut", replacement="") | ~Q(kind="cut"), name="a_cut_leaves_nothing"
            ),
        ]


class Remark(models.Model):
    """Something said to the others about a moment, until it is resolved."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="remarks")
    start_ms = models.PositiveBigIntegerField(null=True)
    text = models.TextField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)


class Signature(models.Model):
    """An approval: who signed which manifest. A manifest that changes is one that nobody signed."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="signatures")
    manifest_sha256 = models.CharField(max_length=64)
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
