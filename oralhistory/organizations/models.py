"""Authority records of organizations, after ISAAR(CPF)."""

from django.db import models
from django.db.models import Q


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def public(self) -> "OrganizationQuerySet":
        """Records that an archivist has opened to everybody."""
        return self.filter(publication=Organization.Publication.PUBLIC, merged_into=None)

    def current(self) -> "OrganizationQuerySet":
        """Not merged into another record."""
        return self.filter(merged_into=None)


class Organization(models.Model):
    """An authority record. What is public of it is decided by its own publication state."""

    class Publication(models.TextChoices):
        INTERNAL = "internal"
        PUBLIC = "public"

    class Kind(models.TextChoices):
        PARTY = "party"
        ARMED = "armed"
        FRONT = "front"
        UNION = "union"
        STUDENT = "student"
        PEASANT = "peasant"
        SOLIDARITY = "solidarity"
        HUMAN_RIGHTS = "human_rights"
        WOMEN = "women"
        PRESS = "press"
        STATE = "state"
        OTHER = "other"

    slug = models.SlugField(max_length=80, unique=True)  # also the id of imported lists
    kind = models.CharField(max_length=20)
    country = models.CharField(max_length=3, blank=True)  # ISO 3166-1 alpha-2, or INT
    founded = models.PositiveSmallIntegerField(null=True)
    dissolved = models.PositiveSmallIntegerField(null=True)
    dates_verified = models.BooleanField(default=False)  # false: general knowledge, to be checked
    history = models.TextField(blank=True)
    keywords = models.TextField(blank=True)  # places and people that speak for it, divided by |
    wikidata = models.CharField(max_length=20, blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)  # for the archive only, never public
    publication = models.CharField(max_length=8, choices=Publication, default=Publication.INTERNAL)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(founded=None) | Q(dissolved=None) | Q(dissolved__gte=models.F("founded")),
                name="organization_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("pk")), name="not_merged_into_itself"),
        ]


class Name(models.Model):
    """A form by which an organization is or was called."""

    class Kind(models.TextChoices):
        AUTHORIZED = "authorized"
        OTHER = "other"
        ACRONYM = "acronym"
        FORMER = "former"
        HEARD_AS = "heard_as"  # what a machine made of it; never public

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="names")
    text = models.CharField(max_length=250)
    kind = models.CharField(max_length=10, choices=Kind)
    language = models.CharField(max_length=8, blank=True)
    valid_from = models.PositiveSmallIntegerField(null=True)
    valid_to = models.PositiveSmallIntegerField(null=True)
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "text"], name="a_name_is_given_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(kind="authorized"), name="one_authorized_name"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="name_is_not_empty"),
        ]


class Relation(models.Model):
    """How two organizations stand to each other, read from `subject` to `object`: subject is the predecessor of object."""

    class Kind(models.TextChoices):
        PREDECESSOR = "predecessor"
        PART_OF = "part_of"
        FRONT_OF = "front_of"
        ALLY = "ally"
        OPPOSED = "opposed"

    subject = models.ForeignKey(Organization, models.CASCADE, related_name="relations")
    object = models.ForeignKey(Organization, models.CASCADE, related_name="inverse_relations")
    kind = models.CharField(max_length=12, choices=Kind)
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "object", "kind"], name="a_relation_is_stated_once"),
            models.CheckConstraint(condition=~Q(subject=models.F("object")), name="not_related_to_itself"),
        ]
