"""Finding or making the small record of a place or a subject, and what the atlas knows of a name."""

from django.utils.text import slugify

from oralhistory.places.atlas import Known, beginning_with, candidates
from oralhistory.places.models import Place, Subject

__all__ = ["Known", "beginning_with", "candidates", "place", "subject"]


def place(name: str, *, country: str = "") -> Place:
    """The record of that name in that country, made if it is new."""
    slug = slugify(f"{name} {country}")[:80]
    return Place.objects.get_or_create(slug=slug, defaults={"name": name.strip(), "country": country})[0]


def subject(name: str) -> Subject:
    """The record of that name, made if it is new."""
    return Subject.objects.get_or_create(slug=slugify(name)[:80], defaults={"name": name.strip()})[0]
