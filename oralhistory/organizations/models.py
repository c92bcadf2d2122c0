"""Authority records of organizations, after ISAAR(CPF): what the archive keeps of them, and every change."""

from django.db import models
from django.db.models import F, Q

from oralhistory.lib.partial_dates import Certainty, PartialDate


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def public(self) -> "OrganizationQuerySet":
        """Records that an archivist has opened to everybody."""
        return self.current().opened()

    def opened(self) -> "OrganizationQuerySet":
        """Opened by an archivist, and kept back by no interview; perhaps merged or deprecated since."""
        return self.filter(publication=Organization.Publication.PUBLIC, withheld=False)

    def current(self) -> "OrganizationQuerySet":
        """Not merged into another record, and still in use."""
        return self.filter(merged_into=None, deprecated_at=None)


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

    class DateCertainty(models.TextChoices):
        CERTAIN = "certain"
        APPROXIMATE = "approximate"
        UNCERTAIN = "uncertain"

    class Status(models.TextChoices):  # ISAAR(CPF) 5.4.4
        DRAFT = "draft"
        REVISED = "revised"
        FINAL = "final"

    class Level(models.TextChoices):  # ISAAR(CPF) 5.4.5
        MINIMAL = "minimal"
        PARTIAL = "partial"
        FULL = "full"

    slug = models.SlugField(max_length=80, unique=True)  # also the id of imported lists
    kind = models.CharField(max_length=20)
    country = models.CharField(max_length=3, blank=True)  # ISO 3166-1 alpha-2, or INT
    founded = models.PositiveSmallIntegerField(null=True)
    founded_in = models.CharField(max_length=5, blank=True)  # month and day where known: "06-10", "06"
    founded_certainty = models.CharField(max_length=11, choices=DateCertainty, default=DateCertainty.CERTAIN)
    dissolved = models.PositiveSmallIntegerField(null=True)
    dissolved_in = models.CharField(max_length=5, blank=True)
    dissolved_certainty = models.CharField(
        max_length=11, choices=DateCertainty, default=DateCertainty.CERTAIN
    )
    dates_verified = models.BooleanField(default=False)  # false: general knowledge, to be checked
    history = models.TextField(blank=True)
    mandate = models.TextField(blank=True)
    functions = models.TextField(blank=True)
    structure = models.TextField(blank=True)
    legal_status = models.TextField(blank=True)
    context = models.TextField(blank=True)
    keywords = models.TextField(blank=True)  # places and people that speak for it, divided by |
    note = models.TextField(blank=True)  # for the archive only, never public
    status = models.CharField(max_length=7, choices=Status, default=Status.DRAFT)
    level = models.CharField(max_length=7, choices=Level, default=Level.MINIMAL)
    language = models.CharField(max_length=8, default="es")  # that the record is written in
    rules = models.CharField(max_length=120, default="ISAAR(CPF)")
    publication = models.CharField(max_length=8, choices=Publication, default=Publication.INTERNAL)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    deprecated_at = models.DateTimeField(null=True)
    deprecated_because = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)  # the number of its last revision
    # The interview that it was learned from, by its public id, and whether that still keeps it from everybody.
    learned_from = models.CharField(max_length=12, blank=True)
    withheld = models.BooleanField(default=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(founded=None) | Q(dissolved=None) | Q(dissolved__gte=F("founded")),
                name="organization_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=(Q(founded_in="") | Q(founded__isnull=False))
                & (Q(dissolved_in="") | Q(dissolved__isnull=False)),
                name="a_month_is_of_a_year",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(withheld=False) | ~Q(learned_from=""),
                name="organization_is_withheld_by_an_interview",
            ),
        ]

    @property
    def code(self) -> str:
        """For the chain of events: the slug of a record, cut to what fits there."""
        return f"organization:{self.slug}"[:80]

    @property
    def founded_date(self) -> PartialDate | None:
        return _date(self.founded, self.founded_in, self.founded_certainty)

    @property
    def dissolved_date(self) -> PartialDate | None:
        return _date(self.dissolved, self.dissolved_in, self.dissolved_certainty)


def _date(year: int | None, rest: str, certainty: Certainty | str) -> PartialDate | None:
    if year is None:
        return None
    month, _, day = rest.partition("-")
    sure: Certainty = (
        "approximate"
        if certainty == "approximate"
        else "uncertain"
        if certainty == "uncertain"
        else "certain"
    )
    return PartialDate(year, int(month) if month else None, int(day) if day else None, sure)


class NameQuerySet(models.QuerySet["Name"]):
    def public(self) -> "NameQuerySet":
        """What everybody may read of a public record: never what a machine made of a name."""
        return self.exclude(kind=Name.Kind.HEARD_AS).filter(withheld=False)


