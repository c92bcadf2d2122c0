"""What somebody should know, waiting on their desk."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """A sentence for one person, about one record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=80)
    text = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "read_at"])]
