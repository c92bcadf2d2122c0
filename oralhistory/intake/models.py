"""What came in, before it is a recording."""

from django.conf import settings
from django.db import models

from oralhistory.interviews.models import Interview
from oralhistory.lib import ids
from oralhistory.recordings.models import Recording


class Upload(models.Model):
    """A file that somebody sent, when it arrived whole, and what became of it."""

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="uploads")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    recording = models.OneToOneField(Recording, models.PROTECT, null=True)
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "sha256"], name="a_file_comes_once")]
