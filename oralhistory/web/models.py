"""What the archive writes about itself. Of the texts that ship with the program nothing is here until they are edited."""

from django.db import models
from django.db.models import OuterRef, Subquery


class TextVersionQuerySet(models.QuerySet["TextVersion"]):
    def newest(self) -> "TextVersionQuerySet":
        """What counts of each text in each language."""
        later = TextVersion.objects.filter(page=OuterRef("page"), language=OuterRef("language"))
        return self.filter(number=Subquery(later.order_by("-number").values("number")[:1]))


class TextVersion(models.Model):
    """A text of the site in one language, as somebody saved it. Rows are only ever added; the newest is shown."""

    page = models.CharField(max_length=20)  # site_texts.PAGES or site_texts.FACTS
    language = models.CharField(max_length=5)
    number = models.PositiveIntegerField()  # from 1; what ships with the program is 0
    title = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)  # empty: in this language the Spanish text is shown
    # The number of the Spanish version that it says the same as; of a Spanish text its own.
    follows = models.PositiveIntegerField()
    written_by_agent = models.CharField(max_length=40)
    written_at = models.DateTimeField()

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "language", "number"], name="versions_of_a_text_are_numbered"
            ),
        ]
