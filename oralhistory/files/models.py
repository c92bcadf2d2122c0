"""Stored files, and the checks that they are still what they were."""

from django.db import models
from django.db.models import Q

from oralhistory.lib import ids


class MediaFileQuerySet(models.QuerySet["MediaFile"]):
    def masters(self) -> "MediaFileQuerySet":
        return self.filter(use=MediaFile.Use.PRESERVATION_MASTER)

    def present(self) -> "MediaFileQuerySet":
        """Whose bytes should be in their storage."""
        return self.filter(removed_at=None)

    def irreplaceable(self) -> "MediaFileQuerySet":
        """What nothing else in the archive could be made from again."""
        return self.filter(storage=MediaFile.Storage.MASTERS, use__in=MediaFile.IRREPLACEABLE)


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

    # What is copied to the second storage: what came, the pictures (drawn anew from what came), and the FLAC, because
    # in thirty years the program that decoded the master may not be had any more.
    IRREPLACEABLE = (Use.PRESERVATION_MASTER, Use.LISTENING, Use.PHOTOGRAPH, Use.PAPER)

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
    removed_at = models.DateTimeField(null=True)  # its bytes were deleted on purpose; its checks are kept

    objects = MediaFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(storage="masters")
                | Q(use__in=["access_copy", "access_video", "poster", "photograph"]),
                name="only_public_uses_in_access_storage",
            ),
        ]
        indexes = [models.Index(fields=["storage", "sha256"]), models.Index(fields=["storage", "key"])]

    @property
    def subject(self) -> str:
        """Its name in jobs, events and notices."""
        return f"file:{self.code}"


class Replica(models.Model):
    """A file's second copy in the storage `replica`, under the same key: made, read back, compared."""

    file = models.ForeignKey(MediaFile, models.PROTECT, related_name="replicas")
    place = models.CharField(
        max_length=255
    )  # which storage that was: after a move every file is copied again
    key = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "place"], name="one_replica_a_place")]


class FixityCheckQuerySet(models.QuerySet["FixityCheck"]):
    def failures(self) -> "FixityCheckQuerySet":
        return self.filter(intact=False)

    def standing(self) -> "FixityCheckQuerySet":
        """The last word on a copy that should be there."""
        later = FixityCheck.objects.filter(
            file=models.OuterRef("file"), copy=models.OuterRef("copy"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(later), file__removed_at=None)


class FixityCheck(models.Model):
    """Whether a copy of a stored file had its checksum on a day. Rows are only ever added."""

    class Copy(models.TextChoices):
        FIRST = "first"
        REPLICA = "replica"

    file = models.ForeignKey(MediaFile, models.PROTECT, related_name="checks")
    copy = models.CharField(max_length=7, choices=Copy, default=Copy.FIRST)
    at = models.DateTimeField()
    intact = models.BooleanField()
    found = models.CharField(max_length=64, blank=True)  # the SHA-256 read; empty when it could not be read
    # The failure after which good bytes were put back; this check is of those.
    repairs = models.OneToOneField("self", models.PROTECT, null=True, related_name="repaired_by")

    objects = FixityCheckQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["file", "copy", "-at"]),
            models.Index(fields=["file"], condition=Q(intact=False), name="failed_checks"),
        ]
