"""What the public may see. No foreign key leads from here to a working table: their ids are kept as plain data."""

from django.db import models
from django.db.models import F, Q

PICTURE_SIZES = ("small", "large", "small_webp", "large_webp")


class Standing(models.Model):
    """Whether a testimony is public now: the one row that every public read asks, and one write takes it down."""

    public_id = models.CharField(max_length=12, unique=True)
    interview_id = models.BigIntegerField()  # of the working record, as plain data
    current = models.ForeignKey("Edition", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    tombstone = models.BooleanField(default=True)  # may it be said that it was withdrawn?


class EditionQuerySet(models.QuerySet["Edition"]):
    def public(self) -> "EditionQuerySet":
        """The present edition of every testimony that is public now."""
        return self.filter(standing__withdrawn_at=None, standing__current=F("pk"))


class Edition(models.Model):
    """One numbered edition of a testimony, built by allow-list. It never gains anything; see `narrowing` for what it loses."""

    standing = models.ForeignKey(Standing, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    manifest_sha256 = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    pull_quote = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    warnings = models.TextField(blank=True)
    collection = models.CharField(max_length=200)
    narrators = models.JSONField(default=list)  # the names they chose, or none
    place = models.CharField(max_length=120, blank=True)
    held_on = models.CharField(
        max_length=10, blank=True
    )  # at the precision allowed: "1979", "2024-03", "2024-03-12"
    languages = models.JSONField(default=list)
    countries = models.JSONField(default=list)
    # [{"start_ms", "title", "synopsis", "warning", "subjects": [{"es", "en", "pt"}], "places": [{"name", "country"}]}];
    # the last three only where there are any.
    chapters = models.JSONField(default=list)
    photographs = models.JSONField(
        default=list
    )  # [{"small", "large", "small_webp", "large_webp", "width", …}]: keys in the access storage
    # The uses that the consent in force grants to the public; what it grants no more is taken out (`narrowing`).
    uses = models.JSONField(default=list)
    making = models.JSONField(default=dict)  # engine, model, audited or not
    duration_ms = models.PositiveBigIntegerField()
    audio_key = models.CharField(max_length=200, blank=True)  # in the access storage; empty: text only
    audio_sha256 = models.CharField(max_length=64, blank=True)
    audio_size = models.PositiveBigIntegerField(default=0)
    peaks = models.JSONField(default=list)  # of the redacted sound, 0–100
    # {"key", "sha256", "size", "width", "height", "poster": {"key", "sha256", "size"}}; empty: sound alone.
    video = models.JSONField(default=dict)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standing", "number"], name="editions_are_numbered"),
        ]

    @property
    def public_id(self) -> str:
        return self.standing.public_id

    @property
    def gives_its_video(self) -> bool:
        """Whether its papers gave the public the video that it has.

        Editions from before `video` was a use have one on the strength of `still`, which their signatories read as
        "photographs, and the video where it was filmed". Their rows stay what was signed, and the video stays
        unseen: allowing photographs did not allow one's moving face, and of two readings of a promise the narrower
        one harms nobody. A paper that gives the video, and a next edition, show it again.
        """
        return bool(self.video) and {"audio", "video"} <= set(self.uses)


class EditionSegment(models.Model):
    """A segment as it was published."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField()
    cue_id = models.CharField(max_length=8)
    start_ms = models.PositiveBigIntegerField()  # on the testimony's time line
    end_ms = models.PositiveBigIntegerField()
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    speaker = models.CharField(max_length=120, blank=True)
    asks = models.BooleanField(default=False)  # spoken by the interviewer
    words = models.JSONField(default=list)  # [start_ms, end_ms, text] each, on the testimony's time line
    translations = models.JSONField(default=dict)  # language → what it says there; only of what is whole
    withheld = models.BooleanField(default=False)  # a passage that is not published: no text, no words
    notes = models.JSONField(
        default=list
    )  # [{"about", "text"}]: what readers should know of it, or of words in it
    # That was last named when it was said, if not long before; nobody says "in 1979" in every sentence about it.
    year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "cue_id"], name="edition_cue_ids_are_unique"),
            models.CheckConstraint(
                condition=Q(withheld=False) | Q(text="", words=[], notes=[]), name="withheld_says_nothing"
            ),
            models.CheckConstraint(
                condition=Q(withheld=False) | Q(translations={}), name="withheld_is_not_translated"
            ),
        ]


class EditionMention(models.Model):
    """An accepted mention as it was published. The organization is named by its slug, as plain data."""

    segment = models.ForeignKey(EditionSegment, models.CASCADE, related_name="mentions")
    start = models.PositiveIntegerField()  # characters in the segment's text
    end = models.PositiveIntegerField()
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    organization = models.CharField(max_length=80, db_index=True)

    class Meta:
        ordering = ["start_ms"]


class EditionFacts(models.Model):
    """By what an edition is found in lists, counts and pictures, gathered when it was published or lost something.

    Nothing that is not in the edition. Written anew wherever the search index is (`indexing.replace`), and not believed
    where a veil has come since (`catalog`).
    """

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="facts")
    veils = models.PositiveIntegerField()  # that the edition had when they were gathered
    content = models.JSONField()  # see `facts.Facts`
    sha256 = models.CharField(max_length=64)  # of the content: who has read it once need not read it again
    # 48 bits of the hash of edition and content: what all public ones add up to changes whenever one of them does.
    mark = models.BigIntegerField()

    class Meta:
        # Every page with a list asks for these of all editions, and not for their content.
        indexes = [models.Index(fields=["veils", "edition", "mark"], name="facts_without_content")]


class Veil(models.Model):
    """A span of an edition hidden at once, before the next edition is made; meanwhile its sound is withheld whole."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="veils")
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="veil_has_length")]


class PreparedSound(models.Model):
    """The redacted sound of an edition to be, made while it waits to be published. Kept among the masters until then."""

    interview_id = models.BigIntegerField()
    recipe_sha256 = models.CharField(max_length=64, unique=True)  # of the parts and the silences
    key = models.CharField(max_length=200)  # in the masters storage
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    duration_ms = models.PositiveBigIntegerField()
    peaks = models.JSONField(default=list)
    made_at = models.DateTimeField()
