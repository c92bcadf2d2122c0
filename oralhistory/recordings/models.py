"""Recordings, what was made of them, and their places on one time line."""

from django.db import models
from django.db.models import Q

from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview, Session
from oralhistory.lib import ids


class RecordingQuerySet(models.QuerySet["Recording"]):
    def of(self, interview: Interview) -> "RecordingQuerySet":
        """An interview's recordings in the order of its time line."""
        return self.filter(session__interview=interview).order_by("session__number", "position")


class Recording(models.Model):
    """One file that came in: a tape, a track, a part of a sitting."""

    class State(models.TextChoices):
        ARRIVED = "arrived"  # stored, not yet read
        READY = "ready"  # decoded; there is something to hear
        REFUSED = "refused"  # cannot be read; kept for a person to look at

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="recordings")
    position = models.PositiveSmallIntegerField()  # within the session
    offset_ms = models.PositiveBigIntegerField(default=0)  # where it begins on the interview's time line
    state = models.CharField(max_length=8, choices=State, default=State.ARRIVED)
    master = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    original_name = models.CharField(max_length=255)  # staff only: never in an address or a download
    duration_ms = models.PositiveBigIntegerField(null=True)
    arrived_at = models.DateTimeField()
    refusal = models.TextField(blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="one_recording_a_place"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(duration_ms__isnull=False), name="ready_means_measured"
            ),
        ]

    @property
    def subject(self) -> str:
        """Its name in jobs."""
        return f"recording:{self.code}"


class Rendition(models.Model):
    """What a master was decoded to, once: all that is heard, transcribed or published is made from these files."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="renditions")
    decoder = models.CharField(max_length=120)  # program and version
    pcm_sha256 = models.CharField(max_length=64)  # of the 16 kHz samples
    samples = models.PositiveBigIntegerField()  # at 16 kHz
    decode_report = models.JSONField(default=dict)
    listening = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    hearing = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    staff_copy = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    peaks = models.JSONField(default=list)  # of the unredacted sound, 0–100: staff only
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "pcm_sha256"], name="decoded_once")]
