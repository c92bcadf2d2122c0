"""What the resources are called: the same in every language of the pages, since each says its words in all of them."""

from django.conf import settings

from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import labels
from oralhistory.lib import timecodes

PRESENTATION = "http://iiif.io/api/presentation/3/context.json"
SEARCH = "http://iiif.io/api/search/2/context.json"


def manifest(edition: PublicEdition) -> str:
    return f"{labels.address(edition)}manifest.json"


def canvas(edition: PublicEdition, start_ms: int | None = None, end_ms: int | None = None) -> str:
    """The time line of a testimony, or a stretch of it."""
    whole = f"{labels.address(edition)}canvas"
    if start_ms is None or end_ms is None:
        return whole
    return f"{whole}#t={timecodes.seconds(start_ms)},{timecodes.seconds(end_ms)}"


def within(edition: PublicEdition, part: str) -> str:
    """A part of the manifest that has no address of its own."""
    return f"{labels.address(edition)}manifest/{part}"


def annotations(edition: PublicEdition, language: str = "") -> str:
    """The transcript, or a translation of it."""
    return f"{labels.address(edition)}annotations{f'.{language}' if language else ''}.json"


def search(edition: PublicEdition) -> str:
    return f"{labels.address(edition)}content-search"


def autocomplete(edition: PublicEdition) -> str:
    return f"{labels.address(edition)}content-search/autocomplete"


def everything() -> str:
    return f"{settings.SITE_URL}/iiif/collection.json"


def collection(slug: str, page: int) -> str:
    return f"{settings.SITE_URL}/iiif/{slug}/{page}.json"
