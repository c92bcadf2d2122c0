"""Stored files, and the checks that they are still what they were."""

from django.db import models
from django.db.models import Q

from oralhistory.lib import ids


class MediaFileQuerySet(models.QuerySet["MediaFile"]):
    def masters(self) -> "MediaFileQuerySet":
        return self.filter(use=MediaFile.Use.PRESERVATION_MASTER)


class MediaFile(models.Model):
    """A file in one of the two storages, named by its content. Rows and bytes are written once and never changed."""

    class Storage(models.TextChoices):
        MASTERS = "masters"
        ACCESS = "access"

    class Use(models.TextChoices):
        PRESERVATION_MASTER = "preservation_master"  # as it came; never served
        LISTENING = "listening"  # full-band FLAC of our own making: what access copies are cut from
        HEARING = "hearing"  # 16 kHz mono FLAC: what Whisper hears
        STAFF_COPY = "staff_copy"  # the unredacted sound, for those who work on it
        ACCESS_COPY = "access_copy"  # an edition's sound, redacted
        STAFF_VIDEO = "staff_video"  # the unredacted pictures and sound, re-encoded, for those who work on it
        ACCESS_VIDEO = "access_video"  # an edition's pictures and sound, only where nothing is redacted
        POSTER = "poster"  # a still of a video, shown before it plays
        PHOTOGRAPH = "photograph"
        PAPER = "paper"  # the scan of an agreement; never served to the public

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    storage = models.CharField(max_length=8, choices=Storage)
    use = models.CharField(max_length=20, choices=Use)
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    recipe = models.CharField(max_length=120, blank=True)  # what made it from its parent
    created_at = models.DateTimeField()

    objects = MediaFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(storage="masters")
                | Q(use__in=["access_copy", "access_video", "poster", "photograph"]),
                name="only_public_uses_in_access_storage",
            ),
        ]
        indexes = [models.Index(fields=["storage", "sha256"])]


class FixityCheck(models.Model):
    """Whether a stored file still had its checksum on a day. Kept for ever."""

    file = models.ForeignKey(MediaFile, models.PROTECT, related_name="checks")
    at = models.DateTimeField()
    intact = models.BooleanField()
    found = models.CharField(max_length=64, blank=True)  # the SHA-256 read; empty when it could not be read
