"""Places and subjects: small authority records."""

from django.db import models


class Place(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2


class Subject(models.Model):
    """What a chapter is about. The slug stays when it is renamed; one that was merged leads to another."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)  # in the archive's own language
    name_en = models.CharField(max_length=120, blank=True)
    name_pt = models.CharField(max_length=120, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    @property
    def code(self) -> str:
        """Its name in events."""
        return f"subject:{self.pk}"

    @property
    def names(self) -> dict[str, str]:
        """By language, those that there are."""
        return {
            language: name
            for language, name in (("es", self.name), ("en", self.name_en), ("pt", self.name_pt))
            if name
        }

    def name_in(self, language: str) -> str:
        return self.names.get(language, self.name)
