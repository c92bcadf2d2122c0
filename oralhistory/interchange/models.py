"""What was given to other catalogs, so that they can be told when it changes or is gone."""

from django.db import models
from django.db.models import Q

from oralhistory.lib import ids


class Harvested(models.Model):
    """A record that harvesters may have: one row from when it was first given out, and for ever.

    Its key in the database is the order in which a harvest goes on, so it never changes. When a record is gone its row
    keeps no more than what is needed to know it again.
    """

    class Kind(models.TextChoices):
        TESTIMONY = "testimony"
        ORGANIZATION = "organization"

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=80)  # public id, or slug
    # In the identifier. A slug would go on telling the acronym of an organization whose record was closed.
    code = models.CharField(max_length=12, unique=True, default=ids.public_id)
    digest = models.CharField(max_length=64, blank=True)  # of what is given out; empty: it is gone
    collection = models.CharField(max_length=80, blank=True)  # as a set; of a testimony
    changed_at = models.DateTimeField()  # when it was noticed, in whole seconds: the datestamp

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="a_record_is_harvested_once"),
            models.CheckConstraint(
                condition=~Q(digest="") | Q(collection=""), name="gone_is_in_no_collection"
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="harvested_by_change")]


class Compared(models.Model):
    """In which state of the organizations all records of a kind were last compared with what was given out."""

    kind = models.CharField(max_length=12, choices=Harvested.Kind, unique=True)
    state = models.CharField(max_length=64)  # a digest
