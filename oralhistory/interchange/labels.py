"""What every file that leaves the archive says of itself."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicEdition

ARCHIVE = "Archivo de la Solidaridad"
# Whoever speaks keeps what the law gives to who speaks; what may be done besides is in the papers. (RightsStatements.org)
RIGHTS = "http://rightsstatements.org/vocab/InC/1.0/"


def address(edition: PublicEdition) -> str:
    """Where the testimony is read; the same in every language of the pages."""
    return f"{settings.SITE_URL}/testimonies/{edition.public_id}/"


def home() -> str:
    return f"{settings.SITE_URL}/"


def organization(slug: str) -> str:
    """Where an organization's record is; the same in every language of the pages."""
    return f"{settings.SITE_URL}/organizations/{slug}/"


def page(path: str) -> str:
    """The address of a page of the archive, in the language that is spoken now."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    prefix = "" if language == settings.LANGUAGE_CODE.split("-")[0] else f"/{language}"
    return f"{settings.SITE_URL}{prefix}/{path}"


def rights() -> str:
    """In a sentence, whose the words are and what may be done with them."""
    return _("The words belong to those who said them; what may be done with them: %(address)s") % {
        "address": page("rights/")
    }


def lines(edition: PublicEdition) -> Iterable[str]:
    """Title, edition, how the text was made, where it came from: a line each."""
    yield edition.title
    yield edition_and_day(edition)
    yield making(edition)
    yield f"{ARCHIVE}, {address(edition)}"


def edition_and_day(edition: PublicEdition) -> str:
    values = {"number": edition.number, "day": edition.published_at.date().isoformat()}
    return _("Edition %(number)d, %(day)s") % values


def making(edition: PublicEdition) -> str:
    """In a sentence, whose hand the text is."""
    engine = " ".join(part for part in (edition.making.get("engine"), edition.making.get("model")) if part)
    values = {"engine": engine or _("a machine")}
    checked = edition.making.get("checked") or edition.making.get("audited")
    if edition.making.get("brought"):
        return (
            _("Text brought from elsewhere, checked by people.")
            if checked
            else _("Text brought from elsewhere.")
        )
    if checked:
        return _("Text made by %(engine)s and checked by people.") % values
    return _("Text made by %(engine)s, machine-made and unchecked.") % values
