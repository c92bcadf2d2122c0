"""What somebody should know, waiting on their desk; and the letters that say that something waits."""

from django.conf import settings
from django.db import models

from oralhistory.jobs.sentences import SentenceField
from oralhistory.lib import ids


class Notice(models.Model):
    """A sentence for one person, about one record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=80)
    text = SentenceField()  # in the language of whoever reads it, where it was given as a sentence
    urgent = models.BooleanField(
        default=False
    )  # a narrator took something back: whoever answers for it looks now
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "read_at"])]


class Preference(models.Model):
    """How often somebody wants letters, and in which language. Whoever has said nothing has the first of each."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once"  # and never more than one an hour
        DAILY = "daily"
        NEVER = "never"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preference")
    mail = models.CharField(max_length=7, choices=Mail, default=Mail.AT_ONCE)
    language = models.CharField(max_length=8, blank=True)  # empty: the archive's


class Letter(models.Model):
    """An e-mail that is to be sent: that something waits, never what. This row decides, not the server's memory."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"  # a worker has it, or had it when it ended
        SENT = "sent"
        NEEDLESS = "needless"  # everything was read meanwhile, or said by another letter
        REFUSED = "refused"  # for good, by the server of the address

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # that failed
    failed_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, blank=True)  # the kind of error alone

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            # What comes while one waits goes with it.
            models.UniqueConstraint(
                fields=["user", "urgent"], condition=models.Q(state="waiting"), name="one_letter_waits_each"
            ),
        ]

    @property
    def subject(self) -> str:
        """Its name in jobs."""
        return f"letter:{self.code}"
