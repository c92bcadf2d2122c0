"""Two indexes, apart: the public's, filled by publishing and by nothing else, and the staff's, of working texts.

They are tables of their own (`search_public_…`, `search_staff_…`), never a column that says whose a row is: a
forgotten condition cannot leak what is not there. The public's words are counted over all testimonies; the staff's are
kept by interview, since nobody may learn from them what is said where they have no part. Rows are written by `index`
alone, and `tables` says which set is meant. The passages' full-text columns are the database's own and made in the
migrations: an FTS5 table kept by triggers on SQLite, two `tsvector` columns on PostgreSQL.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from oralhistory.search.analysis import LONGEST_WORD


class Document(models.Model):
    """What can be found by an id: a testimony's edition, an interview's working text."""

    id = models.CharField(max_length=64, primary_key=True)
    held_on = models.CharField(max_length=10, blank=True)  # "1979", "2024-03": of the interview, to be sorted
    published_at = models.DateTimeField(null=True)
    # What tells that it is no longer what it was made of, and that rows of it are missing.
    fingerprint = models.CharField(max_length=64, blank=True)
    passages_cut = models.PositiveIntegerField(default=0)
    indexed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class Facet(models.Model):
    """One value by which documents can be narrowed down; kinds are those of `queries.FACETS`."""

    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=255)

    class Meta:
        abstract = True


class Passage(models.Model):
    """Six segments of a document. `keys` and `exact` are its tokens, one for each position."""

    number = models.PositiveIntegerField()
    first_position = models.PositiveIntegerField()  # of its first word, counted through the document
    # What a search reads of many rows comes before what it reads of few: SQLite reads a row from its start.
    layout = models.TextField()  # JSON, see passages.Layout; text, since no database looks into it
    keys = models.TextField()
    exact = models.TextField()
    pieces = models.TextField()  # JSON, see passages.Piece

    class Meta:
        abstract = True


class Word(models.Model):
    """A word of the index, as it is written and as it is asked for."""

    word = models.CharField(max_length=LONGEST_WORD)  # lower case, accents kept
    language = models.CharField(max_length=20)
    folded = models.CharField(max_length=LONGEST_WORD)
    plain = models.CharField(max_length=LONGEST_WORD, db_index=True)
    key = models.CharField(max_length=LONGEST_WORD)

    class Meta:
        abstract = True


class State(models.Model):
    """One row, locked by whoever changes the index, and different after every change."""

    changed = models.UUIDField()

    class Meta:
        abstract = True


class PublicDocument(Document):
    class Meta:
        db_table = "search_public_document"


class PublicFacet(Facet):
    document = models.ForeignKey(PublicDocument, models.CASCADE, related_name="facets")

    class Meta:
        db_table = "search_public_facet"
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "document"], name="search_public_facet_once"),
        ]


class PublicPassage(Passage):
    document = models.ForeignKey(PublicDocument, models.CASCADE, related_name="passages")

    class Meta:
        db_table = "search_public_passage"
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="search_public_passage_once"),
        ]


class PublicWord(Word):
    """In how many testimonies a word occurs; none without one."""

    documents = models.PositiveIntegerField()

    class Meta:
        db_table = "search_public_vocabulary"
        constraints = [
            models.UniqueConstraint(fields=["word", "language"], name="search_public_vocabulary_once"),
        ]


class PublicState(State):
    class Meta:
        db_table = "search_public_state"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="search_public_state_is_one_row")]


class StaffDocument(Document):
    mark = models.CharField(max_length=64, blank=True)  # what the working text stood at: review.findable

    class Meta:
        db_table = "search_staff_document"


class StaffFacet(Facet):
    document = models.ForeignKey(StaffDocument, models.CASCADE, related_name="facets")

    class Meta:
        db_table = "search_staff_facet"
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "document"], name="search_staff_facet_once"),
        ]


class StaffPassage(Passage):
    document = models.ForeignKey(StaffDocument, models.CASCADE, related_name="passages")

    class Meta:
        db_table = "search_staff_passage"
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="search_staff_passage_once"),
        ]


class StaffWord(Word):
    """That a word occurs in an interview. Its accents are forgiven only to who may read one in which it is."""

    document = models.ForeignKey(StaffDocument, models.CASCADE, related_name="words")

    class Meta:
        db_table = "search_staff_vocabulary"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "word", "language"], name="search_staff_vocabulary_once"
            ),
        ]


class StaffState(State):
    class Meta:
        db_table = "search_staff_state"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="search_staff_state_is_one_row")]
