"""Finding or making the small record of a place or a subject, and what the atlas knows of a name."""

from django.utils.text import slugify

from oralhistory.places.atlas import Known, beginning_with, candidates
from oralhistory.places.models import Place, Subject

__all__ = ["Known", "beginning_with", "candidates", "known_subject", "place", "subject"]


def place(name: str, *, country: str = "") -> Place:
    """The record of that name in that country, made if it is new."""
    slug = slugify(f"{name} {country}")[:80]
    return Place.objects.get_or_create(slug=slug, defaults={"name": name.strip(), "country": country})[0]


def subject(name: str) -> Subject:
    """The record of that name, made if it is new."""
    return known_subject(name) or Subject.objects.create(slug=_key(name), name=" ".join(name.split()))


def known_subject(name: str) -> Subject | None:
    """The record that is called so in any of its languages, or was before it was renamed or merged.

    Case and accents don't count. A register of subjects is small: what it lists is read, not searched.
    """
    key = _key(name)
    own = Subject.objects.filter(slug=key).select_related("merged_into").first()
    if own:
        return own.merged_into or own
    standing = Subject.objects.filter(merged_into=None)
    return next((each for each in standing if key in map(_key, each.names.values())), None)


def _key(name: str) -> str:
    return slugify(name)[:80] or "subject"
