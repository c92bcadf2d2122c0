"""What an interview is: its collection, its sittings, who took part, its chapters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oralhistory.files.models import MediaFile
from oralhistory.lib import ids
from oralhistory.people.models import Person
from oralhistory.places.models import Place, Subject


class Collection(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)


class State(models.TextChoices):
    DRAFT = "draft"
    UPLOADED = "uploaded"
    TRANSCRIBED = "transcribed"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"
    REVISING = "revising"
    WITHDRAWN = "withdrawn"


class Interview(models.Model):
    """The working record. The public never reads it: see editions."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="interviews")
    # Moved by consent/workflow.py and nobody else.
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # The shelf mark or number it has elsewhere; by it an import knows what it brought before. Staff only.
    identifier = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    pull_quote = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    warnings = models.TextField(blank=True)  # what a listener should know before the first sound
    languages = models.JSONField(default=list)  # ISO 639-1 codes that are spoken, the main one first
    countries = models.JSONField(default=list)  # ISO 3166-1 alpha-2, of what is told; evidence for homonyms
    notes = models.TextField(blank=True)  # internal
    reasons = models.TextField(blank=True)  # why it was made, and in what circumstances
    technical_notes = models.TextField(blank=True)
    keywords = models.JSONField(default=list)
    glossary = models.JSONField(default=list)  # [word, what it means]: for readers, not for machines
    annexes = models.JSONField(default=list)  # [document, what it is]: what came with the interview
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interviews")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="interview_state_is_known"),
            models.UniqueConstraint(
                fields=["collection", "identifier"],
                condition=~Q(identifier=""),
                name="identifiers_are_unique",
            ),
        ]

    @property
    def code(self) -> str:
        """Its name in events and jobs."""
        return f"interview:{self.public_id}"


class Session(models.Model):
    """One sitting, with one or more recordings."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    held_on = models.DateField(null=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "number"], name="sessions_are_numbered")]


class Participation(models.Model):
    """Who took part, as what."""

    class Role(models.TextChoices):
        NARRATOR = "narrator"
        INTERVIEWER = "interviewer"
        INTERPRETER = "interpreter"

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="participations")
    role = models.CharField(max_length=12, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interview", "person", "role"], name="takes_part_once")
        ]


class Assignment(models.Model):
    """A moderator's table: an interview given to them, or kept from them by a conflict of interest."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments")
    conflicted = models.BooleanField(default=False)  # true: sees what the public sees, whatever the roles
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "user"], name="assigned_once")]


class Chapter(models.Model):
    """An index point on the interview's time line. Without a title it waits for one, and no edition has it."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="chapters")
    start_ms = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    synopsis = models.TextField(blank=True)
    warning = models.CharField(max_length=300, blank=True)  # what a listener should know before it
    subjects = models.ManyToManyField(Subject, blank=True)
    places = models.ManyToManyField(Place, blank=True)

    class Meta:
        ordering = ["start_ms"]
        constraints = [models.UniqueConstraint(fields=["interview", "start_ms"], name="one_chapter_a_moment")]


class Photograph(models.Model):
    """A picture, re-encoded without metadata in two sizes, both kept private until an edition copies them."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="photographs")
    small = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    large = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    # The same in WebP, half the size; none for pictures from before there was one.
    small_webp = models.ForeignKey(MediaFile, models.PROTECT, null=True, related_name="+")
    large_webp = models.ForeignKey(MediaFile, models.PROTECT, null=True, related_name="+")
    width = models.PositiveIntegerField()  # of the large one
    height = models.PositiveIntegerField()
    small_width = models.PositiveIntegerField()
    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=120, blank=True)
    of_narrator = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(width__gte=F("small_width")), name="large_is_larger")
        ]
