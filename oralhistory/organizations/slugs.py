"""What a new record is called in addresses and lists: by its acronym and country, so that people can say it."""

from collections.abc import Iterator
from itertools import count

from django.utils.text import slugify

from oralhistory.organizations.models import Organization

LONGEST = 80


def proposals(name: str, acronym: str = "", country: str = "") -> Iterator[str]:
    """fmln-sv, then fmln-sv-2, fmln-sv-3 …; never ends, and asks nobody whether one is taken."""
    stem = slugify(acronym) or slugify(name)[: LONGEST - 10].rstrip("-") or "organization"
    stem = f"{stem[: LONGEST - 10]}-{slugify(country)}".rstrip("-")
    yield stem
    for number in count(2):
        yield f"{stem}-{number}"


def propose(name: str, acronym: str = "", country: str = "") -> str:
    """The first that no record has, merged and deprecated ones included.."""
    return next(
        slug
        for slug in proposals(name, acronym, country)
        if not Organization.objects.filter(slug=slug).exists()
    )
