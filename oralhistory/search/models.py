"""The public index: what publishing puts here, and nothing else, may be found by the public.

The index of the staff will be tables of its own (`search_staff_…`), never a column in these: a
forgotten condition cannot leak what is not there. Rows are written by `index` alone. The passages'
full-text columns are the database's own and made in the migrations: an FTS5 table kept by triggers
on SQLite, two `tsvector` columns on PostgreSQL.
"""

from django.db import models
from django.db.models import Q

from oralhistory.search.analysis import LONGEST_WORD


class PublicDocument(models.Model):
    """A testimony that can be found, by the id that its edition goes by."""

    id = models.CharField(max_length=64, primary_key=True)

    class Meta:
        db_table = "search_public_document"


class PublicFacet(models.Model):
    """One value by which testimonies can be narrowed down; kinds are those of `queries.FACETS`."""

    document = models.ForeignKey(PublicDocument, models.CASCADE, related_name="facets")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=255)

    class Meta:
        db_table = "search_public_facet"
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "document"], name="search_public_facet_once"),
        ]


class PublicPassage(models.Model):
    """Six segments of a testimony. `keys` and `exact` are its tokens, one for each position."""

    document = models.ForeignKey(PublicDocument, models.CASCADE, related_name="passages")
    number = models.PositiveIntegerField()
    first_position = models.PositiveIntegerField()  # of its first word, counted through the testimony
    # What a search reads of many rows comes before what it reads of few: SQLite reads a row from its start.
    layout = models.TextField()  # JSON, see passages.Layout; text, since no database looks into it
    keys = models.TextField()
    exact = models.TextField()
    pieces = models.TextField()  # JSON, see passages.Piece

    class Meta:
        db_table = "search_public_passage"
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="search_public_passage_once"),
        ]


class PublicWord(models.Model):
    """A word of the index, and in how many testimonies it occurs; none without one."""

    word = models.CharField(max_length=LONGEST_WORD)  # lower case, accents kept
    language = models.CharField(max_length=20)
    folded = models.CharField(max_length=LONGEST_WORD)
    plain = models.CharField(max_length=LONGEST_WORD, db_index=True)
    key = models.CharField(max_length=LONGEST_WORD)
    documents = models.PositiveIntegerField()

    class Meta:
        db_table = "search_public_vocabulary"
        constraints = [
            models.UniqueConstraint(fields=["word", "language"], name="search_public_vocabulary_once"),
        ]


class PublicState(models.Model):
    """One row, locked by whoever changes the index, and different after every change."""

    changed = models.UUIDField()

    class Meta:
        db_table = "search_public_state"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="search_public_state_is_one_row")]
