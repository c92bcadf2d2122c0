"""Words as IIIF has them: lists of texts by language."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info

from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import labels
from oralhistory.lib import media_types

Words = dict[str, list[str]]


def in_languages(say: Callable[[], str]) -> Words:
    """What is said in each language of the pages."""
    said: Words = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said[language] = [plain(str(say()))]
    return said


def in_one(text: str, language: str = "none") -> Words:
    """A name, or words of the testimony itself."""
    return {language: [plain(text)]}


def plain(text: str) -> str:
    """Viewers take what begins and ends with brackets for HTML."""
    return f" {text}" if text.startswith("<") else text


def language_name(code: str) -> str:
    """In the language that is spoken now; the code, where nobody has translated it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def homepages(edition: PublicEdition) -> list[dict[str, Any]]:
    """The page of a testimony in every language, the archive's own first."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            address = labels.page(f"testimonies/{edition.public_id}/")
            label = in_one(f"{edition.title} ({language_name(language)})")
        found.append(
            {"id": address, "type": "Text", "label": label, "format": "text/html", "language": [language]}
        )
    return found


def provider() -> list[dict[str, Any]]:
    home = {"id": labels.home(), "type": "Text", "label": in_one(labels.ARCHIVE), "format": "text/html"}
    return [{"id": labels.home(), "type": "Agent", "label": in_one(labels.ARCHIVE), "homepage": [home]}]


def picture(edition: PublicEdition, number: int, size: str) -> dict[str, Any]:
    """A photograph as a resource; `number` from 1."""
    row = edition.photographs[number - 1]
    found: dict[str, Any] = {
        "id": f"{labels.address(edition)}photographs/{number}/{size}",
        "type": "Image",
        "format": media_types.of(row[size]["key"]),
    }
    width, height = row["width"], row["height"]
    if size == "small" and row.get("small_width"):
        width, height = row["small_width"], max(1, round(height * row["small_width"] / width))
    return found | {"width": width, "height": height}
