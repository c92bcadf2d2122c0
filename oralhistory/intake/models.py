"""What came in, before it is a recording."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oralhistory.interviews.models import Interview, Session
from oralhistory.lib import ids
from oralhistory.recordings.models import Recording, Transfer


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def open(self) -> "ArrivalQuerySet":
        """Not decided yet: still coming, or whole and waiting for a worker."""
        return self.filter(state__in=[Arrival.State.COMING, Arrival.State.WHOLE])

    def set_aside(self) -> "ArrivalQuerySet":
        """Refused, and kept for a person to look at until they expire; not those of which there is nothing to keep."""
        return self.filter(state=Arrival.State.REFUSED).exclude(parts={})

    def of(self, interview: Interview) -> "ArrivalQuerySet":
        """An interview's arrivals, oldest first."""
        return self.filter(interview=interview).order_by("pk")


class Arrival(models.Model):
    """A file on its way in pieces (a tus upload): how much of it is durably kept, and what becomes of it.

    Its bytes lie under keys of the masters storage that nothing else names, until it is whole and checked.
    """

    class State(models.TextChoices):
        COMING = "coming"
        WHOLE = "whole"  # every byte is here; a worker checks it
        KEPT = "kept"  # it is a master now
        REFUSED = "refused"  # not what was sent, or no recording; kept aside for a person until it expires
        ENDED = "ended"  # given up by its sender, or expired; nothing of it is left

    class Purpose(models.TextChoices):
        RECORDING = "recording"
        TRANSFER = "transfer"  # a better copy of `replaces`

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="arrivals")
    session = models.ForeignKey(Session, models.SET_NULL, null=True)  # none: the first one
    made_session = models.BooleanField(default=False)  # the sitting was begun with it, and goes if it ends
    purpose = models.CharField(max_length=9, choices=Purpose, default=Purpose.RECORDING)
    replaces = models.ForeignKey(Recording, models.CASCADE, null=True, related_name="+")
    channels = models.CharField(max_length=15, choices=Recording.Channels, default=Recording.Channels.BOTH)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255, blank=True)  # the sender's; staff only
    state = models.CharField(max_length=7, choices=State, default=State.COMING)
    size = models.PositiveBigIntegerField(null=True)  # none: not known yet (it is being recorded)
    offset = models.PositiveBigIntegerField(default=0)  # bytes durably kept
    parts = models.JSONField(default=dict)  # where they lie: files/growing.py; empty when nothing is kept
    metadata = models.TextField(blank=True)  # Upload-Metadata as it was sent, to be said again
    declared_sha256 = models.CharField(max_length=64, blank=True)  # what the sender computed, or "later"
    sha256 = models.CharField(max_length=64, blank=True)  # what arrived
    refusal = models.TextField(blank=True)  # a sentence for the sender
    language = models.CharField(max_length=7, blank=True)  # in which they read it
    recording = models.OneToOneField(Recording, models.SET_NULL, null=True, related_name="arrival")
    transfer = models.OneToOneField(Transfer, models.SET_NULL, null=True, related_name="arrival")
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when its last byte came
    expires_at = models.DateTimeField()
    # Who is writing to it now: of two requests at once only one may. A row lock would do on PostgreSQL; on SQLite
    # it would hold the whole database for as long as a slow line takes to send.
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_asked = models.BooleanField(default=False)  # another request waits: a writer that stalls gives way

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "expires_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(size=None) | Q(offset__lte=F("size")), name="no_more_than_announced"
            ),
            models.CheckConstraint(
                condition=~Q(purpose="transfer") | Q(replaces__isnull=False), name="a_transfer_replaces"
            ),
        ]

    @property
    def subject(self) -> str:
        """Its name in jobs."""
        return f"arrival:{self.code}"

    @property
    def differs(self) -> bool:
        """Whether other bytes arrived than its sender announced."""
        return bool(self.sha256) and self.declared_sha256 not in ("", self.sha256)


class Upload(models.Model):
    """A file that arrived whole, who sent it, and what became of it."""

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="uploads")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    recording = models.OneToOneField(Recording, models.PROTECT, null=True)
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "sha256"], name="a_file_comes_once")]
