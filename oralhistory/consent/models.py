"""Agreements, what they grant, embargoes, withdrawals. Rows are added, never changed."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.lib import ids
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


class Theme(models.TextChoices):
    """What a promise may be about, wherever in an interview it is spoken of."""

    NAMES_THIRD_PARTIES = "names_third_parties"
    VIOLENCE = "violence"
    SEXUAL_VIOLENCE = "sexual_violence"
    CLANDESTINE_STRUCTURE = "clandestine_structure"
    HEALTH = "health"
    FAMILY = "family"
    WEAPONS = "weapons"
    RESIDENCE = "residence"


class Agreement(models.Model):
    """A paper that was signed, or the archive's own rule for a tape that has none; or a narrowing of what they gave.

    A narrowing needs no paper: it holds denials alone, and allows nothing by itself.
    """

    class Kind(models.TextChoices):
        PARTICIPATION = "participation"  # before recording
        RECORDING = "recording"  # after hearing or reading the result
        HEIRS = "heirs"
        ARCHIVE_RULE = "archive_rule"
        NARROWING = "narrowing"

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
    # Does the narrator want to agree to an edition before it is published?
    heard_first = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    narrowed_by_agent = models.CharField(
        max_length=40, blank=True
    )  # of a narrowing: a narrator has no account
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="narrowing") & ~Q(narrowed_by_agent="")
                | ~Q(kind="narrowing") & Q(narrowed_by_agent="", recorded_by__isnull=False),
                name="a_paper_is_recorded_by_somebody",
            ),
        ]


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
    zone = models.CharField(max_length=40, blank=True)  # in which these are the beginnings of days
    condition = models.TextField(blank=True)  # what no program can check: a manual hold

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(part="theme", theme__in=Theme.values) | (~Q(part="theme") & Q(theme="")),
                name="theme_is_known",
            ),
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


class ThemeSpanQuerySet(models.QuerySet["ThemeSpan"]):
    def standing(self) -> "ThemeSpanQuerySet":
        """Marked and not taken back."""
        return self.filter(removed_at=None)


class ThemeSpan(models.Model):
    """A passage that speaks of a theme: a paper that refuses the theme closes it."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="theme_spans")
    start_ms = models.PositiveBigIntegerField()  # on the interview's time line
    end_ms = models.PositiveBigIntegerField()
    theme = models.CharField(max_length=30, choices=Theme)
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    removed_by_agent = models.CharField(max_length=40, blank=True)
    removed_at = models.DateTimeField(null=True)

    objects = ThemeSpanQuerySet.as_manager()

    class Meta:
        ordering = ["start_ms", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="theme_span_has_length"),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="theme_of_a_span_is_known"),
        ]


class ThemeLook(models.Model):
    """Somebody has gone through the whole interview for a theme."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="theme_looks")
    theme = models.CharField(max_length=30, choices=Theme)
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()


class Embargo(models.Model):
    """Until when an approved interview stays closed. The newest row counts; without a day it stays until a person acts."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="embargoes")
    until = models.DateTimeField(null=True)
    zone = models.CharField(max_length=40, blank=True)  # in which that is the beginning of a day
    opens_by_itself = models.BooleanField(default=False)  # only if the narrator asked for that
    reason = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()


class HoldLook(models.Model):
    """A person has looked whether a condition that no program can check still holds."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="looks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()


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


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self, at: datetime) -> "ProposalQuerySet":
        """Waiting for a second person."""
        return self.filter(outcome="", expires_at__gt=at)

    def agreed(self) -> "ProposalQuerySet":
        return self.filter(outcome=Proposal.Outcome.AGREED)


class Proposal(models.Model):
    """An action that takes two people: asked for by one, settled by another. Rows are settled once, never changed."""

    class Outcome(models.TextChoices):
        AGREED = "agreed"
        REFUSED = "refused"  # by a second person, or taken back by the first
        LAPSED = "lapsed"  # nobody settled it in time

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="proposals")
    action = models.CharField(max_length=20)  # of access.yaml
    subject = models.CharField(
        max_length=40, blank=True
    )  # what of the interview: the number of a redaction, the code of a person
    parameters = models.JSONField(default=dict)  # ids and instants: never a name, never what was said
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)  # empty: it waits
    # What was made of it and can be fetched for a while: the key of a package, its SHA-256, its size.
    result = models.JSONField(default=dict)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "action", "subject"], condition=Q(outcome=""), name="asked_for_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="agreed") | (Q(settled_by__isnull=False) & ~Q(settled_by=F("asked_by"))),
                name="nobody_agrees_with_themselves",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="settled_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["outcome", "expires_at"])]

    @property
    def work(self) -> str:
        """Its name in jobs."""
        return f"proposal:{self.code}"


class Petition(models.Model):
    """What somebody outside asks for, without an account: a take-down, access, a right over their own data.

    Who they are and what they write is sealed; nothing of it is indexed, or goes into events or notices.
    """

    class Kind(models.TextChoices):
        TAKE_DOWN = "take_down"
        READING_ROOM = "reading_room"
        RESEARCHER = "researcher"
        # The four rights of the Mexican law over one's own data.
        ACCESS = "access"
        RECTIFICATION = "rectification"
        CANCELLATION = "cancellation"
        OPPOSITION = "opposition"

    class Asker(models.TextChoices):
        NAMED = "named"  # somebody whom a testimony names
        NARRATOR = "narrator"
        HEIR = "heir"
        OTHER = "other"

    class Outcome(models.TextChoices):
        GRANTED = "granted"
        PARTLY = "partly"
        REFUSED = "refused"
        NOTHING_HERE = "nothing_here"  # the archive keeps nothing of theirs
        NO_REQUEST = "no_request"  # advertising, a slip

    code = models.CharField(max_length=10, unique=True, default=ids.agent_code, editable=False)  # in events
    ticket_sha256 = models.CharField(
        max_length=64, unique=True
    )  # the ticket itself is shown once and not kept
    kind = models.CharField(max_length=14, choices=Kind)
    asker = models.CharField(max_length=8, choices=Asker, default=Asker.OTHER)
    about = models.CharField(max_length=12, blank=True)  # a testimony's public id, as it was typed
    start_ms = models.PositiveIntegerField(null=True)
    end_ms = models.PositiveIntegerField(null=True)
    sealed = models.BinaryField()  # {"text", "contact", "where"}; empty: erased
    likeness = models.CharField(
        max_length=64
    )  # the same for texts that say the same, and tells nothing of them
    language = models.CharField(max_length=5)  # of the page that they wrote on
    received_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    hidden_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_closed_petition_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(start_ms=None) | Q(end_ms=None) | Q(end_ms__gt=F("start_ms")),
                name="a_petitions_passage_has_length",
            ),
        ]
        indexes = [models.Index(fields=["closed_at", "received_at"])]


class PetitionNote(models.Model):
    """What somebody of the archive did about a petition, in their words: sealed, as it may name people."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="notes")
    sealed = models.BinaryField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
