"""Agreements, what they grant, embargoes, withdrawals. Rows are added, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.people.models import Person


class Use(models.TextChoices):
    PRESERVE = "preserve"
    TRANSCRIBE_LOCAL = "transcribe_local"
    TRANSCRIBE_REMOTE = "transcribe_remote"
    TEXT = "text"
    AUDIO = "audio"
    STILL = "still"  # photographs; a paper from before `video` was a use gives no more than them
    VIDEO = "video"  # moving pictures, with the sound if that is given too
    SUMMARY = "summary"
    SEARCH_IN_TEXT = "search_in_text"
    QUOTE = "quote"
    DOWNLOAD = "download"
    EMBED = "embed"
    HARVEST = "harvest"
    SEARCH_ENGINES = "search_engines"
    TEACHING = "teaching"
    EXHIBITION = "exhibition"
    RESEARCH_COMPUTING = "research_computing"
    AI_TRAINING = "ai_training"
    RECONTACT = "recontact"


class Audience(models.TextChoices):
    """Nested, from the narrowest to the widest."""

    NOBODY = "nobody"
    ARCHIVE_TEAM = "archive_team"
    READING_ROOM = "reading_room"
    RESEARCHER_AGREEMENT = "researcher_agreement"
    PUBLIC = "public"


class Part(models.TextChoices):
    WHOLE = "whole"
    SPAN = "span"
    THEME = "theme"


class Agreement(models.Model):
    """A paper that was signed, or the archive's own rule for a tape that has none."""

    class Kind(models.TextChoices):
        PARTICIPATION = "participation"  # before recording
        RECORDING = "recording"  # after hearing or reading the result
        HEIRS = "heirs"
        ARCHIVE_RULE = "archive_rule"

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="agreements")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True
    )  # the narrator who signed; none: for all of them
    kind = models.CharField(max_length=14, choices=Kind)
    signed_on = models.DateField()
    scan = models.ForeignKey(MediaFile, models.PROTECT, null=True)
    attribution = models.CharField(max_length=10, choices=Person.Attribution, default=Person.Attribution.CODE)
    announce = models.BooleanField(default=False)  # may the catalog say that it exists?
    tombstone = models.BooleanField(default=True)  # may it say that it was withdrawn?
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()


class Grant(models.Model):
    """One line of an agreement. Absence means no; a denial beats every permission."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="grants")
    denied = models.BooleanField(default=False)
    use = models.CharField(max_length=20, choices=Use)
    audience = models.CharField(max_length=20, choices=Audience)
    part = models.CharField(max_length=5, choices=Part, default=Part.WHOLE)
    start_ms = models.PositiveIntegerField(
        null=True
    )  # on the interview's time line: segments change, the promise does not
    end_ms = models.PositiveIntegerField(null=True)
    theme = models.CharField(max_length=30, blank=True)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    condition = models.TextField(blank=True)  # what no program can check: a manual hold

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(part="span", start_ms__isnull=False, end_ms__gt=F("start_ms"))
                | (~Q(part="span") & Q(start_ms=None, end_ms=None)),
                name="a_span_has_ends",
            ),
            models.CheckConstraint(condition=Q(use__in=Use.values), name="use_is_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="audience_is_known"),
        ]


class Withdrawal(models.Model):
    """An agreement that holds no more: at any time, without reasons."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="withdrawal")
    recorded_by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)


class Embargo(models.Model):
    """Until when an approved interview stays closed. The newest row counts; without a day it stays until a person acts."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="embargoes")
    until = models.DateTimeField(null=True)
    opens_by_itself = models.BooleanField(default=False)  # only if the narrator asked for that
    reason = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()


class NarratorLink(models.Model):
    """A narrator's private way in: a link, and a second secret told in person."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="narrator_links")
    person = models.ForeignKey(Person, models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)  # the link itself is shown once and not kept
    secret_hash = models.CharField(max_length=200)  # by Django's password hasher
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
