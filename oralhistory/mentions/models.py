"""Where a transcript speaks of an organization, and what was decided about it."""

from django.db import models
from django.db.models import F, Q

from oralhistory.mentions.bands import PROPOSED
from oralhistory.organizations.models import Organization
from oralhistory.transcripts.models import Segment, Transcript


class MentionQuerySet(models.QuerySet["Mention"]):
    def accepted(self) -> "MentionQuerySet":
        return self.filter(state=Mention.State.ACCEPTED)

    def decided(self) -> "MentionQuerySet":
        """What a person accepted or refused."""
        return self.exclude(state=Mention.State.SUGGESTED)

    def suggested(self) -> "MentionQuerySet":
        """What the machine thinks and no person has decided."""
        return self.filter(state=Mention.State.SUGGESTED)

    def undecided(self) -> "MentionQuerySet":
        """Suggestions that wait for a person."""
        return self.suggested().filter(score__gte=PROPOSED)

    def doubtful(self) -> "MentionQuerySet":
        """Suggestions too weak to ask about: folded away, for whoever wants to look."""
        return self.suggested().filter(score__lt=PROPOSED)

    def seen(self) -> "MentionQuerySet":
        """What is marked in a text: accepted, or waiting for a person."""
        return self.accepted() | self.undecided()


class Mention(models.Model):
    """A span of a segment that speaks of an organization, with the evidence for it."""

    class State(models.TextChoices):
        SUGGESTED = "suggested"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="mentions")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="mentions")
    start = models.PositiveIntegerField()  # characters in the segment's text, half-open
    end = models.PositiveIntegerField()
    start_ms = models.PositiveIntegerField()  # from the beginning of the recording
    end_ms = models.PositiveIntegerField()
    surface = models.TextField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="mentions"
    )  # none: not in the list
    proposed = models.CharField(
        max_length=80, blank=True
    )  # the slug of whom the machine meant; none: not in the list
    score = models.FloatField()
    odds = models.FloatField(
        null=True
    )  # log-odds before calibration; none: of an older matcher, or a person's
    kind = models.CharField(max_length=20)
    evidence = models.JSONField(default=list)  # [{"template", "parameters", "weight"}], as Evidence
    alternatives = models.JSONField(default=list)  # [{"organization", "score", "evidence"}], ids of the list
    matcher_version = models.CharField(max_length=40)  # with the scorer's, as "2+s3"
    authority_version = models.CharField(max_length=16, blank=True)  # organizations/authority_version.py
    state = models.CharField(max_length=9, choices=State, default=State.SUGGESTED)
    decided_by_agent = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        ordering = ["segment__index", "start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="mention_has_length"),
            models.CheckConstraint(
                condition=Q(state="suggested") | Q(decided_at__isnull=False), name="a_decision_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(organization__isnull=False),
                name="accepted_means_an_organization",
            ),
        ]


class NegativeForm(models.Model):
    """A form that was refused: not proposed again for that organization in that interview."""

    interview_code = models.CharField(max_length=12)  # the interview's public id; empty: everywhere
    folded = models.CharField(max_length=250)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="negative_forms")
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["interview_code", "folded", "organization"],
                name="refused_once_each",
                nulls_distinct=False,
            ),
        ]


class TranscriptWords(models.Model):
    """What is looked through for a new name: the words of a version that counts, as they sound (word_index.py).

    Working data of the matcher: nothing public may read it, and it goes when the transcript goes or is changed.
    """

    transcript = models.OneToOneField(
        Transcript, models.CASCADE, primary_key=True, related_name="words_index"
    )
    sounds = models.TextField()
    letters = models.TextField(blank=True)
    capitals = models.TextField(blank=True)
    # With what it was matched as a whole, the last time; empty: never since its text was changed.
    matcher_version = models.CharField(max_length=40, blank=True)
    authority_version = models.CharField(max_length=16, blank=True)


class KnownForm(models.Model):
    """A form of a record for which the archive was looked through: what a change of names is measured against."""

    class Kind(models.TextChoices):
        NAME = "name"
        ACRONYM = "acronym"
        HEARD_AS = "heard_as"

    slug = models.SlugField(max_length=80)  # of the organization, which may be merged or gone by now
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=250)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "kind", "text"], name="a_form_is_known_once")]


class NamesChanged(models.Model):
    """Names that were added or removed, and the transcripts that are still to be looked at for them."""

    added = models.JSONField(default=list)  # [slug, kind, text] each
    removed = models.JSONField(default=list)
    transcripts = models.JSONField(null=True)  # database ids; none: not searched yet
    done = models.JSONField(default=list)
    made_at = models.DateTimeField()


class Scorer(models.Model):
    """A calibration that was fitted to decisions and that a person adopted. The last one is in force."""

    version = models.PositiveIntegerField(unique=True)
    fitted_at = models.DateTimeField()
    parameters = models.JSONField()  # as calibration.Calibration takes them
    report = models.JSONField()  # as refitting.Report: before and after on interviews set aside
    adopted_at = models.DateTimeField()
    adopted_by_agent = models.CharField(max_length=40)