class Name(models.Model):
    """A form by which an organization is or was called."""

    class Kind(models.TextChoices):
        AUTHORIZED = "authorized"
        PARALLEL = "parallel"  # the same name in another language: ISAAR(CPF) 5.1.3
        STANDARDIZED = "standardized"  # by the rules of another archive: 5.1.4
        OTHER = "other"
        ACRONYM = "acronym"
        FORMER = "former"
        HEARD_AS = "heard_as"  # what a machine made of it; never public

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="names")
    text = models.CharField(max_length=250)
    kind = models.CharField(max_length=12, choices=Kind)
    language = models.CharField(max_length=8, blank=True)
    valid_from = models.PositiveSmallIntegerField(null=True)
    valid_to = models.PositiveSmallIntegerField(null=True)
    source = models.TextField(blank=True)
    learned_from = models.CharField(max_length=12, blank=True)
    withheld = models.BooleanField(default=False)

    objects = NameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "text"], name="a_name_is_given_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(kind="authorized"), name="one_authorized_name"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="name_is_not_empty"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="name_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(withheld=False) | ~Q(learned_from=""), name="name_is_withheld_by_an_interview"
            ),
        ]


class Location(models.Model):
    """Where an organization was, or worked: a place, or a whole country."""

    class Role(models.TextChoices):
        SEAT = "seat"
        ACTIVITY = "activity"
        FOUNDING = "founding"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="locations")
    name = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=3, blank=True)
    role = models.CharField(max_length=8, choices=Role, default=Role.ACTIVITY)
    valid_from = models.PositiveSmallIntegerField(null=True)
    valid_to = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name", "country", "role"], name="a_location_is_given_once"
            ),
            models.CheckConstraint(condition=~Q(name="", country=""), name="location_is_not_empty"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="location_ends_after_it_begins",
            ),
        ]


class Identifier(models.Model):
    """What others call the record: Q917209 of wikidata, 139534267 of viaf."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(
        max_length=20
    )  # lower case: wikidata, viaf, isni, lcnaf, or another archive's code
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "scheme", "value"], name="an_identifier_is_given_once"
            ),
            models.CheckConstraint(condition=~Q(scheme="") & ~Q(value=""), name="identifier_is_not_empty"),
        ]


class Source(models.Model):
    """Where something in a record comes from, and which of its statements it supports."""

    class Part(models.TextChoices):
        NAMES = "names"
        DATES = "dates"
        PLACES = "places"
        HISTORY = "history"
        MANDATE = "mandate"
        RELATIONS = "relations"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="sources")
    citation = models.TextField()
    url = models.URLField(max_length=500, blank=True)
    supports = models.JSONField(default=list, blank=True)  # of Part; none: it is not said which
    learned_from = models.CharField(max_length=12, blank=True)
    withheld = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(citation=""), name="source_is_not_empty"),
            models.CheckConstraint(
                condition=Q(withheld=False) | ~Q(learned_from=""), name="source_is_withheld_by_an_interview"
            ),
        ]


class Relation(models.Model):
    """How two organizations stand to each other, read from `subject` to `object`: subject is the predecessor of object."""

    class Kind(models.TextChoices):
        PREDECESSOR = "predecessor"
        PART_OF = "part_of"
        FRONT_OF = "front_of"
        ALLY = "ally"
        OPPOSED = "opposed"
        RELATED = "related"  # no more is known than that they had to do with each other

    # Read the same from both sides: the record whose slug sorts first is the subject, so that it is stated once.
    MUTUAL = frozenset({"ally", "opposed", "related"})

    subject = models.ForeignKey(Organization, models.CASCADE, related_name="relations")
    object = models.ForeignKey(Organization, models.CASCADE, related_name="inverse_relations")
    kind = models.CharField(max_length=12, choices=Kind)
    description = models.TextField(blank=True)
    valid_from = models.PositiveSmallIntegerField(null=True)
    valid_to = models.PositiveSmallIntegerField(null=True)
    source = models.TextField(blank=True)
    learned_from = models.CharField(max_length=12, blank=True)
    withheld = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "object", "kind"], name="a_relation_is_stated_once"),
            models.CheckConstraint(condition=~Q(subject=F("object")), name="not_related_to_itself"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="relation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(withheld=False) | ~Q(learned_from=""), name="relation_is_withheld_by_an_interview"
            ),
        ]


class Revision(models.Model):
    """A record as it stood after a change. Rows are only ever added."""

    class Action(models.TextChoices):
        CREATED = "created"
        EDITED = "edited"
        IMPORTED = "imported"
        MERGED = "merged"
        SPLIT = "split"
        DEPRECATED = "deprecated"
        REINSTATED = "reinstated"
        RESTORED = "restored"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    agent = models.CharField(max_length=40)
    action = models.CharField(max_length=10, choices=Action)
    why = models.TextField(blank=True)
    content = models.JSONField()  # as descriptions.to_json writes it

    class Meta:
        ordering = ["organization", "number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="a_revision_has_its_number"),
        ]
