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

    class Channels(models.TextChoices):
        """What the channels of a stereo recording are, as the interviewer knows it."""

        BOTH = "both"  # one sound in stereo
        TWO_MICROPHONES = (
            "two_microphones"  # one speaker on each: mixed for listening, told apart for speakers
        )
        LEFT = "left"  # the right one is not of the interview: it goes into nothing but the master
        RIGHT = "right"

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="recordings")
    position = models.PositiveSmallIntegerField()  # within the session
    offset_ms = models.PositiveBigIntegerField(default=0)  # where it begins on the interview's time line
    placed = models.BooleanField(default=False)  # by a person; else it follows the one before it
    channels = models.CharField(max_length=15, choices=Channels, default=Channels.BOTH)
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
    # One recording may have several transfers: the rendition that counts is of the recording's present master.
    master = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    shift_ms = models.BigIntegerField(
        default=0
    )  # cut off the transfer's beginning (or, negative, put before it)
    # As the recording said when it was decoded: one of another policy is not what may be heard.
    channels = models.CharField(max_length=15, choices=Recording.Channels, default=Recording.Channels.BOTH)
    decoder = models.CharField(max_length=120)  # program and version
    pcm_sha256 = models.CharField(max_length=64)  # of the 16 kHz samples
    samples = models.PositiveBigIntegerField()  # at 16 kHz
    decode_report = models.JSONField(default=dict)
    listening = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    hearing = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    staff_copy = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    staff_video = models.ForeignKey(MediaFile, models.PROTECT, null=True, related_name="+")
    poster = models.ForeignKey(MediaFile, models.PROTECT, null=True, related_name="+")
    peaks = models.JSONField(default=list)  # of the unredacted sound, 0–100: staff only
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "master", "channels", "shift_ms", "pcm_sha256"], name="decoded_once"
            )
        ]


class Transfer(models.Model):
    """Another copy of a recording, better than the one there is: found to be the same, then put in its place.

    The recording keeps its time: `shift_ms` says how much later the same words come in the new copy, and that
    much is cut off its beginning (or put before it). The old master stays.
    """

    class State(models.TextChoices):
        ARRIVED = "arrived"  # stored; not yet compared
        COMPARED = "compared"  # a shift was found; a person listens and decides
        UNLIKE = "unlike"  # no place was found where both say the same
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="transfers")
    master = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    original_name = models.CharField(max_length=255)  # staff only
    state = models.CharField(max_length=9, choices=State, default=State.ARRIVED)
    shift_ms = models.BigIntegerField(null=True)
    duration_ms = models.PositiveBigIntegerField(null=True)  # of the whole copy, before anything is cut off
    drift_ms = models.BigIntegerField(null=True)  # how much the shift differs at the end: another tape speed
    likeness = models.FloatField(null=True)  # correlation of the two sounds at the shift, 0–1
    explanation = models.TextField(blank=True)  # a sentence for the person who decides
    arrived_at = models.DateTimeField()
    decided_by_agent = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording"], condition=Q(state__in=["arrived", "compared"]), name="one_open_transfer"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["compared", "confirmed"]) | Q(shift_ms__isnull=False),
                name="compared_has_a_shift",
            ),
        ]

    @property
    def subject(self) -> str:
        """Its name in jobs."""
        return f"transfer:{self.code}"
